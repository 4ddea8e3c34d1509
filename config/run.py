"""`make run` and `make manage`: the whole product on this machine.

    python -m config.run serve [--port 8000] [--data .data]
    python -m config.run manage [--data .data] -- migrate --plan

PostgreSQL and Redis are the embedded ones (config/services.py) unless DATABASE_URL and REDIS_URL are set.
Everything that is started is stopped by Ctrl-C or SIGTERM, and by the kernel when this process is killed.
"""

import argparse
import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from config import processes
from config.processes import ServiceError
from config.services import ROOT, Services

HOST, PORT = "127.0.0.1", 8000
READY_WITHIN = 120  # seconds
PAUSE = 1.0  # seconds before a process that ended is started again; the units in deploy/ do so too
MOST_ENDS, WITHIN = 5, 60.0  # so many ends of one process within so many seconds stop everything
DEMO_ROLES = (
    "secretary", "liaison", "partner", "reviewer", "lead", "supervisor", "leader", "sysadmin", "secadmin", "auditor",
)  # fmt: skip
DEMO_PASSWORD = "Jiedui-demo-2026"  # noqa: S105  (published in the README; the demo refuses production settings)

REMEMBERED = (  # of the settings in README.md: no secrets of the services, and nothing that says where they are
    "JIEDUI_ENV", "ALLOWED_HOSTS", "EMAIL_URL", "DEFAULT_FROM_EMAIL", "MESSAGE_HOURS", "DELIVERY_TASKS",
    "EMAIL_TIMEOUT", "TICK_SECONDS", "MESSAGE_CEILING", "BACKUP_DIR", "BACKUP_KEEP", "METRICS_TOKEN", "UPLOAD_MAX_MB",
    "HTTPS", "TRUSTED_PROXY", "CSRF_TRUSTED_ORIGINS", "SESSION_IDLE_MINUTES", "PASSWORD_MAX_AGE_DAYS", "DEBUG",
    "LOG_LEVEL",
)  # fmt: skip


def say(sentence: str) -> None:
    """Progress for the person at the terminal."""
    print(sentence, flush=True)


def environment(services: Services, started: dict[str, str]) -> dict[str, str]:
    """The environment of everything that runs over a data folder; what the caller has set wins.

    started: the settings that `make run` was started with, its address among them.
    """
    key = services.dir / "secret_key"
    if not key.exists():
        key.touch(mode=0o600)
        key.write_text(secrets.token_urlsafe(50))
    given = dict(os.environ)
    own = {} if external() else services.environment()
    if "DATABASE_URL" in given:  # a server of one's own comes with its own owner role, or none
        own = {name: value for name, value in own.items() if not name.startswith("DATABASE")}
    own |= started | {"SECRET_KEY": key.read_text(), "PYTHONUNBUFFERED": "1"}
    return own | given | {"DATA_DIR": str(services.dir), "DJANGO_SETTINGS_MODULE": "config.settings"}


def settings_given(port: int) -> dict[str, str]:
    """What is remembered of a start for `make manage`: the address and the settings that the caller has set."""
    given = {name: os.environ[name] for name in REMEMBERED if name in os.environ}
    return {"SITE_URL": os.environ.get("SITE_URL", f"http://{HOST}:{port}")} | given


def external() -> bool:
    """Whether the caller brings both servers."""
    return "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ


# --- make manage


def manage(services: Services, words: list[str]) -> int:
    """Run one management command against the services and data of a data folder; returns its exit code."""
    services.open_folder()
    started = services.started_with or settings_given(PORT)
    with nullcontext() if external() else services.in_use():
        env = environment(services, started)
        code = subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=env).returncode
    if words[:1] == ["restore"] and not code:
        (services.dir / "loaded").touch()  # what was restored is the first load, `make run` plays no demo into it
    return code


# --- make run


def serve(services: Services, port: int) -> None:
    """Start everything, say where, and stay until told to stop."""
    services.open_folder()
    with only_one(services):
        check_port(port)
        say("Starting PostgreSQL and Redis" if not external() else "Using your PostgreSQL and Redis")
        with nullcontext() if external() else services.in_use(alone=True):
            env = environment(services, services.remember_start(settings_given(port)))
            prepare(services, env)
            with children(services, env, port) as running:
                wait_until_ready(running, port)
                say(f"Ready: http://{HOST}:{port}")
                say(f"Demo accounts, password {DEMO_PASSWORD}: {', '.join(DEMO_ROLES)}")
                watch(running, lambda name: start_child(services, env, name, commands(port)[name]))


@contextmanager
def only_one(services: Services) -> Iterator[None]:
    """One `make run` per data folder; the kernel frees the lock, whatever happens."""
    try:
        with services.lock("run.lock", fcntl.LOCK_EX | fcntl.LOCK_NB):
            yield
    except BlockingIOError:
        raise ServiceError(f"`make run` is already running with the data folder {services.dir}.") from None


