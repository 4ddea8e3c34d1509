"""The planned line of progress: how much of a pair's work should be done by a day (domain.md §5, level yellow).

The rule stands here in both forms that are needed: for a loaded pair, and in SQL for all pairs at once.
"""

from collections.abc import Iterable
from datetime import date


def planned_days(goal_dates: Iterable[date | None], due_on: date, original_due_on: date) -> list[date]:
    """The day planned for each goal, in the order given.

    A goal moves with the due date: by as many days as the date in force lies after the original one, and never past
    it. A goal without a date of its own (rules without lists) is planned for the due date.
    """
    moved = due_on - original_due_on
    return [min(day + moved, due_on) if day else due_on for day in goal_dates]


# (id, due_on, day, percent): every planned day of each pair, and the share of its goals that are due once that day is
# over, as planned_days and planned_percent have it. `pairs`: a relation with id, due_on and original_due_on.
PLANNED_LINE = """
SELECT DISTINCT p.id, p.due_on, planned.day,
       100 * count(*) OVER (PARTITION BY p.id ORDER BY planned.day) / count(*) OVER (PARTITION BY p.id) AS percent
FROM {pairs} p JOIN pairing_goal g ON g.agreement_id = p.id CROSS JOIN LATERAL (
    SELECT least(coalesce(g.date + (p.due_on - p.original_due_on), p.due_on), p.due_on) AS day) planned"""


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
