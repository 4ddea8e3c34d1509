"""Dates against hand-written notices, naive counting and the properties of domain.md §5."""

from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pairing import deadlines as dl
from pairing.deadlines import SHANGHAI, Calendar


def days(*spans):
    """Days of spans such as "2026-02-15/23" or "2026-10-10"."""
    found = set()
    for span in spans:
        first, _, last = span.partition("/")
        start = date.fromisoformat(first)
        found |= {start.replace(day=n) for n in range(start.day, int(last or start.day) + 1)}
    return frozenset(found)


# The State Council's notices, typed from the notices and not from the package.
OFF = days(
    *("2024-01-01", "2024-02-10/17", "2024-04-04/06", "2024-05-01/05", "2024-06-10"),
    *("2024-09-15/17", "2024-10-01/07"),
    *("2025-01-01", "2025-01-28/31", "2025-02-01/04", "2025-04-04/06", "2025-05-01/05"),
    *("2025-05-31", "2025-06-01/02", "2025-10-01/08"),
    *("2026-01-01/03", "2026-02-15/23", "2026-04-04/06", "2026-05-01/05", "2026-06-19/21"),
    *("2026-09-25/27", "2026-10-01/07"),
)
ON = days(
    *("2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14"),
    *("2024-09-29", "2024-10-12", "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28"),
    *("2025-10-11", "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20"),
    "2026-10-10",
)
OFFICIAL = Calendar(days_off=OFF, days_on=ON, years=frozenset({2024, 2025, 2026}))
PLAIN = Calendar(days_off=frozenset(), days_on=frozenset(), years=frozenset())
BEFORE = [14, 7, 3, 0]

dates = st.dates(date(2023, 10, 1), date(2027, 4, 1))
any_dates = st.dates(date(1900, 1, 1), date(2200, 1, 1))
# A busy machine is no failure.
patiently = settings(deadline=None)
official_or_plain = st.sampled_from([OFFICIAL, PLAIN])


def every_day(first, last):
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def naive_between(day, other, calendar):
    return sum(calendar.works(d) for d in every_day(day + timedelta(days=1), other))


@st.composite
def calendars(draw):
    """Calendars with arbitrary exceptions around the days of the tests."""
    listed = draw(st.lists(st.tuples(dates, st.booleans()), max_size=60, unique_by=lambda x: x[0]))
    return Calendar(
        days_off=frozenset(d for d, on in listed if not on),
        days_on=frozenset(d for d, on in listed if on),
        years=frozenset(draw(st.sets(st.integers(2023, 2027)))),
    )


# Moments and days


def test_the_day_changes_at_midnight_in_shanghai():
    assert dl.day_of(datetime(2021, 6, 3, 15, 59, 59, 999999, UTC)) == date(2021, 6, 3)
    assert dl.day_of(datetime(2021, 6, 3, 16, tzinfo=UTC)) == date(2021, 6, 4)
    assert dl.day_of(datetime(2025, 12, 31, 23, 59, tzinfo=SHANGHAI)) == date(2025, 12, 31)
    assert dl.day_of(datetime(2025, 12, 31, 16, tzinfo=UTC)) == date(2026, 1, 1)


def test_a_naive_moment_has_no_day():
    with pytest.raises(ValueError, match="time zone"):
        dl.day_of(datetime(2021, 6, 3, tzinfo=UTC).replace(tzinfo=None))


# The calendar


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_the_notices_and_the_package_agree_on_every_day(year):
    listed = every_day(date(year, 1, 1), date(year, 12, 31))
    worked = [day for day in listed if OFFICIAL.works(day)]
    assert worked == [day for day in listed if chinese_calendar.is_workday(day)]
    assert dl.working_days_between(date(year - 1, 12, 31), listed[-1], OFFICIAL) == len(worked)


def test_an_unknown_year_is_monday_to_friday_even_with_some_days_listed():
    half = Calendar(days("2027-01-01"), days("2027-01-03"), frozenset({2026}))
    assert half.knows(2026)
    assert not half.knows(2027)
    for day in every_day(date(2027, 1, 1), date(2027, 12, 31)):
        assert half.works(day) == (day.isoweekday() <= 5)


def test_a_day_cannot_be_worked_and_off():
    with pytest.raises(ValueError, match="2026-05-09"):
        Calendar(days("2026-05-09"), days("2026-05-09"), frozenset({2026}))