def check_port(port: int) -> None:
    """A busy port is said at once and not after a minute."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise ServiceError(
                f"Port {port} cannot be used ({error.strerror}). Choose another: make run PORT=8001"
            ) from None


def prepare(services: Services, env: dict[str, str]) -> None:
    """Tables, static files and, the first time, reference data and the demo world."""
    say("Bringing the database up to date")
    django(env, "migrate", "--verbosity=0")
    collect_static(services, env)
    loaded = services.dir / "loaded"
    if loaded.exists():
        return
    say("First start: loading the calendar, categories and rules")
    django(env, "load_reference")
    if env.get("JIEDUI_ENV") != "production":
        say("First start: playing the demo programmes (a minute or two)")
        django(env, "demo")
        django(env, "demo_reports")
    loaded.touch()


def collect_static(services: Services, env: dict[str, str]) -> None:
    """Copy, hash and compress the static files, unless nothing has changed since the last time."""
    files = [ROOT / "requirements.txt", ROOT / "package-lock.json", ROOT / "config/frontend.py"]
    folders = [ROOT / "static", *ROOT.glob("*/static")]
    files += sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    facts = json.dumps([(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in files])
    collected = services.dir / "collected.json"
    if collected.exists() and collected.read_text() == facts:
        return
    say("Collecting static files")
    django(env, "collectstatic", "--noinput", "--clear", "--verbosity=0")
    collected.write_text(facts)


def django(env: dict[str, str], *words: str) -> None:
    """A management command that must succeed."""
    done = subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=env)
    if done.returncode:
        raise ServiceError(f"manage.py {words[0]} failed; what it said stands above.")


def commands(port: int) -> dict[str, tuple[str, ...]]:
    """Name -> command of the web server, the worker and the clock."""
    celery = ("celery", "-A", "config.celery:app")
    return {
        "web": (
            "gunicorn", "config.wsgi", f"--bind={HOST}:{port}", "--worker-class=gthread", "--workers=2", "--threads=4",
            "--no-control-socket", "--access-logfile=-",
            "--logger-class=config.logs.AccessLog",
        ),
        "worker": (*celery, "worker", "--concurrency=4", "--loglevel=INFO", "--without-mingle", "--without-gossip"),
        # in memory: beat only ticks, so there is no schedule file to be corrupted and no pid file to grow stale
        "beat": (*celery, "beat", "--loglevel=INFO", "--scheduler=celery.beat:Scheduler", "--pidfile="),
    }  # fmt: skip


def start_child(services: Services, env: dict[str, str], name: str, words: tuple[str, ...]) -> subprocess.Popen:
    """Start one of the three; what it says goes to the end of its log."""
    log = services.dir / "log" / f"{name}.log"
    return processes.spawn([sys.executable, "-m", *words], log=log, env=env, cwd=ROOT)


@contextmanager
def children(services: Services, env: dict[str, str], port: int) -> Iterator[dict[str, subprocess.Popen]]:
    """Web server, worker and beat; stopped in this order at the end."""
    say("Starting the web server, the worker and the clock")
    running: dict[str, subprocess.Popen] = {}
    try:
        for name, words in commands(port).items():
            running[name] = start_child(services, env, name, words)
        yield running
    finally:
        say("Stopping")
        for process in running.values():
            process.terminate()
        for process in running.values():
            processes.stop(process, patience=20)


def wait_until_ready(running: dict[str, subprocess.Popen], port: int) -> None:
    """Until /healthz says that every part works."""
    deadline = time.monotonic() + READY_WITHIN
    while (wrong := health(port)) and time.monotonic() < deadline:
        for name, process in running.items():
            if process.poll() is not None:
                raise ServiceError(f"The {name} process ended at once. Its last words are at the end of log/{name}.log")
        time.sleep(0.2)
    if wrong:
        raise ServiceError(f"Not ready after {READY_WITHIN} seconds: {wrong}. Look into the folder log of the data.")


def health(port: int) -> str:
    """What /healthz complains about; "" when everything is well."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=5):
            return ""
    except urllib.error.HTTPError as error:
        with error:  # it is the answer and holds the socket
            parts = json.load(error)["parts"]
        return "; ".join(f"{part} {word}" for part, word in parts.items() if word != "ok")
    except OSError as error:
        return f"the web server does not answer ({error})"


def watch(running: dict[str, subprocess.Popen], start: Callable[[str], subprocess.Popen]) -> None:
    """Start a worker or clock that ended again, as systemd does; raises ServiceError when the web server ends, or one
    of the others too often."""
    ends: dict[str, list[float]] = {name: [] for name in running}
    while True:
        for name in [name for name, process in running.items() if process.poll() is not None]:
            ends[name] = [at for at in ends[name] if at > time.monotonic() - WITHIN] + [time.monotonic()]
            if name == "web" or len(ends[name]) >= MOST_ENDS:
                raise ServiceError(
                    f"The {name} process ended unexpectedly. Its last words: log/{name}.log in the data."
                )
            say(f"The {name} process ended unexpectedly and is started again. Its last words: log/{name}.log")
            time.sleep(PAUSE)
            running[name] = start(name)
        time.sleep(0.5)


def stop_on_signals() -> None:
    """Ctrl-C, kill and a closed terminal all end by the same door; while stopping, further ones are ignored."""

    def stop(number: int, frame) -> None:
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(one, signal.SIG_IGN)
        sys.exit(0 if number == signal.SIGINT else 128 + number)

    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, stop)


def main() -> int:
    """Entry point; see the head of this file."""
    parser = argparse.ArgumentParser(prog="python -m config.run")
    parser.add_argument("action", choices=["serve", "manage"])
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--data", type=Path, default=ROOT / ".data")
    parser.add_argument("--with-parent", action="store_true", help="stop when the parent (make) is killed")
    ours, words = processes.split_words(sys.argv[1:])
    options = parser.parse_args(ours)
    stop_on_signals()
    if options.with_parent:
        processes.die_with(os.getppid(), signal.SIGTERM)
    services = Services(options.data)
    if options.action == "manage":
        return manage(services, words)
    serve(services, options.port)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ServiceError as error:
        sys.exit(str(error))
