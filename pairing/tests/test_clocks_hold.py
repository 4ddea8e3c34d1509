"""Properties of all clocks: nothing gets later by more time, no day is lost or counted twice, whatever the dates."""

from datetime import date, datetime, time, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pairing import deadlines as dl
from pairing.deadlines import ONE_DAY, SHANGHAI, Calendar
from pairing.tests.test_deadlines import OFFICIAL, PLAIN

patiently = settings(deadline=None)
days = st.dates(date(2023, 10, 1), date(2028, 4, 1))
few = st.integers(0, 120)
calendars = st.sampled_from([OFFICIAL, PLAIN])
stretches = st.lists(st.tuples(days, st.none() | days), max_size=6)
LEAP, EVE, NEW_YEAR = date(2024, 2, 29), date(2025, 12, 31), date(2026, 1, 1)


@patiently
@given(days, few, few)
@example(EVE, 1, 1)
@example(LEAP, 0, 1)
def test_a_later_due_date_never_makes_it_later(due, more, after):
    today = due + timedelta(days=after)
    later = due + timedelta(days=more)
    assert dl.days_late(later, today) <= dl.days_late(due, today)
    assert dl.is_overdue(due, today) or not dl.is_overdue(later, today)
    assert dl.days_late(due, today + ONE_DAY) >= dl.days_late(due, today)


@patiently
@given(days)
@example(EVE)
@example(LEAP)
@example(date(2024, 3, 31))
def test_a_due_date_is_over_at_midnight_in_shanghai_and_not_a_second_before(due):
    last = datetime.combine(due, time(23, 59, 59, 999999), SHANGHAI)
    midnight = datetime.combine(due + ONE_DAY, time(0), SHANGHAI)
    assert dl.days_late(due, dl.day_of(last)) == 0
    assert dl.days_late(due, dl.day_of(midnight)) == 1
    assert not dl.ran_out(last, 0, OFFICIAL, dl.day_of(last))
    assert dl.ran_out(last, 0, OFFICIAL, dl.day_of(midnight))
    # a clock that starts a second later, on the next day, ends later or on the same working day
    assert dl.clock_day(midnight, 3, OFFICIAL) >= dl.clock_day(last, 3, OFFICIAL)


@patiently
@given(days, days, days, calendars)
def test_working_days_between_add_up_and_turn_round(first, middle, last, calendar):
    between = dl.working_days_between
    assert between(first, middle, calendar) + between(middle, last, calendar) == between(first, last, calendar)
    assert between(first, last, calendar) == -between(last, first, calendar)
    assert between(first, first, calendar) == 0


@patiently
@given(days, st.integers(0, 80), st.integers(0, 80), calendars)
@example(EVE, 1, 1, OFFICIAL)
def test_adding_working_days_is_undone_by_counting_and_adds_up(day, n, more, calendar):
    there = dl.add_working_days(day, n, calendar)
    assert dl.working_days_between(day, there, calendar) == n
    assert dl.add_working_days(there, more, calendar) == dl.add_working_days(day, n + more, calendar)


@patiently
@given(stretches, days, days)
def test_no_stopped_day_is_counted_twice(intervals, until, due):
    stopped = dl.stopped_days(intervals, until)
    assert dl.stopped_days(intervals + intervals, until) == stopped
    assert stopped <= sum(max(0, ((to or until) - first).days) for first, to in intervals)
    if intervals:
        assert stopped <= max(0, (until - min(first for first, _to in intervals)).days)
    assert dl.days_late(due, until, stopped) <= dl.days_late(due, until)


@patiently
@given(stretches, st.tuples(days, st.none() | days), days)
def test_standing_still_longer_never_makes_it_later(intervals, further, until):
    before, after = dl.stopped_days(intervals, until), dl.stopped_days([*intervals, further], until)
    assert after >= before
    assert dl.days_late(until - timedelta(days=30), until, after) <= dl.days_late(
        until - timedelta(days=30), until, before
    )


@patiently
@given(days, st.integers(1, 12), st.integers(1, 90), calendars)
@example(date(2025, 11, 30), 3, 14, OFFICIAL)
def test_follow_ups_stay_inside_the_term_and_on_working_days(start, months, every, calendar):
    end = dl.term_end(start, months)
    found = dl.follow_up_days(start, end, every, calendar)
    assert all(start < day <= end and calendar.works(day) for day in found)
    assert found == sorted(set(found))
    longer = dl.follow_up_days(start, dl.term_end(start, months + 1), every, calendar)
    assert len(longer) >= len(found)


def test_follow_ups_over_new_year_and_the_spring_festival():
    assert dl.follow_up_days(date(2025, 12, 18), date(2026, 3, 18), 14, OFFICIAL) == [
        date(2026, 1, 4),  # Sunday, worked: the day after New Year's three days off
        date(2026, 1, 15), date(2026, 1, 29), date(2026, 2, 12), date(2026, 2, 26), date(2026, 3, 12),
    ]  # fmt: skip
    # the last one would lie in the festival: it moves after it, inside the term, or before it where the term ends
    assert dl.follow_up_days(date(2026, 2, 4), date(2026, 2, 25), 14, OFFICIAL) == [date(2026, 2, 24)]
    assert dl.follow_up_days(date(2026, 2, 4), date(2026, 2, 20), 14, OFFICIAL) == [date(2026, 2, 14)]


def test_terms_over_month_ends_leap_days_and_the_turn_of_the_year():
    assert dl.term_end(date(2023, 11, 30), 3) == LEAP
    assert dl.term_end(date(2024, 11, 30), 3) == date(2025, 2, 28)
    assert dl.term_end(EVE, 2) == date(2026, 2, 28)
    assert dl.term_end(date(2025, 9, 30), 3) == date(2025, 12, 30)
    assert dl.days_late(EVE, NEW_YEAR) == 1
    assert dl.working_days_between(EVE, NEW_YEAR, OFFICIAL) == 0


@patiently
@given(days, days)
def test_an_unknown_year_is_said_and_a_known_one_is_not(day, other):
    years = range(min(day, other).year, max(day, other).year + 1)
    if all(OFFICIAL.knows(year) for year in years):
        assert not dl.counted_roughly(day, other, OFFICIAL)
    if not OFFICIAL.knows(max(day, other).year) and day != other:
        assert dl.counted_roughly(day, other, OFFICIAL)
    assert dl.counted_roughly(day, other, OFFICIAL) == dl.counted_roughly(other, day, OFFICIAL)


def test_the_next_year_is_asked_for_from_the_first_of_november():
    known = Calendar(frozenset(), frozenset(), frozenset({2026}))
    assert dl.missing_years(date(2026, 10, 31), known) == []
    assert dl.missing_years(date(2026, 11, 1), known) == [2027]
    assert dl.missing_years(date(2026, 12, 31), known) == [2027]
    assert dl.missing_years(date(2027, 1, 1), known) == [2027]
    assert dl.missing_years(date(2027, 11, 1), known) == [2027, 2028]