def test_equal_calendars_are_equal_and_frozen():
    assert OFFICIAL == Calendar(OFF, ON, frozenset({2024, 2025, 2026})) != PLAIN
    assert hash(OFFICIAL) == hash(Calendar(OFF, ON, frozenset({2024, 2025, 2026})))
    with pytest.raises(AttributeError):
        OFFICIAL.years = frozenset()


# Working days


@patiently
@given(dates, st.integers(0, 400), calendars())
def test_counting_agrees_with_going_through_the_days(day, span, calendar):
    other = day + timedelta(days=span)
    expected = naive_between(day, other, calendar)
    assert dl.working_days_between(day, other, calendar) == expected
    assert dl.working_days_between(other, day, calendar) == -expected


@patiently
@given(dates, st.integers(0, 120), calendars())
def test_adding_ends_with_the_nth_working_day(day, n, calendar):
    end = dl.add_working_days(day, n, calendar)
    assert naive_between(day, end, calendar) == n
    assert (calendar.works(end) and end > day) if n else end == day
    assert dl.working_days_between(day, end, calendar) == n


@patiently
@given(dates, dates, st.integers(0, 60), calendars())
def test_adding_is_monotone(day, other, n, calendar):
    first, last = sorted([day, other])
    assert dl.add_working_days(first, n + 1, calendar) > dl.add_working_days(first, n, calendar)
    assert dl.add_working_days(first, n, calendar) <= dl.add_working_days(last, n, calendar)


@patiently
@given(dates, calendars())
def test_next_and_previous_working_day(day, calendar):
    after, before = dl.next_working_day(day, calendar), dl.previous_working_day(day, calendar)
    assert before <= day <= after
    assert [d for d in every_day(before, after) if calendar.works(d)] == sorted({before, after})
    assert (before == day == after) == calendar.works(day)


def test_working_days_around_the_spring_festival_of_2026():
    friday = date(2026, 2, 13)
    assert dl.add_working_days(friday, 1, OFFICIAL) == date(2026, 2, 14)  # make-up Saturday
    assert dl.add_working_days(friday, 2, OFFICIAL) == date(2026, 2, 24)
    assert dl.add_working_days(friday, 6, OFFICIAL) == date(2026, 2, 28)
    assert dl.working_days_between(friday, date(2026, 2, 23), OFFICIAL) == 1


def test_working_days_are_not_counted_backwards():
    with pytest.raises(ValueError, match="forwards"):
        dl.add_working_days(date(2026, 1, 1), -1, OFFICIAL)


# Clocks


def test_a_clock_runs_out_at_midnight_after_its_last_day():
    late_on_wednesday = datetime(2026, 9, 23, 23, 59, tzinfo=SHANGHAI)
    # 24 September, then Mid-Autumn 25–27, 28–30, then the National Day week.
    assert dl.clock_day(late_on_wednesday, 4, OFFICIAL) == date(2026, 9, 30)
    assert dl.clock_day(late_on_wednesday, 5, OFFICIAL) == date(2026, 10, 8)
    assert not dl.ran_out(late_on_wednesday, 5, OFFICIAL, date(2026, 10, 8))
    assert dl.ran_out(late_on_wednesday, 5, OFFICIAL, date(2026, 10, 9))
    a_minute_later = late_on_wednesday + timedelta(minutes=1)
    assert dl.clock_day(a_minute_later, 5, OFFICIAL) == date(2026, 10, 9)


@patiently
@given(dates, st.times(timezones=st.just(UTC)), st.integers(0, 20))
def test_a_clock_started_on_a_day_has_all_n_days_left(day, at, n):
    since = datetime.combine(day, at)
    end = dl.clock_day(since, n, OFFICIAL)
    assert dl.working_days_between(dl.day_of(since), end, OFFICIAL) == n
    assert not dl.ran_out(since, n, OFFICIAL, end)
    assert dl.ran_out(since, n, OFFICIAL, end + timedelta(days=1))


# Months


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2021-11-30", 3, "2022-02-28"),
        ("2023-11-30", 3, "2024-02-29"),
        ("2021-11-30", 6, "2022-05-30"),  # from the start, not from the clamped 28 February
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2025-12-31", 2, "2026-02-28"),
        ("2025-12-31", 12, "2026-12-31"),
        ("2026-01-31", 3, "2026-04-30"),
        ("2025-10-15", 3, "2026-01-15"),
        ("2025-09-30", 3, "2025-12-30"),
        ("2021-05-31", 1, "2021-06-30"),
    ],
)
def test_months_are_clamped_at_the_end_of_the_month(start, months, end):
    assert dl.add_months(date.fromisoformat(start), months).isoformat() == end
    assert dl.term_end(date.fromisoformat(start), months).isoformat() == end


