"""The record of background jobs: how a run ended, in words, and nothing of the runs that found nothing to do."""

import threading
from datetime import datetime, time, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts import jobs
from accounts.models import JobRun

MORNING = datetime.fromisoformat("2026-10-09T09:00+08:00")


def only_run() -> JobRun:
    return JobRun.objects.get()


def make_run(name: str, started_at: datetime, outcome: str = "done") -> JobRun:
    return JobRun.objects.create(name=name, started_at=started_at, outcome=outcome)


@pytest.mark.django_db
def test_a_run_is_recorded_with_counts_words_and_worker():
    with jobs.recorded("supervision") as run:
        assert only_run().outcome == JobRun.Outcome.RUNNING
        run.count(planned=3, sent=0)
        run.count(sent=2)
        run.words = "3 planned"
    row = only_run()
    assert (row.outcome, row.words, row.details) == ("done", "3 planned", {"planned": 3, "sent": 2})
    assert row.started_at <= row.ended_at
    assert row.worker.startswith("command@")


@pytest.mark.django_db
def test_counts_are_visible_while_it_runs(monkeypatch):
    with jobs.recorded("delivery") as run:
        run.count(sent=1)
        assert only_run().details == {}
        monkeypatch.setattr(jobs, "PROGRESS_SECONDS", 0.0)
        run.count(sent=500)
        assert only_run().details == {"sent": 500}


@pytest.mark.django_db(transaction=True)
def test_a_failure_is_recorded_and_raised_again():
    def failing():
        with jobs.recorded("backup") as run:
            run.count(tables=4)
            return 1 / 0

    with pytest.raises(ZeroDivisionError):
        failing()
    row = only_run()
    assert (row.outcome, row.words, row.details) == ("failed", "ZeroDivisionError: division by zero", {"tables": 4})
    assert row.ended_at


@pytest.mark.django_db(transaction=True)
def test_a_failure_of_the_connection_is_recorded_on_a_fresh_one():
    @jobs.recorded("supervision")
    def losing_its_connection():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(Exception, match="terminat"):
        losing_its_connection()
    assert only_run().outcome == JobRun.Outcome.FAILED
    assert "terminat" in only_run().words


@pytest.mark.django_db
def test_runs_that_found_nothing_to_do_are_one_row():
    make_run("backup", timezone.now())
    for _minute in range(3):
        with jobs.recorded("supervision") as run:
            run.count(planned=0, sent=0)
    row = JobRun.objects.get(name="supervision")
    assert row.details["quiet_runs"] == 3
    assert datetime.fromisoformat(row.details["quiet_since"]) < row.started_at
    with jobs.recorded("supervision") as run:
        run.count(planned=1)
    with jobs.recorded("supervision"):
        pass
    assert [row.details.get("quiet_runs") for row in JobRun.objects.filter(name="supervision")] == [1, None, 3]


@pytest.mark.django_db
def test_a_killed_run_is_closed_by_the_next_one_after_its_time_limit():
    now = timezone.now()
    killed = make_run("supervision", now - settings.JOB_TIME_LIMIT - timedelta(seconds=1), outcome="")
    recent = make_run("supervision", now - timedelta(minutes=5), outcome="")
    other = make_run("backup", now - timedelta(days=1), outcome="")
    with jobs.recorded("supervision") as run:
        run.count(planned=1)
    for row, outcome in ((killed, "failed"), (recent, ""), (other, "")):
        row.refresh_from_db()
        assert row.outcome == outcome
    assert killed.words == "没有说明就中断了：进程被强行结束，或者机器停了。"


@pytest.mark.django_db
def test_old_runs_are_forgotten_but_not_the_last_of_its_name():
    now = timezone.now()
    make_run("supervision", now - timedelta(days=31))
    kept = {
        make_run("supervision", now - timedelta(days=29)).pk,
        make_run("restore drill", now - timedelta(days=90)).pk,
    }
    assert jobs.forget(now) == 1
    assert {row.pk for row in JobRun.objects.all()} == kept


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hours_ago", "outcome", "due"),
    [
        (30, "done", True),  # yesterday's
        (5, "done", False),  # this morning's, at 4
        (5, "failed", True),
        (0.5, "failed", False),  # tried again after an hour
        (0.2, "", False),  # runs now
        (5, "", True),  # was killed
    ],
)
def test_a_daily_job_is_due_once_and_made_up_for(hours_ago, outcome, due):
    make_run("cleaning", MORNING - timedelta(hours=hours_ago), outcome)
    assert jobs.due("cleaning", time(3), MORNING) == due


@pytest.mark.django_db(transaction=True)
def test_whoever_comes_second_does_not_wait():
    answers = []

    def second():
        try:
            with jobs.alone("planning") as mine:
                answers.append(mine)
        finally:
            connection.close()

    for held in (True, False):
        with jobs.alone("planning" if held else "something else"):
            thread = threading.Thread(target=second)
            thread.start()
            thread.join(10)
    assert answers == [False, True]
