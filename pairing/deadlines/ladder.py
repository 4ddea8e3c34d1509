"""The ladder: levels, reminder steps before and after the due date, follow-ups (domain.md §5)."""

from collections.abc import Iterable
from datetime import date, timedelta

from pairing.deadlines.calendar import Calendar, next_working_day, previous_working_day
from pairing.deadlines.terms import is_due_soon, is_overdue


def level_of(due_on: date, today: date, behind_plan: bool, remind_before: Iterable[int]) -> str:
    """The gravest level that holds: "red" overdue, "yellow" behind plan, "blue" near, or ""."""
    if is_overdue(due_on, today):
        return "red"
    if behind_plan:
        return "yellow"
    return "blue" if is_due_soon(due_on, today, remind_before) else ""


def before_steps(due_on: date, remind_before: Iterable[int], calendar: Calendar) -> list[tuple[str, date]]:
    """("before-14", day) … ("before-0", day), earliest first.

    A step on a day off goes out on the working day before; two may fall onto the same day.
    """
    return [
        (f"before-{n}", previous_working_day(due_on - timedelta(days=n), calendar))
        for n in sorted(set(remind_before), reverse=True)
    ]


def after_steps(due_on: date, remind_after: Iterable[int], calendar: Calendar) -> list[tuple[str, date]]:
    """("after-1", day), ("after-3", day) …, earliest first.

    A step on a day off goes out on the working day after; two may fall onto the same day.
    """
    return [(f"after-{n}", next_working_day(due_on + timedelta(days=n), calendar)) for n in sorted(set(remind_after))]


def weekly_step(due_on: date, remind_after: Iterable[int], today: date, calendar: Calendar) -> tuple[str, date] | None:
    """The latest of ("after-week-1", day) … that has gone out by ``today``; None where there is none yet.

    Every 7 days after the largest of ``remind_after``, moved as these are. Without going through the weeks: a
    simulation asks for each of its days, years after the due date.
    """
    start = due_on + timedelta(days=max(remind_after, default=0))
    for week in range((today - start).days // 7, 0, -1):
        day = next_working_day(start + timedelta(days=7 * week), calendar)
        if day <= today:
            return f"after-week-{week}", day
    return None


def follow_up_days(start: date, end: date, every_days: int, calendar: Calendar) -> list[date]:
    """Days of the follow-ups inside a term: every ``every_days`` days from the start.

    Each moves to the next working day, or to the one before if the next would pass the end.
    Ascending, after the start, not past the end, none twice. ValueError for every_days < 1.
    """
    if every_days < 1:
        raise ValueError("follow-ups are at least one day apart")
    nominal = (start + timedelta(days=n) for n in range(every_days, (end - start).days + 1, every_days))
    return sorted(day for day in {_worked(day, end, calendar) for day in nominal} if day > start)


def follow_ups_moved(days: Iterable[date], by: int, start: date, end: date, calendar: Calendar) -> list[date]:
    """The days of follow-ups after the clock stood still for ``by`` calendar days and went on at ``start``.

    The due date has moved to ``end`` and they move along, to working days as in ``follow_up_days``. Ascending, not
    before the start, not past the end, none twice.
    """
    moved = {_worked(min(day + timedelta(days=by), end), end, calendar) for day in days}
    return sorted(day for day in moved if day >= start)


def _worked(day, end, calendar):
    """The next working day, or the one before where the next would pass the end."""
    after = next_working_day(day, calendar)
    return after if after <= end else previous_working_day(day, calendar)
