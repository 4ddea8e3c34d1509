"""Whatever happens, in whatever order: every report of every past day equals a naive recount from the record.

Random histories: hypothesis lets the people of a company take any step that is open to them, days pass in between.
TRUST_EXAMPLES=200 in the environment tries more histories than the few of every run.
"""

import os
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from accounts.models import Role, Side
from accounts.tests import people
from pairing.deadlines import SHANGHAI
from pairing.enums import AgreementState
from pairing.models import Agreement, Episode, Problem, working_days
from pairing.tests import world
from pairing.workflow.contract import current_digest
from pairing.workflow.engine import NotNow, available, perform
from reports import rollups
from reports.question_form import QuestionForm
from reports.questions import question_of
from reports.rows import Viewer, agreement_row
from reports.selectors import FIGURES, LISTS, count_all, read_only, solved_totals
from reports.tests.recount import Recount
from reports.tests.walk import walk

pytestmark = [pytest.mark.django_db, pytest.mark.long]
FIRST = datetime(2025, 3, 3, 9, tzinfo=SHANGHAI)
EXAMPLES = int(os.environ.get("TRUST_EXAMPLES", "4"))
SETTINGS = settings(
    max_examples=EXAMPLES, stateful_step_count=8, deadline=None, database=None, print_blob=False,
    derandomize="TRUST_EXAMPLES" not in os.environ, suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # the shortest history that fails would take minutes to find
)  # fmt: skip
BODIES = (
    ("质量安全部", Side.HEADQUARTERS),
    ("工程管理部", Side.HEADQUARTERS),
    ("廊坊", Side.GRASSROOTS),
    ("电气", Side.GRASSROOTS),
)
# what a step needs to be taken: (object, random number, day) -> data
DATA = {
    "refuse": lambda obj, n, day: {"ground": "pay" if n % 2 else "duplicate"},
    "claim": lambda obj, n, day: {"effect": f"缺陷率降到{n % 9}%"},
    "look_back": lambda obj, n, day: {"verdict": ("works", "partly", "relapsed")[n % 3]},
    "counter_propose": lambda obj, n, day: {"aim": "先做焊接"},
    "edit": lambda obj, n, day: {"version": obj.text_version, "goals": world.goal_rows(obj, day + timedelta(days=20))},
    "confirm_goals": lambda obj, n, day: {"digest": current_digest(obj)},
    "opine": lambda obj, n, day: {"goals": world.pass_all(obj) if n % 3 else revise(obj)},
    "sign": lambda obj, n, day: {"digest": obj.text_digest},
    "report_progress": lambda obj, n, day: {"percent": n % 101},
    "ask_extension": lambda obj, n, day: {"new_due_on": obj.due_on + timedelta(days=5 + n % 40), "progress": "一半"},
    "propose_completion": lambda obj, n, day: completion(obj, n),
    "confirm_completion": lambda obj, n, day: {"digest": obj.completion_digest},
    "send_back": lambda obj, n, day: send_back(obj, n),
    "propose_termination": lambda obj, n, day: {"code": ("gone", "rematch")[n % 2]},
    "terminate": lambda obj, n, day: {"code": ("no_capacity", "rematch")[n % 2]},
    "correct": lambda obj, n, day: correction(obj, n, day),
    "follow_up": lambda obj, n, day: {"kind": "call", "progress": "正常"},
}
SELDOM = {"discard", "withdraw", "leave", "terminate", "decline_invitation", "correct", "refuse"}


def revise(agreement):
    return {goal.pk: {"verdict": "revise", "comment": "写清标准"} for goal in agreement.goals.all()}


def completion(agreement, n):
    given = world.results(agreement)
    for index, (pk, row) in enumerate(given["problems"].items()):
        if (n + index) % 4 == 0:
            given["problems"][pk] = row | {"result": "not", "effect": ""}
    return given


def send_back(obj, n):
    held = Episode.objects.held().filter(agreement=obj.pk) if isinstance(obj, Agreement) else ()
    return {"reasons": {episode.problem_id: "缺少验证" for episode in held}}


def correction(obj, n, day):
    """Some days earlier or later than what the record says now."""
    fields = ["raised_on", "taken_on", "confirmed_on", "written_off_on"]
    if isinstance(obj, Agreement):
        fields = ["signed_on", "completed_on", "ended_on"]
    row = obj if hasattr(obj, fields[n % len(fields)]) else obj.latest_episode
    old = getattr(row, fields[n % len(fields)], None) or day
    return {"field": fields[n % len(fields)], "new": old + timedelta(days=n % 5 - 3)}


