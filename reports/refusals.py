"""Refusals by ground: goals refused in a review, agreements refused as a whole, problems refused (capability G3)."""

from datetime import date

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, NullIf, TruncDate

from accounts.models import Event
from pairing.deadlines import SHANGHAI
from pairing.enums import IntervalKind, ReviewOutcome, Verdict
from pairing.models import GoalOpinion, Interval, Review

FIELDS = ("refused", "day", "refused_for", "number", "words", "matter")
WITH_AGREEMENT = "refuse_with_agreement"


def refusals(question, ground="", *, first=None):
    """Rows (refused, day, ground, number, text, id) by the day of the question, of one ground and from a day if given.

    refused: "goal" and "agreement" (id of the agreement), "problem" (id of the problem). A problem refused together
    with its agreement is counted with it.
    """
    found = _refused(question.programme)
    rows = [_narrowed(one, ground, first or date.min, question.as_of).values_list(*FIELDS) for one in found]
    return rows[0].union(*rows[1:], all=True).order_by("-day", "refused", "matter")


def by_ground(programme, day):
    """{ground: (in the year of the day, in all)} by the end of `day`; one query."""
    counted = {}
    of_year = Count("pk", filter=Q(day__gte=date(day.year, 1, 1)))
    rows = [
        _narrowed(found, "", date.min, day)
        .order_by()
        .values_list("refused_for")
        .annotate(of_year=of_year, n=Count("pk"))
        for found in _refused(programme)
    ]
    for ground, *numbers in rows[0].union(*rows[1:], all=True):
        before = counted.get(ground, (0, 0))
        counted[ground] = (before[0] + numbers[0], before[1] + numbers[1])
    return counted


def _refused(programme):
    return _goals(programme), _wholes(programme), _problems(programme)


def _narrowed(found, ground, first, last):
    return found.filter(day__gte=first, day__lte=last, **({"refused_for": ground} if ground else {}))


def _goals(programme):
    found = GoalOpinion.objects.filter(verdict=Verdict.REFUSE, opinion__review__agreement__programme=programme)
    return found.annotate(
        refused=_text("goal"), day=TruncDate("opinion__given_at", tzinfo=SHANGHAI), refused_for=F("ground"),
        number=F("opinion__review__agreement__number"), words=F("goal_text"),
        matter=F("opinion__review__agreement"),
    )  # fmt: skip


def _wholes(programme):
    found = Review.objects.filter(outcome=ReviewOutcome.REFUSED, agreement__programme=programme)
    return found.annotate(
        refused=_text("agreement"), day=TruncDate("decided_at", tzinfo=SHANGHAI), refused_for=F("ground"),
        number=F("agreement__number"), words=F("agreement__aim"), matter=F("agreement_id"),
    )  # fmt: skip


def _problems(programme):
    """By the intervals; the ground is read from the record, for a problem that is filed again forgets it."""
    acts = Event.objects.filter(
        object_type="problem", object_id=OuterRef("problem"), action__in=("refuse", WITH_AGREEMENT),
        happened_at__date=OuterRef("from_on"),
    )  # fmt: skip
    found = Interval.objects.filter(kind=IntervalKind.REFUSED, problem__programme=programme)
    recorded = Subquery(acts.order_by("pk").values(as_recorded=KT("details__ground"))[:1])
    return found.exclude(Exists(acts.filter(action=WITH_AGREEMENT))).annotate(
        refused=_text("problem"), day=F("from_on"), number=F("problem__number"), words=F("problem__title"),
        refused_for=Coalesce(NullIf(recorded, _text("")), F("problem__ground"), output_field=CharField()),
        matter=F("problem_id"),
    )  # fmt: skip


def _text(value):
    return Value(value, CharField())
