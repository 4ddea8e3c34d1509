"""How the system stands: read in a handful of bounded queries, and never waiting for a dead part."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from kombu.exceptions import KombuError

from accounts.models import JobRun, Seat, User
from config import health, heartbeat
from config.celery import app
from pairing.deadlines import SHANGHAI, day_of, missing_years
from pairing.models import Channel, ChannelKind, Contact, Delivery, working_days
from pairing.notices.unsent import Unsent, unsent


@dataclass(frozen=True)
class Situation:
    """`queues`: name -> messages waiting, None where the broker does not answer. `latest` and `done`: the last run of
    each job and the last successful one. `free`, `total`: bytes of the disk of DATA_DIR."""

    at: datetime
    parts: Mapping[str, str]
    workers: Mapping[str, datetime]
    queues: Mapping[str, int] | None
    latest: Mapping[str, JobRun]
    done: Mapping[str, JobRun]
    unsent: list[Unsent]
    sent: int
    failed: int
    channels: list[Channel]
    unreachable: int
    free: int
    total: int
    missing_years: list[int]


def read() -> Situation:
    """The Situation of now."""
    now = timezone.now()
    today = day_of(now)
    parts = {name: words for name, words in health.examine().items() if not name.startswith(heartbeat.WORKER)}
    latest, done = _runs()
    sent, failed = _attempts(datetime.combine(today, time(), SHANGHAI))
    disk = shutil.disk_usage(_existing(Path(settings.DATA_DIR)))
    channels = list(Channel.objects.all())
    return Situation(
        at=now,
        parts=parts,
        workers=heartbeat.workers(),
        queues=queues() if parts["broker"] == health.OK else None,
        latest=latest,
        done=done,
        unsent=unsent(now),
        sent=sent,
        failed=failed,
        channels=channels,
        unreachable=_unreachable(today),
        free=disk.free,
        total=disk.total,
        missing_years=list(missing_years(today, working_days())),
    )


def queues() -> dict[str, int] | None:
    """Messages that wait in each queue, those of all priorities together; None where Redis does not answer."""
    link = app.connection_for_read(transport_options={"socket_timeout": health.PATIENCE})
    try:
        with link:
            link.connect()
            with link.channel() as channel:
                names = [queue.name for queue in app.conf.task_queues]
                return {name: channel.queue_declare(queue=name, passive=False).message_count for name in names}
    except (KombuError, OSError, *link.connection_errors, *link.channel_errors):
        return None


def _existing(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.exists())


def _runs() -> tuple[dict[str, JobRun], dict[str, JobRun]]:
    rows = JobRun.objects.order_by("name", "outcome", "-started_at", "-pk").distinct("name", "outcome")
    latest: dict[str, JobRun] = {}
    done: dict[str, JobRun] = {}
    for run in rows:
        if run.name not in latest or latest[run.name].started_at < run.started_at:
            latest[run.name] = run
        if run.outcome == JobRun.Outcome.DONE:
            done[run.name] = run
    return latest, done


def _attempts(midnight: datetime) -> tuple[int, int]:
    rows = Delivery.objects.filter(at__gte=midnight)
    counts = rows.aggregate(sent=Count("pk", filter=Q(ok=True)), failed=Count("pk", filter=Q(ok=False)))
    return counts["sent"], counts["failed"]


def _unreachable(today) -> int:
    """People in a seat without an address on any channel in use: they read in the inbox only."""
    everybody = Channel.objects.filter(enabled=True, everybody=True).exclude(kind=ChannelKind.EMAIL)
    entered = Contact.objects.filter(person=OuterRef("pk"), enabled=True, channel__enabled=True).exclude(address="")
    seated = Seat.objects.on(today).filter(person=OuterRef("pk"))
    people = User.objects.filter(Exists(seated), is_active=True, email="")
    return people.exclude(Exists(entered)).exclude(Exists(everybody)).count()
