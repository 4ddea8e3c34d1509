"""The project's own tasks: the heartbeat of beat, and the jobs of once a day."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import time, timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from accounts import jobs
from config.backup import CareError, nightly
from config.celery import BULK, INTERACTIVE, PACK_SECONDS, app
from config.heartbeat import WorkerHeartbeat, forget_silent, stamp
from pairing.models import Programme
from pairing.notices.system import tell_administrators
from reports import rollups
from reports.leaving import making as departing
from reports.models import Pack
from reports.packs import making, schedule
from reports.rollups import checking

app.steps["worker"].add(WorkerHeartbeat)  # here, because the worker imports this module after the models

PACKS_AT_ONCE = 20  # started by one tick; the next one comes in seconds
LONG = timedelta(hours=6)  # a large backup may take so long


@dataclass(frozen=True)
class Daily:
    """A job of once a day (or week): made up for when nothing ran at its time."""

    task: str
    at: time  # of the day, from which it is due
    weekday: int | None = None  # 0: Monday
    limit: timedelta = settings.JOB_TIME_LIMIT
    wanted: Callable[[], bool] = lambda: True

    def due(self, name: str) -> bool:
        """Whether the job `name` has still to run."""
        return jobs.due(name, self.at, limit=self.limit, weekday=self.weekday) and self.wanted()


DAILY = {  # name of the job's runs -> when
    "backup": Daily("config.tasks.back_up", time(2, 0), limit=LONG, wanted=lambda: settings.BACKUP_KEEP > 0),
    "cleaning": Daily("config.tasks.clean", time(3, 0)),
    "sums_check": Daily("config.tasks.check_sums", time(5, 0)),
    "restore_drill": Daily("config.tasks.rehearse", time(4, 0), weekday=6, limit=LONG, wanted=nightly.ripe),
}


@shared_task
def beat_tick() -> None:
    """Sent by beat every minute: by its stamp /healthz sees that the whole chain beat → broker → worker works."""
    stamp("beat")


@shared_task
def daily_tick() -> None:
    """Start the daily jobs that have not run since their time of day; the job itself looks again, when it is alone."""
    for name, daily in DAILY.items():
        if daily.due(name):
            app.send_task(daily.task)


@contextmanager
def once(name: str) -> Iterator[jobs.Run | None]:
    """The recorded run of a daily job that is due and that no other process has taken, else None.

    Where backup or drill fail, the system administrators are told, once a day.
    """
    with jobs.alone(name) as mine:
        if not mine or not DAILY[name].due(name):
            yield None
            return
        try:
            with jobs.recorded(name, limit=timedelta()) as run:  # alone: whatever is still open was killed
                yield run
        except CareError as error:
            now, details = timezone.now(), {"note": str(error)}
            tell_administrators(f"system_{name}", "job", 0, now, occasion=timezone.localdate(), details=details)
            raise


@shared_task
def pack_tick() -> None:
    """Ask for the packs that are due, and have those made that wait; what somebody waits for goes before the rest."""
    schedule.plan()
    for pack in making.waiting()[:PACKS_AT_ONCE]:
        queue = BULK if pack.asked_by_id is None else INTERACTIVE
        make_pack.apply_async([pack.pk], expires=PACK_SECONDS, **queue)
    for departure in departing.waiting()[:PACKS_AT_ONCE]:
        make_departure.apply_async([departure.pk], expires=PACK_SECONDS)
    for pack in schedule.untold():
        schedule.tell(pack)


@shared_task
def make_pack(pk: int) -> None:
    """Make one pack, unless another worker has it; its subscribers hear of a scheduled one."""
    with jobs.recorded("packs") as run:
        if making.make(pk):
            run.count(packs_made=1)
            pack = Pack.objects.get(pk=pk)
            if pack.asked_by_id is None:
                run.count(packs_made=1, told=schedule.tell(pack))


@shared_task(time_limit=LONG.total_seconds(), soft_time_limit=LONG.total_seconds() - 60)
def make_departure(pk: int) -> None:
    """Make one whole programme as a file, unless another worker has it."""
    with jobs.recorded("departures", limit=LONG) as run:
        run.count(departures_made=int(departing.make(pk)))


@shared_task
def clean() -> None:
    """Remove what nobody will look at any more."""
    with once("cleaning") as run:
        if run:
            run.count(job_runs=jobs.forget(), workers=forget_silent())
            run.count(packs=making.forget_old(), departures=departing.forget_old())


@shared_task
def check_sums() -> None:
    """The sums behind the figures against a recount as of today; where one is wrong all are made anew."""
    with once("sums_check") as run:
        for programme in Programme.objects.order_by("pk") if run else ():
            wrong = checking.compare(programme, [timezone.localdate()])
            if wrong:
                run.words += f"{programme}: {'; '.join(map(str, wrong))}\n"
                rollups.rebuild(programme)


@shared_task(time_limit=LONG.total_seconds(), soft_time_limit=LONG.total_seconds() - 60)
def back_up() -> None:
    """The backup of tonight."""
    with once("backup") as run:
        if run:
            nightly.back_up(run)


@shared_task(time_limit=LONG.total_seconds(), soft_time_limit=LONG.total_seconds() - 60)
def rehearse() -> None:
    """The drill of this week."""
    with once("restore_drill") as run:
        if run:
            nightly.rehearse(run)
