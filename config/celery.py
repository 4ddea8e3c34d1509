"""Celery: beat only ticks, the worker asks the database what is due (architecture.md §4)."""

import os

from celery import Celery
from celery.signals import beat_init
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

MINUTE = 60.0
app = Celery("jiedui")
app.conf.update(
    broker_url=settings.REDIS_URL,
    broker_connection_retry_on_startup=True,
    # a task that takes longer than this is given to another worker, so it must exceed task_time_limit
    broker_transport_options={"visibility_timeout": 3600, "socket_timeout": 5, "socket_connect_timeout": 5},
    result_backend=None,
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_soft_time_limit=25 * 60,
    task_time_limit=30 * 60,
    task_serializer="json",
    accept_content=["json"],
    timezone=settings.TIME_ZONE,
    worker_hijack_root_logger=False,
    imports=["config.tasks"],
    beat_schedule={
        # a tick that nobody took for a minute is worthless: the next one does its work
        "beat tick": {"task": "config.tasks.beat_tick", "schedule": MINUTE, "options": {"expires": 50}},
        "supervision": {"task": "pairing.tasks.tick", "schedule": MINUTE, "options": {"expires": 50}},
    },
)
app.autodiscover_tasks()


@beat_init.connect
def first_tick(**kwargs) -> None:
    """Do not wait a minute for the first one."""
    for entry in app.conf.beat_schedule.values():
        app.send_task(entry["task"], **entry["options"])
