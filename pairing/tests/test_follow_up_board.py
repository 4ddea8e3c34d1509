"""The board of follow-ups: the week's pairs by risk, the red list with proposals, and the lists behind the figures."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from accounts.tests.people import create_seat
from pairing import standings
from pairing.models import Agreement, FollowUp, Programme, Standing
from pairing.tests import world
from pairing.tests.scenes import log_in
from pairing.tests.states import Cast
from pairing.workflow.engine import perform

pytestmark = pytest.mark.django_db
URL = reverse("pairing:follow_ups")
TODAY = timezone.localdate


@pytest.fixture
def cast():
    return Cast()


def pair(cast, days_ago=60, **columns):
    """A pair signed so many days ago, with nothing done since; `columns` are set afterwards."""
    cast.at = timezone.now() - timedelta(days=days_ago)
    problem = world.create_problem(cast.programme, cast.filer, f"问题{days_ago}", at=cast.at)
    agreement = cast.agreement("active", problem)
    Agreement.objects.filter(pk=agreement.pk).update(**columns)
    agreement.refresh_from_db()
    return agreement


def board(client, cast, seat=None, **query):
    standings.refresh(TODAY())
    return log_in(client, seat or cast.supervisor).get(URL, query)


def week(response):
    return [line.pair.pk for line in response.context["week"]]


def red(response):
    return {(entry.obj.pk, entry.proposal.label) for entry in response.context["red_list"]}


def test_the_week_is_ordered_by_risk_with_reasons_in_words_and_figures(client, cast):
    quiet = pair(cast, 3)
    behind = pair(cast, 50)
    late = pair(cast, 100)
    response = board(client, cast)
    assert week(response) == [late.pk, behind.pk]
    assert quiet.pk not in week(response)
    page = response.content.decode()
    days = (TODAY() - late.due_on).days
    assert f"逾期 {days} 天" in page
    assert "落后于计划：计划 100%，尚未填报" in page
    assert "督办已到期，至今一次未做" in page
    assert "双方 50 天没有动静" in page


def test_at_most_eight_and_the_whole_list_behind_the_figure(client, cast):
    for _n in range(10):
        pair(cast, 100)
    response = board(client, cast)
    assert len(week(response)) == 8
    counts = {name: n for name, _title, n in response.context["counts"]}
    assert (counts["week"], counts["late"], counts["never"]) == (10, 10, 10)
    for name, number in counts.items():
        whole = client.get(URL, {"show": name})
        assert len(whole.context["lines"]) == number, name


def test_who_was_visited_or_skipped_this_week_comes_next_week_again(client, cast):
    late, other = pair(cast, 100), pair(cast, 101)
    perform("follow_up", late, seat=cast.supervisor, kind="call", progress="材料已到")
    row = FollowUp.objects.filter(agreement=other).first()
    perform("skip_follow_up", other, seat=cast.supervisor, note="昨天见过", follow_up=row.pk)
    assert week(board(client, cast)) == []
    FollowUp.objects.update(done_on=TODAY() - timedelta(days=8))
    FollowUp.objects.update(skipped_on=None)
    assert len(week(board(client, cast))) == 2


def test_the_buttons_are_those_of_the_seat(client, cast):
    late = pair(cast, 100)
    line = board(client, cast).context["week"][0]
    visit = FollowUp.objects.filter(agreement=late, planned_on__lte=TODAY()).last()
    assert line.record == f"{reverse('pairing:agreement_follow_up', args=[late.pk])}?follow_up={visit.pk}"
    assert line.urge
    assert line.skip
    for seat in (cast.reviewer, cast.lead):
        line = board(client, cast, seat).context["week"][0]
        assert (line.record, line.skip, line.urge) == ("", "", "")


def test_who_urged_last_stands_there_and_the_button_comes_back_after_the_days_of_the_rules(client, cast):
    late = pair(cast, 100)
    perform("urge", late, seat=cast.supervisor)
    response = board(client, cast)
    assert response.context["week"][0].urge == ""
    assert cast.supervisor.person.name in response.content.decode()


def test_a_proposal_for_each_late_pair(client, cast):
    never = pair(cast, 95)
    visited = pair(cast, 96)
    perform("follow_up", visited, seat=cast.supervisor, kind="call", progress="还差验收")
    urged = pair(cast, 150)
    perform("follow_up", urged, seat=cast.supervisor, kind="call", progress="还差验收")
    perform("urge", urged, seat=cast.supervisor)
    asked = pair(cast, 97)
    day = asked.due_on + timedelta(days=30)
    perform("ask_extension", asked, seat=cast.filer, note="缺料", progress="过半", new_due_on=day)
    assert red(board(client, cast)) == {
        (never.pk, "走访"), (visited.pk, "催办"), (urged.pk, "结束结对或再结对"), (asked.pk, "审批延期")
    }  # fmt: skip
    by_lead = {entry.obj.pk: entry.proposal.mine for entry in board(client, cast, cast.lead).context["red_list"]}
    assert by_lead == {never.pk: False, visited.pk: False, urged.pk: True, asked.pk: True}


def test_the_groups_own_delays_stand_in_the_same_list(client, cast):
    cast.at = timezone.now() - timedelta(days=30)
    review = cast.agreement("submitted", world.create_problem(cast.programme, cast.filer, "甲", at=cast.at))
    accept = cast.agreement("acceptance", world.create_problem(cast.programme, cast.filer, "乙", at=cast.at))
    invited = cast.agreement("invited", world.create_problem(cast.programme, cast.filer, "丙", at=cast.at))
    lonely = world.create_problem(cast.programme, cast.filer, "丁", at=cast.at)
    stopped = pair(cast, 60)
    perform("suspend", stopped, seat=cast.lead, note="停工", at=timezone.now() - timedelta(days=40))
    cast.at = timezone.now() - timedelta(days=1)
    cast.agreement("submitted", world.create_problem(cast.programme, cast.filer, "戊", at=cast.at))  # in time
    response = board(client, cast)
    assert red(response) == {
        (review.pk, "审核"), (accept.pk, "核对并验收"), (invited.pk, "催问受邀方"), (lonely.pk, "寻找结对对象"),
        (stopped.pk, "恢复或结束"),
    }  # fmt: skip
    assert "工作组审核" in response.content.decode()


@pytest.mark.parametrize("working", [1, 30])
def test_the_same_number_of_queries_whatever_stands_on_it(client, cast, working):
    for _n in range(working):
        pair(cast, 100)
    cast.at = timezone.now() - timedelta(days=30)
    for _n in range(2):
        cast.agreement("submitted", world.create_problem(cast.programme, cast.filer, "甲", at=cast.at))
        world.create_problem(cast.programme, cast.filer, "丁", at=cast.at)
    board(client, cast)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(URL)
    assert len(queries) <= 12, [query["sql"][:90] for query in queries]


def test_mine_and_programme(client, cast):
    first, other = pair(cast, 100), pair(cast, 101)
    perform("follow_up", first, seat=cast.supervisor, kind="call", progress="材料已到")
    FollowUp.objects.filter(done_on__isnull=False).update(done_on=TODAY() - timedelta(days=9))
    FollowUp.objects.filter(skipped_on__isnull=False).update(skipped_on=TODAY() - timedelta(days=9))
    assert week(board(client, cast, mine="")) == [first.pk]
    assert set(week(board(client, cast))) == {first.pk, other.pk}
    second = world.create_programme(cast.people.committee, "另一活动")
    assert week(board(client, cast, programme=second.pk)) == []
    assert "另一活动" in client.get(URL).content.decode()


def test_only_those_who_supervise(client, cast):
    for name in ("filer", "partner", "leader", "sysadmin"):
        assert log_in(client, cast.seats[name]).get(URL).status_code == 403
    elsewhere = create_seat(Role.SUPERVISOR, cast.people.stranger.organisation)
    pair(cast, 100)
    assert week(board(client, cast, elsewhere)) == []
    assert Programme.objects.count() == Standing.objects.count() == 1


def test_a_missed_visit_stays_planned_until_it_is_made_or_skipped_and_every_line_has_a_reason(client, cast):
    missed, due = pair(cast, 3), pair(cast, 2)
    FollowUp.objects.filter(agreement=missed).update(planned_on=None)
    day = TODAY() - timedelta(days=9)
    missed_visit = FollowUp.objects.filter(agreement=missed).first()
    FollowUp.objects.filter(pk=missed_visit.pk).update(planned_on=day)
    ahead = FollowUp.objects.filter(agreement=due).first()
    FollowUp.objects.filter(pk=ahead.pk).update(planned_on=TODAY())
    response = board(client, cast)
    assert [each.pk for each in response.context["planned"]] == [missed.pk, due.pk]
    assert set(week(response)) == {missed.pk, due.pk}
    said = {line.pair.pk: line.reasons[-1][2] for line in response.context["week"]}
    assert said == {missed.pk: f"计划{day.year}年{day.month}月{day.day}日走访，尚未进行", due.pk: "本周计划走访"}
    figures = {name: n for name, _title, n in response.context["counts"]}
    assert (figures["week"], figures["planned"]) == (2, 2)
    assert len(client.get(URL, {"show": "week"}).context["lines"]) == 2
    perform("skip_follow_up", missed, seat=cast.supervisor, note="昨天见过", follow_up=missed_visit.pk)
    assert week(board(client, cast)) == [due.pk]


def test_the_red_list_names_what_it_leaves_out_and_what_can_be_done_is_a_link(client, cast):
    cast.at = timezone.now() - timedelta(days=30)
    for n in range(8):
        world.create_problem(cast.programme, cast.filer, f"问题{n}", at=cast.at)
    response = board(client, cast)
    assert [(name, n) for name, _title, n in response.context["more"]] == [("unmatched", 8)]
    assert 'href="?show=unmatched">' in response.content.decode()
    assert all(entry.proposal.mine for entry in response.context["red_list"])


def test_urging_and_skipping_lead_back_to_the_board_but_to_no_other_site(client, cast):
    pair(cast, 100)
    line = board(client, cast).context["week"][0]
    page = client.get(line.urge)
    assert f'<input type="hidden" name="next" value="{URL}">' in page.content.decode()
    assert client.post(line.urge, {"next": URL}).url == URL
    again = client.get(line.urge).content.decode()
    assert "起可再次催办" in again
    answer = client.post(
        line.skip, {"note": "昨天见过", "follow_up": line.pair.visit_id, "next": "https://evil.example/"}
    )
    assert answer.url == line.pair.get_absolute_url()
