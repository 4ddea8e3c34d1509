"""The worlds that are measured: services, a database for each size, what its pages are and the server over it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from config import postgres, processes
from config.bench import client
from config.bench.client import BenchError, Call
from config.services import ROOT, SOCKETS, Services

READY_WITHIN = 60  # seconds


def say(sentence):
    print(sentence, file=sys.stderr, flush=True)


@contextmanager
def services(keep=None):
    """PostgreSQL and Redis, thrown away at the end, or over the folder `keep`: the next run finds its worlds again."""
    say("Starting PostgreSQL and Redis")
    if keep:
        kept = Services(keep, fast=True)
        kept.open_folder()
        with kept.in_use():
            yield kept
        return
    with tempfile.TemporaryDirectory(prefix=Path(SOCKETS).name, dir=Path(SOCKETS).parent) as folder:
        Path(folder).chmod(0o711)
        found = Services(Path(folder), fast=True)
        with found.in_use():
            yield found


def world(own, size):
    """(environment of its server, {page: [Call]}, [export]) of a world of one size, made here unless it was kept."""
    env = environment(own, size)
    django(env, "migrate", "--verbosity=0")
    say(f"A world of {size} problems")
    began = time.monotonic()
    made = subprocess.run(
        [sys.executable, "-m", "config.bench.pages", str(size)],
        cwd=ROOT, env=env | {"DATABASE_ROLE": "owner"}, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    say(f"Ready after {time.monotonic() - began:.0f} seconds")
    found = json.loads(made.stdout)
    pages = {}
    for page in found["pages"]:
        pages.setdefault(page.pop("page").partition("#")[0], []).append(Call(**page))
    return env, pages, found["exports"]


def environment(own, size):
    """The settings of a server over the database of one size, which is created here unless it was kept."""
    database = f"bench_{size}"
    administrator = postgres.connect(own.address(postgres.SUPERUSER, "postgres"))
    with administrator.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        if not cursor.fetchone():
            cursor.execute(f"CREATE DATABASE {database} OWNER {postgres.OWNER} TEMPLATE template0 ENCODING 'UTF8'")
    administrator.close()
    given = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE", "JIEDUI"))}
    return given | {
        "DATABASE_URL": own.address(postgres.APPLICATION, database),
        "DATABASE_OWNER_URL": own.address(postgres.OWNER, database),
        "REDIS_URL": own.environment()["REDIS_URL"],
        "DJANGO_SETTINGS_MODULE": "config.bench.settings", "DATA_DIR": str(own.dir), "SECRET_KEY": "bench" * 10,
        "PYTHONUNBUFFERED": "1",
    }  # fmt: skip


def django(env, *words):
    subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=env, check=True, stdout=sys.stderr)


@contextmanager
def server(own, env, port):
    """gunicorn as `make run` starts it, with one worker process; yields the process."""
    words = [
        sys.executable, "-m", "gunicorn", "config.bench.wsgi", f"--bind={client.HOST}:{port}", "--worker-class=gthread",
        "--workers=1", "--threads=4", "--timeout=600", "--keep-alive=60", "--no-control-socket",
    ]  # fmt: skip
    log = own.dir / "log" / f"bench-{port}.log"
    process = processes.spawn(words, log=log, env=env, cwd=ROOT)
    try:
        wait(process, port, log)
        yield process
    finally:
        processes.stop(process, how=signal.SIGTERM, patience=20)


def wait(process, port, log):
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise BenchError(f"The web server ended at once:\n{log.read_text()[-2000:]}")
        try:
            with client.Client(port) as browser:
                browser.send(Call("/accounts/login/", {}))
            return
        except OSError:
            time.sleep(0.2)
    raise BenchError(f"The web server did not answer within {READY_WITHIN} seconds")
