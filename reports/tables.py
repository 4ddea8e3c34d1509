"""Columns, defined once for page, spreadsheet and CSV; and the counting rules printed below (domain.md §6, §7)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext, pgettext

from pairing import words
from reports.rows import separator

NOTHING = "—"  # no cell is left blank


@dataclass(frozen=True, kw_only=True)
class Column:
    """`value`: row → text, date, number, or None for nothing; `link`: row → address or "", used by the page alone."""

    name: str
    label: str
    value: Callable[[Any], str | date | int | None]
    width: int = 12  # of the spreadsheet's column, in Latin characters
    number: bool = False
    link: Callable[[Any], str] | None = None
    above: Callable[[Any], str] | None = None  # what the page writes small above the value
    page: bool = True  # False: the page says it in another way


@dataclass(frozen=True)
class Cell:
    """A cell as the page shows it."""

    name: str
    label: str
    text: str
    number: bool
    url: str
    above: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table ready to be exported; `rows` may be a generator, everything else is known before the first row.

    `group`: row → (key, words) where the rows stand in groups with subtotals; `total`: read after the last row.
    `key`: row → the thing it is about ("problem 7"), one row each, so that two issues can be compared.
    """

    name: str  # of the file, before the day it is as of
    as_of: date
    title: str
    second_line: str
    columns: tuple[Column, ...]
    rows: Iterable
    rules: list[str]
    total: Callable[[], str]
    group: Callable[[Any], tuple[Any, str]] | None = None
    key: Callable[[Any], str] | None = None


def second_line(as_of, unit, *more):
    """截至2021年6月3日 · 单位：个 · and what else there is to say."""
    day = _("As of %(day)s") % {"day": words.day_words(as_of)}
    unit = _("Unit: %(unit)s") % {"unit": unit} if unit else ""
    return " · ".join(filter(None, (day, unit, *more)))


def shown(columns):
    return [column for column in columns if column.page]


def cells(columns, row):
    """The Cells of one row for the page."""
    return [
        Cell(
            column.name, str(column.label), in_words(column.value(row)), column.number,
            column.link(row) if column.link else "", column.above(row) if column.above else "",
        )
        for column in columns
    ]  # fmt: skip


def in_words(value):
    """Text of a value: dates in words, nothing as a dash."""
    if isinstance(value, date):
        return words.day_words(value)
    return NOTHING if value in (None, "") else str(value)


def _problem(row):
    return reverse("pairing:problem", args=[row.problem_pk]) if row.opens else ""


def _number(row):
    return row.number


def late_words(row):
    """On time or late; a later relapse stands beside it."""
    text = words.late_words(row.late)
    if row.relapsed_on:
        text += separator() + _("relapsed on %(day)s") % {"day": words.day_words(row.relapsed_on)}
    return text


SOLVED = (
    Column(name="index", label=_l("No."), value=lambda row: row.index, width=6, number=True),
    Column(name="pair", label=_l("Pair"), value=lambda row: row.pair, width=16, page=False),
    Column(name="parties", label=_l("Parties"), value=lambda row: row.parties, width=28, page=False),
    Column(name="number", label=_l("Problem number"), value=lambda row: row.number, width=16, page=False),
    Column(name="title", label=_l("Problem"), value=lambda row: row.title, width=26, link=_problem, above=_number),
    Column(name="owner", label=_l("Branch with the problem"), value=lambda row: row.owner, width=18),
    Column(name="helper", label=_l("Branch that helped"), value=lambda row: row.helper, width=18),
    Column(name="category", label=_l("Category"), value=lambda row: row.category),
    Column(name="goal", label=_l("Goal"), value=lambda row: row.goal, width=26),
    Column(name="raised", label=_l("Raised on"), value=lambda row: row.raised_on, width=15),
    Column(name="signed", label=_l("Signed on"), value=lambda row: row.signed_on, width=15, page=False),
    Column(name="written_off", label=_l("Written off on"), value=lambda row: row.written_off_on, width=15),
    Column(name="late", label=_l("On time"), value=late_words),
    Column(name="days_late", label=_l("Days late"), value=lambda row: row.late, width=9, number=True, page=False),
    Column(name="effect", label=_l("Effect"), value=lambda row: row.effect, width=44),
)
PROBLEMS = (
    Column(name="number", label=_l("Number"), value=lambda row: row.number, width=16, page=False),
    Column(
        name="title", label=_l("Problem"), value=lambda row: row.title, width=36, above=_number,
        link=lambda row: reverse("pairing:problem", args=[row.pk]) if row.opens else "",
    ),
    Column(name="owner", label=_l("Branch with the problem"), value=lambda row: row.owner, width=24),
    Column(name="category", label=_l("Category"), value=lambda row: row.category),
    Column(name="raised", label=_l("Raised on"), value=lambda row: row.raised_on, width=15),
    Column(name="state", label=_l("State on that day"), value=lambda row: row.state, width=14),
    Column(name="solved", label=_l("First written off on"), value=lambda row: row.solved_on, width=15),
    Column(name="solved_by", label=_l("Solved by the pair"), value=lambda row: row.solved_by, width=16),
)  # fmt: skip
AGREEMENTS = (
    Column(name="number", label=_l("Number"), value=lambda row: row.number, width=16, page=False),
    Column(
        name="title", label=_l("Pair"), value=lambda row: row.aim, width=36, above=_number,
        link=lambda row: reverse("pairing:agreement", args=[row.pk]) if row.opens else "",
    ),
    Column(name="parties", label=_l("Parties"), value=lambda row: row.parties, width=36),
    Column(name="signed", label=_l("Signed on"), value=lambda row: row.signed_on, width=15),
    Column(name="due", label=_l("Due on"), value=lambda row: row.due_on, width=15),
    Column(name="standing", label=_l("State on that day"), value=lambda row: row.standing, width=22),
    Column(name="ended", label=_l("Ended on"), value=lambda row: row.ended_on, width=15),
)  # fmt: skip
BRANCHES = (
    Column(
        name="title", label=_l("Party branch"), value=lambda row: row.name, width=36,
        link=lambda row: reverse("pairing:organisation", args=[row.pk]),
    ),
    Column(name="side", label=_l("Side"), value=lambda row: row.side),
    Column(name="pairs", label=_l("Pairs signed"), value=lambda row: row.pairs, number=True),
    Column(name="first", label=_l("First signed on"), value=lambda row: row.first_signed_on, width=15),
)  # fmt: skip


# Counts in words
def pairs_words(n):
    return ngettext("%(n)s pair", "%(n)s pairs", n) % {"n": n}


def branches_words(n):
    return ngettext("%(n)s party branch", "%(n)s party branches", n) % {"n": n}


def problems_words(n):
    return ngettext("%(n)s problem", "%(n)s problems", n) % {"n": n}


def sentence(pairs, branches, problems):
    """5 对、7 个党支部、32 个问题: three numbers that are never divided by each other."""
    return pgettext("between counts", ", ").join(
        (pairs_words(pairs), branches_words(branches), problems_words(problems))
    )


class Tally:
    """Counts rows of the statistics table as they pass by: pairs, distinct branches, problems, relapses."""

    def __init__(self):
        self.pairs, self.branches, self.problems, self.relapsed = set(), set(), 0, 0

    def add(self, row, branches):
        """Count `row`, whose pair was signed by `branches` (ids), and hand it on."""
        self.pairs.add(row.agreement_pk)
        self.branches |= branches
        self.problems += 1
        self.relapsed += bool(row.relapsed_on)
        return row

    def __str__(self):
        return sentence(len(self.pairs), len(self.branches), self.problems)
