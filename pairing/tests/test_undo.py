"""What can be taken back is offered right after the step, to the seat that may, and acts by POST."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event, Role
from accounts.tests.people import create_personas, create_seat
from pairing.models import Attachment, Notice
from pairing.tests.scenes import create_scene, grid_of
from pairing.tests.world import bring_to, confirm_all, create_agreement, create_problem, create_programme, goal_rows
from pairing.workflow.engine import perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return create_personas()


@pytest.fixture
def programme(people):
    return create_programme(people.committee)


@pytest.fixture
def agreement(people, programme):
    problem = create_problem(programme, people.filer)
    return create_agreement(programme, people.filer, [people.partner_branch], [problem])


def undo_of(html):
    """Address of the way back that a message offers, "" for none."""
    tag = re.search(r"<(?:a|form) [^>]*message-undo[^>]*>", html)
    return re.search(r'(?:href|action)="([^"]+)"', tag.group()).group(1) if tag else ""


def test_a_submitted_list_is_recalled(client):
    scene = create_scene("drafting")
    agreement, filer = scene.agreement, scene.people.filer
    perform("edit", agreement, seat=filer, version=agreement.text_version, goals=goal_rows(agreement))
    confirm_all(agreement)
    client.force_login(filer.person)
    data = grid_of(agreement) | {"step": "submit"}
    html = client.post(reverse("pairing:agreement_goals", args=[agreement.pk]), data, follow=True).content.decode()
    assert scene.fresh().state == "submitted"
    recall = reverse("pairing:agreement_step", args=[agreement.pk, "recall"])
    assert undo_of(html) == recall
    assert client.get(recall).status_code == 200
    assert scene.fresh().state == "submitted"
    assert undo_of(client.post(recall, follow=True).content.decode()) == ""
    assert scene.fresh().state == "drafting"


def test_a_suspension_is_taken_back_by_the_lead(client, people, agreement):
    lead = create_seat(Role.LEAD, people.committee)
    bring_to("active", agreement, reviewer=people.reviewer)
    client.force_login(lead.person)
    suspend = reverse("pairing:agreement_step", args=[agreement.pk, "suspend"])
    html = client.post(suspend, {"note": "现场停工"}, follow=True).content.decode()
    assert undo_of(html) == reverse("pairing:agreement_step", args=[agreement.pk, "resume"])
    assert undo_of(client.get(agreement.get_absolute_url()).content.decode()) == ""


def test_a_parked_problem_is_resumed(client, people, programme):
    problem = create_problem(programme, people.filer)
    client.force_login(people.reviewer.person)
    park = reverse("pairing:problem_step", args=[problem.pk, "park"])
    html = client.post(park, {"note": "待设计变更"}, follow=True).content.decode()
    assert undo_of(html) == reverse("pairing:problem_step", args=[problem.pk, "resume"])


def test_what_cannot_be_taken_back_offers_nothing(client, people, programme):
    problem = create_problem(programme, people.filer)
    client.force_login(people.filer.person)
    withdraw = reverse("pairing:problem_step", args=[problem.pk, "withdraw"])
    assert undo_of(client.post(withdraw, {"note": "已自行解决"}, follow=True).content.decode()) == ""


def test_a_removed_file_is_shown_again_by_who_removed_it(client, people, programme, settings):
    problem = create_problem(programme, people.filer)
    file = Attachment.objects.create(
        problem=problem, file="a.pdf", name="a.pdf", content_type="application/pdf", size=1,
        uploaded_by=people.filer.person,
    )  # fmt: skip
    restore = reverse("pairing:file_restore", args=[file.pk])
    client.force_login(people.filer.person)
    assert client.post(restore).status_code == 404  # nothing was removed
    html = client.post(reverse("pairing:file_remove", args=[file.pk]), follow=True).content.decode()
    assert undo_of(html) == restore
    for persona, status in (("stranger", 404), ("partner", 404), ("reviewer", 403)):
        client.force_login(getattr(people, persona).person)
        assert client.post(restore).status_code == status
    client.force_login(people.filer.person)
    assert client.get(restore).status_code == 405
    assert "a.pdf" in client.post(restore, follow=True).content.decode()
    file.refresh_from_db()
    assert file.removed_at is None
    assert [e.action for e in Event.objects.of(problem)][-2:] == ["remove_attachment", "restore_attachment"]


def test_a_notice_is_marked_read_and_unread_by_its_person(client, people):
    notice = Notice.objects.create(
        person=people.filer.person, object_type="problem", object_id=1, step="follow_up_due", occasion="x"
    )
    mark = reverse("pairing:notice_mark", args=[notice.pk])
    client.force_login(people.partner.person)
    assert client.post(mark, {"read": "1"}).status_code == 404
    client.force_login(people.filer.person)
    assert "已阅：" in client.get("/inbox/").content.decode()
    assert client.post(mark, {"read": "1", "next": "/inbox/?page=2"}).url == "/inbox/?page=2"
    notice.refresh_from_db()
    first = notice.read_at
    assert first <= timezone.now()
    client.post(mark, {"read": "1"})
    notice.refresh_from_db()
    assert notice.read_at == first
    assert client.post(mark, {"read": "0", "next": "//elsewhere.example/"}).url == "/inbox/"
    notice.refresh_from_db()
    assert notice.read_at is None
