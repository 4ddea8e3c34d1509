"""Signing: what is read is what is signed; declining and recalling; the text for print."""

from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.models import Role, Seat
from accounts.tests.people import create_seat
from pairing.models import Signature
from pairing.tests.scenes import create_scene, log_in, post, sentences_of
from pairing.workflow.contract import digest

pytestmark = [pytest.mark.django_db, pytest.mark.pages]


@pytest.fixture
def scene():
    scene = create_scene("signing")
    scene.agreement = scene.fresh()
    return scene


def sign(client, seat, scene, **data):
    return post(client, seat, scene.url("_sign"), **({"step": "sign", "digest": scene.agreement.text_digest} | data))


def test_the_page_shows_exactly_the_stored_text_and_its_digest(client, scene):
    for seat, page in ((scene.people.filer, "_sign"), (scene.people.leader, "_text")):
        html = sentences_of(log_in(client, seat).get(scene.url(page)))
        shown = unescape(strip_tags(html.split('<div class="document-text">')[1].split("</div>")[0]))
        assert shown == scene.agreement.text
        assert digest(shown) == scene.agreement.text_digest
        assert scene.agreement.text_digest in html


def test_both_sign_and_the_term_starts(client, scene):
    response = sign(client, scene.people.filer, scene, witness="公司党委副书记")
    assert response.url == scene.url()
    assert "待廊坊分公司党支部" in sentences_of(client.get(response.url))
    sign(client, scene.people.filer, scene)  # a second press
    assert Signature.objects.count() == 1
    sign(client, scene.people.partner, scene)
    agreement = scene.fresh()
    assert (agreement.state, agreement.witness) == ("active", "公司党委副书记")
    assert agreement.signed_on == timezone.localdate()
    html = sentences_of(client.get(scene.url("_text")))
    assert scene.people.filer.person.name in html
    assert "公司党委副书记" in html


def test_another_digest_is_not_signed(client, scene):
    html = sentences_of(sign(client, scene.people.filer, scene, digest="0" * 64))
    assert "请重新阅读后再签字" in html
    assert not Signature.objects.exists()
    assert sign(client, scene.people.filer, scene, digest=None).status_code == 200
    assert not Signature.objects.exists()


def test_only_the_secretaries_sign(client, scene):
    liaison = create_seat(Role.LIAISON, scene.people.branch)
    for seat in (liaison, scene.people.reviewer, scene.people.leader):
        assert 'value="sign"' not in sentences_of(log_in(client, seat).get(scene.url("_sign")))
        assert sign(client, seat, scene).status_code == 403
    assert sign(client, scene.people.stranger, scene).status_code == 404
    assert not Signature.objects.exists()


@pytest.mark.parametrize("step", ["decline_to_sign", "recall_signing"])
def test_back_with_a_reason_voids_the_signatures(client, scene, step):
    sign(client, scene.people.filer, scene)
    response = post(client, scene.people.partner, scene.url("_sign"), step=step, note="")
    assert response.status_code == 200
    assert scene.fresh().state == "signing"
    post(client, scene.people.partner, scene.url("_sign"), step=step, note="完成时间写错")
    agreement = scene.fresh()
    assert (agreement.state, agreement.text) == ("returned", "")
    assert Signature.objects.get().void_reason == "完成时间写错"
    html = sentences_of(log_in(client, scene.people.filer).get(scene.url()))
    assert "完成时间写错" in html
    assert 'class="voided"' in html


def test_who_may_backdate_gives_the_day_of_the_paper(client, scene):
    assert "happened_on" not in sentences_of(log_in(client, scene.people.filer).get(scene.url("_sign")))
    Seat.objects.filter(pk=scene.people.filer.pk).update(may_backdate=True)
    assert "happened_on" in sentences_of(client.get(scene.url("_sign")))
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert sign(client, scene.people.filer, scene, happened_on=f"{tomorrow}").status_code == 200
    long_ago = timezone.localdate() - timedelta(days=30)  # before the approval
    assert sign(client, scene.people.filer, scene, happened_on=f"{long_ago}").status_code == 200
    assert not Signature.objects.exists()
    sign(client, scene.people.filer, scene, happened_on=f"{timezone.localdate()}")
    assert Signature.objects.count() == 1


def test_before_approval_the_text_is_called_a_draft(client):
    scene = create_scene("drafting")
    html = sentences_of(log_in(client, scene.people.partner).get(scene.url("_text")))
    assert "尚未审核通过" in html
    assert client.post(scene.url("_text")).status_code == 405


def test_unknown_steps_are_bad_requests(client, scene):
    assert post(client, scene.people.filer, scene.url("_sign"), step="accept").status_code == 400
