"""The words of a notice: worded once for inbox and message, in the language that is active."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import record
from pairing.deadlines import day_of
from pairing.enums import AgreementState, ProblemState
from pairing.models import working_days
from pairing.notices import system
from pairing.notices.reasons import reason
from pairing.words import countdown, day_words, exact_words

WAITING = {
    ("agreement", AgreementState.INVITED): gettext_lazy("An invitation waits for your answer"),
    ("agreement", AgreementState.COUNTERED): gettext_lazy("A counter-proposal waits for your answer"),
    ("agreement", AgreementState.DRAFTING): gettext_lazy("Goals and list wait to be written together"),
    ("agreement", AgreementState.SUBMITTED): gettext_lazy("Goals wait for your review"),
    ("agreement", AgreementState.RETURNED): gettext_lazy("Goals were returned for changes"),
    ("agreement", AgreementState.SIGNING): gettext_lazy("An agreement waits for your signature"),
    ("agreement", AgreementState.ACTIVE): gettext_lazy("A running pair waits for you"),
    ("agreement", AgreementState.ACCEPTANCE): gettext_lazy("A completed pair waits for acceptance"),
    ("problem", ProblemState.TO_CONFIRM): gettext_lazy("A problem filed for your branch waits for your confirmation"),
    ("problem", ProblemState.IN_PAIRING): gettext_lazy("A problem was reported as done: confirm or reject it"),
    ("problem", ProblemState.DONE): gettext_lazy("A done problem waits for write-off"),
}
TITLES = {
    f"silent_{AgreementState.INVITED}": gettext_lazy("An invitation has not been answered"),
    f"silent_{AgreementState.COUNTERED}": gettext_lazy("A counter-proposal has not been answered"),
    f"silent_{ProblemState.TO_CONFIRM}": gettext_lazy("A problem filed on behalf has not been confirmed"),
    "vacant_seat": gettext_lazy("A matter waits for a branch without a secretary"),
    "lapse_near": gettext_lazy("Without your next step this lapses soon"),
    "late_review": gettext_lazy("A review takes longer than the rules allow"),
    "late_acceptance": gettext_lazy("An acceptance takes longer than the rules allow"),
    "late_extension_decision": gettext_lazy("The decision on an extension takes longer than the rules allow"),
    "follow_up_due": gettext_lazy("A follow-up is due"),
    "behind_plan": gettext_lazy("A pair is behind plan"),
    "look_back_due": gettext_lazy("A look-back is due: does it still work?"),
}
LAST_DAY = ("due_on", "until")  # details that are counted down


@dataclass(frozen=True)
class Wording:
    """`title` a short sentence, `text` the matter and what to know, `url` the page that shows it (a path), `reason`
    why the person is told."""

    title: str
    text: str
    url: str
    reason: str = ""


def wording(notice):
    details = notice.details
    parts = [details.get("label", ""), *_days(notice), *_figures(details), details.get("note")]
    text = " · ".join(str(part) for part in parts if part)
    return Wording(_title(notice), text, _url(notice), reason(notice.step, details))


def _url(notice):
    if notice.step.startswith("system_"):
        return system.address_of(notice)
    if notice.object_type == "programme":
        return f"{reverse('pairing:problem_list')}?list=market"
    try:
        if notice.object_type == "pack":
            return reverse("reports:pack", args=[notice.object_id])
        if notice.object_type == "calendar":
            return reverse("pairing:working_days_of", args=[notice.object_id])
        return reverse(f"pairing:{notice.object_type}", args=[notice.object_id])
    except NoReverseMatch:  # of something that has no page of its own
        return reverse("pairing:inbox")


def _days(notice):
    """Of a meeting when and where; the last day and how far it is as of the day of the notice: 12 working days left."""
    if begins := parse_datetime(str(notice.details.get("starts_at") or "")):  # of a meeting
        yield exact_words(begins)
        yield notice.details.get("place")
    for name in LAST_DAY:
        if last := parse_date(str(notice.details.get(name) or "")):
            words = _("due on %(day)s") if name == "due_on" else _("last day %(day)s")
            yield words % {"day": day_words(last)}
            yield countdown(last, day_of(notice.planned_at), working_days())
    if planned := parse_date(str(notice.details.get("planned_on") or "")):
        yield _("planned for %(day)s") % {"day": day_words(planned)}


def _figures(details):
    if "planned" in details:
        yield _("planned %(planned)s%%, reported %(reported)s%%") % details


def _title(notice):
    step, details = notice.step, notice.details
    if step.startswith("system_"):
        return system.title_of(notice)
    if step.startswith("waiting_"):
        return str(WAITING.get((notice.object_type, details.get("state")), _("A matter waits for you")))
    if step == "news_pack":
        return _("A pack is ready")
    if step.startswith("news_"):
        words = {
            "label": record.name_of(details.get("action", ""), notice.object_type),
            "who": details.get("seat") or _("the clock"),
        }
        return _("%(label)s, by %(who)s") % words
    if step == "market":
        n = details.get("problems", 0)
        return ngettext("%(n)s problem still looks for a partner", "%(n)s problems still look for a partner", n) % {
            "n": n
        }
    if step == "calendar_missing":
        return _("The working days of %(year)s are not entered yet") % {"year": notice.object_id}
    if step.startswith("before-"):
        return _("The due date of a pair is near")
    if step.startswith(("after-", "late_supervisor", "late_lead")):
        return _("A pair is overdue")
    return str(TITLES.get(step, _("A matter waits for you")))
