"""Who is silent since when, and what the clock does about it: of an invitation, and of the working group itself."""

from dataclasses import dataclass
from datetime import date

from pairing.deadlines import clock_day, day_of, working_days_between
from pairing.enums import INVITING, OWN, Turn, clock_column
from pairing.models import working_days
from pairing.words import countdown


@dataclass(frozen=True)
class Silence:
    """An invitation without an answer: who owes it, since when, on which days the group is told and it lapses."""

    names: str
    since: date
    days: int  # working days so far
    notice_on: date
    told: bool
    lapses_on: date
    left: str


def silence_of(agreement, today):
    """The Silence of an invitation or a counter-proposal; None in every other state."""
    if agreement.state not in INVITING:
        return None
    since, calendar, rules = agreement.state_since, working_days(), agreement.rules(today)
    notice_on = clock_day(since, rules.invitation_notice, calendar)
    lapses_on = clock_day(since, rules.invitation_lapse, calendar)
    return Silence(
        agreement.turn_names, day_of(since), working_days_between(day_of(since), today, calendar),
        notice_on, today > notice_on, lapses_on, countdown(lapses_on, today, calendar),
    )  # fmt: skip


@dataclass(frozen=True)
class GroupClock:
    """Until when the working group, or its lead, has to decide: the same clock that the parties have."""

    until: date
    left: str
    late: bool


def group_clock(agreement, today):
    """The GroupClock of what waits for the working group; None where nothing does."""
    name, since = OWN.get(agreement.state), getattr(agreement, clock_column(agreement.state))
    if agreement.turn not in (Turn.GROUP, Turn.LEAD) or not name or since is None:
        return None
    until = clock_day(since, getattr(agreement.rules(today), name), working_days())
    return GroupClock(until, countdown(until, today, working_days()), today > until)