@patiently
@given(any_dates, st.integers(-120, 120))
def test_months_land_in_the_month_on_the_day_or_its_last_day(start, months):
    end = dl.add_months(start, months)
    assert end.year * 12 + end.month == start.year * 12 + start.month + months
    is_last = (end + timedelta(days=1)).day == 1
    assert end.day == start.day or (end.day < start.day and is_last)
    assert dl.add_months(start, months + 1) > end
    assert dl.add_months(start + timedelta(days=1), months) >= end


def test_a_term_has_a_month_at_least():
    with pytest.raises(ValueError, match="one month"):
        dl.term_end(date(2026, 1, 1), 0)


# Lateness


@patiently
@given(any_dates, st.integers(-400, 400), st.integers(0, 90))
def test_late_overdue_and_soon_agree(due, offset, stopped):
    today = due + timedelta(days=offset)
    assert dl.days_late(due, today) == max(0, offset)
    assert dl.is_overdue(due, today) == (dl.days_late(due, today) > 0)
    moved = due + timedelta(days=stopped)
    assert dl.days_late(due, today, stopped) == dl.days_late(moved, today)
    assert dl.is_due_soon(due, today, BEFORE) == (-14 <= offset <= 0)
    assert not dl.is_due_soon(due, today, [])


@patiently
@given(any_dates, st.integers(-30, 30), st.booleans())
def test_the_gravest_level_wins(due, offset, behind):
    level = dl.level_of(due, due + timedelta(days=offset), behind, BEFORE)
    if offset > 0:
        assert level == "red"
    elif behind:
        assert level == "yellow"
    else:
        assert level == ("blue" if offset >= -14 else "")


interval = st.tuples(dates, st.none() | dates)


@patiently
@given(st.lists(interval, max_size=6), dates)
def test_stopped_days_are_the_distinct_days_inside(intervals, until):
    inside = set()
    for start, end in intervals:
        last = min(end or until, until) - timedelta(days=1)
        inside.update(every_day(start, last))
    assert dl.stopped_days(intervals, until) == len(inside)
    assert dl.stopped_days(reversed(intervals), until) == len(inside)


def test_stopped_days_are_half_open_and_merged():
    june = [date(2026, 6, n) for n in range(1, 31)]
    assert dl.stopped_days([(june[0], june[4])], until=june[29]) == 4
    assert dl.stopped_days([(june[0], june[0])], until=june[29]) == 0
    assert dl.stopped_days([(june[0], june[4]), (june[2], june[9])], until=june[29]) == 9
    assert dl.stopped_days([(june[0], june[9]), (june[2], june[4])], until=june[29]) == 9
    assert dl.stopped_days([(june[0], june[4]), (june[4], None)], until=june[9]) == 9
    assert dl.stopped_days([(june[9], None)], until=june[4]) == 0


# Reminders and follow-ups


def test_before_steps_around_a_holiday():
    # Due in the National Day week: the steps 3 and 0 both go out on 30 September.
    assert dl.before_steps(date(2026, 10, 3), BEFORE, OFFICIAL) == [
        ("before-14", date(2026, 9, 18)),  # Saturday 19 September
        ("before-7", date(2026, 9, 24)),  # Saturday inside Mid-Autumn
        ("before-3", date(2026, 9, 30)),
        ("before-0", date(2026, 9, 30)),
    ]


def test_after_steps_around_a_holiday_and_weekly_afterwards():
    due = date(2026, 9, 30)
    after_the_holiday = date(2026, 10, 8)
    expected = [(f"after-{n}", after_the_holiday) for n in (1, 3, 7)]
    assert dl.after_steps(due, [1, 3, 7], OFFICIAL) == dl.after_steps(due, [7, 1, 3], OFFICIAL) == expected

    def weekly(day):
        return dl.weekly_step(due, [1, 3, 7], day, OFFICIAL)

    assert weekly(date(2026, 10, 13)) is None
    assert weekly(date(2026, 10, 14)) == weekly(date(2026, 10, 20)) == ("after-week-1", date(2026, 10, 14))
    assert weekly(date(2026, 10, 21)) == ("after-week-2", date(2026, 10, 21))


