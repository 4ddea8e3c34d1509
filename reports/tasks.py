"""Celery: keeps the sums behind the figures in step with the record; the tick only asks whether something waits."""

from datetime import timedelta

from celery import shared_task

from accounts.jobs import alone, recorded
from reports import rollups

SOON = {"expires": 50}  # seconds; the next tick starts what nobody took


@shared_task
def tick():
    """Start a fold where something was touched."""
    if rollups.known_until():
        fold.apply_async(**SOON)


@shared_task
def fold():
    """Fold everything that was touched, piece by piece, unless another worker is at it."""
    with alone("rollups") as mine:
        if not mine:
            return
        with recorded("rollups", limit=timedelta()) as run:
            done = 0
            while folded := rollups.fold():
                done += folded
                run.count(folded=done)
