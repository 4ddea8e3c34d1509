"""Connections and client programs of PostgreSQL, for one server given by the settings."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg2
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from psycopg2.extensions import make_dsn

from config.backup import CareError
from config.processes import ServiceError
from config.programs import client

Parameters = dict[str, Any]  # of libpq: host, port, user, password, dbname …


def parameters() -> Parameters:
    """Those of Django's connection: the role of this process and its database."""
    given = connection.get_connection_params()
    return {name: value for name, value in given.items() if isinstance(value, str | int)}  # not psycopg2's own


def address(given: Parameters) -> str:
    """The same as a DATABASE_URL."""
    rest = {name: value for name, value in given.items() if name not in ("user", "password", "dbname")}
    words = (quote(str(given.get(name, "")), safe="") for name in ("user", "password", "dbname"))
    return "postgres://{}:{}@/{}?".format(*words) + urlencode(rest, safe="/")


@contextmanager
def connected(given: Parameters) -> Iterator[Any]:
    """A cursor in autocommit mode."""
    with closing(psycopg2.connect(**given)) as link:
        link.autocommit = True
        with link.cursor() as cursor:
            yield cursor


@contextmanager
def maintenance(given: Parameters) -> Iterator[Any]:
    """A cursor in a database beside our own: one's own database cannot be renamed."""
    words = ""
    for name in ("postgres", "template1"):
        try:
            link = psycopg2.connect(**given | {"dbname": name})
        except psycopg2.OperationalError as error:
            words = str(error).strip()
            continue
        with closing(link):
            link.autocommit = True
            with link.cursor() as cursor:
                yield cursor
        return
    raise CareError(
        _("The database role %(role)s can enter neither postgres nor template1, from where databases are made: %(why)s")
        % {"role": given.get("user", ""), "why": words}
    )


def major(cursor) -> int:
    """The major version of the server, e.g. 15."""
    cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
    return cursor.fetchone()[0]


def start(program: str, version: int, words: list[str], given: Parameters | None, **options) -> subprocess.Popen:
    """Start pg_dump, pg_restore or psql for a server of this major version.

    given: the database it works on, or None; the password stands in no list of processes. options: those of Popen.
    """
    try:
        path = client(program, version)
    except ServiceError as error:
        raise CareError(str(error)) from error
    env = os.environ | {"LC_ALL": "C", "PGAPPNAME": "jiedui"}
    if given:
        words = [*words, f"--dbname={make_dsn(**{k: v for k, v in given.items() if k != 'password'})}"]
        env |= {"PGPASSWORD": given["password"]} if given.get("password") else {}
    return subprocess.Popen([str(path), *words], env=env, **options)


def finish(process: subprocess.Popen, said: Path) -> None:
    """Wait for it; CareError with its own words (in the file `said`) when it failed."""
    if code := process.wait():
        words = said.read_text(errors="replace").strip()[-1000:]
        raise CareError(
            _("%(program)s failed: %(words)s")
            % {"program": Path(process.args[0]).name, "words": words or f"exit code {code}"}
        )


def end(*processes: subprocess.Popen) -> None:
    """Kill what still runs and let go of all."""
    for process in processes:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()


def manage(given: Parameters, *words: str) -> str:
    """What a management command prints that works on another database, as the role in `given`, in its own process."""
    url = address(given)
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    env |= {"DATABASE_URL": url, "DATABASE_OWNER_URL": url, "DATABASE_APP_ROLE": settings.DATABASE_APP_ROLE}
    command = [sys.executable, "manage.py", *words]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True)
    if done.returncode:
        raise CareError(
            _("%(program)s failed: %(words)s")
            % {"program": f"manage.py {words[0]}", "words": done.stderr.strip()[-1000:]}
        )
    return done.stdout
