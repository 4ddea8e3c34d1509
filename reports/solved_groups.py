"""How the table of solved problems is grouped: by pair, as on paper, or by branch, category or month of the write-off.

Each problem stands once, so the subtotals of any grouping add up to the total.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F
from django.db.models.functions import Coalesce, TruncMonth

from reports.periods import month_words
from reports.question_form import UNCLASSIFIED

PAIR_AFTER_PAIR = (
    "agreement__signed_on", "agreement__year", "agreement__sequence", "agreement", "goal__order", "order", "pk",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SolvedGroup:
    """`order`: of the groups; `column`: what the rows of a group share; `key` and `words`: the same of a SolvedRow."""

    order: tuple
    column: Any
    key: Callable
    words: Callable


_top = "problem__category__parent"
GROUPS = {
    "pair": SolvedGroup(
        order=(), column=F("agreement"), key=lambda row: row.agreement_pk, words=lambda row: row.pair,
    ),
    "branch": SolvedGroup(
        order=("problem__owner__order", "problem__owner__code"), column=F("problem__owner"),
        key=lambda row: row.owner_pk, words=lambda row: row.owner_now,
    ),
    "category": SolvedGroup(
        order=(
            Coalesce(f"{_top}__order", "problem__category__order"), Coalesce(_top, "problem__category"),
            F(f"{_top}__order").asc(nulls_first=True), "problem__category__order", "problem__category",
        ),
        column=F("problem__category"), key=lambda row: row.category_pk,
        words=lambda row: row.category or str(UNCLASSIFIED[1]),
    ),
    "month": SolvedGroup(
        order=(TruncMonth("written_off_on"),), column=TruncMonth("written_off_on"),
        key=lambda row: row.written_off_on.replace(day=1), words=lambda row: month_words(row.written_off_on),
    ),
}  # fmt: skip


def group_of(question):
    return GROUPS[question.group or "pair"]


def in_groups(episodes, question):
    """Lines of the table in the order of the groups, pair after pair within them."""
    return episodes.order_by(*group_of(question).order, *PAIR_AFTER_PAIR)


def count_in(episodes, question, keys):
    """{key: number of lines} of some groups, whole ones."""
    if not keys:
        return {}
    named = episodes.annotate(shared=group_of(question).column)
    found = named.filter(shared__isnull=True) if None in keys else named.filter(shared__in=keys)
    return dict(found.values_list("shared").annotate(n=Count("pk")))
