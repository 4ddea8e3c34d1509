"""汇总统计表: problems and pairs counted in rows of a grouping; counted in one query, or summed before."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import CharField, Count, F, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import pgettext_lazy

from accounts.exports import Column
from reports.figures import FIGURES, raised_problems
from reports.grouping import GROUPINGS, GroupRow
from reports.rollups.figures import summed_in
from reports.summary_sums import sums_of_bodies

TOTAL = "*"  # the key of the last row; no grouping uses it


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A column: `name` and `page` are those of its figure; a measure without a figure opens no list."""

    name: str
    page: str
    label: str
    opens: bool = True


FLOWS = ("raised", "solved", "relapsed")  # of problems; all other measures of problems are states
DAYS_LATE = "days_late"
MEASURES = (
    Measure(name="raised", page="problems", label=_l("Raised")),
    Measure(name="refused", page="problems", label=_l("Refused")),
    Measure(name="withdrawn", page="problems", label=_l("Withdrawn")),
    Measure(name="explained", page="problems", label=_l("Explained")),
    Measure(name="parked", page="problems", label=_l("Parked")),
    Measure(name="open", page="problems", label=_l("Looking for a partner")),
    Measure(name="matched", page="problems", label=_l("Partner named")),
    Measure(name="in_pairing", page="problems", label=_l("In pairing")),
    Measure(name="done", page="problems", label=pgettext_lazy("count", "Done, to be accepted")),
    Measure(name="solved", page="problems", label=_l("Written off")),
    Measure(name="relapsed", page="problems", label=_l("Relapsed later")),
    Measure(name="carried", page="agreements", label=_l("Carried over")),
    Measure(name="new", page="agreements", label=_l("Newly signed")),
    Measure(name="ended", page="agreements", label=pgettext_lazy("count", "Ended")),
    Measure(name="on_time", page="agreements", label=_l("Accepted on time")),
    Measure(name="late", page="agreements", label=_l("Accepted late")),
    Measure(name=DAYS_LATE, page="agreements", label=_l("Days late in all"), opens=False),
    Measure(name="terminated", page="agreements", label=_l("Terminated")),
    Measure(name="running", page="agreements", label=_l("Running at the end")),
    Measure(name="extended", page="agreements", label=_l("Extended")),
)
GROUPS = {"problems": _l("Problems"), "agreements": _l("Pairs")}


def columns_of(question):
    """The Columns of the table: what its rows are about, then the measures under two heads."""
    head = GROUPINGS[question.group].head
    yield Column(name="title", label=head, value=lambda row: row.group.label, width=26)
    for measure in MEASURES:
        yield Column(
            name=measure.name, label=measure.label, value=lambda row, name=measure.name: row.n(name), width=8,
            number=True, group=GROUPS[measure.page],
        )  # fmt: skip


STATES = {m.name for m in MEASURES if m.page == "problems"} - set(FLOWS)
OF_PAIRS = tuple(m.name for m in MEASURES if m.page == "agreements")


@dataclass(frozen=True)
class SummaryRow:
    """One row: what it is about and {measure: n}, without those that are 0."""

    group: GroupRow
    counts: dict

    def n(self, name):
        return self.counts.get(name, 0)


@dataclass(frozen=True)
class Summary:
    """`page`: (number, of how many) where the rows come in pages, else None; the total is that of the whole."""

    rows: list
    total: SummaryRow
    page: tuple | None
    replaces: tuple


def every_row(question, user):
    """The SummaryRows of all pages, and the total last."""
    summary = summary_of(question, user, 1)
    yield from summary.rows
    for number in range(2, summary.page[1] + 1 if summary.page else 0):
        yield from summary_of(question, user, number).rows
    yield summary.total


