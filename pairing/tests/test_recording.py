"""Recording a follow-up: the three questions, and what a device sends later: once, for its day, or refused in words."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event, Role
from accounts.tests.people import create_seat
from pairing import standings
from pairing.models import Agreement, FollowUp
from pairing.tests.scenes import create_scene, log_in
from pairing.tests.world import seat_of
from pairing.workflow.engine import perform

pytestmark = pytest.mark.django_db
QUEUE = {"X-Queue": "1"}


@pytest.fixture
def scene():
    scene = create_scene("active")
    day = timezone.localdate() - timedelta(days=20)
    Agreement.objects.update(signed_on=day)
    return scene


def address(scene):
    return reverse("pairing:agreement_follow_up", args=[scene.agreement.pk])


def typed(**given):
    return {"kind": "call", "progress": "材料已到场", "obstacle": "吊车未定", "next": "week"} | given


def send(client, scene, seat=None, **given):
    return log_in(client, seat or scene.people.supervisor).post(address(scene), typed(**given), headers=QUEUE)


def written(scene):
    done = list(FollowUp.objects.filter(done_on__isnull=False))
    events = Event.objects.of(scene.agreement).filter(action="follow_up").count()
    assert len(done) == events
    return done


def test_the_page_shows_what_is_known_and_asks_three_questions(client, scene):
    perform("report_progress", scene.fresh(), seat=scene.people.filer, percent=40, text="开过对接会")
    client = log_in(client, scene.people.supervisor)
    client.get(address(scene))
    page = client.get(address(scene)).content.decode()
    assert "开过对接会" in page
    for name in ("kind", "progress", "obstacle", "next", "next_on", "key", "recorded_at"):
        assert f'name="{name}"' in page


def test_without_a_script_it_is_posted_and_reload_shows_it(client, scene):
    answer = log_in(client, scene.people.supervisor).post(address(scene), typed())
    assert answer.url == scene.url()
    (row,) = written(scene)
    assert (row.kind, row.progress, row.obstacle, row.done_on) == (
        "call",
        "材料已到场",
        "吊车未定",
        timezone.localdate(),
    )
    assert "材料已到场" in client.get(scene.url()).content.decode()
    assert timezone.localdate() < row.next_on <= timezone.localdate() + timedelta(days=17)


@pytest.mark.parametrize(("given", "field"), [({"progress": " "}, "progress"), ({"next": "day"}, "next_on")])
def test_what_is_missing_is_said_beside_the_field(client, scene, given, field):
    answer = log_in(client, scene.people.supervisor).post(address(scene), typed(**given))
    assert field in answer.context["form"].errors
    assert "吊车未定" in answer.content.decode()
    assert written(scene) == []


def test_twice_sent_is_once_written(client, scene):
    key = str(uuid4())
    first, second = send(client, scene, key=key), send(client, scene, key=key)
    assert first.json() == second.json() == {"url": scene.url()}
    assert [row.key for row in written(scene)] == [
        uuid for uuid in FollowUp.objects.values_list("key", flat=True) if uuid
    ]
    assert len(written(scene)) == 1


def test_it_counts_for_the_day_on_which_it_was_written(client, scene):
    at = timezone.now() - timedelta(days=3)
    assert send(client, scene, key=str(uuid4()), recorded_at=at.isoformat()).status_code == 200
    (row,) = written(scene)
    assert row.done_on == timezone.localdate(at)


def test_a_device_whose_clock_runs_ahead_writes_today(client, scene):
    at = timezone.now() + timedelta(days=2)
    send(client, scene, key=str(uuid4()), recorded_at=at.isoformat())
    assert [row.done_on for row in written(scene)] == [timezone.localdate()]


def test_the_answer_of_the_first_also_when_the_pair_has_ended_since(client, scene):
    key = str(uuid4())
    send(client, scene, key=key)
    lead = create_seat(Role.LEAD, scene.people.committee)
    perform("terminate", scene.fresh(), seat=lead, note="不再继续", code="gone")
    assert send(client, scene, key=key).json() == {"url": scene.url()}
    refused = send(client, scene, key=str(uuid4()))
    assert refused.status_code == 409
    assert "已终止" in refused.json()["sentences"][0]
    assert len(written(scene)) == 1


@pytest.mark.parametrize(
    "given",
    [
        {"recorded_at": (timezone.now() - timedelta(days=40)).isoformat()},
        {"recorded_at": (timezone.now() - timedelta(days=25)).isoformat()},  # before the signing
        {"progress": ""},
        {"next": "day", "next_on": "2020-1-1"},
    ],
)
def test_what_is_refused_comes_back_with_a_sentence(client, scene, given):
    answer = send(client, scene, key=str(uuid4()), **given)
    assert answer.status_code == 409
    assert all(sentence.endswith(("。", "”。")) for sentence in answer.json()["sentences"])
    assert written(scene) == []


def test_somebody_elses_key_tells_nothing(client, scene):
    key = str(uuid4())
    send(client, scene, key=key)
    other = create_seat(Role.SUPERVISOR, scene.people.committee)
    assert send(client, scene, seat=other, key=key).status_code == 409
    assert len(written(scene)) == 1


def test_other_seats_are_refused(client, scene):
    for seat in (scene.people.filer, scene.people.reviewer, scene.people.leader):
        assert send(client, scene, seat=seat, key=str(uuid4())).status_code == 409
        assert log_in(client, seat).get(address(scene)).status_code == 403
    far = create_seat(Role.SUPERVISOR, scene.people.stranger.organisation)
    assert log_in(client, far).get(address(scene)).status_code == 404
    assert written(scene) == []
    assert seat_of(scene.people.branch)


def test_a_visit_before_its_day_fills_the_one_planned_for_the_week(client, scene):
    sunday = timezone.localdate() + timedelta(days=6 - timezone.localdate().weekday())
    FollowUp.objects.all().delete()
    this = FollowUp.objects.create(agreement=scene.agreement, planned_on=sunday)
    later = FollowUp.objects.create(agreement=scene.agreement, planned_on=sunday + timedelta(days=15))
    send(client, scene, next="planned")
    this.refresh_from_db()
    assert (this.done_on, this.next_on) == (timezone.localdate(), later.planned_on)


def test_the_form_to_be_kept_names_the_pairs_of_the_board(client, scene):
    FollowUp.objects.create(agreement=scene.agreement, planned_on=timezone.localdate())
    standings.refresh(timezone.localdate())
    page = log_in(client, scene.people.supervisor).get(reverse("pairing:follow_up_record"))
    assert [pair.pk for pair in page.context["pairs"]] == [scene.agreement.pk]
    answer = client.post(reverse("pairing:follow_up_record"), typed(agreement=scene.agreement.pk))
    assert answer.status_code == 302
    assert len(written(scene)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_windows_at_the_same_moment():
    scene, key, answers = create_scene("active"), str(uuid4()), []
    clients = [log_in(Client(), scene.people.supervisor) for _n in range(2)]
    start = threading.Barrier(2)

    def one(client):
        start.wait()
        answers.append(client.post(address(scene), typed(key=key), headers=QUEUE).json())
        connection.close()

    threads = [threading.Thread(target=one, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [{"url": scene.url()}] * 2
    assert len(written(scene)) == 1
