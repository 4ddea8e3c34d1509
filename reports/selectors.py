"""What is counted and listed. Read only; each figure and the list it opens are one QuerySet (domain.md §6)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.reading import read_only as read_only  # for those that read through here
from pairing.enums import IntervalKind, ProblemState
from pairing.models import (
    Agreement,
    Counted,
    Episode,
    Party,
    Problem,
    Programme,
    Signature,
    branches_on,
    own_organisation_ids,
    signatures_on,
    signed_by,
    signers_of,
    taking_part_on,
)

DUE_SOON_DAYS = 14  # calendar days, where no rule version is published (domain.md §8)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number that opens the list it counts: what = its name in the address, page = the list's page."""

    what: str
    page: str
    label: str  # under the number
    title: str  # of the list; may name %(year)s
    rows: Callable  # (Question, User) -> QuerySet


def _problems(question, user):
    found = Problem.objects.filter(programme=question.programme).counted_for(user)
    return found.raised_on(question.as_of)


def signed_agreements(question, user):
    """Agreements of the programme signed by the day, as far as the person counts them."""
    return Agreement.objects.filter(programme=question.programme).counted_for(user).signed_on(question.as_of)


def _standing(kind):
    return lambda question, user: _problems(question, user).standing_on(question.as_of, kind)


def _due_soon(question, user):
    rules = question.programme.rules_on(question.as_of)
    days = max(rules.remind_before, default=0) if rules else DUE_SOON_DAYS
    return signed_agreements(question, user).due_soon_on(question.as_of, days)


def _solving(question, user):
    return signed_agreements(question, user).solving_on(question.as_of)


def _own(branches, question, user):
    return branches.filter(pk__in=own_organisation_ids(user)) if question.own_scope else branches


FIGURES = {
    (figure.page, figure.what): figure
    for figure in (
        Figure(
            what="raised", page="problems", label=_("problems raised"), title=_("Problems raised"),
            rows=_problems,
        ),
        Figure(
            what="solved", page="problems", label=_("problems solved"), title=_("Problems solved"),
            rows=lambda question, user: _problems(question, user).solved_on(question.as_of),
        ),
        Figure(
            what="relapsed", page="problems", label=_("relapsed later"), title=_("Problems solved and relapsed later"),
            rows=lambda question, user: _problems(question, user).relapsed_on(question.as_of),
        ),
        Figure(
            what="refused", page="problems", label=ProblemState.REFUSED.label, title=_("Problems refused"),
            rows=_standing(IntervalKind.REFUSED),
        ),
        Figure(
            what="withdrawn", page="problems", label=ProblemState.WITHDRAWN.label, title=_("Problems withdrawn"),
            rows=_standing(IntervalKind.WITHDRAWN),
        ),
        Figure(
            what="explained", page="problems", label=ProblemState.EXPLAINED.label, title=_("Problems explained only"),
            rows=_standing(IntervalKind.EXPLAINED),
        ),
        Figure(
            what="signed", page="agreements", label=_("pairs newly signed in %(year)s"),
            title=_("Pairs newly signed in %(year)s"),
            rows=lambda question, user: signed_agreements(question, user).newly_signed_on(question.as_of),
        ),
        Figure(
            what="running", page="agreements", label=_("pairs running"), title=_("Pairs running"),
            rows=lambda question, user: signed_agreements(question, user).running_on(question.as_of),
        ),
        Figure(
            what="due_soon", page="agreements", label=_("due soon"), title=_("Pairs due soon"), rows=_due_soon,
        ),
        Figure(
            what="overdue", page="agreements", label=_("overdue"), title=_("Pairs overdue"),
            rows=lambda question, user: signed_agreements(question, user).overdue_on(question.as_of),
        ),
        Figure(
            what="solving", page="agreements", label=_("pairs that solved problems"),
            title=_("Pairs that solved problems"), rows=_solving,
        ),
        Figure(
            what="taking_part", page="branches", label=_("party branches take part"),
            title=_("Party branches taking part"),
            rows=lambda question, user: _own(taking_part_on(question.programme, question.as_of), question, user),
        ),
        Figure(
            what="existing", page="branches", label=_("party branches in all"), title=_("All party branches"),
            rows=lambda question, user: _own(branches_on(question.programme, question.as_of), question, user),
        ),
        Figure(
            what="solving", page="branches", label=_("party branches of these pairs"),
            title=_("Party branches of the pairs that solved problems"),
            rows=lambda question, user: signers_of(_solving(question, user)),
        ),
    )
}  # fmt: skip


