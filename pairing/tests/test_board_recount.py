"""The board of a made world against weighing everything: plain Python over all follow-ups and all that waits."""

import random
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.db.models import Q

from pairing import standings
from pairing.deadlines import day_of, ran_out
from pairing.enums import OWN
from pairing.models import Agreement, Notice, Problem, Programme, RuleVersion, Standing, working_days
from pairing.supervision import supervise
from pairing.tests.world import moment
from pairing.views.board import TO_VISIT, UNCOUNTED, Board, chosen, counted
from pairing.worldmaker.maker import Size, make_world

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 1)  # a Wednesday
CLOCKS = {
    "submitted": "review", "acceptance": "acceptance", "active": "extension_decision", "invited": "invitation_notice",
    "countered": "invitation_notice",
}  # fmt: skip


@pytest.fixture(scope="module")
def made_world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        make_world(Size(branches=60, problems=900, agreements=420, years=1, seed=12), today=TODAY)
        stir(random.Random(6))  # noqa: S311
        yield
        transaction.set_rollback(True)


def stir(dice):
    """Unlike lives: visits undone, some made or skipped in this week; two versions of the rules, and none."""
    programme = Programme.objects.get()
    first = programme.rule_versions.get()
    strict = RuleVersion.objects.create(
        programme=programme, title="更严的规定", starts_on=TODAY - timedelta(days=20), published_on=TODAY, review=1,
        acceptance=2, extension_decision=9, invitation_notice=1, market_notice=3,
    )  # fmt: skip
    RuleVersion.objects.create(programme=programme, title="草案", starts_on=TODAY - timedelta(days=1), review=99)
    for agreement in Agreement.objects.all():
        agreement.rule_version = dice.choice([first, strict, None])
        agreement.save(update_fields=["rule_version"])
        for visit in agreement.follow_ups.filter(planned_on__lte=TODAY):
            fate = dice.random()
            visit.done_on = visit.planned_on if fate < 0.4 else TODAY - timedelta(days=2) if fate < 0.5 else None
            visit.skipped_on = TODAY - timedelta(days=dice.choice([2, 3])) if fate > 0.9 else None
            visit.save(update_fields=["done_on", "skipped_on"])
    for n, problem in enumerate(Problem.objects.filter(state="open")[:60]):
        problem.turn_since = moment(TODAY - timedelta(days=n % 12), n % 24)
        problem.save(update_fields=["turn_since"])


def board(today):
    programme = Programme.objects.get()
    programme.versions = list(programme.rule_versions.order_by("starts_on"))
    return Board(None, [programme], today)


def recount(today):
    """([(risk, agreement)] to visit, {agreement: day} planned) by looking at every pair."""
    monday = today - timedelta(days=today.weekday())
    reasoned, planned = [], {}
    for row in Standing.objects.select_related("agreement"):
        visits = list(row.agreement.follow_ups.all())
        seen = any(day and day >= monday for visit in visits for day in (visit.done_on, visit.skipped_on))
        open_ones = [visit.planned_on for visit in visits if not (visit.done_on or visit.skipped_on)]
        latest = max((day for day in open_ones if day <= monday + timedelta(days=6)), default=None)
        if row.risk and not seen:
            reasoned.append((row.risk, row.agreement_id))
        if row.agreement.state == "active" and latest and (latest >= monday or not seen):
            planned[row.agreement_id] = latest
    return sorted(reasoned, key=lambda each: (-each[0], each[1])), planned


@pytest.mark.parametrize("days", [0, 1, 4, 5, 12, 40])
def test_the_eight_best_and_every_whole_list_are_those_of_weighing_all_pairs(made_world, days):
    today = TODAY + timedelta(days=days)
    standings.refresh(today)
    found, (reasoned, planned) = board(today), recount(today)
    ids = [pk for _risk, pk in reasoned]
    by_day = sorted(planned, key=lambda pk: (planned[pk], pk))
    rest = [pk for pk in by_day if pk not in ids]
    assert len(ids) > TO_VISIT
    assert len(by_day) > len(rest)
    assert [row.agreement_id for row in found.to_visit()] == ids
    assert [row.agreement_id for row in found.planned()] == by_day
    assert [row["agreement_id"] for row in found.week()] == ids + rest
    number = counted(found.to_visit(), found.planned_only())
    first = chosen(week=(found.to_visit(), TO_VISIT, number), rest=(found.planned_only(), TO_VISIT, UNCOUNTED))
    assert first == {"week": (ids[:TO_VISIT], len(ids) + len(rest)), "rest": (rest[:TO_VISIT], 0)}


@pytest.mark.parametrize("days", [1, 5, 12])
def test_what_is_planned_is_found_while_the_clock_stands_still(made_world, days):
    standings.refresh(TODAY)
    later = TODAY + timedelta(days=days)
    _reasoned, planned = recount(later)
    assert {row.agreement_id for row in board(later).planned()} == set(planned)


def test_what_waits_too_long_is_what_each_clock_tells(made_world):
    calendar, found, suspended = working_days(), [], TODAY - timedelta(days=30)
    for agreement in Agreement.objects.select_related("rule_version", "programme"):
        group = agreement.state in ("submitted", "acceptance", "active") and agreement.turn in ("group", "lead")
        inviting = agreement.state in ("invited", "countered")
        if group or inviting:
            since = agreement.state_since if inviting else agreement.turn_since
            allowed = getattr(agreement.rules(TODAY), CLOCKS[agreement.state])
            if ran_out(since, allowed, calendar, TODAY):
                found.append((since, agreement.pk, allowed))
        if agreement.state == "suspended" and day_of(agreement.state_since) < suspended:
            found.append((agreement.state_since, agreement.pk, None))
    found.sort(key=lambda each: each[:2])
    assert len(found) > 30
    assert set(CLOCKS) <= set(Agreement.objects.values_list("state", flat=True))
    assert [(row.waits_since, row.pk, row.allowed) for row in board(TODAY).delays()] == found
    rows, number = board(TODAY).first_delays(5)
    assert [(row.waits_since, row.pk, row.allowed) for row in rows] == found[:5]
    assert number == len(found)


def test_problems_without_a_partner_are_those_whose_clock_has_run_out(made_world):
    allowed = Programme.objects.get().rules_on(TODAY).market_notice
    waiting = Problem.objects.filter(state="open").order_by("turn_since", "pk")
    found = [problem.pk for problem in waiting if ran_out(problem.turn_since, allowed, working_days(), TODAY)]
    assert 0 < len(found) < len(waiting)
    assert [(row.pk, row.allowed) for row in board(TODAY).unmatched()] == [(pk, allowed) for pk in found]


def test_the_red_list_and_the_planner_of_reminders_tell_of_the_same(made_world):
    """Everything that the group or a supervisor is told in red, or of an answer that fails to come, stands on the list:
    both read the clocks of pairing.enums. A pair suspended for long stands on the list alone."""
    at = moment(TODAY, 10)
    supervise(at, deliver=False)
    found = board(TODAY)
    told = Notice.objects.filter(object_type="agreement")
    waiting = told.filter(Q(step__startswith="silent_") | Q(step__in=[f"late_{name}" for name in set(OWN.values())]))
    delays = {row.pk for row in found.delays() if row.state != "suspended"}
    assert delays == set(waiting.values_list("object_id", flat=True))
    overdue = told.filter(step__startswith="after-").values_list("object_id", flat=True)
    assert {row.agreement_id for row in found.late()} == set(overdue)
    assert len(delays) > 10
    assert len(overdue) > 5
