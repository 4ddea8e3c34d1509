"""Whom to invite next: branches in no pair, branches that helped nobody, kinds of problems without a solver.

Every function answers a QuerySet of a programme; figure, list and sentence count the same one. Branches are asked for
any day; what waits for a partner is of now, because an age in working days is.
"""

from datetime import date, datetime, time, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce, JSONObject

from accounts.models import Kind
from pairing.deadlines import SHANGHAI
from pairing.enums import ProblemState
from pairing.models import Category, Episode, Party, Problem, branches_on, helping_nobody_on, never_paired_on
from reports import rollups

AGES = ("to_10", "to_20", "more")  # working days without a partner: up to 10, 11 to 20, more
MOST_SOLVERS = 5  # branches named beside a category
MOST_CATEGORIES = 60
LOOKED_AT = 2_000  # problems solved last, from which the names of solvers are taken


# Branches
def never_paired(question):
    """Party branches that exist on the day and have signed no pair by it."""
    return _without(question, "taking_part", never_paired_on)


def offered_nothing(question):
    """Party branches that exist on the day and were in no signed pair the ones who helped."""
    return _without(question, "helping", helping_nobody_on)


def _without(question, measure, from_rows):
    """By their facts; from the dated rows while these are still to be made."""
    programme, day = question.programme, question.as_of
    if rollups.waits(programme):
        return from_rows(programme, day)
    return branches_on(programme, day).filter(~rollups.branches_that(programme, measure, day))


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
    """JSON of the categories with problems that look for a partner: pk, name, above, waiting (their number), known
    (whether such a problem was solved); those that nobody has solved first."""
    waiting = _of_category(unmatched(question)).order_by().values("category").annotate(n=Count("*")).values("n")
    found = Category.objects.annotate(
        waiting=Coalesce(Subquery(waiting, IntegerField()), 0), known=Exists(_of_category(_solved(question)))
    ).filter(waiting__gt=0)
    columns = {"pk": "pk", "name": "name", "above": "parent__name", "waiting": "waiting", "known": "known"}
    return found.order_by("known", "order", "pk").values(row=JSONObject(**columns))[:MOST_CATEGORIES]


def last_helpers(question):
    """JSON of the problems written off last, in this programme of the committee or an earlier one: their category, and
    who helped as (place in the manual order, name): the helper named, else the parties that do not own the problem."""
    body = {"order": "organisation__order", "code": "organisation__code", "name": "organisation__short_name"}
    parties = Party.objects.filter(agreement=OuterRef("agreement"), name_then__gt="", **_today("organisation"))
    others = parties.exclude(organisation=OuterRef("problem__owner")).values(row=JSONObject(**body))
    named = {"order": "helper__order", "code": "helper__code", "name": "helper__short_name"}
    found = Episode.objects.filter(
        agreement__programme__committee=question.programme.committee_id, written_off_on__lte=question.as_of
    ).annotate(
        others=ArraySubquery(others),
        named=Case(When(Q(helper__isnull=False, **_today("helper")), then=JSONObject(**named)), default=None),
        nobody=Q(helper__isnull=True),
    )
    columns = {"category": "problem__category", "named": "named", "others": "others", "nobody": "nobody"}
    return found.order_by("-written_off_on", "-pk").values(row=JSONObject(**columns))[:LOOKED_AT]


def _today(path):
    return {f"{path}__kind": Kind.PARTY_BRANCH, f"{path}__closed_on__isnull": True}


def solvers(helpers):
    """{category id: names of branches that solved such a problem lately, in the manual order} of last_helpers."""
    found = {}
    for row in helpers:
        bodies = row["others"] if row["nobody"] else filter(None, [row["named"]])
        found.setdefault(row["category"], set()).update((body["order"], body["code"], body["name"]) for body in bodies)
    return {pk: [name for _order, _code, name in sorted(bodies)[:MOST_SOLVERS]] for pk, bodies in found.items()}


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
