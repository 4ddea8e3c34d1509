"""The project's own task."""

from celery import shared_task

from config.celery import app
from config.heartbeat import WorkerHeartbeat, stamp

app.steps["worker"].add(WorkerHeartbeat)  # here, because the worker imports this module after the models


@shared_task
def beat_tick() -> None:
    """Sent by beat every minute: by its stamp /healthz sees that the whole chain beat → broker → worker works."""
    stamp("beat")
