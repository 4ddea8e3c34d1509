"""The tasks of supervision: recorded, safe to run twice, as many deliveries as are useful."""

from datetime import datetime, timedelta
from threading import Thread

import pytest
from django.db import connection
from django.utils import timezone

from accounts.jobs import alone
from accounts.models import JobRun
from accounts.tests.people import create_user
from config.celery import app
from pairing import tasks
from pairing.deadlines import SHANGHAI
from pairing.models import Digest, Notice, SpecialDay
from pairing.tests.mail_servers import mailbox

__all__ = ["mailbox"]
pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 3, 10, 10, tzinfo=SHANGHAI)


@pytest.fixture
def queued(monkeypatch):
    """[(task, arguments)] instead of messages to the broker."""
    found = []
    monkeypatch.setattr(tasks.supervise, "apply_async", lambda args=(), **options: found.append(("supervise", *args)))
    monkeypatch.setattr(tasks.deliver, "apply_async", lambda args=(), **options: found.append(("deliver", *args)))
    return found


@pytest.fixture
def _always_open(settings):
    settings.MESSAGE_HOURS = ("00:00", "23:59:59.999999")
    SpecialDay.objects.update_or_create(day=timezone.localdate(), defaults={"works": True})


def tell(count, at):
    persons = [create_user(f"p{n}", email=f"p{n}@example.test") for n in range(count)]
    Notice.objects.bulk_create(
        Notice(person=person, object_type="agreement", object_id=1, step="follow_up_due", occasion="x", planned_at=at)
        for person in persons
    )
    return persons


def test_as_many_deliveries_as_are_useful(settings, monkeypatch):
    settings.DELIVERY_TASKS = 3
    monkeypatch.setattr(tasks, "WORTH", 2)
    assert tasks.useful_deliveries(TUESDAY) == 0
    persons = tell(7, TUESDAY)
    assert tasks.useful_deliveries(TUESDAY) == 1  # it fills the outbox
    assert tasks.useful_deliveries(TUESDAY.replace(hour=20)) == 0
    Digest.objects.bulk_create(Digest(person=person, day=TUESDAY.date()) for person in persons[:3])
    assert tasks.useful_deliveries(TUESDAY) == 2
    Digest.objects.bulk_create(Digest(person=person, day=TUESDAY.date()) for person in persons[3:])
    assert tasks.useful_deliveries(TUESDAY) == 3
    Digest.objects.update(next_try_at=TUESDAY + timedelta(minutes=5))
    assert tasks.useful_deliveries(TUESDAY) == 1


def test_a_tick_only_asks_and_starts(queued):
    tasks.tick()
    assert queued == [("supervise",)]


def test_a_round_is_recorded_and_leaves_out_what_another_worker_does():
    tasks.supervise()
    tasks.supervise()
    run = JobRun.objects.get(name="supervision")
    assert (run.outcome, run.details["planned"], run.details["quiet_runs"]) == ("done", 0, 2)


@pytest.mark.django_db(transaction=True)
def test_one_round_at_a_time(queued):
    def other():
        tasks.supervise()
        tasks.deliver(0)
        connection.close()

    with alone("supervision"), alone("delivery 0"):
        thread = Thread(target=other)
        thread.start()
        thread.join()
    assert not JobRun.objects.exists()


@pytest.mark.usefixtures("_always_open")
def test_a_piece_is_followed_by_the_next_while_there_is_more(queued, monkeypatch, mailbox):
    tell(3, timezone.now())
    mailbox.pause = 0.2
    monkeypatch.setattr(tasks, "PIECE", timedelta(milliseconds=100))
    tasks.deliver(2)
    assert queued == [("deliver", 2, False)]
    assert JobRun.objects.get(name="delivery").details == {"sent": 1}
    monkeypatch.setattr(tasks, "PIECE", timedelta(minutes=1))
    tasks.deliver(2)
    assert queued == [("deliver", 2, False)]
    assert len(mailbox.receivers) == 3


def test_what_somebody_waits_for_goes_before_the_rest():
    ticks = {entry["task"] for entry in app.conf.beat_schedule.values()}
    own = {"config.tasks.beat_tick", "config.tasks.daily_tick", "config.tasks.pack_tick"}
    assert ticks == own | {"pairing.tasks.tick", "reports.tasks.tick"}
    assert {entry["options"]["priority"] for entry in app.conf.beat_schedule.values()} == {0}
    assert app.conf.task_default_priority == 9
    assert app.conf.broker_transport_options["visibility_timeout"] > app.conf.task_time_limit
