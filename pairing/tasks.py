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
from pairing.notices import outbox
from pairing.notices.delivery import open_hours

PIECE = timedelta(seconds=10)  # how long a delivery keeps a process from whatever else waits
WORTH = 200  # digests that make one more delivery at the same time worth while
SOON = {"expires": 50}  # seconds; the next tick starts what nobody took


@shared_task
def tick():
    """Start a round of supervision, and as many deliveries as are useful."""
    supervise.apply_async(**SOON)
    for place in range(useful_deliveries(timezone.now())):
        deliver.apply_async([place], **SOON)


def useful_deliveries(now):
    """How many deliveries should run at the same time: one also fills the outbox, DELIVERY_TASKS at most."""
    if not open_hours(now) or not Notice.objects.unsent().filter(planned_at__lte=now).exists():
        return 0
    more = settings.DELIVERY_TASKS - 1
    return 1 + outbox.waiting(now, WORTH * more) // WORTH


@shared_task
def supervise():
    """One round up to the notices, unless another worker is at it."""
    with alone("supervision") as mine:
        if mine:
            with recorded("supervision", limit=timedelta()) as run:
                supervision.supervise(deliver=False, tell=run.count)


@shared_task
def deliver(place, fill=True):
    """A piece of delivery; where more waits, the next piece queues behind everything else.

    `place` is a number below DELIVERY_TASKS: each is one message on its way at a time, however many workers there are.
    `fill`: look for new digests first; the pieces that follow leave that to the next tick.
    """
    with alone(f"delivery {place}") as mine:
        if not mine:
            return
        with recorded("delivery", limit=timedelta(minutes=5)) as run:
            run.count(sent=notices.deliver(run=PIECE, fill=fill))
    if outbox.waiting(timezone.now(), 1):
        deliver.apply_async([place, False], **SOON)
