"""The embedded PostgreSQL and Redis: private, repeatable, side by side, and nothing is left behind."""

import os
import pwd
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg2
import pytest
import redis

from config import postgres, processes, programs, services
from config.services import ROOT, Services

pytestmark = pytest.mark.embedded

COMMAND = [sys.executable, "-m", "config.services"]


def ask(address: str, question: str, fetch: bool = True) -> str | None:
    connection = postgres.connect(address)
    with connection.cursor() as cursor:
        cursor.execute(question)
        answer = cursor.fetchone()[0] if fetch else None
    connection.close()
    return answer


def pids(service: Services) -> tuple[int, int]:
    return service._postgres().pid(), service._broker().pid()


def test_they_are_private_in_utf8_and_without_a_port(folder, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.GBK")
    monkeypatch.setenv("PGPORT", "1")
    service = Services(folder, fast=True)
    with service.in_use():
        owner = service.address("jiedui_owner")
        assert ask(owner, "SELECT current_setting('server_encoding') || current_setting('listen_addresses')") == "UTF8"
        locale = "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'jiedui'"
        assert ask(owner, locale) == "bC.UTF-8"
        with pytest.raises(psycopg2.OperationalError, match="password"):
            postgres.connect(owner.replace(service.state["passwords"]["jiedui_owner"], "guess"))
        sockets = Path(service.state["sockets"])
        assert sockets.stat().st_mode & 0o777 == 0o700
        assert len(str(sockets / ".s.PGSQL.5432")) < 100
        assert service.file.stat().st_mode & 0o777 == 0o600
        assert redis.Redis(unix_socket_path=str(sockets / "redis.sock")).config_get("port") == {"port": "0"}


def test_two_side_by_side_and_the_data_is_found_again(folder):
    first, second = Services(folder / "a"), Services(folder / "b", fast=True)
    with first.in_use():
        with second.in_use():
            ask(first.address("jiedui_owner"), "CREATE TABLE t (); SELECT 1")
            assert ask(second.address("jiedui_owner"), "SELECT count(*) FROM pg_tables WHERE tablename = 't'") == 0
        running, sockets = pids(first), first.state["sockets"]
        assert not second.running()
        assert first.running()
    assert not any(processes.command_line(pid) for pid in running)
    assert not Path(sockets).exists()
    again = Services(folder / "a")
    with again.in_use():
        assert ask(again.address("jiedui_owner"), "SELECT count(*) FROM pg_tables WHERE tablename = 't'") == 1


HOLD = """
import sys, time, pathlib
from config.services import Services
with Services(pathlib.Path(sys.argv[1])).in_use():
    print("up", flush=True)
    time.sleep(60)
"""


def test_a_killed_starter_takes_them_along_and_leaves_no_stale_lock(folder):
    holder = subprocess.Popen([sys.executable, "-c", HOLD, folder], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "up\n"
    service = Services(folder)
    servers = pids(service)
    assert all(servers)
    holder.kill()
    holder.communicate()
    wait_until(lambda: not any(processes.command_line(pid) for pid in servers))
    # worse: the machine lost power, and the pid in the file now belongs to somebody else
    (service._postgres().data / "postmaster.pid").write_text(f"{os.getpid()}\n{folder}\n")
    with service.in_use():
        assert service.running()


def wait_until(condition, patience: float = 60) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_orphans_of_an_earlier_run_are_replaced(folder):
    subprocess.run([*COMMAND, "--data", folder, "up"], cwd=ROOT, check=True)
    orphans = pids(Services(folder))
    assert Services(folder).running()
    os.kill(orphans[1], signal.SIGTERM)  # half of it is gone
    wait_until(lambda: not processes.command_line(orphans[1]))
    service = Services(folder, fast=True)
    with service.in_use():
        assert not set(orphans) & set(pids(service))
    assert not processes.command_line(orphans[0])


def test_the_starter_waits_for_those_who_came_later(folder):
    first, order = Services(folder, fast=True), []
    came, leave = threading.Event(), threading.Event()

    def come_later() -> None:
        later = Services(folder, fast=True)
        with later.in_use():
            came.set()
            leave.wait(20)
            order.append(f"later leaves, running: {later.running()}")

    with first.in_use():
        thread = threading.Thread(target=come_later)
        thread.start()
        assert came.wait(20)
        threading.Timer(0.5, leave.set).start()
    order.append(f"first leaves, running: {first.running()}")
    thread.join()
    assert order == ["later leaves, running: True", "first leaves, running: False"]


def test_where_the_unprivileged_user_may_not_enter_the_data_lies_elsewhere(folder, monkeypatch):
    monkeypatch.setattr(services, "SHELF", folder.parent / "shelf")
    closed = folder.parent / "closed"
    closed.mkdir(mode=0o700)
    service = Services(closed / "data", fast=True)
    with service.in_use():
        assert ask(service.address("jiedui_app"), "SELECT current_user") == "jiedui_app"
    assert closed.stat().st_mode & 0o777 == 0o700
    elsewhere = Path(service.state["home"]).is_relative_to(folder.parent / "shelf")
    assert elsewhere == (os.geteuid() == 0)


@pytest.mark.parametrize("program", [programs.POSTGRES, programs.REDIS])
def test_programs_in_a_closed_place_are_copied_and_run(program, tmp_path, monkeypatch):
    monkeypatch.setattr(programs, "may", lambda *_: False)
    copy = program.reachable(pwd.getpwnam("nobody"), tmp_path)
    assert copy.is_relative_to(tmp_path)
    assert subprocess.run([copy, "--version"], capture_output=True).returncode == 0
    assert program.reachable(pwd.getpwnam("nobody"), tmp_path) == copy


def test_a_failing_start_says_so_and_stops_what_it_began(folder):
    service = Services(folder, fast=True)
    with service.in_use():
        home = Path(service.state["home"])
    (home / "postgres" / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(processes.ServiceError, match=r"PostgreSQL did not start.*postgres\.log"), service.in_use():
        pytest.fail("it must not start")
    assert not Path(service.state["sockets"]).exists()


def test_the_command_line_runs_a_command_and_passes_its_exit_code_on(folder):
    words = [*COMMAND, "test", "--", "sh", "-c", 'test "$REDIS_URL" = given && exit 7']
    env = os.environ | {"DATABASE_URL": "given", "REDIS_URL": "given"}
    assert subprocess.run(words, cwd=ROOT, env=env).returncode == 7


def test_up_prints_addresses_that_work_until_down(folder):
    words = [*COMMAND, "--data", folder]
    done = subprocess.run([*words, "up"], cwd=ROOT, capture_output=True, text=True, check=True)
    exports = dict(line.removeprefix("export ").split("=", 1) for line in done.stdout.splitlines() if "export" in line)
    assert ask(exports["DATABASE_URL"].strip("'"), "SELECT current_user") == "jiedui_app"
    subprocess.run([*words, "down"], cwd=ROOT, check=True)
    assert not Services(folder).running()


def test_prepare_gives_a_server_of_ones_own_roles_and_database(folder, capsys):
    service = Services(folder, fast=True)
    with service.in_use():
        services.prepare(service.address("postgres", "postgres"))
        exports = dict(line.removeprefix("export ").split("=", 1) for line in capsys.readouterr().out.splitlines())
        assert ask(exports["DATABASE_OWNER_URL"].strip("'"), "SELECT current_user") == "jiedui_owner"
