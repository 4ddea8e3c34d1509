"""Where matters wait now: what the working group owes, and at whom drafts stand still (capability R2)."""

from django.db.models import Aggregate, Case, CharField, Count, DateTimeField, F, Min, Q, Value, When

from pairing.enums import INVITING, WRITING, ProblemState, Turn
from pairing.enums import AgreementState as A
from pairing.models import Agreement, Problem

GROUP = [Turn.GROUP, Turn.LEAD]
STAGES = {  # where an agreement waits: a stage before the signing, or a decision of the group on a running pair
    "partner": Q(state__in=INVITING),
    "drafting": Q(state__in=WRITING),
    "review": Q(state=A.SUBMITTED),
    "signing": Q(state=A.SIGNING),
    "acceptance": Q(state=A.ACCEPTANCE, turn__in=GROUP),
    "extension": Q(state=A.ACTIVE, turn__in=GROUP),
}
BEFORE_SIGNING = ("partner", "drafting", "review", "signing")
QUEUE = ("review", "acceptance", "singly", "extension")  # "singly": problems to be accepted after the end of their pair
SINCE = {"extension": "turn_since"}  # of a running pair the state says nothing; else since the entry of the state


class Middle(Aggregate):
    """The moment in the middle; of an even number the earlier one of the two, so the longer wait."""

    function = "PERCENTILE_DISC"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DateTimeField()


def at_stage(question, stage):
    """Agreements of the programme that wait there now; `since` is the moment from which on."""
    found = Agreement.objects.filter(STAGES[stage], programme=question.programme)
    return found.annotate(since=F(SINCE.get(stage, "state_since")))


def singly(question):
    """Problems done and confirmed whose pair has ended: the group accepts them one by one."""
    found = Problem.objects.filter(programme=question.programme, state=ProblemState.DONE, turn__in=GROUP)
    return found.annotate(since=F("state_since"))


def standing(question):
    """{stage: (number, the oldest moment, the moment in the middle)} of all stages where something waits; one query."""
    agreements, problems = numbers(question)
    return {stage: (n, oldest, middle) for stage, n, oldest, middle in agreements.union(problems, all=True)}


def numbers(question):
    """The rows of `standing` as two QuerySets of (stage, number, oldest, middle), for one query with others."""
    waiting = Q()
    for condition in STAGES.values():
        waiting |= condition
    stage = Case(*(When(condition, then=Value(name)) for name, condition in STAGES.items()), output_field=CharField())
    since = Case(When(state=A.ACTIVE, then=F("turn_since")), default=F("state_since"), output_field=DateTimeField())
    agreements = Agreement.objects.filter(waiting, programme=question.programme).annotate(stage=stage, since=since)
    problems = singly(question).annotate(stage=Value("singly", CharField()))
    return _counted(agreements), _counted(problems)


def _counted(rows):
    return rows.order_by().values_list("stage").annotate(n=Count("pk"), oldest=Min("since"), middle=Middle("since"))
