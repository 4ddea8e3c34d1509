"""The project's own tasks: the heartbeat of beat, and the jobs of once a day."""

from datetime import time, timedelta

from celery import shared_task

from accounts import jobs
from config.celery import app
from config.heartbeat import WorkerHeartbeat, forget_silent, stamp

app.steps["worker"].add(WorkerHeartbeat)  # here, because the worker imports this module after the models

# name of the job's runs -> (task, time of day from which it is due); made up for when nothing ran then
DAILY = {
    "cleaning": ("config.tasks.clean", time(3, 0)),
}


@shared_task
def beat_tick() -> None:
    """Sent by beat every minute: by its stamp /healthz sees that the whole chain beat → broker → worker works."""
    stamp("beat")


@shared_task
def daily_tick() -> None:
    """Start the daily jobs that have not run since their time of day; the job itself looks again, when it is alone."""
    for name, (task, at) in DAILY.items():
        if jobs.due(name, at):
            app.send_task(task)


@shared_task
def clean() -> None:
    """Remove what nobody will look at any more."""
    with jobs.alone("cleaning") as mine:
        if not mine or not jobs.due("cleaning", DAILY["cleaning"][1]):
            return
        with jobs.recorded("cleaning", limit=timedelta()) as run:
            run.count(job_runs=jobs.forget(), workers=forget_silent())
