"""A backup is the whole state of one moment; restored, everything is as it was then, or nothing has changed."""

import hashlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import zipfile
from datetime import timedelta

import psycopg2
import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Event, Heartbeat, JobRun, User
from accounts.tests.people import PASSWORD, create_personas
from config.backup import CareError, archive, census, database, restoring, saving, switching, uploads
from config.services import ROOT
from pairing.models import Attachment, Problem
from pairing.tests import world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people():
    """A world with a running pair, a photograph, and beside the database nothing that an earlier test left."""
    found = create_personas()
    programme = world.create_programme(found.committee)
    problem = world.create_problem(programme, found.filer)
    agreement = world.create_agreement(programme, found.filer, [found.partner_branch], [problem])
    world.bring_to("active", agreement, reviewer=found.reviewer)
    attach(found, problem, b"a photograph")
    yield found
    own = database.parameters()
    connection.close()
    with database.maintenance(own) as cursor:
        switching.forget_earlier(cursor, switching.names(own["dbname"])[1][: -len("20261126_080000")] + "9" * 15)


def attach(people, problem, content: bytes) -> Attachment:
    attachment = Attachment(problem=problem, name="a.jpg", content_type="image/jpeg", size=1)
    attachment.uploaded_by = people.filer.person
    attachment.file.save("a.jpg", ContentFile(content))
    return attachment


def content(attachment: Attachment) -> bytes:
    return (uploads.root() / attachment.file.name).read_bytes()


def rows():
    with transaction.atomic(), connection.cursor() as cursor:
        return census.count(cursor.cursor)


def put_back(path):
    with archive.opened(path) as (file, manifest):
        restoring.examine(file, manifest, path)
        return restoring.restore(file, manifest)


def databases() -> list[str]:
    """Those beside the one of the tests."""
    own = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY 1", [f"{own}_"])
        return [name for (name,) in cursor.fetchall()]


# --- there and back


def test_everything_is_as_it_was_row_for_row(people, tmp_path, client):
    path = tmp_path / "b.zip"
    before, problem = rows(), Problem.objects.first()
    photograph = Attachment.objects.get()
    done = saving.save(path)
    assert (done.uploads, done.missing, done.left_out) == (1, (), 0)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600

    later = attach(people, problem, b"later")
    Problem.objects.update(title="另一个标题")
    User.objects.filter(username="partner").update(password="")
    photograph.file.storage.delete(photograph.file.name)
    assert rows() != before

    restored = put_back(path)
    assert census.differences(before, rows()) == []
    assert content(Attachment.objects.get()) == b"a photograph"
    assert not later.file.storage.exists(later.file.name)
    assert (uploads.root() / uploads.BEFORE / later.file.name).read_bytes() == b"later"
    client.post("/accounts/login/", {"username": "partner", "password": PASSWORD})
    assert client.get("/").status_code == 200
    assert attach(people, Problem.objects.get(pk=problem.pk), b"new").pk > photograph.pk  # the sequences go on
    assert databases() == [restored.before]


def test_the_state_before_is_kept_until_the_next_restore(people, tmp_path):
    path = tmp_path / "b.zip"
    saving.save(path)
    JobRun.objects.create(name="cleaning", started_at=timezone.now())
    first = put_back(path)
    assert not JobRun.objects.filter(name="cleaning").exists()
    with database.connected(database.parameters() | {"dbname": first.before}) as cursor:
        cursor.execute("SELECT name FROM accounts_jobrun WHERE name = 'cleaning'")
        assert cursor.fetchall() == [("cleaning",)]
    second = put_back(path)
    assert databases() == [max(first.before, second.before)]


def test_heartbeats_stay_those_of_the_processes_that_run(people, tmp_path):
    then, now = timezone.now() - timedelta(days=1), timezone.now()
    Heartbeat.objects.create(name="beat", at=then)
    Heartbeat.objects.create(name="worker celery@gone", at=then)
    path = tmp_path / "b.zip"
    saving.save(path)
    Heartbeat.objects.all().delete()
    for name in ("beat", "worker celery@one"):
        Heartbeat.objects.create(name=name, at=now)
    put_back(path)
    assert list(Heartbeat.objects.order_by("name").values_list("name", "at")) == [
        ("beat", now), ("worker celery@one", now),
    ]  # fmt: skip


def test_the_record_stays_insert_only_and_the_application_keeps_its_rights(people, tmp_path, settings):
    settings.DATABASE_APP_ROLE = "jiedui_app"
    path = tmp_path / "b.zip"
    saving.save(path)
    put_back(path)
    with pytest.raises(psycopg2.Error, match="cannot be changed or deleted"), connection.cursor() as cursor:
        cursor.cursor.execute("UPDATE accounts_event SET note = 'x'")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE jiedui_app")
        cursor.execute("INSERT INTO accounts_heartbeat (name, at) VALUES ('worker', now())")
        cursor.execute("SELECT has_table_privilege('accounts_event', 'UPDATE, DELETE, TRUNCATE')")
        assert cursor.fetchone() == (False,)
    assert Event.objects.exists()


