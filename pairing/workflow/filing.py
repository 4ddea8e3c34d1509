"""Filing a problem, and what holds it up: explained, withdrawn, refused, parked (domain.md §3)."""

from django.utils.translation import gettext as _

from accounts.models import Kind
from pairing.enums import IntervalKind
from pairing.enums import ProblemState as S
from pairing.models import Interval, Joiner
from pairing.workflow.engine import leads_to


# Guards
def is_filled_in(problem, step):
    if not problem.title.strip():
        return _("Give the problem a title.")
    if not problem.category_id:
        return _("Choose a category.")
    if problem.owner.kind != Kind.PARTY_BRANCH:
        return _("The owner of a problem is a party branch.")
    return ""


def never_filed(problem, step):
    if not problem.number:
        return ""
    return _("%(number)s was filed once and stays; it can be filed again.") % {"number": problem.number}


def not_in_a_pair(problem, step):
    """Withdrawing from matched or in_pairing: a sentence says what must happen first."""
    if problem.state == S.MATCHED:
        return _("First take the problem off the list of its agreement, or withdraw the invitation.")
    if problem.state == S.IN_PAIRING:
        return _("First end the pair, or report the problem as not done when it is completed.")
    return ""


def ground_in_force(problem, step):
    if step.preview or step.data.get("ground") in problem.rules(step.day).grounds:
        return ""
    return _("Choose the ground of refusal.")


# Effects
def do_file(problem, step):
    go_on(problem, step)
    problem.give_number(problem.rules(step.day).problem_prefix, step.day)
    problem.ground = ""
    raise_if_open(problem, step)


def raise_if_open(problem, step):
    """`raised_on` is the day it first leaves draft or to_confirm, and stays."""
    if problem.state != S.TO_CONFIRM and problem.raised_on is None:
        problem.raised_on = step.day


def stand(kind):
    """An effect: the problem stands still from this day, in an interval of `kind`."""

    def effect(problem, step):
        raise_if_open(problem, step)
        problem.ground = step.data.get("ground", "")
        Interval.objects.create(problem=problem, kind=IntervalKind(kind), from_on=step.day, reason=step.note)

    return effect


def go_on(problem, step):
    """It stands still no longer."""
    problem.intervals.filter(to_on__isnull=True).update(to_on=step.day)


def do_rewrite(problem, step):
    """The owner writes the draft from now on, also where another branch had filed it on its behalf.

    It counts as refused until it is filed again.
    """
    problem.filer_id = problem.owner_id


def do_join(problem, step):
    Joiner.objects.create(problem=problem, organisation=step.seat.organisation, joined_on=step.day)


# Targets
@leads_to(S.OPEN, S.TO_CONFIRM)
def to_confirm_or_open(problem, step):
    return S.OPEN if problem.filer_id == problem.owner_id else S.TO_CONFIRM