class History(RuleBasedStateMachine):
    """One company from its first day on; at the end every day is counted again."""

    taken_in_all = set()
    walked = False

    def __init__(self):
        super().__init__()
        self.rollback = transaction.atomic()
        self.rollback.__enter__()
        self.now = FIRST

    @initialize(seed=st.integers(0, 2**20))
    def found(self, seed):
        committee = people.create_committee()
        self.programme = world.create_programme(committee, starts_on=FIRST.date())
        self.bodies = [people.create_branch(f"{name}党支部", parent=committee, side=side) for name, side in BODIES]
        self.bodies.append(people.create_discipline_committee(parent=committee))
        people.create_branch("新党支部", parent=committee, opened_on=FIRST.date() + timedelta(days=50))
        people.create_branch("旧党支部", parent=committee, closed_on=FIRST.date() + timedelta(days=30))
        self.secretaries = [people.create_seat(Role.SECRETARY, body, may_backdate=True) for body in self.bodies]
        roles = (Role.REVIEWER, Role.LEAD, Role.SUPERVISOR, Role.LEADER)
        self.group = [people.create_seat(role, committee, may_backdate=True) for role in roles]
        self.category = world.create_category()
        for who in (0, 1, 2, 3):
            self.raise_problem(who, who)
        self.invite(0, 2, False)
        self.invite(0, 3, False)
        self.advance(0, 4)
        self.advance(1, 5)
        running = Problem.objects.filter(state="in_pairing").order_by("pk").first()
        self.take("correct", running, self.group[1], field="raised_on", new=self.day - timedelta(days=2))
        for month in range(2):
            self.a_month_of_life(seed + month)

    @property
    def day(self):
        return self.now.date()

    def minute(self):
        self.now += timedelta(minutes=1)
        return self.now

    def take(self, name, obj, seat, **data):
        """The step, unless a guard has a sentence against it."""
        with suppress(NotNow, PermissionDenied):
            perform(name, obj, seat=seat, at=self.minute(), note="说明", **data)
            History.taken_in_all.add(name)

    @rule(days=st.sampled_from([1, 1, 2, 5, 11, 30, 45, 95]))
    def days_pass(self, days):
        self.now = (self.now + timedelta(days=days)).replace(hour=9, minute=0)

    @rule(who=st.integers(0, 3), owner=st.integers(0, 3))
    def raise_problem(self, who, owner):
        seat = self.secretaries[who]
        columns = {"owner": self.bodies[owner]} if owner == (who + 1) % 4 else {}
        world.create_problem(
            self.programme, seat, f"问题{self.now:%m%d%H%M}", at=self.minute(), category=self.category, **columns
        )

    @rule(n=st.integers(0, 999), partner=st.integers(0, 4), both=st.booleans())
    def invite(self, n, partner, both):
        """The owner of an open problem invites a partner for all of its open problems, or for one."""
        free = list(Problem.objects.filter(state="open").order_by("pk"))
        if not free:
            return
        owner = free[n % len(free)].owner
        listed = [problem for problem in free if problem.owner_id == owner.pk]
        seat = next(seat for seat in self.secretaries if seat.organisation_id == owner.pk)
        partners = {partner, 2} if both else {partner}
        others = [self.bodies[i] for i in partners if self.bodies[i].pk != owner.pk]
        if others:
            agreement = world.create_agreement(
                self.programme, seat, others, listed if both else listed[:1], at=self.minute()
            )
            self.take("invite", agreement, seat)

    @rule(n=st.integers(0, 999), steps=st.integers(1, 4))
    def advance(self, n, steps):
        """A pair goes some steps along the main path."""
        pairs = list(Agreement.objects.filter(state__in=world.PATH[1:-1]).order_by("pk"))
        for _n in range(steps if pairs else 0):
            agreement = pairs[n % len(pairs)]
            agreement.refresh_from_db()
            if agreement.state not in world.PATH[1:-1]:
                return
            following = world.PATH[world.PATH.index(agreement.state) + 1]
            with suppress(NotNow, PermissionDenied), transaction.atomic():
                world.STEPS[following](agreement, reviewer=self.group[0], at=self.minute(), effects="有效")
                History.taken_in_all.add(following)

    @rule(n=st.integers(0, 9999), pick=st.integers(0, 9999))
    def anything(self, n, pick):
        """Somebody takes a step that is open to him or her, whatever it is."""
        things = [*Problem.objects.order_by("pk"), *Agreement.objects.order_by("pk")]
        if not things:
            return
        obj = things[pick % len(things)]
        ways = [
            (seat, name)
            for seat in (*self.secretaries, *self.group)
            for name in sorted(available(obj, seat))
            if name not in ("join", "skip_follow_up") and (name not in SELDOM or n % 3 == 0)
        ]
        if ways:
            seat, name = ways[n % len(ways)]
            self.take(name, obj, seat, **DATA.get(name, lambda *_: {})(obj, n, self.day))

    @rule(seed=st.integers(0, 2**20))
    def a_month_of_life(self, seed):
        """Many steps of many people, some days apart."""
        chance = Random(seed)  # noqa: S311 (a history, not a secret)
        for _step in range(12):
            self.anything(chance.randrange(10_000), chance.randrange(10_000))
            self.running_life(chance.randrange(10_000))
            self.days_pass(chance.choice([1, 1, 2, 3, 7]))
        self.raise_problem(chance.randrange(4), chance.randrange(4))
        self.invite(chance.randrange(999), chance.randrange(5), chance.random() < 0.4)
        self.advance(chance.randrange(999), chance.randrange(1, 4))

    @rule(n=st.integers(0, 9999))
    def running_life(self, n):
        """Something happens in a pair that runs: an extension, a suspension, a completion, an end."""
        pairs = list(Agreement.objects.filter(state__in=["active", "suspended"]).order_by("pk"))
        if not pairs:
            return
        obj = pairs[n % len(pairs)]
        names = [
            *("ask_extension", "grant_extension", "grant_extension", "refuse_extension", "suspend", "resume"),
            *("propose_completion", "confirm_completion", "correct", "correct"),
        ]
        name = names[n // 7 % len(names)]
        for seat in (*self.secretaries, *self.group):
            if name in available(obj, seat):
                self.take(name, obj, seat, **DATA.get(name, lambda *_: {})(obj, n, self.day))
                return

    @rule()
    def clock_ticks(self):
        """Whatever is due to lapse lapses."""
        for agreement in Agreement.objects.exclude(state__in=[AgreementState.DRAFT]).order_by("pk"):
            if "lapse" in available(agreement, None):
                self.take("lapse", agreement, None)

    def teardown(self):
        try:
            if hasattr(self, "programme"):
                self.check_every_day()
                if not History.walked:
                    self.walk_the_pages()
                    History.walked = True
        finally:
            transaction.set_rollback(True)
            self.rollback.__exit__(None, None, None)

    def check_every_day(self):
        while rollups.fold():
            pass
        recount, leader = Recount(self.programme), self.group[3].person
        for day in sorted(self.days_that_matter(recount)):
            question = self.ask(leader, as_of=day)
            month = self.ask(leader, as_of=day, **{"from": day - timedelta(days=30), "to": day})
            with read_only():
                self.check_figures(question, leader, recount.figures(day))
                self.check_figures(month, leader, recount.figures(day, day - timedelta(days=30)))
                self.check_rows(question, leader, recount)

    def ask(self, user, **given):
        form = QuestionForm(
            {name: str(value) for name, value in given.items()}, user=user, today=self.day, filters=True
        )
        assert form.is_valid(), form.errors
        return question_of(form, self.day)

    def walk_the_pages(self):
        """Every figure of every page opens its list; of one history, because it takes its time."""
        for person in (self.group[3].person, self.group[0].person, self.secretaries[2].person):
            client = Client()
            client.force_login(person)
            assert walk(client) > 10

    def days_that_matter(self, recount):
        """Each day on which something happened, the day before and after, and the days around the due dates."""
        days = {FIRST.date(), self.day}
        for problem in recount.problems.values():
            days |= {change.day for change in problem.changes}
        for pair in recount.pairs.values():
            days |= {pair.due(self.day)} if pair.signed_on else set()
            days |= {d for spell in (*pair.suspended, *pair.acceptance, *pair.requests) for d in spell[:2] if d}
        days |= {day + timedelta(days=n) for day in days for n in (-1, 1)}
        return {day for day in days if FIRST.date() <= day <= self.day}

    def check_figures(self, question, user, expected):
        """By the sums where there are any, and row by row."""
        known = [key for key in FIGURES if key in expected]
        expected_here = {key: expected[key] for key in known}
        assert len(known) > 24
        assert count_all(question, user, known) == expected_here, question.as_of
        assert {key: FIGURES[key].rows(question, user).count() for key in known} == expected_here, question.as_of
        solved = solved_totals(question)
        keys = ("agreements", "solving"), ("branches", "solving"), ("problems", "solved")
        assert tuple(solved) == tuple(expected[key] for key in keys), question.as_of

    def check_rows(self, question, user, recount):
        """The lists name the same things, and say of each how it stood."""
        rows = {row.pk: row for row in LISTS["problems"](FIGURES["problems", "raised"].rows(question, user), question)}
        states = {
            pk: life.state(question.as_of) for pk, life in recount.problems.items() if life.raised(question.as_of)
        }
        assert {pk: row.state_then for pk, row in rows.items()} == states, question.as_of
        viewer, calendar = Viewer(user), working_days()
        found = LISTS["agreements"](FIGURES["agreements", "running"].rows(question, user), question)
        for pair in found:
            life = recount.pairs[pair.pk]
            assert pair.due_then == life.due(question.as_of), (pair.number, question.as_of)
            assert pair.stopped_then == life.stopped(question.as_of), (pair.number, question.as_of)
            assert agreement_row(pair, viewer, question.as_of, calendar).signed_on == life.signed_on


def test_every_report_of_every_day_equals_the_recount():
    """Most steps of the workflow are taken on the way: an empty world would agree with everything."""
    History.taken_in_all, History.walked = set(), False
    run_state_machine_as_test(History, settings=SETTINGS)
    wanted = {"accept", "suspend", "resume", "ask_extension", "correct"}
    assert wanted <= History.taken_in_all, wanted - History.taken_in_all
    assert len(History.taken_in_all) >= 30, sorted(History.taken_in_all)