def test_settings_and_rights_of_the_database_go_along(people, tmp_path):
    own = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE \"{own}\" SET lock_timeout TO '7s'")
        cursor.execute(f'REVOKE CONNECT ON DATABASE "{own}" FROM PUBLIC')
        cursor.execute(f'GRANT CONNECT ON DATABASE "{own}" TO jiedui_app')
    locale = "SELECT datcollate, datctype, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = %s"
    with connection.cursor() as cursor:
        cursor.execute(locale, [own])
        before = cursor.fetchone()
    saving.save(tmp_path / "b.zip")
    put_back(tmp_path / "b.zip")
    with connection.cursor() as cursor:
        cursor.execute(locale, [own])
        assert cursor.fetchone() == before
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("7s",)
        cursor.execute(
            "SELECT has_database_privilege('jiedui_app', %s, 'CONNECT'), "
            "EXISTS (SELECT FROM pg_database, aclexplode(datacl) WHERE datname = %s AND grantee = 0 "
            "AND privilege_type = 'CONNECT')",
            [own, own],
        )
        assert cursor.fetchone() == (True, False)
        cursor.execute(f'ALTER DATABASE "{own}" RESET ALL')


def test_uploads_of_one_side_only_are_said(people, tmp_path):
    photograph = Attachment.objects.get()
    photograph.file.storage.delete(photograph.file.name)
    (uploads.root() / "stray").write_bytes(b"x")
    done = saving.save(tmp_path / "b.zip")
    assert (done.missing, done.left_out) == ((photograph.file.name,), 1)
    assert len(done.remarks()) == 2
    assert photograph.file.name in done.remarks()[0]
    put_back(tmp_path / "b.zip")
    assert (uploads.root() / uploads.BEFORE / "stray").exists()


def test_an_older_backup_is_brought_up_to_date(people, tmp_path):
    path = tmp_path / "old.zip"
    last = "FROM django_migrations WHERE app = 'reports' AND name = '0009_refusals_summed'"
    with connection.cursor() as cursor:  # as the version before knew it; no later migration depends on this one
        cursor.execute(f"DELETE {last}")
    saving.save(path)
    put_back(path)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {last}")
        assert cursor.fetchone() == (1,)
    assert Problem.objects.exists()


# --- the words of the commands


def test_the_commands_ask_and_tell(people, tmp_path, capsys, monkeypatch):
    path = tmp_path / "b.zip"
    call_command("backup", path)
    told = capsys.readouterr().out
    assert str(path) in told
    assert "1 个附件" in told
    monkeypatch.setattr("builtins.input", lambda: "no")
    with pytest.raises(CommandError, match="没有改动"):
        call_command("restore", path)
    assert databases() == []
    monkeypatch.setattr("builtins.input", lambda: "yes")
    call_command("restore", path)
    told = capsys.readouterr().out
    assert databases()[0] in told
    assert JobRun.objects.get(name="restore").words in told


@pytest.mark.parametrize("name", ["missing.zip", ".", "text.zip", "other.zip", "cut.zip", "changed.zip", "newer.zip"])
def test_a_bad_file_is_a_sentence_and_nothing_is_touched(people, tmp_path, name):
    good, path = tmp_path / "good.zip", tmp_path / name
    saving.save(good)
    words = spoil(good, path)
    before = rows()
    with pytest.raises(CommandError, match=words):
        call_command("restore", path, "--yes")
    assert rows() == before
    assert databases() == []


def spoil(good, path) -> str:
    """Make the bad file of this name; answers what is said of it."""
    match path.name:
        case "missing.zip":
            return "没有文件"
        case "text.zip":
            path.write_text("text" * 1000)
            return "不是本软件的备份"
        case "other.zip":
            with zipfile.ZipFile(path, "w") as file:
                file.writestr("a.txt", "x")
            return "不是本软件的备份"
        case "cut.zip":
            path.write_bytes(good.read_bytes()[:-2000])
            return "不是本软件的备份，或者已经损坏"
        case "changed.zip":
            content = bytearray(good.read_bytes())
            content[content.index(b"a photograph")] ^= 1
            path.write_bytes(content)
            return "已损坏.*media/attachments"
        case "newer.zip":
            rewrite(good, path, lambda manifest: manifest["migrations"].append(["pairing", "9999_later"]))
            return "更新的版本.*9999_later"
    return "是文件夹"


