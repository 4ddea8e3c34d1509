"""What is counted and listed. Read only; each figure and the list it opens are one QuerySet (domain.md §6)."""

from contextlib import contextmanager

from django.db.models import BooleanField, Count, ExpressionWrapper, OuterRef, Prefetch, Q, Value

from accounts import reading
from pairing.enums import Decision
from pairing.models import (
    Agreement,
    Counted,
    Episode,
    Extension,
    Party,
    Programme,
    signers_of,
    with_pairs_on,
)
from reports import rollups
from reports.figures import FIGURES, ON_INDEX
from reports.figures import signed_agreements as signed_agreements  # also asked for by other pages
from reports.narrowing import narrow_episodes
from reports.rollups.figures import TABLE, summed
from reports.solved_groups import in_groups


@contextmanager
def read_only():
    """As accounts.reading.read_only; before it the sums behind the figures catch up with what was recorded.

    Answers whether they did: where too much waits for the worker, the page says of when its figures are.
    """
    caught_up = rollups.catch_up()
    with reading.read_only():
        yield caught_up


def count_all(question, user, figures=ON_INDEX):
    """{(page, what): number} of `figures`, those of the page of figures unless others are wanted.

    Of a whole programme or organisation they are read from the sums, which costs the same however large it is; the
    rest is counted. At most two queries, two more where an organisation narrows the question.
    """
    found = summed(question, figures)
    return found | _count_rows(question, user, [figure for figure in figures if figure not in found])


def _count_rows(question, user, figures):
    if not figures:
        return {}
    counts = {f"{page}_{what}": Counted(FIGURES[page, what].rows(question, user)) for page, what in figures}
    row = Programme.objects.filter(pk=question.programme.pk).annotate(**counts).values(*counts).get()
    return {key: row["_".join(key)] for key in figures}


# The lists that figures open
def problem_list(rows, question):
    """Problems with what the list shows, in the order of their numbers."""
    return rows.as_of(question.day).select_related("owner", "category").order_by("year", "sequence", "pk")


def agreement_list(rows, question):
    """Agreements with what the list shows, in the order of signing."""
    rows = rows.due_as_of(question.day).stopped_on(question.day)
    return rows.prefetch_related(named_parties("parties")).order_by("signed_on", "year", "sequence", "pk")


def branch_list(rows, question):
    """Branches in the manual order, with the number of pairs signed by the day and the first day of signing."""
    return with_pairs_on(rows, question.programme, question.day).in_order()


LISTS = {"problems": problem_list, "agreements": agreement_list, "branches": branch_list}


# The statistics table
def solved_of(question):
    """One Episode per solved problem of the table, in no order; narrowed by the filters."""
    found = Episode.objects.filter(agreement__programme=question.programme).solving_on(question.day)
    return narrow_episodes(found.filter(question.within("written_off_on")), question).order_by()


def solved_totals(question):
    """(pairs, party branches, problems) of the whole table: from the sums where nothing narrows it, else counted.

    At most two queries.
    """
    known = summed(question, TABLE) if question.is_whole else {}
    if known:
        return tuple(known[figure] for figure in TABLE)
    solved = solved_of(question)
    found = solved.aggregate(pairs=Count("agreement", distinct=True), problems=Count("pk"))
    branches = signers_of(Agreement.objects.filter(pk__in=solved.values("agreement"))).order_by().count()
    return found["pairs"], branches, found["problems"]


def solved_episodes(question):
    """The rows of the table in the order of its grouping, each with `late`, `extended` (how often its pair was) and
    `carried` (whether its pair was signed before the period; None without a period)."""
    granted = Extension.objects.filter(
        agreement=OuterRef("agreement"), decision=Decision.GRANTED, decided_on__lte=question.day
    )
    before = Q(agreement__signed_on__lt=question.first_day) if question.first_day else Value(None)
    found = solved_of(question).with_days_late()
    found = found.annotate(
        extended=Counted(granted), carried=ExpressionWrapper(before, output_field=BooleanField(null=True))
    )
    found = found.select_related("agreement", "problem__owner", "problem__category", "goal", "helper")
    return in_groups(found.prefetch_related(named_parties("agreement__parties")), question)


def named_parties(path):
    """Parties of the signed text: those named in it; who left before is not."""
    named = Party.objects.exclude(name_then="").select_related("organisation", "unit")
    return Prefetch(path, queryset=named.order_by("order", "pk"), to_attr="named_parties")
