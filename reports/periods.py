"""Periods of a question: a year, a half, a quarter or a month of it, or from one day to another. Pure."""

from calendar import monthrange
from datetime import date

from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import pgettext

from pairing.words import day_words

# name in the address → (first month, number of months)
_SPANS = {"h1": (1, 6), "h2": (7, 6)}
_SPANS |= {f"q{n + 1}": (1 + 3 * n, 3) for n in range(4)}
_SPANS |= {f"m{n}": (n, 1) for n in range(1, 13)}
PARTS = (
    ("h1", _l("first half")), ("h2", _l("second half")), ("q1", _l("first quarter")), ("q2", _l("second quarter")),
    ("q3", _l("third quarter")), ("q4", _l("fourth quarter")), *((f"m{n}", MONTHS[n]) for n in range(1, 13)),
)  # fmt: skip


def days_of(year, part=""):
    """(first day, last day) of a year, or of a part of it as PARTS names them."""
    first, months = _SPANS.get(part, (1, 12))
    last = first + months - 1
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def words_of(first, last, year=None, part=""):
    """2021年, 2021年第一季度, 2021年3月, 2021年3月5日至2021年4月1日; either day may be None."""
    if year and part.startswith("m"):
        return month_words(first)
    if year and part:
        return _("%(part)s of %(year)s") % {"year": year, "part": dict(PARTS)[part]}
    if year:
        return _("the year %(year)s") % {"year": year}
    if first is None:
        return _("until %(day)s") % {"day": day_words(last)}
    if last is None:
        return _("from %(day)s on") % {"day": day_words(first)}
    return _("%(first)s to %(last)s") % {"first": day_words(first), "last": day_words(last)}


def month_words(day):
    """2021年3月, or "March 2021"."""
    return date_format(day, pgettext("month format", "F Y"))


def months_between(first, last):
    """The months that touch [first, last], each as (its first day, its last day) within it."""
    found = []
    start = first
    while start <= last:
        end = date(start.year, start.month, monthrange(start.year, start.month)[1])
        found.append((start, min(end, last)))
        start = date(start.year + start.month // 12, start.month % 12 + 1, 1)
    return found
