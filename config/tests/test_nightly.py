"""The backup of every night is made once and kept for a while; the drill of every week finds what is not alike."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import JobRun
from accounts.tests.people import create_personas
from config import tasks
from config.backup import CareError, archive, nightly, saving
from config.backup.drill import drill
from config.celery import app
from config.tests.test_backup import rewrite
from pairing.tests import world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _folders(folder, settings):
    """Where everything lies; the server of a drill may enter it."""
    folder.mkdir(mode=0o711)
    settings.DATA_DIR, settings.BACKUP_DIR, settings.MEDIA_ROOT = folder, folder / "backups", folder / "media"


def test_one_backup_a_night_private_and_recorded(settings):
    create_personas()
    tasks.back_up()
    tasks.back_up()
    [path] = settings.BACKUP_DIR.iterdir()
    assert nightly.latest() == path
    assert settings.BACKUP_DIR.stat().st_mode & 0o777 == 0o700
    run = JobRun.objects.get(name="backup")
    assert (run.outcome, run.details["size"]) == ("done", path.stat().st_size)
    assert path.name in run.words


def test_a_failed_backup_is_a_failed_run_with_the_reason(settings):
    settings.BACKUP_DIR.write_text("in the way")
    with pytest.raises(CareError):
        tasks.back_up()
    run = JobRun.objects.get(name="backup")
    assert run.outcome == "failed"
    assert "备份目录" in run.words


def test_none_where_somebody_else_makes_them(settings, monkeypatch):
    started = []
    monkeypatch.setattr(app, "send_task", started.append)
    settings.BACKUP_KEEP = 0
    tasks.daily_tick()
    assert "config.tasks.back_up" not in started
    settings.BACKUP_KEEP = 14
    tasks.daily_tick()
    assert "config.tasks.back_up" in started


def test_the_newest_stay_and_the_last_of_each_month():
    days = [f"2026{month:02}{day:02}" for month in range(1, 13) for day in range(1, 29)]
    names = {f"jiedui-{day}-020000.zip" for day in ["20251130", "20251231", *days]}
    kept = sorted(name[7:15] for name in nightly.kept(names, 3))
    ends = [f"2026{month:02}28" for month in range(1, 13)]
    assert kept == sorted({*ends, "20261227", "20261226"})


def test_tidying_touches_nothing_else(settings):
    place = nightly.folder()
    settings.BACKUP_KEEP = 1
    for name in ("jiedui-20260701-020000.zip", "jiedui-20260702-020000.zip", "mine.zip", "jiedui-of-mine.zip"):
        (place / name).touch()
    assert nightly.tidy(place) == 1
    left = {path.name for path in place.iterdir()}
    assert left == {"jiedui-20260702-020000.zip", "mine.zip", "jiedui-of-mine.zip"}


def test_a_drill_restores_the_latest_and_leaves_nothing(settings, capsys):
    people = create_personas()
    programme = world.create_programme(people.committee)
    world.create_problem(programme, people.filer)
    with pytest.raises(CommandError, match="还没有备份"):
        call_command("restore_drill")
    tasks.back_up()
    call_command("restore_drill")
    run = JobRun.objects.filter(name="restore_drill").first()
    assert (run.outcome, run.details["figures"]) == ("done", 1)
    assert run.details["tables"] > 50
    assert run.words in capsys.readouterr().out
    assert {path.name for path in settings.DATA_DIR.iterdir()} <= {"backups", "media"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda manifest: manifest["rows"]["accounts_user"].__setitem__(0, 3), "accounts_user"),
        (lambda manifest: manifest["figures"].update({name: [9, 9, 9] for name in manifest["figures"]}), "统计数字"),
        (lambda manifest: manifest["missing"].append("attachments/x"), "附件"),
    ],
)
def test_a_drill_finds_a_planted_difference(folder, change, words):
    people = create_personas()
    world.create_programme(people.committee)
    saving.save(folder / "good.zip")
    rewrite(folder / "good.zip", folder / "b.zip", change)
    with pytest.raises(CareError, match=words):
        drill(folder / "b.zip")
    with archive.opened(folder / "good.zip") as (_file, manifest):
        assert json.dumps(manifest.figures)


def test_a_drill_waits_for_the_first_backup_and_runs_once_a_week():
    assert not tasks.DAILY["restore_drill"].due("restore_drill")
    now = timezone.now()
    run = JobRun.objects.create(name="backup", started_at=now, ended_at=now, outcome="done")
    assert not tasks.DAILY["restore_drill"].due("restore_drill")
    JobRun.objects.filter(pk=run.pk).update(ended_at=now - timedelta(days=2))
    assert tasks.DAILY["restore_drill"].due("restore_drill")
    JobRun.objects.create(name="restore_drill", started_at=now, ended_at=now, outcome="done")
    assert not tasks.DAILY["restore_drill"].due("restore_drill")