def rewrite(good, path, change) -> None:
    """A copy whose manifest is changed."""
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            if name != archive.MANIFEST:
                new.writestr(name, old.read(name))
        manifest = json.loads(old.read(archive.MANIFEST))
        change(manifest)
        new.writestr(archive.MANIFEST, json.dumps(manifest))


def test_a_format_of_the_future_is_refused(people, tmp_path):
    saving.save(tmp_path / "good.zip")
    rewrite(tmp_path / "good.zip", tmp_path / "b.zip", lambda manifest: manifest.update(format=2, more=1))
    with pytest.raises(CareError, match="更新的版本"), archive.opened(tmp_path / "b.zip"):
        pytest.fail("it must not open")


def test_a_name_that_leads_out_of_the_folder_is_refused(people, tmp_path):
    path, content = tmp_path / "b.zip", b"x"
    saving.save(tmp_path / "good.zip")
    digest = hashlib.sha256(content).hexdigest()
    strange = {"media/../../outside": {"bytes": 1, "sha256": digest}}
    rewrite(tmp_path / "good.zip", path, lambda manifest: manifest["parts"].update(strange))
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("media/../../outside", content)
    with pytest.raises(CommandError, match="outside"):
        call_command("restore", path, "--yes")
    assert not (tmp_path / "outside").exists()


def test_rows_that_are_not_those_of_the_backup_are_not_switched_to(people, tmp_path):
    saving.save(tmp_path / "good.zip")
    rewrite(tmp_path / "good.zip", tmp_path / "b.zip", lambda m: m["rows"]["accounts_user"].__setitem__(1, "7"))
    before = rows()
    with pytest.raises(CareError, match="accounts_user"):
        put_back(tmp_path / "b.zip")
    assert rows() == before
    assert databases() == []


def test_where_a_backup_cannot_be_written_nothing_half_remains(people, tmp_path, monkeypatch):
    with pytest.raises(CareError, match="没有文件夹"):
        saving.save(tmp_path / "nowhere" / "b.zip")
    with pytest.raises(CareError, match="是文件夹"):
        saving.save(tmp_path)
    (tmp_path / "letter.docx").write_text("dear")
    with pytest.raises(CareError, match="不是备份，不会覆盖"):
        saving.save(tmp_path / "letter.docx")
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage._replace(free=1000))
    with pytest.raises(CareError, match="磁盘"):
        saving.save(tmp_path / "b.zip")
    monkeypatch.setattr(saving, "ROOM", 0)  # the disk fills up meanwhile
    attachment = Attachment.objects.get()
    (uploads.root() / attachment.file.name).unlink()
    monkeypatch.setattr(archive.os, "fsync", full)
    with pytest.raises(CareError, match="No space left"):
        saving.save(tmp_path / "b.zip")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["letter.docx", "media"]


def full(handle):
    raise OSError(28, "No space left on device")


def test_too_little_room_for_restoring_is_said_first(people, tmp_path, monkeypatch):
    path = tmp_path / "b.zip"
    saving.save(path)
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage._replace(free=1000))
    with pytest.raises(CommandError, match="磁盘"):
        call_command("restore", path, "--yes")


def test_a_role_that_owns_nothing_is_told_which_setting_is_missing(people, tmp_path, monkeypatch):
    path = tmp_path / "b.zip"
    saving.save(path)
    application = connection.settings_dict | {"USER": "x"}
    own = database.parameters() | {"user": application["USER"]}
    with database.maintenance(database.parameters()) as cursor:
        cursor.execute("SET ROLE jiedui_app")
        with pytest.raises(CareError, match="DATABASE_OWNER_URL"):
            restoring._may(cursor, own)


# --- interrupted


def command(*words) -> subprocess.Popen:
    """A management command on the database of the tests, in a process of its own."""
    url = database.address(database.parameters())
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    env |= {"DATABASE_URL": url, "DATABASE_OWNER_URL": url, "DATA_DIR": str(uploads.root().parent)}
    env |= {"PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        [sys.executable, "manage.py", *map(str, words)], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("line", [2, 3, 4])  # restoring, bringing up to date, switching
def test_killed_at_any_moment_one_whole_state_is_in_force(people, tmp_path, line):
    path, then = tmp_path / "b.zip", rows()
    saving.save(path)
    later = attach(people, Problem.objects.first(), b"later")
    now = rows()
    process = command("restore", path, "--yes")
    for _line in range(line):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    connection.close()
    found = rows()
    assert found in (then, now)
    assert all(map(content, Attachment.objects.all()))
    assert line == 4 or (found == now and content(later) == b"later")

    put_back(path)
    assert rows() == then
    assert [name for name in databases() if "_before_" not in name] == []
    assert uploads.on_disk() == set(uploads.named())
