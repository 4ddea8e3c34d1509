"""A problem that came up while a pair was at work: it becomes one of its own, linked, never an addition to the list."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from pairing import rules
from pairing.models import Problem
from pairing.workflow import problem_turns
from pairing.workflow.engine import perform


def may_find(seat, agreement):
    """Whether `seat` files what comes up in this running pair: its parties, and the supervisor on their behalf."""
    return any(rule(seat, agreement, {}) for rule in (rules.party_side, rules.supervisor))


@transaction.atomic
def file_found(agreement, *, seat, owner, **columns):
    """File a problem found in `agreement` for `owner` (an Organisation, one of its parties); answers the Problem.

    For another branch than the own it waits for that branch's confirmation. `columns`: title, description, category,
    origin (a problem of the list, or None). Raises PermissionDenied and NotNow.
    """
    if not may_find(seat, agreement):
        raise PermissionDenied
    now = timezone.now()
    problem = Problem(
        programme=agreement.programme, found_in=agreement, owner=owner, filer=seat.organisation, filed_by=seat.person,
        created_at=now, state_since=now, text_version=1, **columns,
    )  # fmt: skip
    problem.save()
    problem_turns.settle(problem, now)
    problem.save()
    perform("file", problem, seat=seat)
    return problem