def count_all(question, user, figures=tuple(FIGURES)):
    """{(page, what): number} of `figures`, all of FIGURES unless fewer are wanted, in one query."""
    counts = {f"{page}_{what}": Counted(FIGURES[page, what].rows(question, user)) for page, what in figures}
    row = Programme.objects.filter(pk=question.programme.pk).annotate(**counts).values(*counts).get()
    return {key: row["_".join(key)] for key in figures}


# The lists that figures open
def problem_list(rows, question):
    """Problems with what the list shows, in the order of their numbers."""
    return rows.as_of(question.as_of).select_related("owner", "category").order_by("year", "sequence", "pk")


def agreement_list(rows, question):
    """Agreements with what the list shows, in the order of signing."""
    rows = rows.due_as_of(question.as_of).stopped_on(question.as_of)
    return rows.prefetch_related(_parties("parties")).order_by("signed_on", "year", "sequence", "pk")


def branch_list(rows, question):
    """Branches in the manual order, with the number of pairs signed by the day and the first day of signing."""
    signed = signatures_on(question.programme, question.as_of).filter(signed_by(OuterRef("pk"), question.as_of))
    first = signed.order_by("party__agreement__signed_on").values("party__agreement__signed_on")[:1]
    pairs = Counted(signed.order_by().values("party__agreement").distinct())
    return rows.annotate(pairs=pairs, first_signed_on=Subquery(first)).in_order()


LISTS = {"problems": problem_list, "agreements": agreement_list, "branches": branch_list}


# The statistics table
def solved_of(question):
    """One Episode per solved problem of the table, in no order; narrowed by the filters."""
    found = Episode.objects.filter(agreement__programme=question.programme).solving_on(question.as_of)
    for name, value in question.filters.items():
        found = found.filter(NARROW[name](value))
    return found.order_by()


def solved_totals(question):
    """(pairs, party branches, problems) of the whole table; two queries."""
    solved = solved_of(question)
    found = solved.aggregate(pairs=Count("agreement", distinct=True), problems=Count("pk"))
    branches = signers_of(Agreement.objects.filter(pk__in=solved.values("agreement"))).order_by().count()
    return found["pairs"], branches, found["problems"]


def solved_in_pairs(question, pairs):
    """{agreement id: solved problems of the table under it} for some pairs."""
    found = solved_of(question).filter(agreement__in=pairs).values("agreement").annotate(n=Count("pk"))
    return dict(found.values_list("agreement", "n"))


def solved_episodes(question):
    """The rows of the table, pair after pair."""
    return (
        solved_of(question)
        .with_days_late()
        .select_related("agreement", "problem__owner", "problem__category", "goal", "helper")
        .prefetch_related(_parties("agreement__parties"))
        .order_by(
            "agreement__signed_on", "agreement__year", "agreement__sequence", "agreement", "goal__order", "order", "pk"
        )
    )


def with_signers(episodes):
    """Rows of the table with who signed their pairs, for counting the branches as they pass by."""
    return episodes.prefetch_related(_signatures("agreement__named_parties__signatures"))


def _concerns(organisation):
    """The owner, a party or the unit it acts for lies at or below the organisation."""
    path = organisation.path
    here = Q(organisation__path__startswith=path) | Q(unit__path__startswith=path)
    parties = Party.objects.filter(here, agreement=OuterRef("agreement")).exclude(name_then="")
    return Q(problem__owner__path__startswith=path) | Exists(parties)


NARROW = {
    "year": lambda year: Q(written_off_on__year=year),
    "organisation": _concerns,
    "category": lambda category: Q(problem__category=category) | Q(problem__category__parent=category),
    "class": lambda kind: Q(problem__category__kind=kind),
    "direction": lambda direction: Q(agreement__direction=direction),
    "level": lambda level: Q(agreement__level=level),
}


def _parties(path):
    """Parties of the signed text: those named in it; who left before is not."""
    named = Party.objects.exclude(name_then="").select_related("organisation", "unit")
    return Prefetch(path, queryset=named.order_by("order", "pk"), to_attr="named_parties")


def _signatures(path):
    valid = Signature.objects.filter(voided_at__isnull=True).select_related("seat__organisation")
    return Prefetch(path, queryset=valid, to_attr="valid_signatures")
