"""The programme of this year: every state and kind of history, on every kind of day; a day's work for each account."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Event, Kind, Organisation, Seat, User
from pairing.deadlines import day_of
from pairing.demo import article
from pairing.demo.company import ACCOUNTS
from pairing.demo.world import THIS_YEAR, load_demo
from pairing.enums import RUNNING, AgreementState, Level, ProblemState, Turn
from pairing.models import Agreement, Attachment, Episode, Extension, FollowUp, GoalOwner, Notice, Problem, Programme
from pairing.models.counting import branches_on
from pairing.tests.demo_worlds import played

pytestmark = [pytest.mark.django_db, pytest.mark.replay]
DAYS = {
    "now": None,
    "new year": date(2026, 1, 1),
    "leap day": date(2024, 2, 29),
    "a Saturday, the last of the year": date(2022, 12, 31),
}


@pytest.fixture(scope="module", autouse=True, params=DAYS.values(), ids=DAYS.keys())
def today(request, django_db_setup, django_db_blocker):
    """The day to which the programme is laid."""
    with played(django_db_blocker, request.param, only=THIS_YEAR):
        yield request.param or timezone.localdate()


def test_a_problem_and_an_agreement_in_every_state():
    assert set(Agreement.objects.values_list("state", flat=True)) == set(AgreementState.values)
    assert set(Problem.objects.values_list("state", flat=True)) == set(ProblemState.values)


def test_a_year_of_middle_size(today):
    assert branches_on(Programme.objects.get(), today).count() == 19
    assert Problem.objects.count() >= 58
    assert Agreement.objects.count() >= 25
    owners = set(Problem.objects.values_list("owner", flat=True))
    assert owners == set(Organisation.objects.branches().values_list("pk", flat=True))


def test_overdue_due_soon_extended_pending_suspended_posts_and_three_parties(today):
    overdue = Agreement.objects.overdue_on(today)
    soon = Agreement.objects.due_soon_on(today, 14)
    last_day = Agreement.objects.get(aim="项目部二级库出入库当日登记")
    assert today - timedelta(days=3) <= last_day.due_on <= today  # February has not every day of the month
    assert overdue.exclude(pk=last_day.pk).count() == 1
    assert soon.exclude(pk=last_day.pk).count() == 1
    assert (overdue | soon).filter(pk=last_day.pk).count() == 1
    assert not overdue & soon
    decided = Extension.objects.values_list("decision", flat=True).order_by("decision")
    assert list(decided) == ["", "", "granted", "granted"]
    extended = Agreement.objects.get(aim="冬季进站车辆防滑")
    assert extended.original_due_on < today < extended.due_on
    assert Agreement.objects.filter(state="suspended").count() == 1
    assert Agreement.objects.filter(state="active", level=Level.POST).count() == 1
    assert max(len(agreement.present_parties) for agreement in Agreement.objects.filter(state="active")) == 3


def test_paired_again_with_a_draft_left_and_with_a_running_pair():
    again = Agreement.objects.filter(predecessor__end_code="rematch", predecessor__state="terminated")
    assert sorted(again.values_list("state", flat=True)) == ["active", "draft"]
    running = again.get(state="active")
    assert running.predecessor.episodes.get().problem == running.episodes.get().problem


def test_an_end_is_proposed_and_help_is_offered(today):
    ending = Agreement.objects.exclude(end_code="").get(state="active")
    assert (ending.end_code, ending.end_asked_by.short_name) == ("rematch", "系统集成事业部党支部")
    offered = Agreement.objects.get(aim__startswith="共同解决")
    assert offered.episodes.get().problem.owner != offered.initiator.organisation
    assert Event.objects.of(offered).get(action="invite").note
    waiting = Problem.objects.filter(state="open").order_by("turn_since").first()
    assert day_of(waiting.turn_since) <= today - timedelta(days=14)  # long enough to carry the mark of the market


def test_goals_returned_twice_wait_in_the_third_round():
    agreement = Agreement.objects.get(round=3)
    assert agreement.state == "submitted"
    assert list(agreement.reviews.values_list("outcome", flat=True)) == ["returned", "returned", ""]


def test_the_discipline_committee_is_a_party_twice():
    committee = Organisation.objects.get(kind=Kind.DISCIPLINE_COMMITTEE)
    states = Agreement.objects.filter(parties__organisation=committee).values_list("state", flat=True)
    assert sorted(states) == ["active", "closed"]


def test_some_are_completed_early_and_some_solved_problems_are_looked_back_at(today):
    closed = Agreement.objects.filter(state="closed")
    assert sum(a.completed_on <= a.due_on - timedelta(days=30) for a in closed) >= 3
    verdicts = set(Problem.objects.exclude(last_look_back="").values_list("last_look_back", flat=True))
    assert verdicts == {"works", "partly", "relapsed"}
    due = Episode.objects.filter(written_off_on__lte=today - timedelta(days=90), problem__last_look_back="")
    assert due.filter(problem__state="closed").count() == 1


def test_a_relapsed_problem_is_open_again_and_another_was_found_while_solving():
    relapsed = Episode.objects.get(relapsed_on__isnull=False)
    assert (relapsed.problem.state, relapsed.problem.last_look_back) == ("open", "relapsed")
    assert Problem.objects.filter(origin__isnull=False).count() == 1


def test_several_branches_have_the_same_problem():
    assert Problem.objects.filter(joiners__isnull=False).distinct().count() >= 4


def test_follow_ups_done_skipped_with_reason_and_sides_that_differ():
    assert FollowUp.objects.filter(done_on__isnull=False).count() > 30
    skipped = FollowUp.objects.filter(skipped_on__isnull=False)
    assert skipped
    assert all(len(row.skip_reason) > 10 for row in skipped)
    last = {}
    for agreement in Agreement.objects.filter(state="active"):
        percents = {row.party_id: row.percent for row in agreement.progress_reports.all()}
        last[agreement.pk] = max(percents.values(), default=0) - min(percents.values(), default=0)
    assert sum(difference >= 30 for difference in last.values()) == 1
    for action in ("urge", "note"):
        assert Event.objects.filter(action=action).count() >= 2


def test_files_of_every_kind_and_rare_characters():
    kinds = set(Attachment.objects.values_list("content_type", flat=True))
    assert kinds == {"image/jpeg", "image/png", "application/pdf"}
    assert Attachment.objects.filter(problem__isnull=False).count() >= 6
    assert Attachment.objects.filter(agreement__isnull=False).count() >= 4
    names = "".join(GoalOwner.objects.values_list("name", flat=True))
    assert "㛃" in names
    assert "䶮" in names


def test_nothing_lies_in_the_future_or_before_the_programme(today):
    programme = Programme.objects.get()
    days = [day_of(at) for at in Event.objects.exclude(object_type="").values_list("happened_at", flat=True)]
    assert programme.starts_on <= min(days)
    assert max(days) < today
    assert programme.starts_on >= today - timedelta(days=240 + 366)
    assert str(today.year) in programme.name


def test_the_rules_are_those_of_one_version():
    version = Programme.objects.get().rule_versions.get(published_on__isnull=False)
    assert (version.term_months, version.review_before_signing) == (3, True)


@pytest.mark.parametrize(
    ("username", "most"), [("secretary", 7), ("partner", 5), ("reviewer", 5), ("lead", 6)]
)  # fmt: skip
def test_matters_wait_but_not_too_many(username, most):
    user = User.objects.get(username=username)
    waiting = [matter for kind in (Problem, Agreement) for matter in kind.objects.waiting_for(user)]
    waiting = [matter for matter in waiting if matter.state != "draft"]
    assert 3 <= len(waiting) <= most
    if username == "lead":
        assert Agreement.objects.filter(turn=Turn.LEAD).count() == 1


def test_the_secretary_has_duties_of_different_kinds_running_pairs_and_waits_for_others():
    body = Seat.objects.get(person__username="secretary").organisation
    own = Agreement.objects.filter(viewers__contains=[body.pk])
    waiting = own.filter(turn=Turn.BRANCHES, turn_of__contains=[body.pk]).exclude(state="draft")
    assert sorted(waiting.values_list("state", flat=True)) == [
        "active", "countered", "invited", "invited", "returned", "signing"
    ]  # fmt: skip
    assert Problem.objects.filter(owner=body, state="to_confirm").count() == 1
    assert own.filter(state__in=RUNNING).count() == 5
    assert own.exclude(turn=Turn.NOBODY).exclude(turn_of__contains=[body.pk]).count() >= 3


@pytest.mark.parametrize("username", ["secretary", "partner", "reviewer", "supervisor"])
def test_the_inbox_has_notices_read_and_unread_and_no_message_was_sent(username, today):
    notices = Notice.objects.filter(person__username=username)
    assert 1 <= notices.unread().count() <= 12
    assert notices.filter(read_at__isnull=False).exists()
    assert not notices.unsent().exists()
    assert not notices.filter(digest__isnull=False).exists()
    assert max(day_of(notice.planned_at) for notice in notices) < today


def test_the_liaison_finds_drafts_and_running_pairs_of_the_own_branch():
    user = User.objects.get(username="liaison")
    seen = Agreement.objects.visible_to(user)
    assert {"drafting", "returned", "active"} <= set(seen.values_list("state", flat=True))
    assert Problem.objects.visible_to(user).filter(state="draft").count() == 1


def test_the_supervisor_has_visits_to_make_and_the_leader_something_to_read(today):
    waiting = FollowUp.objects.filter(done_on__isnull=True, skipped_on__isnull=True, planned_on__lt=today)
    names = waiting.filter(agreement__state="active").values_list("agreement__aim", flat=True)
    assert {"站场变压器巡检不漏项", "铁路穿越段施工窗口提前落实"} <= set(names)
    week = FollowUp.objects.filter(agreement__state="active", planned_on__range=(today, today + timedelta(days=7)))
    assert week.exists()
    leader = User.objects.get(username="leader")
    assert Agreement.objects.visible_to(leader).count() >= 20


def test_administrators_see_no_business():
    for username in ("sysadmin", "secadmin", "auditor"):
        user = User.objects.get(username=username)
        assert not Agreement.objects.visible_to(user).exists()
        assert not Problem.objects.visible_to(user).exists()


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
