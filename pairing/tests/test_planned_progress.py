"""The planned line of progress, and who is behind it; pure."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pairing.deadlines import behind_plan, planned_days, planned_percent

dates = st.dates(date(2023, 10, 1), date(2027, 4, 1))
goals = st.lists(st.none() | dates, min_size=1, max_size=8)
shifts = st.integers(-60, 200).map(lambda days: timedelta(days=days))
patiently = settings(deadline=None)

DUE = date(2026, 9, 30)
THREE = [date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30)]


def test_a_goal_is_due_until_its_day_is_over():
    for day, percent in [("2026-07-31", 0), ("2026-08-01", 33), ("2026-08-31", 33), ("2026-09-01", 66)]:
        assert planned_percent(THREE, DUE, DUE, date.fromisoformat(day)) == percent
    assert planned_percent(THREE, DUE, DUE, date(2026, 9, 30)) == 66
    assert planned_percent(THREE, DUE, DUE, date(2026, 10, 1)) == 100


def test_an_extension_moves_every_goal_by_the_days_gained():
    later = date(2026, 12, 30)
    assert planned_days(THREE, later, DUE) == [date(2026, 10, 30), date(2026, 11, 30), date(2026, 12, 30)]
    assert planned_percent(THREE, later, DUE, date(2026, 9, 1)) == 0


def test_a_goal_without_a_date_and_one_past_the_term_are_planned_for_the_due_date():
    assert planned_days([None, date(2026, 10, 15)], DUE, DUE) == [DUE, DUE]
    assert planned_percent([], DUE, DUE, date(2027, 1, 1)) == 0


def test_a_leap_day_and_the_last_day_of_the_year():
    leap, eve = date(2028, 2, 29), date(2027, 12, 31)
    assert planned_percent([eve, leap], leap, leap, eve) == 0
    assert planned_percent([eve, leap], leap, leap, date(2028, 1, 1)) == 50
    assert planned_percent([eve, leap], leap, leap, leap) == 50
    assert planned_percent([eve, leap], leap, leap, date(2028, 3, 1)) == 100


def test_who_is_behind():
    assert not behind_plan([33, 90], 33)
    assert behind_plan([32, 90], 33)
    assert behind_plan([None, 90], 1)  # who never reported stands at 0
    assert not behind_plan([None, None], 0)
    assert not behind_plan([], 100)


@patiently
@given(goals, dates, shifts, dates, st.integers(0, 200))
def test_the_line_never_falls_and_a_later_due_date_never_raises_it(goal_dates, original, shift, today, more):
    due = original + shift
    percent = planned_percent(goal_dates, due, original, today)
    assert 0 <= percent <= 100
    assert planned_percent(goal_dates, due, original, today + timedelta(days=more)) >= percent
    assert planned_percent(goal_dates, due + timedelta(days=more), original, today) <= percent


@patiently
@given(goals, dates, shifts)
def test_all_is_planned_for_the_term_and_nothing_after_it(goal_dates, original, shift):
    due = original + shift
    days = planned_days(goal_dates, due, original)
    assert len(days) == len(goal_dates)
    assert max(days) <= due
    assert planned_percent(goal_dates, due, original, due + timedelta(days=1)) == 100
    assert all(due - day >= timedelta(0) for day in days)


@patiently
@given(st.lists(st.none() | st.integers(0, 100), max_size=4), st.integers(0, 100), st.integers(0, 100))
def test_behind_is_monotone(reported, planned, more):
    if behind_plan(reported, planned):
        assert behind_plan(reported, min(100, planned + more))
    if not behind_plan(reported, planned):
        assert not behind_plan([max(percent or 0, more) for percent in reported], planned)
