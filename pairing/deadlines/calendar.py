"""Days and working days in Shanghai, by the yearly notices, and clocks of n working days (domain.md §4, §5)."""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)
FROM_MONTH = 11  # the notice of a year is published late in the year before; missing in November it is asked for


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


def missing_years(today: date, calendar: Calendar) -> list[int]:
    """Years whose notice should be known on ``today`` and is not: this one, and from 1 November the next one."""
    needed = [today.year, today.year + 1] if today.month >= FROM_MONTH else [today.year]
    return [year for year in needed if not calendar.knows(year)]


def counted_roughly(day: date, other: date, calendar: Calendar) -> bool:
    """Whether a count of the working days after ``day`` up to ``other`` meets a year whose notice is not known."""
    first, last = sorted((day, other))
    return not all(calendar.knows(year) for year in range((first + ONE_DAY).year, last.year + 1))


# Clocks of n working days (domain.md §4, §5)


def clock_day(since: datetime, n: int, calendar: Calendar) -> date:
    """The last day of a clock of n working days that started at the moment ``since``."""
    return add_working_days(day_of(since), n, calendar)


def last_start(n: int, calendar: Calendar, today: date) -> date:
    """The last day on which a clock of n working days that has run out by ``today`` can have started."""
    target, day = calendar.worked_by(today - ONE_DAY) - n, today - ONE_DAY
    while (over := calendar.worked_by(day) - target) > 0:
        day -= timedelta(days=over)  # a day takes away one working day at most
    return day


def ran_out(since: datetime, n: int, calendar: Calendar, today: date) -> bool:
    """Whether that clock has run out: from 00:00 Shanghai of the day after ``clock_day``."""
    return today > clock_day(since, n, calendar)
