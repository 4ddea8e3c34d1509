"""Dates of the programme: months, working days, clocks, reminders, lateness (domain.md §4, §5).

Pure: nothing here reads the database or the clock. The calendar of working days and "today"
are arguments. A day is a ``date`` in Shanghai; a moment is an aware ``datetime``.

``due_on`` is always the due date in force. Where stopped time has not been added to it (an
acceptance that was sent back), callers pass ``due_on + timedelta(stopped_days(...))``.
"""

import re
import unicodedata
from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate, chain, count, takewhile
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)
_WITH_YEAR = (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"), re.compile(r"(\d{4})(\d\d)(\d\d)"))
_WITHOUT_YEAR = (re.compile(r"(\d{1,2})-(\d{1,2})"), re.compile(r"(\d\d)(\d\d)"))


def day_of(moment: datetime) -> date:
    """The Shanghai day of an aware moment; ValueError for a naive one."""
    if moment.utcoffset() is None:
        raise ValueError("a moment without time zone belongs to no day")
    return moment.astimezone(SHANGHAI).date()


def _is_weekday(day: date) -> bool:
    return day.weekday() < 5


@dataclass(frozen=True)
class Calendar:
    """Working days by the State Council's yearly notices (domain.md §5).

    ``days_off``: weekdays that are off; ``days_on``: weekend days that are worked (调休);
    ``years``: years whose notice is known. Any other year is Monday–Friday, even if some of
    its days are listed: half a notice is worse than none. Weekend days among ``days_off`` and
    weekdays among ``days_on`` change nothing. ValueError if a day is in both sets.
    """

    days_off: frozenset[date]
    days_on: frozenset[date]
    years: frozenset[int]
    # Days that differ from Monday–Friday: as a set, as sorted ordinals, and the running sum of
    # +1 (worked) and -1 (off) that each one adds to the plain count of weekdays.
    _exceptions: frozenset[date] = field(init=False, repr=False, compare=False)
    _ordinals: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _corrections: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if both := self.days_off & self.days_on:
            raise ValueError(f"both worked and off: {min(both):%Y-%m-%d}")
        listed = {day for day in self.days_off if _is_weekday(day)}
        listed |= {day for day in self.days_on if not _is_weekday(day)}
        days = sorted(day for day in listed if day.year in self.years)
        signs = (-1 if _is_weekday(day) else 1 for day in days)
        # The only way to fill derived fields of a frozen dataclass.
        object.__setattr__(self, "_exceptions", frozenset(days))
        object.__setattr__(self, "_ordinals", tuple(day.toordinal() for day in days))
        object.__setattr__(self, "_corrections", tuple(accumulate(signs, initial=0)))

    def knows(self, year: int) -> bool:
        """Whether the official notice of the year is in the calendar."""
        return year in self.years

    def works(self, day: date) -> bool:
        """Whether the day is a working day."""
        return _is_weekday(day) != (day in self._exceptions)

    def worked_by(self, day: date) -> int:
        """Working days from 1 January of year 1 (a Monday) to the day, inclusive.

        Only differences mean something. Closed form and one bisection, because lists ask for
        it hundreds of thousands of times.
        """
        ordinal = day.toordinal()
        weeks, rest = divmod(ordinal, 7)
        weekdays = weeks * 5 + min(rest, 5)
        return weekdays + self._corrections[bisect_right(self._ordinals, ordinal)]


def add_working_days(day: date, n: int, calendar: Calendar) -> date:
    """The nth working day after the day; with n = 0 the day itself, worked or not.

    "n working days" count from the next working day and end with the nth (domain.md §4).
    ValueError for a negative n.
    """
    if n < 0:
        raise ValueError("working days are counted forwards only")
    target = calendar.worked_by(day) + n
    # A day adds at most one working day, so a jump by what is missing never overshoots, and
    # the last jump ends on a working day.
    while missing := target - calendar.worked_by(day):
        day += timedelta(days=missing)
    return day


def working_days_between(day: date, other: date, calendar: Calendar) -> int:
    """Working days after ``day`` up to and including ``other``; negative if other < day."""
    return calendar.worked_by(other) - calendar.worked_by(day)


def next_working_day(day: date, calendar: Calendar) -> date:
    """The day itself if it is worked, else the first working day after it."""
    while not calendar.works(day):
        day += ONE_DAY
    return day


def previous_working_day(day: date, calendar: Calendar) -> date:
    """The day itself if it is worked, else the last working day before it."""
    while not calendar.works(day):
        day -= ONE_DAY
    return day


# Clocks of n working days (domain.md §4, §5)


def clock_day(since: datetime, n: int, calendar: Calendar) -> date:
    """The last day of a clock of n working days that started at the moment ``since``."""
    return add_working_days(day_of(since), n, calendar)


def ran_out(since: datetime, n: int, calendar: Calendar, today: date) -> bool:
    """Whether that clock has run out: from 00:00 Shanghai of the day after ``clock_day``."""
    return today > clock_day(since, n, calendar)


# Terms in months (domain.md §5)


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


def level_of(due_on: date, today: date, behind_plan: bool, remind_before: Iterable[int]) -> str:
    """The gravest level that holds: "red" overdue, "yellow" behind plan, "blue" near, or ""."""
    if is_overdue(due_on, today):
        return "red"
    if behind_plan:
        return "yellow"
    return "blue" if is_due_soon(due_on, today, remind_before) else ""


# Reminders and follow-ups (domain.md §5)


def before_steps(due_on: date, remind_before: Iterable[int], calendar: Calendar) -> list[tuple[str, date]]:
    """("before-14", day) … ("before-0", day), earliest first.

    A step on a day off goes out on the working day before; two may fall onto the same day.
    """
    return [
        (f"before-{n}", previous_working_day(due_on - timedelta(days=n), calendar))
        for n in sorted(set(remind_before), reverse=True)
    ]


def after_steps(due_on: date, remind_after: Iterable[int], until: date, calendar: Calendar) -> list[tuple[str, date]]:
    """("after-1", day) …, then ("after-week-1", day) … every 7 days after the largest of them.

    All that go out up to and including ``until``, earliest first. A step on a day off goes out
    on the working day after; two may fall onto the same day.
    """
    days = sorted(set(remind_after))
    last = max(days, default=0)
    steps = chain(
        ((f"after-{n}", n) for n in days),
        ((f"after-week-{week}", last + 7 * week) for week in count(1)),
    )
    dated = ((name, next_working_day(due_on + timedelta(days=n), calendar)) for name, n in steps)
    return list(takewhile(lambda step: step[1] <= until, dated))


def follow_up_days(start: date, end: date, every_days: int, calendar: Calendar) -> list[date]:
    """Days of the follow-ups inside a term: every ``every_days`` days from the start.

    Each moves to the next working day, or to the one before if the next would pass the end.
    Ascending, after the start, not past the end, none twice. ValueError for every_days < 1.
    """
    if every_days < 1:
        raise ValueError("follow-ups are at least one day apart")
    days = set()
    for n in range(every_days, (end - start).days + 1, every_days):
        nominal = start + timedelta(days=n)
        day = next_working_day(nominal, calendar)
        if day > end:
            day = previous_working_day(nominal, calendar)
        if day > start:
            days.add(day)
    return sorted(days)


# Days as people type them


def read_day(text: str, today: date, ahead: bool = False) -> date:
    """The day that `text` means: 2026-8-15, 2026年8月15日, 20260815; without a year (8.15, 0815) the one nearest to
    `today`, or `ahead` the next one from today on. ValueError for what is no day, such as 2月30日."""
    plain = unicodedata.normalize("NFKC", text).strip().rstrip("日")
    plain = re.sub(r"\s*[年月./-]\s*", "-", plain)
    for pattern in _WITH_YEAR:
        if found := pattern.fullmatch(plain):
            return date(*map(int, found.groups()))
    for pattern in _WITHOUT_YEAR:
        if found := pattern.fullmatch(plain):
            return _without_year(*map(int, found.groups()), today, ahead)
    raise ValueError(text)


def _without_year(month: int, day: int, today: date, ahead: bool) -> date:
    days = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            days.append(date(year, month, day))
        except ValueError:  # 29 February outside a leap year
            continue
    if not days:
        raise ValueError(f"{month}-{day}")
    to_come = [found for found in days if found >= today]
    return min(to_come) if ahead and to_come else min(days, key=lambda found: abs(found - today))
