"""The heartbeat of each worker, independent of beat and broker: a timer in its main process stamps a row."""

from datetime import datetime, timedelta

from celery import bootsteps
from django.db import connection
from django.utils import timezone

from accounts.models import Heartbeat

EVERY_SECONDS = 30
WORKER = "worker "  # before the name of its node
GONE = timedelta(days=1)  # a worker silent for so long has been taken away


def stamp(name: str) -> None:
    """Write that `name` ("beat" or "worker celery@host") is alive now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})


def stamp_worker(node: str) -> None:
    """Stamp and let go of the connection: children forked later must not inherit it."""
    try:
        stamp(f"{WORKER}{node}"[: Heartbeat._meta.get_field("name").max_length])
    finally:
        connection.close()


def workers() -> dict[str, datetime]:
    """Name of each worker -> when it was last heard."""
    rows = Heartbeat.objects.filter(name__startswith=WORKER).order_by("name").values_list("name", "at")
    return {name.removeprefix(WORKER): at for name, at in rows}


def forget_silent() -> int:
    """Remove the workers not heard for GONE; answers how many."""
    return Heartbeat.objects.filter(name__startswith=WORKER, at__lt=timezone.now() - GONE).delete()[0]


class WorkerHeartbeat(bootsteps.StartStopStep):
    """A step of the worker's start-up (Celery's "blueprint")."""

    requires = {"celery.worker.components:Timer"}

    def start(self, worker) -> None:
        """At once and then every EVERY_SECONDS; errors are logged by the timer and do not end it."""
        self.entry = worker.timer.call_repeatedly(EVERY_SECONDS, stamp_worker, (worker.hostname,))
        worker.timer.call_after(0, stamp_worker, (worker.hostname,))

    def stop(self, worker) -> None:
        """No stamp after the worker has begun to stop."""
        self.entry.cancel()
