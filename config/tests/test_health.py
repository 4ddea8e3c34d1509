"""/healthz tells the monitoring which part is ill, quickly and in words, without log-in."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from accounts.models import Heartbeat, JobRun
from config import health, heartbeat
from config.celery import PACK_SECONDS, app, first_tick
from config.tasks import beat_tick, clean, daily_tick

DAILY_TICK = "config.tasks.daily_tick"

pytestmark = pytest.mark.django_db(transaction=True)  # the checks run in threads of their own


@pytest.fixture
def alive(monkeypatch):
    """What is asked here are the words, not how quick a busy machine is."""
    monkeypatch.setattr(health, "PATIENCE", 30.0)
    heartbeat.stamp_worker("celery@one")
    beat_tick()


def parts(client, status: int) -> dict[str, str]:
    response = client.get("/healthz")
    assert response.status_code == status, response.content
    assert response.json()["status"] == ("ok" if status == 200 else "failing")
    return response.json()["parts"]


def test_all_is_well(client, alive):
    assert parts(client, 200) == dict.fromkeys(("database", "broker", "worker", "beat"), "ok")


def test_nothing_has_reported_yet(client):
    assert parts(client, 503)["worker"] == "has not reported yet"


def silence(name: str, **since: int) -> None:
    changed = Heartbeat.objects.filter(name__startswith=name).update(at=timezone.now() - timedelta(**since))
    assert changed == 1


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_a_silent_part_is_named_with_its_last_word(client, alive, name):
    silence(name, minutes=5)
    words = parts(client, 503)
    assert words.pop(name).startswith("has not reported since 20")
    assert set(words.values()) == {"ok"}


def test_one_silent_worker_of_two_is_named_and_the_whole_is_well(client, alive):
    heartbeat.stamp_worker("bulk@two")
    silence("worker bulk@two", minutes=5)
    parts(client, 200)
    workers = client.get("/healthz").json()["workers"]
    assert workers.pop("bulk@two").startswith("has not reported since 20")
    assert workers == {"celery@one": "ok"}


def test_a_worker_that_was_taken_away_is_forgotten(alive):
    heartbeat.stamp_worker("celery@old")
    silence("worker celery@old", hours=25)
    clean()
    assert list(heartbeat.workers()) == ["celery@one"]


def test_the_broker_is_down(client, alive, monkeypatch):
    monkeypatch.setenv("CELERY_BROKER_URL", "redis+socket:///nowhere/redis.sock")  # a set app.conf would stay set
    words = parts(client, 503)
    assert words.pop("broker").startswith("does not answer")
    assert set(words.values()) == {"ok"}


def test_the_database_is_down(client, alive, monkeypatch):
    monkeypatch.setitem(connections["default"].settings_dict["OPTIONS"], "host", "/nowhere")
    monkeypatch.setitem(connections["default"].settings_dict, "HOST", "")
    words = parts(client, 503)
    assert words["database"].startswith("does not answer")
    assert words["beat"].startswith("unknown")


def test_a_part_that_hangs_does_not_hang_the_page():
    goes_on, ended = threading.Event(), threading.Event()

    def hanging() -> dict[str, str]:
        goes_on.wait(60)
        ended.set()
        return {"hanging": "ok"}

    try:
        assert health.examine((hanging,)) == {"hanging": "does not answer within 1 s"}
        assert not ended.is_set()  # the page did not wait for it
    finally:
        goes_on.set()


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_is_for_reading_only(client, method):
    assert getattr(client, method)("/healthz").status_code == 405


def test_a_stamp_is_one_row_that_moves_on():
    heartbeat.stamp_worker("celery@one")
    before = heartbeat.workers()["celery@one"]
    heartbeat.stamp_worker("celery@one")
    assert heartbeat.workers()["celery@one"] > before
    assert Heartbeat.objects.count() == 1


def test_beat_does_not_wait_a_minute_for_its_first_tick(monkeypatch):
    sent = []
    monkeypatch.setattr(app, "send_task", lambda name, **options: sent.append((name, options)))
    first_tick()
    options = {"expires": 50, "queue": "interactive", "priority": 0}
    every_minute = ("config.tasks.beat_tick", "pairing.tasks.tick", "reports.tasks.tick", DAILY_TICK)
    packs = ("config.tasks.pack_tick", options | {"expires": PACK_SECONDS - 1})
    assert sent == [*((name, options) for name in every_minute), packs]


def test_a_daily_job_is_started_until_it_has_run(monkeypatch):
    started = []
    monkeypatch.setattr(app, "send_task", started.append)
    daily_tick()
    assert "config.tasks.clean" in started
    clean()
    clean()
    assert JobRun.objects.filter(name="cleaning").count() == 1
    started.clear()
    daily_tick()
    assert "config.tasks.clean" not in started
