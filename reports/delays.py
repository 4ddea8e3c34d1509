"""Where matters wait, and how long the same steps usually take: one chart (capability R2)."""

from datetime import datetime, time, timedelta

from django.db.models import Count, Min, Q, Value
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from pairing.deadlines import SHANGHAI, add_months, day_of, working_days_between
from pairing.models import Review
from reports import cycle, waiting
from reports.charts import Chart, Series
from reports.selectors import signed_agreements

MONTHS = 12  # up to the day: of the pairs that tell how long a step takes
STEPS = {
    "partner": gettext_lazy("Partner's answer"),
    "drafting": gettext_lazy("Goals being written"),
    "review": gettext_lazy("Review"),
    "signing": gettext_lazy("Signing"),
    "acceptance": gettext_lazy("Acceptance"),
}


class Delays:
    """What waits now (on a past day only the reviews, of the rest it is not known), and how long the steps took."""

    def __init__(self, question, user, calendar):
        day = question.as_of
        self.question, self.calendar = question, calendar
        self.is_today = day == timezone.localdate()
        since = add_months(day, -MONTHS) + timedelta(days=1)
        sources = cycle.spans(signed_agreements(question, user), since, day)
        sources += waiting.numbers(question) if self.is_today else [_reviews(question)]
        rows = list(sources[0].union(*sources[1:], all=True))
        self.waiting = {
            stage: (n, oldest, middle) for stage, n, oldest, middle in rows if n and not stage.startswith(cycle.TOOK)
        }  # fmt: skip
        self.taken = cycle.taken(rows, calendar)

    def number(self, step):
        """How many wait there now."""
        return self.waiting[step][0] if step in self.waiting else 0

    def longest(self, step):
        """Working days that the one waits which came first; None where nothing waits."""
        return self._days(step, 1)

    def middle(self, step):
        """Working days that the one in the middle waits."""
        return self._days(step, 2)

    def _days(self, step, which):
        if step not in self.waiting:
            return None
        since = day_of(self.waiting[step][which])
        return max(working_days_between(since, self.question.as_of, self.calendar), 0)


def _reviews(question):
    """The reviews that waited at the end of a past day, as a row of waiting.numbers."""
    end = datetime.combine(question.as_of + timedelta(days=1), time(), SHANGHAI)
    waited = Q(submitted_at__lt=end) & (Q(decided_at=None) | Q(decided_at__gte=end))
    rows = Review.objects.filter(waited, agreement__programme=question.programme).order_by()
    rows = rows.values(stage=Value("review")).annotate(n=Count("pk"), oldest=Min("submitted_at"))
    return rows.annotate(middle=waiting.Middle("submitted_at")).values_list("stage", "n", "oldest", "middle")


def chart(delays):
    """The Chart of the steps: the longest wait now beside what the step took in the middle."""
    taken = delays.taken
    links = tuple(delays.question.address("group_list", what="waiting", of=step) for step in STEPS)
    now = (
        Series(name=_("waiting now"), unit=_("matters"), values=tuple(map(delays.number, STEPS)), links=links,
               drawn=False),
        Series(name=pgettext("chart", "longest now"), values=tuple(map(delays.longest, STEPS)), links=links,
               counts=False, tone="point"),
        Series(name=_("median now"), values=tuple(map(delays.middle, STEPS)), drawn=False),
    )  # fmt: skip
    before = (
        Series(name=pgettext("chart", "usually"), values=tuple(taken[step].median for step in STEPS)),
        Series(name=_("longest before"), values=tuple(taken[step].longest for step in STEPS), drawn=False),
        Series(name=_("pairs"), unit=_("in 12 months"), values=tuple(taken[step].n for step in STEPS), drawn=False),
    )  # fmt: skip
    return Chart(
        name="delays", kind="hbar", words=_days, title=_("Where matters wait"), unit=_("working days"),
        corner=_("Step"),
        labels=tuple(map(str, STEPS.values())), series=now + before if delays.is_today else before,
        sentence=_sentence(delays),
    )  # fmt: skip


def _sentence(delays):
    """Which step holds up longest now; of a past day only where the figures come from."""
    usual = _("“Usually” is the median of the pairs signed or accepted in the 12 months before.")
    if not delays.is_today:
        return usual
    step = max(STEPS, key=lambda name: delays.longest(name) or 0)
    if not delays.longest(step):
        return _two(_("Nothing has waited for a working day."), usual)
    days = delays.longest(step)
    words = {"step": STEPS[step], "days": _days(days)}
    return _two(_("The longest wait is at “%(step)s”: %(days)s.") % words, usual)


def _days(n):
    return ngettext("%(n)s working day", "%(n)s working days", n) % {"n": n}


def _two(first, second):
    return pgettext("two sentences", "%(first)s %(second)s") % {"first": first, "second": second}
