"""The small programme of this year: every state, on every kind of day; matters waiting for the ten accounts."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Event, Seat, User
from pairing.deadlines import day_of
from pairing.demo import article
from pairing.demo.company import ACCOUNTS
from pairing.demo.world import THIS_YEAR, load_demo
from pairing.enums import AgreementState, Level, ProblemState, Turn
from pairing.models import Agreement, Extension, FollowUp, Problem, Programme
from pairing.tests.demo_worlds import played

pytestmark = pytest.mark.django_db
DAYS = {
    "now": None,
    "new year": date(2026, 1, 1),
    "leap day": date(2024, 2, 29),
    "holiday": date(2025, 10, 4),
}


@pytest.fixture(scope="module", autouse=True, params=DAYS.values(), ids=DAYS.keys())
def today(request, django_db_setup, django_db_blocker):
    """The day to which the programme is laid."""
    with played(django_db_blocker, request.param, only=THIS_YEAR):
        yield request.param or timezone.localdate()


def test_a_problem_and_an_agreement_in_every_state():
    assert set(Agreement.objects.values_list("state", flat=True)) == set(AgreementState.values)
    assert set(Problem.objects.values_list("state", flat=True)) == set(ProblemState.values)


def test_overdue_due_soon_extended_pending_suspended_posts_and_three_parties(today):
    overdue = Agreement.objects.overdue_on(today)
    soon = Agreement.objects.due_soon_on(today, 14)
    assert overdue.count() == 1
    assert soon.count() == 1
    assert not overdue & soon
    decided = Extension.objects.values_list("decision", flat=True).order_by("decision")
    assert list(decided) == ["", "", "granted", "granted"]
    extended = Agreement.objects.get(aim="冬季进站车辆防滑")
    assert extended.original_due_on < today < extended.due_on
    assert Agreement.objects.filter(state="suspended").count() == 1
    assert Agreement.objects.filter(state="active", level=Level.POST).count() == 1
    assert max(len(agreement.present_parties) for agreement in Agreement.objects.filter(state="active")) == 3


def test_nothing_lies_in_the_future_or_before_the_programme(today):
    programme = Programme.objects.get()
    days = [day_of(at) for at in Event.objects.exclude(object_type="").values_list("happened_at", flat=True)]
    assert programme.starts_on <= min(days)
    assert max(days) < today
    assert programme.starts_on >= today - timedelta(days=240 + 366)
    assert str(today.year) in programme.name


def test_the_rules_are_those_of_one_version():
    version = Programme.objects.get().rule_versions.get()
    assert (version.term_months, version.review_before_signing) == (3, True)


@pytest.mark.parametrize("username", ["secretary", "partner", "reviewer", "lead"])
def test_matters_wait_for(username):
    user = User.objects.get(username=username)
    waiting = [*Problem.objects.waiting_for(user), *Agreement.objects.waiting_for(user)]
    assert len(waiting) >= 3
    if username == "lead":
        assert Agreement.objects.filter(turn=Turn.LEAD).count() == 1


def test_the_secretary_has_something_of_each_kind_to_do():
    body = Seat.objects.get(person__username="secretary").organisation
    waiting = Agreement.objects.filter(turn=Turn.BRANCHES, turn_of__contains=[body.pk])
    states = {"draft", "invited", "countered", "drafting", "returned", "signing", "active"}
    assert states <= set(waiting.values_list("state", flat=True))
    assert Problem.objects.filter(owner=body, state="to_confirm").count() == 1


def test_the_liaison_finds_drafts_and_running_pairs_of_the_own_branch():
    user = User.objects.get(username="liaison")
    seen = Agreement.objects.visible_to(user)
    assert {"drafting", "returned", "active"} <= set(seen.values_list("state", flat=True))
    assert Problem.objects.visible_to(user).filter(state="draft").count() == 1


def test_the_supervisor_has_visits_to_make_and_the_leader_something_to_read(today):
    waiting = FollowUp.objects.filter(done_on__isnull=True, skipped_on__isnull=True, planned_on__lt=today)
    names = waiting.filter(agreement__state="active").values_list("agreement__aim", flat=True)
    assert {"站场变压器巡检不漏项", "穿越段施工窗口提前落实"} <= set(names)
    leader = User.objects.get(username="leader")
    assert Agreement.objects.visible_to(leader).count() >= 20


def test_administrators_see_no_business():
    for username in ("sysadmin", "secadmin", "auditor"):
        user = User.objects.get(username=username)
        assert not Agreement.objects.visible_to(user).exists()
        assert not Problem.objects.visible_to(user).exists()


def test_a_look_back_is_due(today):
    closed = Agreement.objects.filter(state="closed", ended_on__lte=today - timedelta(days=90))
    assert closed.count() == 1


def test_clocks_have_not_run_out_yet(today):
    """The clock of the running system must not end at once what the demo shows."""
    for agreement in Agreement.objects.filter(state__in=["invited", "countered", "drafting", "returned", "signing"]):
        assert day_of(agreement.state_since) >= today - timedelta(days=21), agreement


def test_a_second_time_nothing_is_added(today):
    before = Event.objects.count(), Programme.objects.count()
    assert load_demo(today, only=THIS_YEAR) == []
    assert (Event.objects.count(), Programme.objects.count()) == before


def test_the_command_says_that_it_is_there(monkeypatch, capsys, today):
    Programme.objects.create(
        name=article.NAME, committee=Programme.objects.get().committee, starts_on=date(2020, 4, 1)
    )  # fmt: skip
    monkeypatch.setattr(timezone, "localdate", lambda *_: today)
    call_command("demo")
    out = capsys.readouterr().out
    assert "已经装好" in out
    assert all(name in out for name in ACCOUNTS)


def test_production_is_refused(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="公开"):
        call_command("demo")
