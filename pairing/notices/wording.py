"""The words of a notice: worded once for inbox and message, in the language that is active."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pairing.enums import AgreementState, ProblemState
from pairing.words import day_words
from pairing.workflow.engine import label_of

WAITING = {
    ("agreement", AgreementState.INVITED): gettext_lazy("An invitation waits for your answer"),
    ("agreement", AgreementState.COUNTERED): gettext_lazy("A counter-proposal waits for your answer"),
    ("agreement", AgreementState.SUBMITTED): gettext_lazy("Goals wait for your review"),
    ("agreement", AgreementState.RETURNED): gettext_lazy("Goals were returned for changes"),
    ("agreement", AgreementState.SIGNING): gettext_lazy("An agreement waits for your signature"),
    ("agreement", AgreementState.ACTIVE): gettext_lazy("A running pair waits for you"),
    ("agreement", AgreementState.ACCEPTANCE): gettext_lazy("A completed pair waits for acceptance"),
    ("problem", ProblemState.TO_CONFIRM): gettext_lazy("A problem filed for your branch waits for your confirmation"),
    ("problem", ProblemState.IN_PAIRING): gettext_lazy("A problem was reported as done: confirm or reject it"),
    ("problem", ProblemState.DONE): gettext_lazy("A done problem waits for write-off"),
}
SILENT = {
    AgreementState.INVITED: gettext_lazy("An invitation has not been answered"),
    ProblemState.TO_CONFIRM: gettext_lazy("A problem filed on behalf has not been confirmed"),
}


@dataclass(frozen=True)
class Wording:
    """`title` a short sentence, `text` the matter and what to know, `url` the page that shows it (a path)."""

    title: str
    text: str
    url: str


def wording(notice):
    details = notice.details
    url = reverse(f"pairing:{notice.object_type}", args=[notice.object_id])
    parts = [details.get("label", "")]
    if due := parse_date(str(details.get("due_on") or "")):
        parts.append(_("due on %(day)s") % {"day": day_words(due)})
    if details.get("note"):
        parts.append(details["note"])
    return Wording(_title(notice), " · ".join(part for part in parts if part), url)


def _title(notice):
    step, details = notice.step, notice.details
    if step.startswith("waiting_"):
        return str(WAITING.get((notice.object_type, details.get("state")), _("A matter waits for you")))
    if step.startswith("silent_"):
        return str(SILENT.get(details.get("state"), _("A matter waits for you")))
    if step.startswith("news_"):
        words = {
            "label": label_of(notice.object_type, details.get("action", "")),
            "who": details.get("seat") or _("the clock"),
        }
        return _("%(label)s, by %(who)s") % words
    if step == "vacant_seat":
        return _("A matter waits for a branch without a secretary")
    if step == "follow_up_due":
        return _("A follow-up is due")
    if step.startswith("before-"):
        return _("The due date of a pair is near")
    return _("A pair is overdue")
