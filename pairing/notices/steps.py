"""The steps of every clock: which is reached on a day, how grave, and who is told. Pure: no database, no clock.

A Moment is what matters have in common for a clock: programme, rule version, a mark (state and turn) and two days.
Hundreds of thousands of matters have only hundreds of Moments, so the rules are asked here, in Python, and the
multiplicity is left to SQL (pairing.notices.clocks).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from accounts.models import Role
from pairing import deadlines
from pairing.enums import LAPSE, OWN, SILENT, WRITING, Turn

NEVER = date.max
LOOK_BACK_WINDOW = timedelta(days=60)  # a look-back that fell due longer ago is history, not due


class Who(NamedTuple):
    """Holders of seats of `role` at a place of the matter: "sides" (present parties, owner), "turn" (those whose turn
    it is), "committee" (of the programme), "above" (it too, but only where the lead decides alone),
    "group" (the reviewers who are not recused, without any the lead)."""

    role: str
    place: str


SECRETARIES = Who(Role.SECRETARY, "sides")
NEXT, NEXT_LIAISONS = Who(Role.SECRETARY, "turn"), Who(Role.LIAISON, "turn")
SUPERVISOR, LEAD, LEADER = (Who(role, "committee") for role in (Role.SUPERVISOR, Role.LEAD, Role.LEADER))
ABOVE = Who(Role.LEADER, "above")
GROUP = Who(Role.REVIEWER, "group")


class Moment(NamedTuple):
    """`rules`: id of the rule version kept, 0 where the programme's of the day holds. `mark`: state and turn, or "".
    `day`: from which the clock counts; `until`: from which on another one of the same matter counts."""

    programme: int
    rules: int
    mark: str
    day: date
    until: date


@dataclass(frozen=True)
class Reached:
    """A step that stands on a day. `details`: values for the words; `vacant`: only where a seat is without a holder."""

    step: str
    level: str  # "blue", "yellow", "red" or ""
    who: Who
    details: dict = field(default_factory=dict, hash=False, compare=False)
    vacant: bool = False


def due_date(moment, rules, today, calendar) -> Iterator[Reached]:
    """The ladder of a running pair around `moment.day`, its due date; of several missed steps only the latest."""
    due = moment.day
    if today <= due:
        yield from _latest(deadlines.before_steps(due, rules.remind_before, calendar), due, today, SECRETARIES, "blue")
        return
    yield from _latest(deadlines.after_steps(due, rules.remind_after, calendar), due, today, SECRETARIES, "red")
    weekly = deadlines.weekly_step(due, rules.remind_after, today, calendar)
    yield from _latest([weekly] if weekly else [], due, today, SUPERVISOR, "red")
    late = deadlines.working_days_between(due, today, calendar)
    for who, times in ((SUPERVISOR, 1), (LEAD, 2)):
        if late >= rules.escalate_after * times:
            yield Reached(f"late_{who.role}", "red", who, {"due_on": due, "n": rules.escalate_after * times})


def _latest(steps, due, today, who, level):
    reached = [name for name, day in steps if day <= today]
    if reached:
        yield Reached(reached[-1], level, who, {"due_on": due, "n": int(reached[-1].rpartition("-")[2])})


def state(moment, rules, today, calendar) -> Iterator[Reached]:
    """Waiting for somebody since `moment.day`: told at once, warned before a lapse, the group told of silence.

    Past the last day of a state that lapses nothing more is said: the clock has ended it.
    """
    name, turn = moment.mark.split()
    left = _days_left(moment, rules, LAPSE.get(name), today, calendar)
    if left is not None and left < 0:
        return
    yield from _waiting(name, turn)
    if left is not None and left <= rules.lapse_warning:
        last = deadlines.add_working_days(moment.day, getattr(rules, LAPSE[name]), calendar)
        for who in _next(name, turn):
            yield Reached("lapse_near", "blue", who, {"until": last, "n": rules.lapse_warning})
    quiet = _days_left(moment, rules, SILENT.get(name), today, calendar)
    if quiet is not None and quiet < 0:
        yield Reached(f"silent_{name}", "yellow", GROUP, {"n": getattr(rules, SILENT[name])})
    if turn != Turn.BRANCHES:
        yield from _own_delay(name, turn, moment, rules, today, calendar)


def _days_left(moment, rules, parameter, today, calendar):
    """Working days until a clock of that many ends, -1 when it has run out; None without such a clock."""
    if parameter is None:
        return None
    last = deadlines.add_working_days(moment.day, getattr(rules, parameter), calendar)
    return -1 if today > last else deadlines.working_days_between(today, last, calendar)


def _next(name, turn):
    if turn != Turn.BRANCHES:
        return (GROUP,) if turn == Turn.GROUP else (LEAD,)
    return (NEXT, NEXT_LIAISONS) if name in WRITING else (NEXT,)


def _waiting(name, turn):
    for who in _next(name, turn):
        yield Reached(f"waiting_{turn}", "", who)
    if turn == Turn.BRANCHES:  # a vacant seat escalates
        yield Reached("vacant_seat", "yellow", SUPERVISOR, vacant=True)
        yield Reached("vacant_seat", "yellow", LEAD, vacant=True)


def _own_delay(name, turn, moment, rules, today, calendar):
    """The working group's own delays: to itself and one level up."""
    left = _days_left(moment, rules, OWN.get(name), today, calendar)
    if left is not None and left < 0:
        for who in (GROUP, LEAD, ABOVE) if turn == Turn.GROUP else (LEAD, LEADER):
            yield Reached(f"late_{OWN[name]}", "red", who, {"n": getattr(rules, OWN[name])})


def lapse(moment, rules, today, calendar) -> Iterator[Reached]:
    """What everybody is told once the clock has ended the state: only a simulation asks, in reality it is news."""
    left = _days_left(moment, rules, LAPSE.get(moment.mark.split()[0]), today, calendar)
    if left is not None and left < 0:
        yield Reached("news_lapse", "", SECRETARIES, {"action": "lapse"})


def follow_up(moment, rules, today, calendar) -> Iterator[Reached]:
    """A planned follow-up, until the next one takes its place."""
    if moment.day <= today < moment.until:
        yield Reached("follow_up_due", "blue", SUPERVISOR, {"planned_on": moment.day, "n": rules.follow_up_every_days})


def behind_plan(moment, rules, today, calendar) -> Iterator[Reached]:
    """A goal whose planned day is over while the pair reports less than planned; until the next goal's."""
    if moment.day < today <= moment.until:
        yield Reached("behind_plan", "yellow", SECRETARIES, {"goal_on": moment.day})


def look_back(moment, rules, today, calendar) -> Iterator[Reached]:
    """So many days after the write-off the owner says whether it still works."""
    due = moment.day + timedelta(days=rules.look_back_days)
    if due <= today <= due + LOOK_BACK_WINDOW:
        yield Reached("look_back_due", "blue", SECRETARIES, {"written_off_on": moment.day, "n": rules.look_back_days})


KINDS = {
    "before": "reminder", "behind": "reminder", "after": "overdue", "late": "overdue", "follow": "follow_up",
    "look": "follow_up", "news": "news", "market": "market", "calendar": "system", "channel": "system",
    "system": "system",
}  # fmt: skip
MANDATORY = frozenset({"waiting", "overdue", "system"})


def kind_of(step):
    """The kind of a step, by its first word: "waiting", "overdue", "reminder", "follow_up", "news", "market" or
    "system"; whatever is not named is waiting for somebody."""
    return KINDS.get(step.replace("-", "_").split("_")[0], "waiting")
