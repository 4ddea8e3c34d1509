"""A table ready to be written to a file: its columns, head, rows in groups, total and rules; knows no format."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

NOTHING = "—"  # no cell is left blank
WIDEST_ON_A4 = 220  # characters of all columns together; more are printed on A3


@dataclass(frozen=True, kw_only=True)
class Column:
    """`value`: row → text, date, number, or None for nothing; `link`: row → address or "", used by the page alone.

    `group`: what stands above this column and its neighbours of the same group in a head of two lines.
    """

    name: str
    label: str
    value: Callable[[Any], str | date | int | None]
    width: int = 12  # of the spreadsheet's column, in Latin characters
    number: bool = False
    link: Callable[[Any], str] | None = None
    above: Callable[[Any], str] | None = None  # what page and document write small above the value
    page: bool = True  # False: page and document say it in another way
    group: str = ""


@dataclass(frozen=True, kw_only=True)
class Issue:
    """What makes a table an issued one: its number and digest, who issued it when (in words), where it is found."""

    number: str
    digest: str
    words: str = ""
    address: str = ""  # whole, for the QR code


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table ready to be exported; `rows` may be a generator, everything else is known before the first row.

    `group`: row → (key, words) where the rows stand in groups with subtotals; `total`: read after the last row.
    `group_head`: row → the line that the document writes above the group of the row; `subtotal`: (words of the group,
    number of its rows) → its last line. `reading`: the block inside which the rows are read.
    """

    name: str  # by which the record knows it
    as_of: date
    title: str
    second_line: str
    columns: tuple[Column, ...]
    rows: Iterable
    rules: list[str]
    total: Callable[[], str] | None  # None: the rows add up to nothing
    group: Callable[[Any], tuple[Any, str]] | None = None
    group_head: Callable[[Any], str] | None = None
    subtotal: Callable[[str, int], str] = "{} {}".format
    reading: Callable[[], AbstractContextManager] = nullcontext
    rules_title: str = ""
    unit: str = ""  # who files it; with it the document ends with the line to be signed
    issue: Issue | None = None

    @property
    def signature(self):
        """填报单位：…　填报人：　审核人：　日期：, the line to be signed by hand; "" where nobody signs."""
        if not self.unit:
            return ""
        blank = "\u3000" * 8
        names = (_("Filled in by:"), _("Checked by:"), pgettext("signature line", "Date:"))
        unit = _("Filing unit: %(unit)s") % {"unit": self.unit}
        return f"{unit}\u3000\u3000{blank.join(names)}"

    def groups(self):
        """(words or None, rows) of one group after the other; a table without groups is one."""
        if self.group is None:
            yield None, self.rows
            return
        for (_key, words), rows in groupby(self.rows, key=self.group):
            yield words, rows


@dataclass(frozen=True)
class HeadCell:
    """A cell of the head: `columns` wide, `lines` high; `column`: the Column below, None for a group."""

    label: str
    columns: int
    lines: int
    column: Column | None


def head_of(columns):
    """The head as lines of HeadCells from left to right: one line, or two where a column has a group."""
    if not any(column.group for column in columns):
        return [[HeadCell(str(column.label), 1, 1, column) for column in columns]]
    upper, lower = [], []
    for group, found in groupby(columns, key=lambda column: str(column.group)):
        below = list(found)
        if group:
            upper.append(HeadCell(group, len(below), 1, None))
            lower += [HeadCell(str(column.label), 1, 1, column) for column in below]
        else:
            upper += [HeadCell(str(column.label), 1, 2, column) for column in below]
    return [upper, lower]


def in_words(value):
    """Text of a value: dates in words, nothing as a dash."""
    if isinstance(value, date):
        return _day_words(value, get_language())
    return NOTHING if value in (None, "") else str(value)


@lru_cache(maxsize=4096)  # tables name few days many times
def _day_words(day, language):
    return date_format(day, pgettext("date format", "j F Y"))


def on_paper(columns):
    """The columns that page and document show."""
    return [column for column in columns if column.page]


def paper_for(columns):
    """ "A4" or "A3", landscape: what `columns` need to stay readable."""
    return "A4" if sum(column.width for column in columns) <= WIDEST_ON_A4 else "A3"


def width_of(text):
    """Width in Latin characters; a Chinese one takes two."""
    return sum(2 if ord(c) > 0x2E80 else 1 for c in text)
