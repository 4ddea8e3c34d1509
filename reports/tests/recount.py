"""A naive recount from the record alone: every problem and every pair is replayed, event after event, in plain Python.

It shares nothing with the QuerySets it checks: it reads no dated row, knows no SQL, and its rules are written down from
domain.md §5 and §6. Slow, and meant to be.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from accounts.models import Event, Kind, Organisation
from pairing.deadlines import add_months, day_of
from pairing.models import Agreement, Problem

UNFILED = {"draft", "to_confirm", "discarded"}
STANDING = ("open", "matched", "in_pairing", "done", "refused", "withdrawn", "explained", "parked")


@dataclass
class Change:
    """On `day` something came into `state` by `action`; `pair`: the id of the agreement that caused it."""

    day: date
    state: str
    action: str
    pair: int | None = None


@dataclass
class ProblemLife:
    """What the record says of one problem, corrections taken in."""

    pk: int
    owner: int
    changes: list[Change] = field(default_factory=list)
    raised_on: date | None = None

    def read(self, event):
        if event.action == "correct":
            self.correct(event.details)
        elif event.source != event.target:
            pair = event.cause.object_id if event.cause and event.cause.object_type == "agreement" else None
            self.changes.append(Change(day_of(event.happened_at), event.target, event.action, pair))
            if self.raised_on is None and event.target not in UNFILED:
                self.raised_on = self.changes[-1].day
            if event.action == "send_back":  # the report of "done" was wrong: in pairing all along
                done = self.latest("done")
                done.state = "in_pairing"

    def correct(self, details):
        day = date.fromisoformat(details["new"])
        state = {"taken_on": "matched", "confirmed_on": "done", "written_off_on": "closed"}.get(details["field"])
        if details["field"] == "raised_on":
            self.raised_on = day
        elif state:
            self.latest(state).day = day

    def latest(self, state):
        return next(change for change in reversed(self.changes) if change.state == state)

    def by(self, day):
        return [change for change in self.changes if change.day <= day]

    def raised(self, day):
        return self.raised_on is not None and self.raised_on <= day

    def state(self, day):
        """At the end of `day`; a refused problem that is being rewritten is refused until it is filed again."""
        state = ""
        for change in self.by(day):
            if not (state == "refused" and change.state in UNFILED):
                state = change.state
        return state

    def first_written_off(self):
        return next((change for change in self.changes if change.state == "closed"), None)

    def solved(self, first, last):
        written_off = self.first_written_off()
        return written_off is not None and first <= written_off.day <= last

    def relapsed(self, first, last):
        return any(change.action == "reopen" and first <= change.day <= last for change in self.changes)

    def solver(self):
        """The id of the pair that held it when it was written off first."""
        first = self.first_written_off()
        held = [c for c in self.changes[: self.changes.index(first)] if c.action == "match"]
        return held[-1].pair


@dataclass
class PairLife:
    """What the record says of one pair: when it was signed and ended, what moved and what stopped its clock."""

    pk: int
    term_months: int
    signed_on: date | None = None
    ended_on: date | None = None
    granted: list[tuple[date, date]] = field(default_factory=list)  # (decided on, the new due date)
    suspended: list[list] = field(default_factory=list)  # [from, to or None]
    acceptance: list[list] = field(default_factory=list)
    requests: list[list] = field(default_factory=list)  # [asked on, decided on or None, in time]
    wanted: date | None = None
    accepted: bool = False
    late_before: int = 0  # days late when an extension that was asked for too late was granted

    def read(self, event):
        day, action, target = day_of(event.happened_at), event.action, event.target
        changed = event.source != target
        if action == "correct":
            self.correct(event.details)
        elif action == "ask_extension":
            in_time = self.due(day) >= day
            self.requests.append([day, None, in_time])
            self.wanted = (date.fromisoformat(event.details["new_due_on"]), self.plain_due(day))
        elif action in ("grant_extension", "refuse_extension"):
            self.requests[-1][1] = day
            if action == "grant_extension":
                wanted, was = self.wanted
                if not self.requests[-1][2]:
                    self.late_before += max(0, (day - self.due(day)).days)
                self.granted.append((day, wanted + (self.plain_due(day) - was)))
        elif changed:
            self.move(event.source, target, day)

    def move(self, source, target, day):
        if (source, target) == ("signing", "active"):
            self.signed_on = day
        for state, intervals in (("suspended", self.suspended), ("acceptance", self.acceptance)):
            if target == state:
                intervals.append([day, None])
            elif source == state:
                intervals[-1][1] = day
        if target in ("acceptance", "closed", "terminated") and self.requests and self.requests[-1][1] is None:
            self.requests[-1][1] = day  # withdrawn with it
        if target in ("closed", "terminated"):
            self.ended_on, self.accepted = day, target == "closed"

    def correct(self, details):
        if details["field"] == "name":
            return
        day = date.fromisoformat(details["new"])
        if details["field"] == "signed_on":
            self.signed_on = day
        elif details["field"] == "ended_on":
            self.ended_on = day
            for interval in (*self.suspended[-1:], *self.acceptance[-1:]):
                if interval[1] == date.fromisoformat(details["old"]):
                    interval[1] = day
        else:
            self.acceptance[-1][0] = day

    def plain_due(self, day):
        """The due date in force at the end of `day`: of the term, of the last extension, moved by suspensions since."""
        due, since = add_months(self.signed_on, self.term_months), self.signed_on
        for decided_on, new in self.granted:
            if decided_on <= day:
                due, since = new, decided_on
        for begun, over in self.suspended:
            if over and over <= day and begun >= since and self.resumed(over):
                due += over - begun
        return due

    def resumed(self, over):
        """A suspension in which the pair was ended moves nothing."""
        return self.ended_on is None or over < self.ended_on or self.acceptance

    def due(self, day):
        """Beside that, days in acceptance that were sent back do not count."""
        back = [
            (over - begun).days for begun, over in self.acceptance if over and over <= day and over != self.ended_on
        ]
        return self.plain_due(day) + timedelta(days=sum(back))

    def signed(self, day):
        return self.signed_on is not None and self.signed_on <= day

    def running(self, day):
        return self.signed(day) and (self.ended_on is None or self.ended_on > day)

    def stopped(self, day):
        inside = any(a <= day and (b is None or b > day) for a, b in (*self.suspended, *self.acceptance))
        return inside or any(a <= day and (b is None or b > day) for a, b, in_time in self.requests if in_time)

    def late(self):
        """Calendar days late at the end, of a pair that was accepted: its clock stopped when it went to acceptance."""
        completed_on = self.acceptance[-1][0]
        return self.late_before + max(0, (completed_on - self.due(completed_on)).days)

    def overdue(self, day):
        return self.running(day) and not self.stopped(day) and self.due(day) < day


class Recount:
    """The figures of one programme, counted one by one."""

    def __init__(self, programme):
        self.programme = programme
        problems = Problem.objects.filter(programme=programme).values_list("pk", "owner_id")
        pairs = Agreement.objects.filter(programme=programme).values_list("pk", "term_months")
        self.problems = {pk: ProblemLife(pk, owner) for pk, owner in problems}
        self.pairs = {pk: PairLife(pk, months) for pk, months in pairs}
        self.signers = defaultdict(set)  # of a pair: the bodies that signed, since nobody's signature was voided
        for event in Event.objects.select_related("cause", "seat").order_by("pk"):
            if event.object_type == "problem" and event.object_id in self.problems:
                self.problems[event.object_id].read(event)
            elif event.object_type == "agreement" and event.object_id in self.pairs:
                self.pairs[event.object_id].read(event)
                self.read_signature(event)
        for problem in self.problems.values():
            self.follow_corrected_signings(problem)

    def read_signature(self, event):
        if event.action == "sign":
            self.signers[event.object_id].add(event.seat.organisation_id)
        elif event.action in ("decline_to_sign", "recall_signing"):
            self.signers[event.object_id].clear()

    def follow_corrected_signings(self, problem):
        for change in problem.changes:
            if change.action == "pair":
                change.day = self.pairs[change.pair].signed_on

    def branches(self, day):
        inside = Organisation.objects.filter(
            kind=Kind.PARTY_BRANCH, path__startswith=self.programme.committee.path
        ).values_list("pk", "opened_on", "closed_on")
        return {pk for pk, opened, closed in inside if (not opened or opened <= day) and (not closed or closed > day)}

    def figures(self, day, first=date.min):
        """{(page, what): number} for the end of `day`; what happens counts from `first` on."""
        raised = [p for p in self.problems.values() if p.raised(day)]
        found = {("problems", state): sum(p.state(day) == state for p in raised) for state in STANDING}
        return (
            found
            | self.of_problems(raised, first, day)
            | self.of_pairs(first, day)
            | self.of_branches(raised, first, day)
        )

    def of_problems(self, raised, first, day):
        counts = {
            "raised": sum(first <= p.raised_on for p in raised),
            "solved": sum(p.solved(first, day) for p in raised),
            "relapsed": sum(p.relapsed(first, day) for p in raised),
        }
        return {("problems", what): n for what, n in counts.items()}

    def of_pairs(self, first, day):
        signed = [p for p in self.pairs.values() if p.signed(day)]
        ended = [p for p in signed if p.ended_on and first <= p.ended_on <= day]
        eve = first - timedelta(days=1) if first > date.min else None
        counts = {
            "signed": sum(p.signed_on.year == day.year for p in signed),
            "new": sum(first <= p.signed_on for p in signed),
            "carried": sum(p.running(eve) for p in signed) if eve else 0,
            "running": sum(p.running(day) for p in signed),
            "overdue": sum(p.overdue(day) for p in signed),
            "ended": len(ended),
            "on_time": sum(p.accepted and p.late() == 0 for p in ended),
            "late": sum(p.accepted and p.late() > 0 for p in ended),
            "terminated": sum(not p.accepted for p in ended),
            "extended": sum(any(first <= decided_on <= day for decided_on, _new in p.granted) for p in signed),
        }
        return {("agreements", what): n for what, n in counts.items()}

    def of_branches(self, raised, first, day):
        solving = {p.solver() for p in raised if p.solved(first, day)}
        branches = set(Organisation.objects.filter(kind=Kind.PARTY_BRANCH).values_list("pk", flat=True))
        parties = set().union(*(self.signers[p.pk] for p in self.pairs.values() if p.signed(day)))
        solvers = set().union(*(self.signers[pk] for pk in solving))
        return {
            ("agreements", "solving"): len(solving),
            ("branches", "taking_part"): len(parties & self.branches(day)),
            ("branches", "existing"): len(self.branches(day)),
            ("branches", "solving"): len(solvers & branches),
        }
