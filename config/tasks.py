"""The project's own task."""

from celery import shared_task

from config.heartbeat import stamp


@shared_task
def beat_tick() -> None:
    """Sent by beat every minute: by its stamp /healthz sees that the whole chain beat → broker → worker works."""
    stamp("beat")
