"""The market: the longest unmatched first with its mark, and the one-tap offer (揭榜), which is an invitation."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event
from accounts.tests.people import create_branch, create_committee, create_personas, create_seat
from pairing.deadlines import add_working_days
from pairing.models import Agreement, Problem, working_days
from pairing.services import volunteer
from pairing.tests import world
from pairing.tests.scenes import log_in, post, said, sentences_of
from pairing.workflow.engine import NotNow, perform

pytestmark = pytest.mark.django_db
MARKET = "/problems/?list=market"


@pytest.fixture
def people():
    return create_personas()


@pytest.fixture
def programme(people):
    return world.create_programme(people.committee)


@pytest.fixture
def problem(people, programme):
    return world.create_problem(programme, people.filer)


def waiting_since(problem, days):
    Problem.objects.filter(pk=problem.pk).update(turn_since=timezone.now() - timedelta(days=days))


def offer_url(problem):
    return reverse("pairing:problem_offer", args=[problem.pk])


def offers(problem):
    return Agreement.objects.filter(episodes__problem=problem).exclude(state="draft")


# The list
def test_the_longest_unmatched_come_first_and_carry_a_mark(client, people, programme, problem):
    older = world.create_problem(programme, people.filer, "电缆敷设返工")
    waiting_since(older, 30)
    page = log_in(client, people.stranger).get(MARKET)
    assert list(page.context["page"]) == [older, problem]
    first, second = page.context["page"].object_list
    assert first.unmatched >= 20
    assert second.unmatched == 0
    assert f"已 {first.unmatched} 个工作日无人结对" in sentences_of(page)
    newest = log_in(client, people.stranger).get(f"{MARKET}&sort=new")
    assert list(newest.context["page"]) == [older, problem]
    group = log_in(client, people.reviewer).get("/")
    assert group.context["unmatched"][0].unmatched == first.unmatched


def test_the_mark_comes_when_the_working_days_of_the_rules_have_passed(client, people, programme, problem):
    calendar, since = working_days(), timezone.localdate()
    while True:  # a day whose tenth working day is yesterday or earlier, and the next one whose is not
        since -= timedelta(days=1)
        if add_working_days(since, 10, calendar) < timezone.localdate():
            break
    waiting_since(problem, (timezone.localdate() - since).days)
    page = log_in(client, people.stranger).get(MARKET)
    assert page.context["page"].object_list[0].unmatched >= 10
    waiting_since(problem, (timezone.localdate() - since).days - 1)
    page = log_in(client, people.stranger).get(MARKET)
    assert page.context["page"].object_list[0].unmatched == 0


def test_the_list_asks_as_much_for_thirty_as_for_one(client, people, programme, problem, django_assert_num_queries):
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    log_in(client, people.stranger).get(MARKET)
    with CaptureQueriesContext(connection) as caught:
        client.get(MARKET)
    for n in range(29):
        waiting_since(world.create_problem(programme, people.filer, f"问题之{n}"), 30)
    with django_assert_num_queries(len(caught)):
        client.get(MARKET)
    assert len(caught) <= 12


# The offer
def test_one_press_offers_help_and_the_owner_accepts_in_two_clicks(client, people, problem):
    page = log_in(client, people.stranger).get(problem.get_absolute_url())
    assert offer_url(problem) in sentences_of(page)
    assert problem.description not in sentences_of(page) or not problem.description
    post(client, people.stranger, offer_url(problem), sentence="我们去年解决过同样的问题")
    agreement = offers(problem).get()
    assert agreement.state == "invited"
    assert agreement.initiator.organisation == people.other_branch
    assert agreement.turn_of == [people.branch.pk]
    assert problem.title in agreement.aim
    event = Event.objects.of(agreement).get(action="invite")
    assert (event.note, event.person_name) == ("我们去年解决过同样的问题", people.stranger.person.name)
    problem.refresh_from_db()
    assert problem.state == "matched"
    home = log_in(client, people.filer).get("/")
    (duty,) = [duty for duty in home.context["duties"] if duty.obj == agreement]
    invitation = sentences_of(client.get(duty.url))
    assert f"{people.other_branch.short_name} 揭榜" in invitation
    assert "我们去年解决过同样的问题" in invitation
    post(client, people.filer, duty.url, step="accept_invitation")
    agreement.refresh_from_db()
    assert agreement.state == "drafting"


def test_a_second_press_leads_to_the_offer_made(client, people, problem):
    for _n in range(2):
        page = log_in(client, people.stranger).post(offer_url(problem), {"sentence": ""}, follow=True)
    assert offers(problem).count() == 1
    assert "已经揭榜" in said(page)
    assert page.redirect_chain[-1][0] == offers(problem).get().get_absolute_url()
    assert Event.objects.of(offers(problem).get()).filter(action="invite").count() == 1


def test_who_comes_second_is_told_and_a_declined_offer_opens_the_market_again(client, people, programme, problem):
    post(client, people.stranger, offer_url(problem))
    late = log_in(client, people.partner).post(offer_url(problem), follow=True)
    assert "已找到共建对象" in said(late)
    assert problem.title not in sentences_of(late)
    with pytest.raises(NotNow, match="已找到共建对象"):
        volunteer(problem, seat=people.partner)
    first = offers(problem).get()
    perform("decline_invitation", first, seat=people.filer, note="已另有安排")
    post(client, people.partner, offer_url(problem))
    page = sentences_of(log_in(client, people.filer).get(problem.get_absolute_url()))
    assert offers(problem).count() == 2
    for agreement in offers(problem):
        assert agreement.number in page  # the owner sees all offers


@pytest.mark.parametrize("persona", ["filer", "reviewer", "supervisor", "leader", "sysadmin"])
def test_others_offer_nothing(client, people, problem, persona):
    response = post(client, people.seats()[persona], offer_url(problem))
    assert response.status_code in (403, 404)
    assert not offers(problem).exists()


def test_a_liaison_drafts_and_the_secretary_sends(client, people, problem):
    liaison = create_seat("liaison", people.other_branch)
    page = sentences_of(log_in(client, liaison).get(problem.get_absolute_url()))
    assert offer_url(problem) not in page
    assert f"{reverse('pairing:agreement_new')}?problem={problem.pk}" in page
    assert post(client, liaison, offer_url(problem)).status_code == 403


def test_a_get_offers_nothing(client, people, problem):
    assert log_in(client, people.stranger).get(offer_url(problem)).status_code == 405
    assert not offers(problem).exists()


def test_too_long_a_sentence_stays_with_its_error(client, people, problem):
    page = post(client, people.stranger, offer_url(problem), sentence="长" * 301)
    assert page.context["form"].errors["sentence"]
    assert "长" * 301 in sentences_of(page)
    assert not offers(problem).exists()


def test_a_branch_of_another_programme_finds_nothing(client, people, problem):
    elsewhere = create_seat("secretary", create_branch("外单位党支部", parent=create_committee("外单位党委")))
    assert post(client, elsewhere, offer_url(problem)).status_code == 404


def test_the_rules_may_stand_against_it(people, programme, problem):
    programme.rule_versions.update(headquarters_pairs=False)
    for branch in (people.branch, people.other_branch):
        branch.side = "headquarters"
        branch.save()
    with pytest.raises(NotNow):
        volunteer(problem, seat=world.seat_of(people.other_branch))
    assert not Agreement.objects.exists()  # nothing is left behind


# Who is silent
def test_an_unanswered_invitation_says_who_is_silent_and_what_follows(client, people, problem):
    agreement = world.create_agreement(problem.programme, people.filer, [people.partner_branch], [problem])
    world.bring_to("invited", agreement)
    for seat, url in (
        (people.filer, agreement.get_absolute_url()), (people.reviewer, agreement.get_absolute_url()),
        (people.partner, reverse("pairing:agreement_invitation", args=[agreement.pk])),
    ):  # fmt: skip
        html = sentences_of(log_in(client, seat).get(url))
        assert f"<b>{people.partner_branch.short_name}</b> 自" in html
        assert "前没有答复的，告知工作组" in html
        assert "之后邀请失效" in html
    Agreement.objects.filter(pk=agreement.pk).update(state_since=timezone.now() - timedelta(days=12))
    assert "前没有答复，已告知工作组" in sentences_of(log_in(client, people.filer).get(agreement.get_absolute_url()))


@pytest.mark.parametrize(
    ("state", "days", "late"),
    [("submitted", 0, False), ("submitted", 12, True), ("acceptance", 0, False), ("acceptance", 20, True)],
)
def test_the_working_group_has_a_clock_that_everybody_sees(client, people, problem, state, days, late):
    agreement = world.create_agreement(problem.programme, people.filer, [people.partner_branch], [problem])
    world.bring_to(state, agreement, reviewer=people.reviewer)
    since = timezone.now() - timedelta(days=days)
    Agreement.objects.filter(pk=agreement.pk).update(turn_since=since, state_since=since)
    html = sentences_of(log_in(client, people.partner).get(agreement.get_absolute_url()))
    assert "工作组应于" in html
    assert ("工作组已超过办理时限" in html) == late
