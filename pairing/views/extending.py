"""The two pages of an extension: to ask for it, and to decide on the request."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pairing.deadlines import working_days_between
from pairing.enums import EndCode
from pairing.models import working_days
from pairing.views.completion import latest_progress
from pairing.views.questions import question
from pairing.words import day_words, due_day
from pairing.workflow.running import lateness_on, latest_extension

WIDE, MARK = 1000, 4  # units of the picture's line, and of a mark on it


@question("agreement", "ask_extension", template="pairing/extension_ask.html")
def asking(agreement, seat, form):
    """What the rules allow, what becomes of lateness, and the line of dates with the dates that can be had."""
    today = timezone.localdate()
    facts = {
        "whose": who_decides(agreement, today), "caps": caps_in_words(agreement, today),
        "effect_on_lateness": _on_lateness(agreement, today), "no_more": not extensions_remain(agreement, today),
        "again_url": rematch_url(agreement),
    }  # fmt: skip
    if form is None:
        return facts
    line, options = Line(agreement, form.latest, today), list(form["until"])
    return facts | {
        "latest": form.latest,
        "line": line,
        "later": [(option, later, line.beyond(later.day)) for option, later in zip(options, form.later, strict=False)],
        "another": options[-1],
    }


@question(
    "agreement", "grant_extension", "refuse_extension", title=gettext_lazy("Grant the extension?"),
    template="pairing/extension_decide.html", button=gettext_lazy("Decide on the extension"),
)  # fmt: skip
def deciding(agreement, seat, form):
    """The request with all that speaks for and against it."""
    request, today = agreement.pending_extension, timezone.localdate()
    if request is None:
        return {}
    latest = latest_extension(agreement, today)
    line = Line(agreement, max(latest, request.new_due_on), today)
    return {
        "request_made": request,
        "gained": working_days_between(request.old_due_on, request.new_due_on, working_days()),
        "latest": latest,
        "line": line,
        "beyond": line.beyond(request.new_due_on),
        "whose": who_decides(agreement, today),
        "progress": latest_progress(agreement),
        "visits": agreement.follow_ups.filter(done_on__isnull=False).order_by("-done_on"),
        "earlier": [extension for extension in agreement.extensions.all() if extension.decided_on],
    }


class Line:
    """The dates of a pair on one line of 1,000 units: signed, today, due, and the latest day allowed."""

    def __init__(self, agreement, end, today):
        self.start, self.end = agreement.signed_on, end
        self.due_on, self.today = agreement.due_on, today
        self.due = self.at(agreement.due_on)
        self.due_mark = min(self.due, WIDE - MARK)
        self.today_mark = min(self.at(min(today, end)), WIDE - MARK)

    def beyond(self, day):
        """How far a day lies after the due date."""
        return max(self.at(day) - self.due, 0)

    def at(self, day):
        """The place of a day on the line, in whole units."""
        return round(WIDE * (day - self.start).days / max((self.end - self.start).days, 1))


def who_decides(agreement, today):
    """Which extension it would be and who decides on it, in a sentence."""
    before, rules = agreement.extensions_granted, agreement.rules(today)
    if before < rules.extensions_by_group:
        return _("This is extension no. %(n)s; the working group decides on it.") % {"n": before + 1}
    if before < rules.most_extensions:
        return _("This is extension no. %(n)s and the last one; the lead decides on it.") % {"n": before + 1}
    return ""


def extensions_remain(agreement, today):
    """Whether the rules in force for the pair allow another extension."""
    granted = getattr(agreement, "granted", None)  # a list may have counted them
    granted = agreement.extensions_granted if granted is None else granted
    return granted < agreement.rules(today).most_extensions


def caps_in_words(agreement, today):
    """How many extensions of how many months the rules allow, and how many are used; before anything is typed."""
    rules = agreement.rules(today)
    return _("Extensions that the rules allow: %(most)s (months each, at most: %(months)s); granted so far: %(n)s.") % {
        "most": rules.most_extensions, "months": rules.extension_months, "n": agreement.extensions_granted,
    }  # fmt: skip


def rematch_url(agreement):
    """Where the pair is ended in favour of a new one, the reason chosen already."""
    own = reverse("pairing:agreement_step", args=[agreement.pk, "propose_termination"])
    return f"{own}?code={EndCode.REMATCH}"


def _on_lateness(agreement, today):
    if late := lateness_on(agreement, today):
        return ngettext(
            "The due date has passed: the pair is %(n)s day late, stays overdue until the decision, and these days "
            "remain on record.",
            "The due date has passed: the pair is %(n)s days late, stays overdue until the decision, and these days "
            "remain on record.",
            late,
        ) % {"n": late}
    return _(
        "Asked in time: until the decision the pair shows “decision pending” and is not overdue. Granted, it was never "
        "late; refused, it counts as late from the present due date."
    )


@question("agreement", "suspend")
def suspending(agreement, seat, form):
    """What stands still: named before the button is pressed."""
    due = day_words(due_day(agreement))
    return {
        "remarks": [
            _("Due on %(day)s; each day of the suspension moves it by a calendar day.") % {"day": due},
            _("The list shows the pair as suspended, never as overdue; only notes can be added."),
        ]
    }


@question("agreement", "resume", template="pairing/resume.html")
def resuming(agreement, seat, form):
    """How long it stood still, and the due date that results if it goes on today."""
    standing = next((interval for interval in agreement.intervals.all() if interval.to_on is None), None)
    if standing is None:
        return {}
    today = timezone.localdate()
    days = (today - standing.from_on).days
    return {
        "standing": standing, "days": days, "old_due_on": agreement.due_on,
        "new_due_on": agreement.due_on + timedelta(days=days),
    }  # fmt: skip
