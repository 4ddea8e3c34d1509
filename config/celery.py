"""Celery: beat only ticks, the worker asks the database what is due (architecture.md §4, docs/operations.md).

Two queues: what somebody waits for, and the ticks, are "interactive"; everything else is "bulk". Redis hands out
messages by priority before it looks at queues, so a worker that reads both takes the interactive ones first. It takes
them one by one, and bulk work is cut into pieces of seconds (pairing/tasks.py), so that they wait for seconds at most.
"""

import os

from celery import Celery
from celery.signals import beat_init
from django.conf import settings
from kombu import Queue

from config import broker_link

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

MINUTE = 60.0
INTERACTIVE = {"queue": "interactive", "priority": 0}
BULK = {"queue": "bulk", "priority": 9}  # the last, for Redis
# a tick that nobody took for a minute is worthless: the next one does its work
TICK = {"schedule": settings.TICK_SECONDS, "options": INTERACTIVE | {"expires": 50}}
# somebody looks at the progress of a pack that was just asked for
PACK_SECONDS = min(10.0, settings.TICK_SECONDS)
PACK_TICK = {"schedule": PACK_SECONDS, "options": INTERACTIVE | {"expires": PACK_SECONDS - 1}}
LIMIT = settings.JOB_TIME_LIMIT.total_seconds()

broker_link.use()
app = Celery("jiedui")
app.conf.update(
    broker_url=settings.REDIS_URL,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,  # a worker waits for its broker as long as it takes
    # a task that takes longer than this is given to another worker, so it must exceed task_time_limit
    broker_transport_options={"visibility_timeout": 2 * LIMIT, "socket_timeout": 5, "socket_connect_timeout": 5},
    result_backend=None,
    task_ignore_result=True,
    task_queues=[Queue("interactive"), Queue("bulk")],
    task_default_queue=BULK["queue"],
    task_default_priority=BULK["priority"],
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_max_memory_per_child=500_000,  # kB; a process that has grown is replaced between two tasks
    task_soft_time_limit=LIMIT - 5 * MINUTE,
    task_time_limit=LIMIT,
    task_serializer="json",
    accept_content=["json"],
    timezone=settings.TIME_ZONE,
    worker_hijack_root_logger=False,
    imports=["config.tasks"],
    beat_schedule={
        "beat tick": {"task": "config.tasks.beat_tick"} | TICK,
        "supervision": {"task": "pairing.tasks.tick"} | TICK,
        "sums": {"task": "reports.tasks.tick"} | TICK,
        "daily jobs": {"task": "config.tasks.daily_tick"} | TICK,
        "packs": {"task": "config.tasks.pack_tick"} | PACK_TICK,
    },
)
app.autodiscover_tasks()


@beat_init.connect
def first_tick(**kwargs) -> None:
    """Do not wait a minute for the first one."""
    for entry in app.conf.beat_schedule.values():
        app.send_task(entry["task"], **entry["options"])
