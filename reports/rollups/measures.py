"""What is summed, each with the QuerySet that counts the same from the dated rows (manage.py verify_rollups)."""

from django.db.models import Exists, OuterRef

from pairing.enums import AgreementState, Decision, Ground, ProblemState
from pairing.models import (
    Agreement,
    Episode,
    Problem,
    branches_on,
    helping_on,
    signers_of,
    taking_part_on,
)
from reports.rollups.folding import DUE_SOON_DAYS

STATES = (
    ProblemState.OPEN, ProblemState.MATCHED, ProblemState.IN_PAIRING, ProblemState.DONE, ProblemState.CLOSED,
    ProblemState.REFUSED, ProblemState.PARKED, ProblemState.WITHDRAWN, ProblemState.EXPLAINED,
)  # fmt: skip


def _raised(programme, day):
    return Problem.objects.filter(programme=programme).raised_on(day)


def _signed(programme, day):
    return Agreement.objects.filter(programme=programme).signed_on(day)


def _standing(state):
    return lambda programme, day: _raised(programme, day).as_of(day).filter(state_then=state)


def _written_off(programme, day):
    return Episode.objects.filter(agreement__programme=programme).solving_on(day)


def _ended(programme, day):
    return _signed(programme, day).filter(ended_on__lte=day)


def _closed(programme, day):
    return _signed(programme, day).closed_on_day(day)


def _extended(programme, day):
    granted = Agreement.extensions.rel.related_model.objects.filter(
        agreement=OuterRef("pk"), decision=Decision.GRANTED, decided_on__lte=day
    )
    return _signed(programme, day).filter(Exists(granted))


def due_soon_days(programme, day):
    """How many calendar days before the due date "due soon" begins, for pairs that keep no rules of their own."""
    rules = programme.rules_on(day)
    return max(rules.remind_before, default=0) if rules else DUE_SOON_DAYS


def _due_soon(programme, day):
    return _signed(programme, day).due_soon_on(day, due_soon_days(programme, day))


PROBLEM_MEASURES = {
    "raised": _raised,
    **{state.value: _standing(state) for state in STATES},
    "solved": lambda programme, day: _raised(programme, day).solved_on(day),
    "relapsed": lambda programme, day: _raised(programme, day).relapsed_on(day),
    "written_off": _written_off,  # rows of the statistics table
}
AGREEMENT_MEASURES = {
    "signed": _signed,
    "running": lambda programme, day: _signed(programme, day).running_on(day),
    "due_soon": _due_soon,
    "overdue": lambda programme, day: _signed(programme, day).overdue_on(day),
    "stopped": lambda programme, day: _signed(programme, day).running_on(day).stopped_on(day).filter(stopped_then=True),
    "ended": _ended,
    "extended": _extended,
    "on_time": lambda programme, day: _closed(programme, day).filter(days_late=0),
    "late": lambda programme, day: _closed(programme, day).filter(days_late__gt=0),
    "days_late": lambda programme, day: _closed(programme, day).filter(days_late__gt=0),
    "terminated": lambda programme, day: _ended(programme, day).filter(state=AgreementState.TERMINATED),
    "solving_pairs": lambda programme, day: _signed(programme, day).solving_on(day),
}
BRANCH_MEASURES = {
    "existing": branches_on,
    "taking_part": taking_part_on,
    "helping": helping_on,
    "solving_branches": lambda programme, day: signers_of(_signed(programme, day).solving_on(day)),
}
MEASURES = PROBLEM_MEASURES | AGREEMENT_MEASURES | BRANCH_MEASURES
OF_GROUND = {
    ground.value: f"for_{ground}" for ground in Ground
}  # ground of a refusal → its measure, of whole programmes
EVERY = (*MEASURES, *OF_GROUND.values())  # all that is summed; refusals are recounted by reports.refusals.by_ground
ADDED_UP = {"days_late": "days_late"}  # measure → column of its rows that is added up; of all others rows are counted
