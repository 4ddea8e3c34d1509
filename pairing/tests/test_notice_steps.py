"""Each step of the ladder with one matter: when it is reached, how grave, who is told. All began on 2 March 2026."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import Role, Seat
from accounts.tests.people import create_seat, create_user
from pairing import notices, standings
from pairing.models import Agreement, CalendarYear, Notice, PlanMark, Standing
from pairing.models.calendar import forget_calendar
from pairing.reference import load_reference
from pairing.tests import world
from pairing.tests.states import Cast
from pairing.workflow.engine import perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    load_reference()
    cast = Cast()
    cast.at = world.moment("2026-03-02")
    return cast


def told(day, step="", hour=9):
    """{(step, level, user name)} of what is new on `day` ("2026-03-09"), steps beginning with `step`."""
    moment = world.moment(day, hour)
    notices.plan(moment)
    assert notices.plan(moment) == 0
    new = Notice.objects.filter(planned_at=moment, step__startswith=step)
    return set(new.values_list("step", "level", "person__username"))


def name(seat):
    return seat.person.username


def test_a_lapse_is_announced_to_those_whose_turn_it_is(cast):
    cast.agreement("invited")  # ten working days end with 16 March, two of them before are 12 March
    assert told("2026-03-11", "lapse") == set()
    assert told("2026-03-12", "lapse") == {("lapse_near", "blue", "partner")}
    words = notices.wording(Notice.objects.get(step="lapse_near"))
    assert "还有 2 个工作日" in words.text
    assert words.reason == "2020年1月1日规定：失效前 2 个工作日"


def test_the_liaison_is_asked_where_drafting_is_due(cast):
    cast.agreement("drafting")
    asked = {("waiting_branches", "", user) for user in ("filer", "partner", name(cast.liaison))}
    assert told("2026-03-03") == asked


@pytest.mark.parametrize("state", ["invited", "countered"])
def test_the_group_is_told_of_silence_but_not_who_is_recused(cast, state):
    agreement = cast.agreement("invited")
    if state == "countered":
        cast.act("counter_propose", agreement, "partner", aim="先做焊接", note="人手不足")
    assert told("2026-03-09", "silent") == set()
    assert told("2026-03-10", "silent") == {(f"silent_{state}", "yellow", "reviewer")}


def test_where_every_reviewer_is_recused_the_lead_is_told(cast):
    Seat.objects.filter(pk=cast.reviewer.pk).update(to_on=date(2026, 3, 2))
    cast.agreement("submitted")
    assert told("2026-03-03", "waiting") == {("waiting_group", "", name(cast.lead))}


@pytest.mark.parametrize(("state", "clock"), [("submitted", "review"), ("acceptance", "acceptance")])
def test_the_groups_own_delay_stands_in_the_list_of_reviewers_and_lead(cast, state, clock):
    cast.agreement(state)
    assert told("2026-03-09", "late") == set()
    delay = {(f"late_{clock}", "red", "reviewer"), (f"late_{clock}", "red", name(cast.lead))}
    assert told("2026-03-10", "late") == delay


def test_a_decision_on_an_extension_has_three_working_days(cast):
    agreement = cast.agreement()
    cast.act("ask_extension", agreement, "partner", note="设备晚到", progress="一半", new_due_on=date(2026, 7, 1))
    assert told("2026-03-05", "late") == set()
    step = "late_extension_decision"
    assert told("2026-03-06", "late") == {(step, "red", "reviewer"), (step, "red", name(cast.lead))}


def test_the_leads_own_delay_goes_to_the_leader():
    load_reference()
    cast = Cast(extensions_by_group=0)
    cast.at = world.moment("2026-03-02")
    agreement = cast.agreement()
    cast.act("ask_extension", agreement, "partner", note="设备晚到", progress="一半", new_due_on=date(2026, 7, 1))
    step = "late_extension_decision"
    assert told("2026-03-03", "waiting") == {("waiting_lead", "", name(cast.lead))}
    assert told("2026-03-06", "late") == {(step, "red", name(cast.lead)), (step, "red", "leader")}


def test_where_the_lead_decides_alone_the_leader_is_one_level_up(cast):
    Seat.objects.filter(role=Role.REVIEWER).update(to_on=date(2026, 3, 2))
    cast.agreement("submitted")
    assert told("2026-03-10", "late") == {("late_review", "red", name(cast.lead)), ("late_review", "red", "leader")}


def test_escalation_after_two_and_four_working_days(cast):
    cast.agreement()  # due on 2 June
    assert told("2026-06-03", "late") == set()
    assert told("2026-06-04", "late") == {("late_supervisor", "red", "supervisor")}
    assert told("2026-06-05", "late") == set()
    assert told("2026-06-08", "late") == {("late_lead", "red", name(cast.lead))}


def test_behind_plan_once_per_missed_goal(cast):
    agreement = cast.agreement()
    agreement.goals.update(date=date(2026, 4, 1))
    standings.refresh(date(2026, 4, 2))
    assert told("2026-04-01", "behind") == set()
    both = {("behind_plan", "yellow", "filer"), ("behind_plan", "yellow", "partner")}
    assert told("2026-04-02", "behind") == both
    assert told("2026-04-03", "behind") == set()
    assert "计划 100%，填报 0%" in notices.wording(Notice.objects.filter(step="behind_plan").first()).text


def test_on_plan_and_moved_with_the_due_date_nobody_is_told(cast):
    agreement = cast.agreement()
    agreement.goals.update(date=date(2026, 4, 1))
    standings.refresh(date(2026, 4, 2))
    Standing.objects.update(lowest=100)
    assert told("2026-04-02", "behind") == set()
    Standing.objects.update(lowest=0)
    Agreement.objects.update(due_on=date(2026, 7, 2))  # thirty days later, and so is the goal
    assert told("2026-04-03", "behind") == set()
    assert told("2026-05-02", "behind") == {("behind_plan", "yellow", "filer"), ("behind_plan", "yellow", "partner")}


def test_only_the_latest_follow_up_is_told(cast):
    cast.agreement()
    assert told("2026-03-13", "follow") == set()
    assert told("2026-04-01", "follow") == {("follow_up_due", "blue", "supervisor")}
    assert Notice.objects.get(step="follow_up_due").occasion == "2026-03-30"


def test_a_look_back_is_due_after_ninety_days(cast):
    cast.agreement("closed")
    assert told("2026-05-30", "look") == set()
    assert told("2026-05-31", "look") == {("look_back_due", "blue", "filer")}


def test_the_market_tells_every_other_branch_once_a_week_with_the_number(cast):
    cast.problem()  # ten working days end with 16 March
    world.create_problem(cast.programme, cast.stranger, "电缆敷设返工", at=world.moment("2026-03-03"))
    assert told("2026-03-16", "market") == set()
    assert told("2026-03-17", "market") == {("market", "blue", "partner"), ("market", "blue", "stranger")}
    assert told("2026-03-18", "market") == told("2026-03-23", "market") == set()  # old enough, within seven days
    assert told("2026-03-24", "market") == {("market", "blue", "partner"), ("market", "blue", "filer")}
    assert told("2026-03-31", "market") == set()  # nothing has become old enough since
    latest = Notice.objects.get(step="market", person=cast.partner.person, occasion="2026-03-24")
    assert latest.details["problems"] == 2
    words = notices.wording(latest)
    assert words.title == "有 2 个问题尚未找到结对伙伴"
    assert words.url.endswith("?list=market")


def test_a_missing_year_is_told_to_the_system_administrator_once_a_month(cast):
    CalendarYear.objects.filter(year=2026).delete()
    CalendarYear.objects.create(year=2026)
    CalendarYear.objects.filter(year=2027).delete()
    forget_calendar()
    assert told("2026-10-31", "calendar") == set()
    assert told("2026-11-01", "calendar") == {("calendar_missing", "yellow", "sysadmin")}
    words = notices.wording(Notice.objects.get(step="calendar_missing"))
    assert (words.title, words.url) == ("2027年的工作日安排尚未录入", reverse("pairing:working_days_of", args=[2027]))
    assert told("2026-11-02", "calendar") == set()
    assert told("2026-12-01", "calendar") == {("calendar_missing", "yellow", "sysadmin")}


def test_a_vacant_seat_goes_to_supervisor_and_lead_and_a_deputy_fills_it(cast):
    cast.agreement("invited")
    Seat.objects.filter(pk=cast.partner.pk).update(to_on=date(2026, 3, 2))
    vacant = {("vacant_seat", "yellow", "supervisor"), ("vacant_seat", "yellow", name(cast.lead))}
    assert told("2026-03-03") == vacant
    deputy = create_seat(
        Role.SECRETARY, cast.people.partner_branch, person=create_user("deputy"), deputy_of=cast.partner,
        from_on=date(2026, 3, 4),
    )  # fmt: skip
    assert told("2026-03-04") == {("waiting_branches", "", name(deputy))}


def test_while_a_decision_waits_the_ladder_is_silent(cast):
    agreement = cast.agreement()
    cast.act("ask_extension", agreement, "partner", note="设备晚到", progress="一半", new_due_on=date(2026, 7, 1))
    told("2026-06-10")
    steps = set(Notice.objects.values_list("step", flat=True))
    assert not {step for step in steps if step.startswith(("before", "after", "follow", "late_sup"))}


def test_what_a_notice_says_of_a_due_date(cast):
    agreement = cast.agreement()
    told("2026-05-19")
    before = notices.wording(Notice.objects.get(step="before-14", person=cast.partner.person))
    assert (before.title, before.url) == ("有结对即将到期", agreement.get_absolute_url())
    assert before.text.endswith("还有 10 个工作日")
    assert before.reason == "2026年6月2日到期，2020年1月1日规定：到期前 14 天"
    told("2026-06-05")
    after = notices.wording(Notice.objects.get(step="after-3", person=cast.partner.person))
    assert after.text.endswith("逾期 3 天")


def test_every_step_has_a_kind_and_the_mandatory_ones_are_named(cast):
    kinds = {
        "waiting_group": "waiting", "vacant_seat": "waiting", "lapse_near": "waiting", "silent_invited": "waiting",
        "before-14": "reminder", "behind_plan": "reminder", "after-1": "overdue", "after-week-2": "overdue",
        "late_review": "overdue", "follow_up_due": "follow_up", "look_back_due": "follow_up", "news_urge": "news",
        "market": "market", "calendar_missing": "system", "system_channel_down": "system",
    }  # fmt: skip
    assert {step: notices.kind_of(step) for step in kinds} == kinds
    assert {"waiting", "overdue", "system"} == notices.MANDATORY


def test_days_moved_by_an_acceptance_sent_back_move_the_ladder(cast):
    cast.agreement()
    Agreement.objects.update(stopped_days=7)
    assert told("2026-06-02", "before") == {("before-7", "blue", "filer"), ("before-7", "blue", "partner")}
    due = date(2026, 6, 2) + timedelta(days=7)
    assert Notice.objects.filter(step="before-7").values_list("occasion", flat=True)[0] == due.isoformat()


def test_news_are_told_once_although_numbers_come_late(cast):
    """The number of an Event may be lower than one that was read before: it was given before the other committed."""
    agreement = cast.agreement("invited")
    told("2026-03-02", hour=11)
    PlanMark.objects.update(event_id=PlanMark.objects.get().event_id + 500)
    perform("withdraw", agreement, seat=cast.filer, at=world.moment("2026-03-02", 12), note="另找伙伴")
    assert told("2026-03-02", "news", hour=13) == {("news_withdraw", "", "partner")}
