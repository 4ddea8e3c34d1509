"""The deadline-day card and the history of due dates: what a party sees near, on and after the due date."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from accounts.tests.people import create_seat
from pairing.models import Agreement
from pairing.tests import world
from pairing.tests.scenes import log_in, post, sentences_of
from pairing.tests.states import Cast
from pairing.workflow.engine import perform

pytestmark = [pytest.mark.django_db, pytest.mark.pages]


@pytest.fixture
def cast():
    return Cast()


def due_in(days, cast, problems=2):
    """A running pair of the filer and the partner that is due in so many calendar days."""
    agreement = cast.agreement("active", *[cast.problem(title=f"问题之{n}") for n in range(1, problems + 1)])
    Agreement.objects.filter(pk=agreement.pk).update(due_on=timezone.localdate() + timedelta(days=days))
    agreement.due_changes.update(due_on=timezone.localdate() + timedelta(days=days))
    return Agreement.objects.get(pk=agreement.pk)


def home(client, seat):
    return log_in(client, seat).get("/")


def cards(client, seat):
    return home(client, seat).context["deadlines"]


def labels(card):
    return [str(label) for label, _url in card.ways]


@pytest.mark.parametrize(("days", "shown"), [(8, False), (7, True), (1, True), (0, True), (-3, True)])
def test_the_card_stands_from_a_week_before_until_decided(client, cast, days, shown):
    agreement = due_in(days, cast)
    for seat in (cast.filer, cast.partner):
        found = cards(client, seat)
        assert bool(found) == shown
        page = log_in(client, seat).get(agreement.get_absolute_url())
        assert bool(page.context["card"]) == shown
    assert not cards(client, cast.reviewer)
    assert log_in(client, cast.reviewer).get(agreement.get_absolute_url()).context["card"] is None


def test_the_rules_of_the_pair_may_remind_later_than_a_week_before(client, cast):
    agreement = due_in(5, cast)
    version = agreement.rule_version
    version.remind_before = [3, 0]
    version.save()
    assert not cards(client, cast.filer)


def test_on_the_due_day_it_offers_three_ways_each_opening_a_page_that_is_filled_in(client, cast):
    agreement = due_in(0, cast)
    (card,) = cards(client, cast.filer)
    assert (card.words, card.late) == ("今天到期", False)
    assert labels(card) == ["完成", "延期", "再结对"]
    assert [goal.text for goal in card.left] == ["解决问题之1", "解决问题之2"]
    for _label, url in card.ways:
        assert log_in(client, cast.filer).get(url).status_code == 200
    again = log_in(client, cast.filer).get(card.ways[2][1])
    assert 'value="rematch" checked' in re.sub(r' (required|id="[^"]*"|class="[^"]*")', "", sentences_of(again))
    assert agreement.aim in sentences_of(home(client, cast.filer))


def test_two_clicks_ask_for_the_extension(client, cast):
    agreement = due_in(0, cast)
    (card,) = cards(client, cast.filer)
    form = log_in(client, cast.filer).get(card.ways[1][1]).context["form"]
    sent = {name: form[name].value() for name in ("until", "goals", "progress", "note")}
    post(client, cast.filer, card.ways[1][1], **sent)
    request = agreement.extensions.get()
    assert request.timely
    assert request.new_due_on == form.later[0].day > agreement.due_on
    assert request.reason == "尚有 2 项目标未完成，需要更多时间。"


def test_late_it_is_red_and_counts_calendar_days(client, cast):
    due_in(-3, cast)
    (card,) = cards(client, cast.filer)
    assert (card.words, card.late) == ("逾期 3 天", True)
    assert "deadline-late" in sentences_of(home(client, cast.filer))


def test_what_is_solved_is_no_longer_named(client, cast):
    agreement = due_in(2, cast)
    first = agreement.episodes.order_by("pk").first().problem
    perform("claim", first, seat=cast.filer, effect="缺陷率降到1%")
    (card,) = cards(client, cast.filer)
    assert [goal.text for goal in card.left] == ["解决问题之2"]


@pytest.mark.parametrize(("days", "late", "sentence"), [(2, False, "已按时申请延期"), (-3, True, "批复之前仍计逾期")])
def test_while_a_request_waits_it_says_so(client, cast, days, late, sentence):
    agreement = due_in(days, cast)
    to = timezone.localdate() + timedelta(days=20)
    perform("ask_extension", agreement, seat=cast.partner, new_due_on=to, progress="过半", note="设备晚到")
    (card,) = cards(client, cast.filer)
    assert (card.ways, card.late) == ([], late)
    assert sentence in card.waits
    assert "工作组" in sentences_of(home(client, cast.filer))
    page = sentences_of(log_in(client, cast.partner).get(agreement.get_absolute_url()))
    assert ("延期待批" in page) != late
    assert ("逾期 3 天" in page) == late
    assert "申请延至，待批复" in page


def test_an_answer_that_is_mine_is_a_duty_and_no_card(client, cast):
    agreement = due_in(1, cast)
    perform("propose_termination", agreement, seat=cast.filer, code="rematch", note="另找伙伴")
    assert not cards(client, cast.partner)
    (card,) = cards(client, cast.filer)
    assert "待对方答复" in card.waits
    assert not card.ways


def test_a_liaison_reports_completion_and_asks_for_nothing_else(client, cast):
    due_in(1, cast)
    (card,) = cards(client, cast.liaison)
    assert labels(card) == ["完成"]


def test_the_third_extension_is_no_way_on(client, cast):
    agreement = due_in(1, cast)
    for decider in (cast.reviewer, cast.lead):
        to = Agreement.objects.get(pk=agreement.pk).due_on + timedelta(days=2)
        perform("ask_extension", agreement, seat=cast.filer, new_due_on=to, progress="过半", note=f"{to}")
        perform("grant_extension", agreement, seat=decider)
    (card,) = cards(client, cast.filer)
    assert labels(card) == ["完成", "再结对"]
    assert card.no_more


def test_suspended_in_acceptance_and_ended_pairs_have_no_card(client, cast):
    agreement = due_in(-1, cast)
    perform("suspend", agreement, seat=cast.lead, note="汛期停工")
    assert not cards(client, cast.filer)
    page = sentences_of(log_in(client, cast.filer).get(agreement.get_absolute_url()))
    assert "中止" in page
    assert "逾期" not in page


def test_cards_cost_no_query_each(client, cast, django_assert_max_num_queries):
    for _n in range(3):
        due_in(2, cast)
    home(client, cast.filer)
    with django_assert_max_num_queries(12):
        assert len(client.get("/").context["deadlines"]) == 3


# The history of due dates
def kinds(client, seat, agreement):
    return log_in(client, seat).get(agreement.get_absolute_url()).context["due_dates"]


def test_nothing_is_told_of_a_due_date_that_never_moved(client, cast):
    assert kinds(client, cast.filer, due_in(20, cast)) == []


def test_every_due_date_stands_with_who_moved_it_and_why(client, cast):
    agreement = due_in(1, cast)
    first = agreement.due_on
    perform(
        "ask_extension",
        agreement,
        seat=cast.partner,
        new_due_on=first + timedelta(days=10),
        progress="半",
        note="到货晚",
    )
    perform("grant_extension", agreement, seat=cast.reviewer, note="同意")
    perform("suspend", agreement, seat=cast.lead, note="汛期停工")
    agreement.intervals.update(from_on=timezone.localdate() - timedelta(days=4))
    perform("resume", agreement, seat=cast.lead)
    perform(
        "ask_extension", agreement, seat=cast.filer, new_due_on=first + timedelta(days=30), progress="半", note="再延"
    )
    found = kinds(client, cast.filer, agreement)
    assert [due.kind for due in found] == ["before", "before", "now", "asked"]
    assert [(due.day - first).days for due in found] == [0, 10, 14, 30]
    assert found[1].why == "到货晚"
    assert cast.reviewer.person.name in found[1].by
    assert (found[2].cause, found[2].why) == ("中止 4 天", "汛期停工")
    assert found[3].why == "再延"
    for seat in (cast.reviewer, cast.supervisor, cast.partner):
        assert "历次到期日" in sentences_of(log_in(client, seat).get(agreement.get_absolute_url()))


def test_days_in_acceptance_that_were_sent_back_are_told(client, cast):
    agreement = due_in(3, cast, problems=1)
    world.bring_to("acceptance", agreement)
    agreement.intervals.update(from_on=timezone.localdate() - timedelta(days=2))
    reasons = {agreement.episodes.get().problem_id: "证据不足"}
    perform("send_back", agreement, seat=cast.reviewer, reasons=reasons)
    found = kinds(client, cast.filer, agreement)
    assert (found[-1].cause, found[-1].kind) == ("验收 2 天后退回", "now")
    assert (found[-1].day - agreement.due_on).days == 2


def test_a_second_secretary_of_two_branches_sees_the_card_in_the_present_seat(client, cast):
    due_in(1, cast)
    other = create_seat(Role.SECRETARY, cast.people.other_branch, person=cast.filer.person)
    found = cards(client, cast.filer)
    assert len(found) == 1
    client.post(reverse("accounts:seat"), {"seat": other.pk, "next": "/"})
    assert [labels(card) for card in client.get("/").context["deadlines"]] == [["完成", "延期", "再结对"]]
