"""An agreement at a glance: where each party stands, how far the term has run, what the goals are."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from pairing.deadlines import clock_day, planned_percent
from pairing.enums import STATE_CLOCKS, WRITING, AgreementState, Answer, PartyRole, ProblemState
from pairing.models import working_days
from pairing.words import countdown, day_words, due_day

A = AgreementState
FEW = 5  # goals named at a glance; the rest is counted
SCALE = 1000  # units of the drawn line


@dataclass(frozen=True)
class Standing:
    """A party and where it stands in the present state: `done` None where nothing is asked of it; `percent` of its
    latest progress report, None without one."""

    party: object
    text: str = ""
    done: bool | None = None
    percent: int | None = None


def standings(agreement, signatures=(), progress=()):
    """[Standing] of all parties, those who left last. `signatures`: Signatures; `progress`: [(Party, report)]."""
    signed = {signature.party_id for signature in signatures if signature.voided_at is None}
    reports = {party.pk: report for party, report in progress if report}
    parties = sorted(agreement.all_parties, key=lambda party: party.left_on is not None)
    return [_standing(agreement, party, signed, reports.get(party.pk)) for party in parties]


def _standing(agreement, party, signed, report):
    state = agreement.state
    if party.left_on:
        return Standing(party, _("left on %(day)s") % {"day": day_words(party.left_on)})
    if state in WRITING or state == A.SUBMITTED:
        return _asked(party, bool(party.confirmed_digest), _("goals confirmed"), _("goals to be confirmed"))
    if state == A.SIGNING:
        return _asked(party, party.pk in signed, _("has signed"), _("to sign"))
    if state == A.ACTIVE and agreement.end_code:
        return _asked(party, party.agrees_to_end, _("agrees to the end"), _("to answer the proposed end"))
    if state in (A.ACTIVE, A.ACCEPTANCE, A.CLOSED) and agreement.completion_digest:  # later than any percentage
        same = party.completion_digest == agreement.completion_digest
        return _asked(party, same, _("completion confirmed"), _("completion to be confirmed"))
    if agreement.signed_on:
        return Standing(party, "" if report else _("no progress stated"), percent=report.percent if report else None)
    if party.role == PartyRole.INITIATOR:
        return Standing(party)
    return _asked(party, party.answer == Answer.ACCEPTED, party.get_answer_display(), party.get_answer_display())


def _asked(party, done, yes, no):
    return Standing(party, yes if done else no, done)


@dataclass(frozen=True)
class Course:
    """The term drawn as a line of SCALE units: how far it has run, the due dates, the days of the goals.

    `late`: units past the due date; `before`: places of due dates that were moved; `goals`: places of goal dates.
    """

    start: date
    due: date
    elapsed: int
    due_at: int
    late: int
    before: tuple[int, ...]
    goals: tuple[int, ...]


def course(agreement, today, due_changes=(), blocks=()):
    """The Course of a signed agreement, None before the last signature."""
    if not agreement.signed_on or not agreement.due_on:
        return None
    start, due = agreement.signed_on, due_day(agreement)
    reached = min(today, agreement.ended_on or agreement.completed_on or today)
    days = max((max(due, reached) - start).days, 1)

    def place(day):
        return max(0, min(SCALE, (day - start).days * SCALE // days))

    moved = {change.due_on for change in due_changes} - {due, agreement.due_on}
    dates = {block.goal.date for block in blocks if block.goal and block.goal.date}
    return Course(
        start, due, place(reached), place(due), max(place(reached) - place(due), 0),
        tuple(sorted(map(place, moved))), tuple(sorted(map(place, dates))),
    )  # fmt: skip


@dataclass(frozen=True)
class Sides:
    """What each side states, drawn as bars of 100 units: `bars` as (top, percent), and the planned line."""

    planned: int
    bars: tuple[tuple[int, int], ...]
    gap: int

    @property
    def height(self):
        return 8 * len(self.bars) - 3

    @property
    def planned_at(self):
        return min(self.planned, 99)


def sides(agreement, progress, today):
    """The Sides of an active agreement whose goals are loaded; None otherwise. `progress`: [(Party, report)]."""
    if agreement.state != A.ACTIVE:
        return None
    dates = [goal.date for goal in agreement.goals.all()]
    planned = planned_percent(dates, agreement.due_on, agreement.original_due_on, today)
    reports = [report for _party, report in progress]
    stated = [report.percent if report else 0 for report in reports] if any(reports) else []
    gap = max(stated) - min(stated) if stated and all(reports) else 0
    return Sides(planned, tuple((8 * n, percent) for n, percent in enumerate(stated)), gap)


def to_be_left_by(agreement, today):
    """(last day, words) of the clock of the present state; None where none runs."""
    name = STATE_CLOCKS.get(agreement.state)
    if not name:
        return None
    last = clock_day(agreement.state_since, getattr(agreement.rules(today), name), working_days())
    return last, countdown(last, today, working_days())


@dataclass(frozen=True)
class GoalInBrief:
    """A goal as a line: its number, text and date, and whether it is reached."""

    number: int
    text: str
    date: date | None
    done: bool


def goals_in_brief(blocks):
    """([GoalInBrief] of at most FEW goals, number of all goals, number of problems on the list)."""
    goals = [block for block in blocks if block.goal]
    lines = [GoalInBrief(block.number, block.goal.text, block.goal.date, _reached(block)) for block in goals[:FEW]]
    return lines, len(goals), sum(len(block.episodes) for block in blocks)


def _reached(block):
    if block.goal.result:
        return block.goal.result == "done"
    states = [episode.problem.state for episode in block.episodes]
    return bool(states) and all(state in (ProblemState.DONE, ProblemState.CLOSED) for state in states)
