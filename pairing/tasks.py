"""Celery: three lines over plain functions; the ticks only ask what is due, what takes long is cut into pieces.

Everything here may run twice, on two workers at once or never: what is due is a query, and the next tick asks again.
"""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from accounts.jobs import alone, recorded
from pairing import notices, supervision
from pairing.models import Notice
from pairing.notices.delivery import open_hours

PIECE = 50  # persons that make one more delivery task at the same time worth while
SOON = {"expires": 50}  # seconds; the next tick starts what nobody took


@shared_task
def tick():
    """Start a round of supervision, and as many deliveries as are useful."""
    supervise.apply_async(**SOON)
    for place in range(_useful_deliveries(timezone.now())):
        deliver.apply_async([place], **SOON)


def _useful_deliveries(now):
    """How many deliveries should run at the same time: none outside the hours, at most DELIVERY_TASKS."""
    if not open_hours(now):
        return 0
    persons = Notice.objects.unsent().filter(planned_at__lte=now).values("person").distinct()
    most = settings.DELIVERY_TASKS
    return min(most, -(-persons[: PIECE * most].count() // PIECE))


@shared_task
def supervise():
    """One round up to the notices, unless another worker is at it."""
    with alone("supervision") as mine:
        if not mine:
            return
        with recorded("supervision", limit=timedelta()) as run:
            done = supervision.supervise(deliver=False)
            run.count(lapsed=done.lapsed, handed_over=done.handed_over, planned=done.planned)


@shared_task
def deliver(place):
    """One piece of delivery. Each `place` (a number below DELIVERY_TASKS) is one message in the air at a time."""
    with alone(f"delivery {place}") as mine:
        if not mine:
            return
        with recorded("delivery", limit=timedelta(minutes=5)) as run:
            run.count(sent=notices.deliver())
