"""`make run` and `make manage` as a person meets them, with real servers (without the demo, which takes minutes)."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from config import processes, run
from config.services import ROOT, Services
from config.tests.test_services import pids, wait_until
from pairing.demo.company import ACCOUNTS, PASSWORD

pytestmark = pytest.mark.embedded

OWN = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "PYTEST_VERSION", "DJANGO_SETTINGS_MODULE")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in OWN}


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(folder: Path, port: int, **settings: str) -> subprocess.Popen:
    words = [sys.executable, "-m", "config.run", "serve", "--port", str(port), "--data", str(folder)]
    env = ENVIRONMENT | settings
    return subprocess.Popen(words, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def until_ready(process: subprocess.Popen) -> str:
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Ready:"):
            return line
    raise AssertionError("".join(lines) + process.stderr.read())


def manage(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "config.run", "manage", "--data", str(folder), "--", *words]
    return subprocess.run(command, cwd=ROOT, env=ENVIRONMENT | settings, capture_output=True, text=True)


def family(parent: int) -> list[int]:
    """The process ids of all children."""
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def test_a_day_with_make_run(folder, port):
    folder.mkdir(mode=0o711)
    (folder / "loaded").touch()
    first = start(folder, port, EMAIL_URL="smtp://mail.example:2525", MESSAGE_CEILING="7")
    assert until_ready(first) == f"Ready: http://127.0.0.1:{port}\n"
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
        assert answer.status == 200

    second = start(folder, port)
    assert "already running" in second.communicate()[1]
    assert second.returncode == 1

    assert "jiedui_app" in manage(folder, "shell", "-c", "from django.db import connection as c; c.connect(); "
                                  "print(c.get_connection_params()['user'])").stdout  # fmt: skip
    asked = "from django.conf import settings as s; print(s.SITE_URL, s.EMAIL_HOST, s.EMAIL_PORT, s.MESSAGE_CEILING)"
    same = f"http://127.0.0.1:{port} mail.example 2525"
    assert f"{same} 7" in manage(folder, "shell", "-c", asked).stdout
    assert f"{same} 9" in manage(folder, "shell", "-c", asked, MESSAGE_CEILING="9").stdout
    servers = pids(Services(folder))
    children = family(first.pid)
    first.kill()
    first.communicate()
    wait_until(lambda: not any(processes.command_line(pid) for pid in (*children, *servers)))

    again = start(folder, port)
    until_ready(again)
    children = family(again.pid)
    again.send_signal(signal.SIGINT)
    out, err = again.communicate(timeout=120)
    assert out.endswith("Stopping\n")
    assert (again.returncode, err) == (0, "")
    assert not any(processes.command_line(pid) for pid in children)
    assert not Path(Services(folder).state["sockets"]).exists()


def test_manage_passes_the_exit_code_on_and_stops_what_it_started(folder):
    done = manage(folder, "no_such_command")
    assert done.returncode == 1
    assert "Unknown command" in done.stderr
    assert not Services(folder).running()


def test_a_busy_port_is_a_sentence(port):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", port))
        busy.listen()
        with pytest.raises(processes.ServiceError, match=rf"Port {port} cannot be used .* make run PORT="):
            run.check_port(port)


def test_a_failing_command_is_a_sentence(monkeypatch):
    with pytest.raises(processes.ServiceError, match=r"manage\.py no_such_command failed"):
        run.django(dict(os.environ), "no_such_command")


def test_the_end_of_the_web_server_is_a_sentence(tmp_path):
    child = processes.spawn(["true"], log=tmp_path / "log")
    with pytest.raises(processes.ServiceError, match="The web process ended unexpectedly"):
        run.watch({"web": child}, None)


def test_a_worker_that_ends_is_started_again_but_not_for_ever(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(run, "PAUSE", 0.1)
    log = tmp_path / "log"
    running = {"web": processes.spawn(["sleep", "60"], log=log), "worker": processes.spawn(["true"], log=log)}
    again = []

    def start(name):
        again.append(name)
        return processes.spawn(["true"], log=log)

    try:
        with pytest.raises(processes.ServiceError, match=r"The worker process ended unexpectedly\. .*worker\.log"):
            run.watch(running, start)
    finally:
        processes.stop(running["web"])
    assert again == ["worker"] * 4
    told = "The worker process ended unexpectedly and is started again. Its last words: log/worker.log\n"
    assert capsys.readouterr().out == told * 4


def test_ends_far_apart_are_not_counted_together(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "PAUSE", 0.0)
    monkeypatch.setattr(run, "WITHIN", 0.3)  # the look of watch comes every half second
    log, left = tmp_path / "log", iter(range(6))
    running = {"web": processes.spawn(["sleep", "60"], log=log), "beat": processes.spawn(["true"], log=log)}

    def start(name):
        if next(left, None) is None:
            processes.stop(running["web"])
        return processes.spawn(["true"], log=log)

    with pytest.raises(processes.ServiceError, match="The web process"):
        run.watch(running, start)


def test_the_environment_keeps_the_secret_and_what_the_caller_gave(folder, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://mine")
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.delenv("SECRET_KEY", raising=False)
    service = Services(folder)
    service.open_folder()
    service._remember(service.state | {"sockets": "/tmp/jd-example"})  # noqa: S108
    env = run.environment(service, {"SECRET_KEY": "no secret of a start"})
    assert env["DATABASE_URL"] == "postgres://mine"
    assert "DATABASE_OWNER_URL" not in env
    assert env["REDIS_URL"] == "redis+socket:///tmp/jd-example/redis.sock"
    assert env["SECRET_KEY"] == run.environment(service, {})["SECRET_KEY"]
    assert len(env["SECRET_KEY"]) > 50
    assert (folder / "secret_key").stat().st_mode & 0o777 == 0o600


def test_of_a_start_the_settings_are_remembered_and_no_secret(folder, monkeypatch):
    for name, value in {"EMAIL_URL": "smtp://me:pw@mail.example:25", "SECRET_KEY": "k", "REDIS_URL": "r"}.items():
        monkeypatch.setenv(name, value)
    for name in ("SITE_URL", "MESSAGE_CEILING"):
        monkeypatch.delenv(name, raising=False)
    service = Services(folder)
    service.open_folder()
    assert service.started_with == {}
    service.remember_start(run.settings_given(8123))
    assert service.started_with == {"SITE_URL": "http://127.0.0.1:8123", "EMAIL_URL": "smtp://me:pw@mail.example:25"}
    assert service.file.stat().st_mode & 0o777 == 0o600
    monkeypatch.delenv("EMAIL_URL")
    monkeypatch.setenv("SITE_URL", "https://jiedui.example")
    assert service.remember_start(run.settings_given(8000)) == {"SITE_URL": "https://jiedui.example"}


def test_every_setting_of_the_readme_is_remembered_or_says_where_the_services_are():
    table = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "README.md").read_text(), re.MULTILINE))
    services = {name for name in table if name.startswith(("DATABASE", "REDIS"))}
    assert {*run.REMEMBERED} == table - services - {"SECRET_KEY", "DATA_DIR", "SITE_URL", "TEST_DB_SUFFIX"}


def test_the_accounts_told_at_the_end_are_those_of_the_demo():
    assert (set(run.DEMO_ROLES), run.DEMO_PASSWORD) == (set(ACCOUNTS), PASSWORD)