def test_without_remind_after_the_weeks_count_from_the_due_date():
    assert dl.after_steps(date(2026, 7, 1), [], OFFICIAL) == []
    assert dl.weekly_step(date(2026, 7, 1), [], date(2026, 7, 15), OFFICIAL) == ("after-week-2", date(2026, 7, 15))


@patiently
@given(dates, st.sets(st.integers(0, 40)), official_or_plain)
def test_before_steps_go_out_in_time_on_working_days(due, remind_before, calendar):
    steps = dl.before_steps(due, remind_before, calendar)
    assert [name for name, _ in steps] == [f"before-{n}" for n in sorted(remind_before)[::-1]]
    assert [day for _, day in steps] == sorted(day for _, day in steps)
    for name, day in steps:
        nominal = due - timedelta(days=int(name.removeprefix("before-")))
        assert day == dl.previous_working_day(nominal, calendar) <= due


@patiently
@given(dates, st.sets(st.integers(1, 20)), st.integers(0, 90), official_or_plain)
def test_after_steps_never_leave_out_a_week(due, remind_after, span, calendar):
    until = due + timedelta(days=span)
    last = max(remind_after, default=0)

    def moved(n):
        return dl.next_working_day(due + timedelta(days=n), calendar)

    assert dl.after_steps(due, remind_after, calendar) == [(f"after-{n}", moved(n)) for n in sorted(remind_after)]
    weeks = [(f"after-week-{week}", moved(last + 7 * week)) for week in range(1, 15)]
    reached = [step for step in weeks if step[1] <= until]
    assert dl.weekly_step(due, remind_after, until, calendar) == (reached[-1] if reached else None)


def test_follow_ups_of_a_term_over_the_national_day_week():
    assert dl.follow_up_days(date(2026, 8, 20), date(2026, 11, 20), 14, OFFICIAL) == [
        *(date(2026, 9, 3), date(2026, 9, 17), date(2026, 10, 8), date(2026, 10, 15)),
        *(date(2026, 10, 29), date(2026, 11, 12)),
    ]


def test_the_last_follow_up_stays_inside_a_term_that_ends_on_a_holiday():
    found = dl.follow_up_days(date(2026, 9, 19), date(2026, 10, 3), 14, OFFICIAL)
    assert found == [date(2026, 9, 30)]
    # A Saturday moves to the Monday on which the term ends, not to the Friday.
    assert dl.follow_up_days(date(2026, 7, 6), date(2026, 7, 13), 5, OFFICIAL) == [date(2026, 7, 13)]
    # Nothing but days off between start and end: no follow-up.
    assert dl.follow_up_days(date(2026, 9, 30), date(2026, 10, 7), 7, OFFICIAL) == []


@patiently
@given(dates, st.integers(-10, 200), st.integers(1, 40), official_or_plain)
def test_follow_ups_are_working_days_inside_the_term(start, length, every, calendar):
    end = start + timedelta(days=length)
    found = dl.follow_up_days(start, end, every, calendar)
    assert found == sorted(set(found))
    assert all(start < day <= end and calendar.works(day) for day in found)
    assert len(found) <= max(0, length) // every
    for nominal in range(every, length + 1, every):
        after = dl.next_working_day(start + timedelta(days=nominal), calendar)
        before = dl.previous_working_day(end, calendar)
        assert (after if after <= end else before) in [*found, start] or before < start


def test_follow_ups_need_a_rhythm():
    with pytest.raises(ValueError, match="one day"):
        dl.follow_up_days(date(2026, 1, 1), date(2026, 4, 1), 0, OFFICIAL)


@pytest.mark.parametrize(
    ("text", "ahead", "expected"),
    [
        ("8.15", False, date(2026, 8, 15)),
        ("8.15", True, date(2027, 8, 15)),
        ("1126", True, date(2026, 11, 26)),  # today itself
        ("11.25", True, date(2027, 11, 25)),
        ("2.29", True, date(2028, 2, 29)),
        ("2026-8-15", True, date(2026, 8, 15)),  # a year that is written stays
    ],
)
def test_a_day_without_a_year_lies_ahead_where_that_is_meant(text, ahead, expected):
    today = date(2027, 3, 1) if text == "2.29" else date(2026, 11, 26)
    assert dl.read_day(text, today, ahead) == expected
