"""Background jobs: what ran when and how it ended (JobRun), who may run alone, what is due once a day.

    with recorded("supervision") as run:      or   @recorded("cleaning") over a function that needs no `run`
        run.count(planned=37)                 counts by name; visible while the job runs
        run.words = gettext("…")              a sentence for the administrator, where numbers do not say it

A job is recorded outside its own transactions. What failed is written down and raised again. A run that was killed
stays open; the next run of its name closes it as failed once it is older than its time limit. Runs that found nothing
to do do not fill the table: each takes the place of the one before it and counts it.
"""

import hashlib
import logging
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from datetime import time as time_of_day

from celery import current_task
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import JobRun

logger = logging.getLogger(__name__)
KEPT = timedelta(days=30)
PROGRESS_SECONDS = 2.0  # counts are written at most so often
AGAIN = timedelta(hours=1)  # a daily job that failed is tried again after so long
QUIET_RUNS, QUIET_SINCE = "quiet_runs", "quiet_since"  # details of a run that found nothing to do


class Run:
    """A run in progress, for the job itself: `count` what it did, set `words` if they say more."""

    def __init__(self, row: JobRun):
        self.row = row
        self.words = ""
        self._written = time.monotonic()

    def count(self, **numbers: int) -> None:
        """Set counts by name; the administrator sees them within seconds, if no transaction of the job is open."""
        self.row.details |= numbers
        if time.monotonic() - self._written >= PROGRESS_SECONDS:
            self.row.save(update_fields=["details"])
            self._written = time.monotonic()

    @property
    def quiet(self) -> bool:
        """Whether there was nothing to do."""
        return not self.words and not any(self.row.details.values())


@contextmanager
def recorded(name: str, *, limit: timedelta | None = None) -> Iterator[Run]:
    """Record the block as one JobRun of `name`.

    `limit`: how long it may take at most (default: JOB_TIME_LIMIT); 0 inside `alone`, where any other open run is dead.
    """
    _close_killed(name, limit, timezone.now())
    run = Run(JobRun.objects.create(name=name, started_at=timezone.now(), worker=worker_name()))
    try:
        yield run
    except BaseException as error:
        run.words = f"{type(error).__name__}: {error}".strip(": ")
        _write_failure(run)
        raise
    if run.quiet:
        _take_the_place_of_the_quiet_one_before(run.row)
    _end(run, JobRun.Outcome.DONE)


def worker_name() -> str:
    """`celery@host` inside a task, `command@host` elsewhere."""
    hostname = current_task and current_task.request.hostname
    return (hostname or f"command@{socket.gethostname()}")[:120]


def _end(run: Run, outcome: str) -> None:
    row = run.row
    row.outcome, row.words, row.ended_at = outcome, run.words, timezone.now()
    row.save(update_fields=["outcome", "words", "ended_at", "details"])


def _write_failure(run: Run) -> None:
    """In a transaction of its own, on a fresh connection if the old one broke; without a database only in the log."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    try:
        _end(run, JobRun.Outcome.FAILED)
    except DatabaseError:
        logger.exception("the failure of job run %s could not be recorded: %s", run.row.pk, run.words)


def _close_killed(name: str, limit: timedelta | None, now: datetime) -> None:
    """A run open for longer than it may last has been killed, or its machine stopped."""
    limit = settings.JOB_TIME_LIMIT if limit is None else limit
    with translation.override(settings.LANGUAGE_CODE):
        words = _("Ended without a word: its process was killed or its machine stopped.")
    killed = JobRun.objects.filter(name=name, outcome=JobRun.Outcome.RUNNING, started_at__lt=now - limit)
    killed.update(outcome=JobRun.Outcome.FAILED, ended_at=now, words=words)


def _take_the_place_of_the_quiet_one_before(row: JobRun) -> None:
    """The row itself stays, with its own times; the one before it goes when it was quiet too."""
    row.details |= {QUIET_RUNS: 1, QUIET_SINCE: row.started_at.isoformat()}
    before = JobRun.objects.filter(name=row.name, pk__lt=row.pk).order_by("-pk").first()
    if before is None or QUIET_RUNS not in before.details:
        return
    row.details |= {QUIET_RUNS: before.details[QUIET_RUNS] + 1, QUIET_SINCE: before.details[QUIET_SINCE]}
    before.delete()


def forget(now: datetime | None = None) -> int:
    """Remove the runs older than KEPT; answers how many. The last run of each name stays, however old it is."""
    old = JobRun.objects.filter(started_at__lt=(now or timezone.now()) - KEPT)
    latest = JobRun.objects.order_by("name", "-started_at").distinct("name").values("pk")
    return old.exclude(pk__in=latest).delete()[0]


def due(
    name: str,
    at: time_of_day,
    now: datetime | None = None,
    *,
    limit: timedelta | None = None,
    weekday: int | None = None,
) -> bool:
    """Whether the daily job `name` still has to run since `at` (local time) passed last.

    `weekday` (0: Monday) makes it a weekly one. Asked every minute: a night on which nothing ran is made up for
    afterwards. A failed run counts for AGAIN.
    """
    now = timezone.localtime(now)
    _close_killed(name, limit, now)
    moment = now.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    if moment > now:
        moment -= timedelta(days=1)
    if weekday is not None:
        moment -= timedelta(days=(moment.weekday() - weekday) % 7)
    since = JobRun.objects.filter(name=name, started_at__gte=moment, started_at__lte=now)
    return not (
        since.exclude(outcome=JobRun.Outcome.FAILED).exists() or since.filter(started_at__gt=now - AGAIN).exists()
    )


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """Whether the block has `name` for itself; False at once while another process has it. Nothing stale remains.

    A lock of the database session: it ends with the block, with the process and with the connection. So it asks for
    direct connections, not for a pool that changes them between transactions.
    """
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        [mine] = cursor.fetchone()
    try:
        yield mine
    finally:
        if mine and connection.connection and not connection.needs_rollback:
            _unlock(key)


def _unlock(key: int) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
    except DatabaseError:  # the connection is gone and the lock with it
        logger.warning("the connection broke before its lock was given back")
