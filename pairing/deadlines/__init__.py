"""Dates of the programme: months, working days, clocks, reminders, lateness, planned progress (domain.md §4, §5).

Pure: nothing here reads the database or the clock. The calendar of working days and "today"
are arguments. A day is a ``date`` in Shanghai; a moment is an aware ``datetime``.

``due_on`` is always the due date in force. Where stopped time has not been added to it (an
acceptance that was sent back), callers pass ``due_on + timedelta(stopped_days(...))``.
"""

from pairing.deadlines.calendar import (
    ONE_DAY,
    SHANGHAI,
    Calendar,
    add_working_days,
    clock_day,
    counted_roughly,
    day_of,
    last_start,
    missing_years,
    next_working_day,
    previous_working_day,
    ran_out,
    working_days_between,
)
from pairing.deadlines.ladder import after_steps, before_steps, follow_up_days, follow_ups_moved, level_of, weekly_step
from pairing.deadlines.progress import PLANNED_LINE, behind_plan, planned_days, planned_percent
from pairing.deadlines.terms import add_months, days_late, is_due_soon, is_overdue, stopped_days, term_end
from pairing.deadlines.typed import read_day

__all__ = [
    "ONE_DAY",
    "PLANNED_LINE",
    "SHANGHAI",
    "Calendar",
    "add_months",
    "add_working_days",
    "after_steps",
    "before_steps",
    "behind_plan",
    "clock_day",
    "counted_roughly",
    "day_of",
    "days_late",
    "follow_up_days",
    "follow_ups_moved",
    "is_due_soon",
    "is_overdue",
    "last_start",
    "level_of",
    "missing_years",
    "next_working_day",
    "planned_days",
    "planned_percent",
    "previous_working_day",
    "ran_out",
    "read_day",
    "stopped_days",
    "term_end",
    "weekly_step",
    "working_days_between",
]
