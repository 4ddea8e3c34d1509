"""The planned line of progress: how much of a pair's work should be done by a day (domain.md §5, level yellow)."""

from collections.abc import Iterable
from datetime import date


def planned_days(goal_dates: Iterable[date | None], due_on: date, original_due_on: date) -> list[date]:
    """The day planned for each goal, in the order given.

    A goal moves with the due date: by as many days as the date in force lies after the original one, and never past
    it. A goal without a date of its own (rules without lists) is planned for the due date.
    """
    moved = due_on - original_due_on
    return [min(day + moved, due_on) if day else due_on for day in goal_dates]


def planned_percent(goal_dates: Iterable[date | None], due_on: date, original_due_on: date, today: date) -> int:
    """The share of goals whose planned day is over on `today`, in whole percent, rounded down; 0 without goals.

    A goal is due until its day ends: the share rises at 00:00 Shanghai of the day after. Rounded down, so that
    "one of three done", reported as 33, is on plan.
    """
    days = planned_days(goal_dates, due_on, original_due_on)
    return 100 * sum(day < today for day in days) // len(days) if days else 0


def behind_plan(reported: Iterable[int | None], planned: int) -> bool:
    """Whether the lowest of the present parties' latest reports, in percent, lies below the planned percent.

    None, a party that never reported, counts as 0; without parties nothing is behind.
    """
    return min((percent or 0 for percent in reported), default=100) < planned
