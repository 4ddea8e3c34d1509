"""The whole life of a problem over several pairs, the one-tap look-back, and overdue look-backs for the group."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event
from pairing.models import Agreement, Episode, Problem
from pairing.tests import world
from pairing.tests.scenes import log_in, post, said, sentences_of
from pairing.tests.states import EFFECT, Cast
from pairing.workflow.engine import perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return Cast()


def long_closed(cast, days=91):
    """A problem of the filer, written off so many days ago."""
    cast.at = timezone.now() - timedelta(days=days)
    agreement = cast.agreement("closed", cast.problem())
    return Problem.objects.get(pk=agreement.episodes.get().problem_id)


def page(client, seat, problem):
    return log_in(client, seat).get(problem.get_absolute_url())


def look_url(problem):
    return reverse("pairing:problem_step", args=[problem.pk, "look_back"])


def rematched(cast):
    """A problem whose first pair ended with “pair again”, and whose second pair runs."""
    first = cast.agreement("active", cast.problem())
    perform("propose_termination", first, seat=cast.filer, code="rematch", note="另找伙伴")
    perform("agree_termination", first, seat=cast.partner)
    draft = Agreement.objects.get(predecessor=first)
    problem = draft.episodes.get().problem
    world.save_agreement_draft(
        draft, seat=cast.filer, partners=[{"organisation": cast.people.other_branch}], problems=[problem]
    )
    world.bring_to("active", Agreement.objects.get(pk=draft.pk), reviewer=cast.reviewer)
    return problem, first, Agreement.objects.get(pk=draft.pk)


# The life
def test_both_pairs_of_a_rematch_stand_on_the_page_and_link_to_each_other(client, cast):
    problem, first, second = rematched(cast)
    response = page(client, cast.filer, problem)
    life, html = response.context["life"], sentences_of(response)
    assert len(life.lanes) == 3
    assert [bar.kind for bar in life.lanes[1].bars] == ["before", "run"]
    assert [mark.shape for mark in life.lanes[1].marks] == ["○"]
    assert life.lanes[2].marks == []
    assert html.count('<svg width="100%"') == 1
    assert "由 2 对结对办理" in html
    assert first.number in html
    assert second.number in html
    for one, other in ((first, second), (second, first)):
        assert other.get_absolute_url() in sentences_of(log_in(client, cast.filer).get(one.get_absolute_url()))
    assert second.goals.get().text == first.goals.get().text


def test_a_rematch_is_one_act_with_the_initiator_that_asked(cast):
    problem, first, second = rematched(cast)
    assert second.initiator.organisation == cast.people.branch
    ended = Event.objects.of(first).get(action="agree_termination")
    assert Event.objects.of(problem).get(action="release").cause_id == ended.pk
    assert str(second) in str(ended.details["new draft"]) or second.pk


def test_places_lie_inside_the_picture_and_in_the_order_of_the_days(client, cast):
    problem, _first, _second = rematched(cast)
    life = page(client, cast.filer, problem).context["life"]
    for lane in life.lanes:
        places = [float(bar.x.rstrip("%")) for bar in lane.bars]
        assert places == sorted(places)
        for bar in lane.bars:
            assert 0 <= float(bar.x.rstrip("%")) + float(bar.width.rstrip("%")) <= 100
    assert life.start == problem.raised_on
    assert life.end == timezone.localdate()


def test_a_relapse_keeps_the_old_effect_and_shows_in_both_lanes(client, cast):
    problem = long_closed(cast)
    perform("look_back", problem, seat=cast.filer, verdict="relapsed", note="新项目部又出现")
    response = page(client, cast.filer, problem)
    life, html = response.context["life"], sentences_of(response)
    assert [mark.shape for mark in life.lanes[1].marks] == ["◆", "✓", "■"]
    assert [mark.shape for mark in life.lanes[0].marks] == ["●", "■"]
    assert EFFECT in html
    assert "新项目部又出现" in html
    problem.refresh_from_db()
    assert problem.state == "open"
    world.bring_to("invited", world.create_agreement(cast.programme, cast.filer, [cast.people.other_branch], [problem]))
    assert len(page(client, cast.filer, problem).context["life"].lanes) == 3
    assert Episode.objects.filter(problem=problem, written_off_on__isnull=False).get().effect == EFFECT


def test_parked_days_stand_still_in_the_lane_of_the_problem(client, cast):
    problem = cast.problem()
    cast.act("park", problem, "reviewer", note="等厂家")
    perform("resume", problem, seat=cast.reviewer)
    cast.at = timezone.now()
    world.bring_to(
        "invited", world.create_agreement(cast.programme, cast.filer, [cast.people.partner_branch], [problem])
    )
    life = page(client, cast.filer, problem).context["life"]
    assert [bar.kind for bar in life.lanes[0].bars] == ["open", "still"]


def test_without_a_pair_there_is_no_picture(client, cast):
    assert page(client, cast.filer, cast.problem()).context["life"] is None


def test_the_page_of_a_long_life_asks_no_more(client, cast, django_assert_max_num_queries):
    problem, _first, _second = rematched(cast)
    page(client, cast.filer, problem)
    with django_assert_max_num_queries(12):
        client.get(problem.get_absolute_url())


# The look-back
def test_home_shows_the_effect_and_one_tap_says_that_it_works(client, cast):
    problem = long_closed(cast)
    home = log_in(client, cast.filer).get("/")
    assert EFFECT in sentences_of(home)
    assert f'action="{look_url(problem)}"' in sentences_of(home)
    for _n in range(2):
        after = client.post(look_url(problem), {"verdict": "works", "then": "home"}, follow=True)
    assert after.redirect_chain == [] or after.redirect_chain[-1][0] == "/"
    problem.refresh_from_db()
    assert (problem.state, problem.last_look_back) == ("closed", "works")
    assert Event.objects.of(problem).filter(action="look_back").count() == 1
    assert EFFECT not in sentences_of(client.get("/"))


def test_the_press_says_what_was_recorded_and_stays_at_home(client, cast):
    problem = long_closed(cast)
    after = log_in(client, cast.filer).post(look_url(problem), {"verdict": "works", "then": "home"}, follow=True)
    assert after.redirect_chain[-1][0] == "/"
    assert "回头看" in said(after)


@pytest.mark.parametrize(("verdict", "state"), [("partly", "closed"), ("relapsed", "open")])
def test_the_other_verdicts_ask_for_a_sentence_first(client, cast, verdict, state):
    problem = long_closed(cast)
    asked = log_in(client, cast.filer).get(f"{look_url(problem)}?verdict={verdict}")
    assert asked.context["chosen"] == verdict
    problem.refresh_from_db()
    assert problem.state == "closed"  # nothing happens on GET
    if verdict == "relapsed":
        empty = post(client, cast.filer, look_url(problem), verdict=verdict, note="")
        assert empty.context["form"].errors["note"]
    post(client, cast.filer, look_url(problem), verdict=verdict, note="夜班又出现两次")
    problem.refresh_from_db()
    assert (problem.state, problem.last_look_back) == (state, verdict)
    assert problem.look_backs.get().note == "夜班又出现两次"


def test_overdue_look_backs_are_listed_for_the_group_alone(client, cast):
    problem = long_closed(cast, 91)
    assert log_in(client, cast.reviewer).get("/").context["unchecked"] == [problem]
    assert "未按时回头看" in sentences_of(client.get("/"))
    found = client.get("/problems/?look_back=due")
    assert list(found.context["page"]) == [problem]
    assert "unchecked" not in log_in(client, cast.filer).get("/").context
    perform("look_back", problem, seat=cast.filer, verdict="works")
    assert log_in(client, cast.reviewer).get("/").context["unchecked"] == []
    assert not list(client.get("/problems/?look_back=due").context["page"])
    assert list(client.get("/problems/?look_back=works").context["page"]) == [problem]


def test_on_the_day_itself_a_look_back_is_due_and_not_yet_overdue(client, cast):
    problem = long_closed(cast, 90)
    assert [duty.obj for duty in log_in(client, cast.filer).get("/").context["duties"]] == [problem]
    assert log_in(client, cast.reviewer).get("/").context["unchecked"] == []


def test_an_ended_programme_asks_the_group_for_nothing(client, cast):
    long_closed(cast, 120)
    cast.programme.ends_on = timezone.localdate() - timedelta(days=1)
    cast.programme.save()
    assert log_in(client, cast.reviewer).get("/").context["unchecked"] == []
