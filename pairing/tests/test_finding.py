"""A problem found on the way: its own, filed for a party, linked with the pair both ways."""

import pytest
from django.urls import reverse

from pairing.models import Problem
from pairing.tests.scenes import create_scene, log_in, said
from pairing.tests.world import create_category

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return create_scene("active")


def address(scene):
    return reverse("pairing:agreement_found", args=[scene.agreement.pk])


def typed(scene, **given):
    return {
        "title": "焊条烘干记录缺失", "description": "走访时发现", "category": create_category().pk,
        "owner": scene.people.partner_branch.pk, "origin": scene.problems[0].pk,
    } | given  # fmt: skip


def found():
    return Problem.objects.filter(found_in__isnull=False)


def test_the_supervisor_files_it_for_a_party_that_confirms(client, scene):
    client = log_in(client, scene.people.supervisor)
    assert client.get(address(scene)).status_code == 200
    assert not found().exists()
    answer = client.post(address(scene), typed(scene), follow=True)
    problem = found().get()
    assert (problem.state, problem.owner, problem.found_in, problem.origin) == (
        "to_confirm", scene.people.partner_branch, scene.agreement, scene.problems[0],
    )  # fmt: skip
    assert problem.number
    assert problem.number in client.get(scene.url()).content.decode()
    assert scene.agreement.number in answer.content.decode()
    assert scene.problems[0].number in answer.content.decode()
    assert "提交问题" in said(answer)
    assert client.get(address(scene)).context["form"].initial["origin"] == scene.problems[0].pk


def test_a_party_files_its_own_at_once(client, scene):
    log_in(client, scene.people.partner).post(address(scene), typed(scene, origin=""))
    assert found().get().state == "open"
    assert scene.agreement.episodes.count() == 1  # the signed list stays


def test_what_is_missing_is_said_and_others_are_refused(client, scene):
    answer = log_in(client, scene.people.supervisor).post(address(scene), typed(scene, title="", owner=""))
    assert {"title", "owner"} <= set(answer.context["form"].errors)
    assert "走访时发现" in answer.content.decode()
    for seat in (scene.people.reviewer, scene.people.leader):
        assert log_in(client, seat).post(address(scene), typed(scene)).status_code == 403
    assert log_in(client, scene.people.stranger).post(address(scene), typed(scene)).status_code == 404
    assert not found().exists()