def summary_of(question, user, number=None):
    """The Summary of a question, in its grouping; `number`: which page of the rows."""
    grouping = GROUPINGS[question.group](question, user, number)
    counts = _counts(question, user, grouping)
    total = SummaryRow(GroupRow(key=TOTAL, label=_("Total"), given={}), counts.pop(TOTAL, {}))
    rows = [SummaryRow(row, counts.get(row.key, {})) for row in grouping.finish(counts)]
    return Summary(rows, total, grouping.page, grouping.replaces)


def _counts(question, user, grouping):
    """{key: {measure: n}} of all rows, and of the whole under TOTAL."""
    parts = [*grouping.slices(), (question, TOTAL)]
    figures = [(measure.page, measure.name) for measure in MEASURES]
    summed = summed_in([part for part in parts if part[1]], figures)
    if summed:  # else something narrows the question further, or the programme has still to be read
        summed |= sums_of_bodies(question, grouping.bodies(), figures)
    counted = []
    for part, key in parts:
        left = {m.name for m in MEASURES if (key, (m.page, m.name)) not in summed}
        counted += _of_problems(part, user, grouping, key, left, summed)
        counted += _of_pairs(part, user, grouping, key, left, summed)
    counts = defaultdict(dict)
    if counted:
        first, *others = counted
        for measure, key, n, _pair in first.union(*others, all=True):
            counts[key or ""][measure] = counts[key or ""].get(measure, 0) + n
    for (key, (_page, measure)), n in summed.items():
        counts[key][measure] = n
    return counts


def _rows_known(what, summed):
    """Keys of the rows in which the sums know the figure."""
    return {key for key, figure in summed if figure == what}


def _of_problems(question, user, grouping, key, left, summed):
    """QuerySets of (measure, key, n, 0) for what is `left`: what happened, and how things stand in one pass."""

    def keys_of(what, solving):
        if key:
            return [(_constant(key), None)]
        return grouping.problem_keys(solving, _rows_known(("problems", what), summed))

    for what in filter(left.__contains__, FLOWS):
        keys = keys_of(what, solving=what != "raised")
        rows = FIGURES["problems", what].rows(question, user)
        for expression, holds in keys:
            yield _grouped(rows, Value(what, CharField()), expression, holds, Count("pk"))
    if left.isdisjoint(STATES):
        return
    rows = raised_problems(question, user).as_of(question.day)
    for expression, holds in keys_of("open", solving=False):
        yield _grouped(rows, "state_then", expression, holds, Count("pk"))


def _of_pairs(question, user, grouping, key, left, summed):
    """QuerySets of (measure, key, n, 0 or the pair): the days late are added up, each pair once under each key."""
    for what in filter(left.__contains__, OF_PAIRS):
        rows = FIGURES["agreements", "late" if what == DAYS_LATE else what].rows(question, user)
        for links, pair, expression, holds in _pair_keys(
            rows, grouping, key, _rows_known(("agreements", what), summed)
        ):
            if what == DAYS_LATE:
                yield _days_late(links, pair, expression, holds)
            else:
                yield _grouped(links, Value(what, CharField()), expression, holds, Count(pair, distinct=True))


def _days_late(links, pair, expression, holds):
    late = "days_late" if pair == "pk" else f"{pair}__days_late"
    named = (links.filter(holds) if holds is not None else links).order_by().annotate(key=expression)
    named = named.annotate(measure=Value(DAYS_LATE, CharField()), days=F(late), pair=F(pair))
    return named.values_list("measure", "key", "days", "pair").distinct()


def _pair_keys(rows, grouping, key, known):
    return [(rows, "pk", _constant(key), None)] if key else grouping.pair_keys(rows, known)


def _constant(key):
    return Value(key, CharField())


def _grouped(rows, measure, expression, holds, count):
    """(measure, key, n, 0) of `rows`; `measure`: an expression or the name of an annotation."""
    found = rows.filter(holds) if holds is not None else rows
    named = found.order_by().annotate(measure=_text(measure), key=expression).values("measure", "key")
    return named.annotate(n=count, pair=Value(0)).values_list("measure", "key", "n", "pair")


def _text(measure):
    return Cast(measure, CharField())
