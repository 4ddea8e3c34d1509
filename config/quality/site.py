"""A demo world behind a real web server: production's static files, headers and password hashes, read from outside.

Needs PostgreSQL and Redis through the environment, as `python -m config.services test -- COMMAND` gives them.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from config import postgres, processes
from config.backup import switching
from config.processes import ServiceError
from config.services import ROOT

HOST = "127.0.0.1"
DATABASE = "quality"
STARTS_WITHIN = 60  # seconds


@dataclass(frozen=True)
class Place:
    """A page type as one role meets it. `press`: what is pressed there before looking, "" for nothing; `empty`: the
    field that is emptied before, so that a filled form is refused."""

    name: str
    role: str
    path: str
    press: str = ""
    empty: str = ""

    def __str__(self) -> str:
        return f"{self.name}-{self.role or 'nobody'}"


@dataclass(frozen=True)
class Site:
    """Where the demo world is served, and all its places."""

    address: str
    places: tuple[Place, ...]

    def place(self, name: str, role: str) -> Place:
        """The place of a page type and a role; LookupError when the table has none."""
        found = [place for place in self.places if (place.name, place.role) == (name, role)]
        if not found:
            raise LookupError(f"No page {name!r} of {role!r} in the table of config/quality/catalogue.py")
        return found[0]


def load(folder: Path) -> None:
    """Make the demo world in a database of its own and the static files in `folder`, from nothing."""
    env = _environment(folder)
    _new_database(env["DATABASE_OWNER_URL"])
    loading = (
        ["migrate", "--verbosity=0"],
        ["demo"],
        ["demo_reports"],
        ["collectstatic", "--noinput", "--verbosity=0"],
    )
    for words in loading:
        subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
    listed = [sys.executable, "manage.py", "catalogue"]
    found = subprocess.run(listed, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True)
    (folder / "catalogue.json").write_text(found.stdout)


@contextmanager
def demo_site() -> Iterator[Site]:
    """Load and serve a demo world that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="jd-quality-") as folder:
        load(Path(folder))
        with served(Path(folder)) as site:
            yield site


@contextmanager
def served(folder: Path) -> Iterator[Site]:
    """Serve what `load` made in `folder`, on a free port, until the block ends."""
    port = _free_port()
    words = ["gunicorn", "config.wsgi", f"--bind={HOST}:{port}", "--worker-class=gthread", "--threads=4"]
    log = folder / "web.log"
    server = processes.spawn(
        [sys.executable, "-m", *words, "--no-control-socket"], log=log, env=_environment(folder), cwd=ROOT
    )
    try:
        _wait(server, f"http://{HOST}:{port}/accounts/login/", log)
        rows = json.loads((folder / "catalogue.json").read_text())
        yield Site(f"http://{HOST}:{port}", tuple(Place(**row) for row in rows))
    finally:
        processes.stop(server)


def _environment(folder: Path) -> dict[str, str]:
    """That of the web server and its commands: the caller's services, a database and folder of its own."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DJANGO_"))}
    addresses = {name: _other_database(env[name]) for name in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    return env | addresses | {"DATA_DIR": str(folder), "SESSION_IDLE_MINUTES": "600", "LOG_LEVEL": "WARNING"}


def _other_database(address: str) -> str:
    name = DATABASE + os.environ.get("TEST_DB_SUFFIX", "")
    return urlunsplit(urlsplit(address)._replace(path=f"/{name}"))


def _new_database(address: str) -> None:
    name = urlsplit(address).path.strip("/")
    connection = postgres.connect(os.environ["DATABASE_OWNER_URL"])
    try:
        with connection.cursor() as cursor:
            switching.drop(cursor, name)
            cursor.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def _wait(server: subprocess.Popen, address: str, log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310  (an address of this machine)
                return
        except OSError:
            time.sleep(0.1)
    raise ServiceError(f"The web server did not start. Its last words are at the end of {log}.")
