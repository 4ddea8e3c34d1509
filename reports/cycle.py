"""How long pairs take from step to step: working days, of the pairs signed or accepted in a period (capability R2)."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, DateTimeField, F, Max, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Greatest, Least

from pairing.deadlines import working_days_between
from pairing.enums import AgreementState, Answer
from pairing.models import Party

# step → (from, to): dates of an agreement; `accepted_on` is when the last partner said yes, never outside its step
BEFORE_SIGNING = {
    "partner": ("invited_on", "accepted_on"),
    "drafting": ("accepted_on", "submitted_on"),
    "review": ("submitted_on", "approved_on"),
    "signing": ("approved_on", "signed_on"),
}
TOOK = "took "  # before the name of a step in a row
STEPS = (*BEFORE_SIGNING, "acceptance")


@dataclass(frozen=True)
class Taken:
    """How many pairs went through a step, and the working days it took them: in the middle, and at most."""

    n: int = 0
    median: int | None = None
    longest: int | None = None


def spans(agreements, first, last):
    """QuerySets of (TOOK + step, number of pairs, from, to), moments at 0:00 UTC; of the signed `agreements`.

    The steps before the signing are those of the pairs signed from `first` to `last`, the acceptance that of the
    pairs accepted then. Of a review in several rounds the last counts; the rounds before it belong to the drafting.
    """
    signed = agreements.filter(signed_on__range=(first, last)).annotate(accepted_on=_accepted_on())
    found = [_spans(signed, step, *dates) for step, dates in BEFORE_SIGNING.items()]
    accepted = agreements.filter(state=AgreementState.CLOSED, ended_on__range=(first, last))
    return [*found, _spans(accepted, "acceptance", "completed_on", "ended_on")]


def taken(rows, calendar):
    """{step: Taken} of rows of `spans`; of an even number the median is the shorter of the two in the middle.

    Rows of other QuerySets, read in the same query, are passed over.
    """
    counts = {step: Counter() for step in STEPS}
    for step, n, start, end in rows:
        if not step.startswith(TOOK) or start is None or end is None:  # empty: of the time before the step was kept
            continue
        counts[step.removeprefix(TOOK)][max(working_days_between(start.date(), end.date(), calendar), 0)] += n
    return {step: _summed(days) for step, days in counts.items()}


def _accepted_on():
    answers = Party.objects.filter(agreement=OuterRef("pk"), answer=Answer.ACCEPTED).order_by()
    last = Subquery(answers.values("agreement").annotate(day=Max("answered_on")).values("day"))
    return Greatest(F("invited_on"), Least(Coalesce(last, F("invited_on")), F("submitted_on")))


def _spans(agreements, step, start, end):
    """Pairs with the same dates are one row."""
    moments = {"start": Cast(F(start), DateTimeField()), "end": Cast(F(end), DateTimeField())}
    rows = agreements.order_by().values(step=Value(TOOK + step), **moments).annotate(n=Count("pk"))
    return rows.values_list("step", "n", "start", "end")


def _summed(days):
    """Taken of {working days: number of pairs}."""
    n, passed = days.total(), 0
    for length in sorted(days):
        passed += days[length]
        if 2 * passed >= n:
            return Taken(n, length, max(days))
    return Taken()
