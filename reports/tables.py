"""Columns, defined once for page, spreadsheet and CSV; and the counting rules printed below (domain.md §6, §7)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext, pgettext

from accounts import exports
from accounts.exports import NOTHING as NOTHING
from accounts.exports import Column
from accounts.exports import on_paper as shown  # noqa: F401 - the pages know it by this name
from accounts.exports.table import in_words
from accounts.reading import read_only
from pairing import words
from reports.rows import separator


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
class Table(exports.Table):
    """A table of the reports, read in a transaction that writes nothing.

    `key`: row → the thing it is about ("problem 7"), one row each, so that two issues can be compared.
    """

    key: Callable[[Any], str] | None = None
    subtotal: Callable[[str, int], str] = field(default_factory=lambda: subtotal_words)
    reading: Callable[[], AbstractContextManager] = read_only


def second_line(as_of, unit, *more):
    """截至2021年6月3日 · 单位：个 · and what else there is to say."""
    day = _("As of %(day)s") % {"day": words.day_words(as_of)}
    unit = _("Unit: %(unit)s") % {"unit": unit} if unit else ""
    return " · ".join(filter(None, (day, unit, *more)))


def cells(columns, row):
    """The Cells of one row for the page."""
    return [
        Cell(
            column.name, str(column.label), in_words(column.value(row)), column.number,
            column.link(row) if column.link else "", column.above(row) if column.above else "",
        )
        for column in columns
    ]  # fmt: skip


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
    Column(name="carried", label=_l("New or carried over"), value=lambda row: carried_words(row), width=11, page=False),
    Column(name="extended", label=_l("Extensions"), value=lambda row: row.extended, width=8, number=True, page=False),
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
def subtotal_words(words, count):
    """小计：结对〔2021〕3号 15 个问题."""
    return _("Subtotal %(pair)s: %(problems)s") % {"pair": words, "problems": problems_words(count)}


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


def pair_words(row):
    """The line above the problems of a pair: its number, its parties, the day of signing; `row` is a SolvedRow."""
    return f"{row.pair} {row.parties} {signed_words(row)}"


def signed_words(row):
    """When a pair was signed; in a period also whether it is new, and how often it was extended."""
    found = [_("signed on %(day)s") % {"day": words.day_words(row.signed_on)}, carried_words(row)]
    if row.extended:
        found.append(ngettext("extended %(n)s time", "extended %(n)s times", row.extended) % {"n": row.extended})
    return separator().join(filter(None, found))


def carried_words(row):
    """Newly signed in the period or carried over; "" without a period."""
    if row.carried is None:
        return ""
    return _("carried over") if row.carried else _("newly signed")


def solved_columns(question):
    """Columns of the table of solved problems: new or carried over only in a period; not grouped by pair, each row
    names its pair."""
    columns = [column for column in SOLVED if column.name != "carried" or question.first_day]
    if question.group in ("", "pair"):
        return tuple(columns)
    return tuple(replace(column, page=True) if column.name == "pair" else column for column in columns)


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
