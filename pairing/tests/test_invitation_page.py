"""The invitation: accept, decline, counter-propose; take, insist, go on, withdraw."""

import pytest

from pairing.models import CounterProposal
from pairing.tests import world
from pairing.tests.scenes import create_scene, log_in, post, sentences_of

pytestmark = [pytest.mark.django_db, pytest.mark.pages]


@pytest.fixture
def scene():
    return create_scene("invited")


def test_the_card_says_what_why_how_long_and_until_when(client, scene):
    html = sentences_of(log_in(client, scene.people.partner).get(scene.url("_invitation")))
    for words in (
        scene.agreement.aim,
        "问题之1",
        "为什么邀请贵支部",
        "3 个月",
        "还有约 10 个工作日",
        "接受邀请",
        "谢绝邀请",
    ):
        assert words in html
    html = sentences_of(log_in(client, scene.people.filer).get(scene.url("_invitation")))
    assert "为什么邀请贵支部" not in html
    assert 'value="accept_invitation"' not in html


def test_accept_once(client, scene):
    for _ in range(2):
        response = post(client, scene.people.partner, scene.url("_invitation"), step="accept_invitation")
        assert response.status_code == 302
    assert scene.fresh().state == "drafting"
    assert scene.actions().count("accept_invitation") == 1


def test_the_initiator_cannot_answer_and_a_reader_cannot_act(client, scene):
    for name in ("filer", "reviewer", "supervisor"):
        answer = post(client, getattr(scene.people, name), scene.url("_invitation"), step="accept_invitation")
        assert answer.status_code == 403
    assert post(client, scene.people.partner, scene.url("_invitation"), step="lapse").status_code == 400
    assert scene.fresh().state == "invited"


def test_declining_needs_a_reason_a_chip_is_enough(client, scene):
    url = scene.url("_invitation")
    response = post(client, scene.people.partner, url, step="decline_invitation")
    assert "请选择理由" in sentences_of(response)
    assert scene.fresh().state == "invited"
    post(client, scene.people.partner, url, step="decline_invitation", **{"decline-why": "busy"})
    agreement = scene.fresh()
    assert agreement.state == "declined"
    assert agreement.all_parties[1].answer_reason == "近期人手安排不开"


def test_counter_proposal_is_taken(client, scene):
    url = scene.url("_invitation")
    data = {"counter-aim": scene.agreement.aim, "counter-term_months": "2", "counter-note": "先做两个月"}
    post(client, scene.people.partner, url, step="counter_propose", **data)
    proposal = CounterProposal.objects.get()
    assert (proposal.aim, proposal.term_months, scene.fresh().state) == ("", 2, "countered")
    html = sentences_of(log_in(client, scene.people.filer).get(url))
    assert "<del>3</del><ins>2</ins>" in html
    post(client, scene.people.filer, url, step="take_counter")
    assert (scene.fresh().term_months, scene.fresh().state) == (2, "drafting")


def test_a_counter_proposal_that_proposes_nothing_keeps_the_text(client, scene):
    data = {"counter-aim": scene.agreement.aim, "counter-term_months": "3", "counter-note": "再想想"}
    html = sentences_of(post(client, scene.people.partner, scene.url("_invitation"), step="counter_propose", **data))
    assert "请提出另外的合作事项或期限" in html
    assert "再想想" in html


def test_insist_and_withdraw(client, scene):
    url = scene.url("_invitation")
    data = {"counter-aim": "别的事项", "counter-term_months": "3", "counter-note": "换个事项"}
    post(client, scene.people.partner, url, step="counter_propose", **data)
    post(client, scene.people.filer, url, step="insist")
    assert scene.fresh().state == "invited"
    assert "请" in sentences_of(post(client, scene.people.filer, url, step="withdraw"))
    assert scene.fresh().state == "invited"
    post(client, scene.people.filer, url, step="withdraw", **{"withdraw-note": "另有安排"})
    scene.problems[0].refresh_from_db()
    assert (scene.fresh().state, scene.problems[0].state) == ("withdrawn", "open")


def test_go_on_without_the_one_who_declined(client):
    scene = create_scene()
    people = scene.people
    both = [people.partner_branch, people.other_branch]
    scene.agreement = world.create_agreement(scene.programme, people.filer, both, scene.problems, aim="三方")
    world.bring_to("invited", scene.agreement)
    url = scene.url("_invitation")
    post(client, people.partner, url, step="accept_invitation")
    assert 'value="go_on"' not in sentences_of(log_in(client, people.filer).get(url))
    post(client, people.stranger, url, step="decline_invitation", **{"decline-note": "人手不够"})
    html = sentences_of(log_in(client, people.filer).get(url))
    assert 'value="go_on"' in html
    assert "人手不够" in html
    post(client, people.filer, url, step="go_on")
    agreement = scene.fresh()
    assert agreement.state == "drafting"
    assert len(agreement.present_parties) == 2
