"""The worker's own heartbeat, independent of beat and broker: a timer in its main process stamps a row."""

from celery import bootsteps
from django.db import connection
from django.utils import timezone

from accounts.models import Heartbeat

EVERY_SECONDS = 30


def stamp(name: str) -> None:
    """Write that `name` ("worker" or "beat") is alive now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})


def stamp_worker() -> None:
    """Stamp and let go of the connection: children forked later must not inherit it."""
    try:
        stamp("worker")
    finally:
        connection.close()


class WorkerHeartbeat(bootsteps.StartStopStep):
    """A step of the worker's start-up (Celery's "blueprint")."""

    requires = {"celery.worker.components:Timer"}

    def start(self, worker) -> None:
        """At once and then every EVERY_SECONDS; errors are logged by the timer and do not end it."""
        self.entry = worker.timer.call_repeatedly(EVERY_SECONDS, stamp_worker)
        worker.timer.call_after(0, stamp_worker)

    def stop(self, worker) -> None:
        """No stamp after the worker has begun to stop."""
        self.entry.cancel()
