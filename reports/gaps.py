"""Whom to invite next: branches in no pair, branches that helped nobody, kinds of problems without a solver.

Every function answers a QuerySet of a programme; figure, list and sentence count the same one. Branches are asked for
any day; what waits for a partner is of now, because an age in working days is.
"""

from datetime import date, datetime, time, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Organisation
from pairing.deadlines import SHANGHAI
from pairing.enums import ProblemState
from pairing.models import Category, Episode, Problem, branches_on, taking_part_on

AGES = ("to_10", "to_20", "more")  # working days without a partner: up to 10, 11 to 20, more
MOST_SOLVERS = 5  # branches named beside a category
MOST_CATEGORIES = 60


# Branches
def never_paired(question):
    """Party branches that exist on the day and have signed no pair by it."""
    return branches_on(question.programme, question.as_of).exclude(
        pk__in=taking_part_on(question.programme, question.as_of).order_by().values("pk")
    )


def offered_nothing(question):
    """Party branches that exist on the day and were in no signed pair the ones who helped.

    Who helped with a problem: the helper named on the list, else every party that does not own it.
    """
    helped = _helped(Episode.objects.filter(agreement__programme=question.programme), question.as_of)
    return branches_on(question.programme, question.as_of).filter(*(~Exists(of) for of in helped))


def solvers(question, category):
    """Branches of today that helped to solve a problem of the category (an id, or a reference to one), in this
    programme of the committee or an earlier one."""
    committee, day = question.programme.committee, question.as_of
    solved = Episode.objects.filter(
        problem__category=category, agreement__programme__committee=committee.pk, written_off_on__lte=day
    )
    named, unnamed = _helped(solved, day)
    branches = Organisation.objects.branches().below(committee).existing_on(day)
    return branches.filter(Exists(named) | Exists(unnamed))


def _helped(episodes, day):
    """Episodes in which the organisation of the outer query is a helper, named or not, as two QuerySets."""
    signed = episodes.filter(agreement__signed_on__lte=day, taken_on__isnull=False).order_by()
    party = Q(agreement__parties__organisation=OuterRef("pk"), agreement__parties__name_then__gt="")
    unnamed = signed.filter(party, ~Q(problem__owner=OuterRef("pk")), helper__isnull=True)
    return signed.filter(helper=OuterRef("pk")), unnamed


# Problems
def unmatched(question):
    """Problems that look for a partner now."""
    return Problem.objects.filter(programme=question.programme, state=ProblemState.OPEN)


def waiting_since(problems):
    """Adds `since`: the moment from which on they wait."""
    return problems.annotate(since=F("turn_since"))


def of_age(problems, age, limits):
    """Those of one class of AGES; `limits` as age_limits gives them."""
    ten, twenty = limits
    return problems.filter(
        {
            "to_10": Q(turn_since__gte=ten),
            "to_20": Q(turn_since__gte=twenty, turn_since__lt=ten),
            "more": Q(turn_since__lt=twenty),
        }[age]
    )


def age_limits(today, calendar):
    """The two moments from which on a matter has waited for at most 10, and at most 20 working days."""
    return tuple(_first_within(n, today, calendar) for n in (10, 20))


def _first_within(n, today: date, calendar):
    day = today
    while calendar.worked_by(today) - calendar.worked_by(day - timedelta(days=1)) <= n:
        day -= timedelta(days=1)
    return datetime.combine(day, time(), SHANGHAI)


# Categories
def categories(question):
    """Categories with problems that look for a partner: `waiting`, `solved` (numbers) and `solvers`, the names of the
    first branches that solved one, in the manual order; those without a solver first."""
    waiting, solved = _of_category(unmatched(question)), _of_category(_solved(question))
    named = solvers(question, OuterRef(OuterRef("pk")))
    names = ArraySubquery(named.in_order().values("short_name")[:MOST_SOLVERS])
    found = Category.objects.annotate(waiting=_number(waiting), solved=_number(solved)).filter(waiting__gt=0)
    found = found.select_related("parent").annotate(solvers=names, known=Exists(solved))
    return found.order_by("known", "order", "pk")


def without_solver(question):
    """Categories with problems that look for a partner, in which nobody has solved one so far."""
    solved = _of_category(_solved(question))
    found = Category.objects.filter(Exists(_of_category(unmatched(question))), ~Exists(solved))
    return found.select_related("parent").order_by("order", "pk")


def _solved(question):
    """Problems written off by the day, in this programme of the committee or an earlier one."""
    return Problem.objects.filter(programme__committee=question.programme.committee_id).solved_on(question.as_of)


def _of_category(problems):
    return problems.filter(category=OuterRef("pk"))


def _number(problems):
    counted = problems.order_by().values("category").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, IntegerField()), 0)
