"""The queues with a real Redis: what somebody waits for is handed out before everything that was queued earlier."""

import re
from uuid import uuid4

import pytest
from kombu import Consumer, Queue

from config.celery import BULK, INTERACTIVE, LIMIT, app
from config.services import ROOT


@pytest.fixture
def queues():
    """Both queues under names of their own, emptied afterwards."""
    mark = uuid4().hex
    found = {name: Queue(f"{name}-{mark}") for name in ("bulk", "interactive")}
    yield found
    with app.connection_for_write() as link:
        for queue in found.values():
            queue(link.channel()).delete()


def test_interactive_goes_before_bulk(queues):
    for n in range(3):
        app.send_task("later", args=[n], queue=queues["bulk"], priority=BULK["priority"])
    app.send_task("now", queue=queues["interactive"], priority=INTERACTIVE["priority"])
    taken = []
    with app.connection_for_read() as link:
        channel = link.channel()
        channel.basic_qos(0, 1, False)

        def take(_body, message):
            taken.append(message.headers["task"])
            message.ack()

        with Consumer(channel, list(queues.values()), callbacks=[take]):
            for _message in range(4):
                link.drain_events(timeout=5)
    assert taken == ["now", "later", "later", "later"]


def test_a_channel_of_a_closed_connection_says_that_it_was_lost():
    """kombu itself fails with an AttributeError there, which ends a worker with a task in hand."""
    link = app.connection_for_read()
    channel = link.channel()
    link.release()
    with pytest.raises(link.connection_errors, match="is closed"):
        channel._create_client()


def test_a_task_is_lost_with_no_worker_and_given_to_another_only_after_its_time_limit():
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.task_soft_time_limit < app.conf.task_time_limit == LIMIT
    assert app.conf.broker_transport_options["visibility_timeout"] > LIMIT
    assert app.conf.broker_connection_max_retries is None


def test_every_tick_is_interactive_and_worthless_when_the_next_one_comes():
    for entry in app.conf.beat_schedule.values():
        seconds, expires = (10, 9) if entry["task"] == "config.tasks.pack_tick" else (60, 50)
        assert entry["options"] == INTERACTIVE | {"expires": expires}
        assert entry["schedule"] == seconds


def test_only_tasks_speak_to_the_broker():
    """So no page and no step ever waits for it: they write, and the next tick reads (architecture.md §2)."""
    calls = re.compile(r"\.(delay|apply_async|send_task)\(")
    files = [path for app in ("accounts", "config", "pairing", "reports") for path in (ROOT / app).rglob("*.py")]
    speaking = {str(path.relative_to(ROOT)) for path in files if calls.search(path.read_text())}
    allowed = {"config/celery.py", "config/tasks.py", "pairing/tasks.py", "reports/tasks.py"}
    assert {path for path in speaking if "/tests/" not in path} == allowed
