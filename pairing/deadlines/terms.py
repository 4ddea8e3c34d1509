"""Terms in whole calendar months, stopped time and lateness in calendar days (domain.md §5)."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date


def add_months(start: date, months: int) -> date:
    """Whole calendar months from the start, clamped at the end of the month.

    Add months to the first start, never to an earlier result: 30 Nov + 3 + 3 is 28 May in
    two steps, but 30 May in one.
    """
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    return start.replace(year=year, month=month, day=min(start.day, monthrange(year, month)[1]))


def term_end(start: date, months: int) -> date:
    """Due date of a term that starts on the day of the last signature.

    ``months`` is the whole sum: the term and every month granted since. A due date on a
    holiday stays there. ValueError for less than one month.
    """
    if months < 1:
        raise ValueError("a term has at least one month")
    return add_months(start, months)


# Lateness, in calendar days (domain.md §5)


def stopped_days(intervals: Iterable[tuple[date, date | None]], until: date) -> int:
    """Calendar days in the intervals [from_on, to_on), each day once, none from ``until`` on.

    An interval that is still open (None) ends at ``until``; one that ends before it begins
    counts nothing.
    """
    total, counted_to = 0, date.min
    for from_on, to_on in sorted(intervals, key=lambda interval: interval[0]):
        first = max(from_on, counted_to)
        end = until if to_on is None else min(to_on, until)
        if end > first:
            total += (end - first).days
            counted_to = end
    return total


def days_late(due_on: date, ended_on: date, stopped: int = 0) -> int:
    """Calendar days late, 0 if in time; ``stopped`` days of a halted clock are subtracted."""
    return max(0, (ended_on - due_on).days - stopped)


def is_overdue(due_on: date, today: date) -> bool:
    """Overdue begins with the day after the due date."""
    return today > due_on


def is_due_soon(due_on: date, today: date, remind_before: Iterable[int]) -> bool:
    """Due today or within the largest of ``remind_before`` calendar days, not overdue."""
    return 0 <= (due_on - today).days <= max(remind_before, default=-1)
