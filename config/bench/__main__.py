"""python -m config.bench [--sizes 1000,100000] [--out bench.json]: see docs/bench.md.

Starts a throwaway PostgreSQL, and for each size a database with a made world and a web server on the loopback. A page
is called at all sizes in turn, so that a busy moment of the machine hits all alike. Everything that was started is
stopped at the end, whatever happens.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg2

from config import postgres, processes
from config.bench import client, table
from config.bench.client import BenchError, Call
from config.run import check_port, stop_on_signals
from config.services import ROOT, SOCKETS, Services

PORT = 8765
READY_WITHIN = 60  # seconds


def say(sentence):
    print(sentence, file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(prog="python -m config.bench")
    parser.add_argument("--sizes", type=_sizes, default=[1000, 100_000], help="numbers of problems, comma-separated")
    parser.add_argument("--out", type=Path, help="file for the figures as JSON")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--only", default="", help="only pages whose name contains this")
    options = parser.parse_args()
    stop_on_signals()
    ports = {size: options.port + n for n, size in enumerate(options.sizes)}
    for port in ports.values():
        check_port(port)
    with services() as own, ExitStack() as servers:
        worlds = {size: world(own, size) for size in options.sizes}
        for size, (env, _pages) in worlds.items():
            servers.enter_context(server(own, env, ports[size]))
        pages = {size: found for size, (_env, found) in worlds.items()}
        rows = measure(pages, ports, options.only)
    print("\n".join(table.lines(rows)), flush=True)
    if options.out:
        options.out.write_text(json.dumps({"rows": rows}, ensure_ascii=False, indent=1) + "\n")
        say(f"Written: {options.out}")
    return 0


def _sizes(text):
    """ "1000,100000" as sorted numbers."""
    return sorted({int(part) for part in text.replace("_", "").split(",")})


@contextmanager
def services():
    """Throwaway PostgreSQL and Redis with a folder of their own."""
    say("Starting PostgreSQL and Redis")
    with tempfile.TemporaryDirectory(prefix=Path(SOCKETS).name, dir=Path(SOCKETS).parent) as folder:
        Path(folder).chmod(0o711)
        found = Services(Path(folder), fast=True)
        with found.in_use():
            yield found


def world(own, size):
    """(environment of its server, {page: [Call]}) of a world of one size, which is made here."""
    env = environment(own, size)
    django(env, "migrate", "--verbosity=0")
    if not (own.dir / "static").exists():
        django(env, "collectstatic", "--noinput", "--verbosity=0")
    say(f"Making a world of {size} problems")
    began = time.monotonic()
    made = subprocess.run(
        [sys.executable, "-m", "config.bench.pages", str(size)],
        cwd=ROOT, env=env | {"DATABASE_ROLE": "owner"}, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    say(f"Made in {time.monotonic() - began:.0f} seconds")
    pages = {}
    for page in json.loads(made.stdout):
        pages.setdefault(page.pop("page").partition("#")[0], []).append(Call(**page))
    return env, pages


def measure(pages, ports, only=""):
    """The rows, size by size. `pages`: {size: {page: [Call]}}; `ports`: {size: port of its server}."""
    rows = []
    for name in next(iter(pages.values())):
        if only in name:
            rows += rows_of(name, {ports[size]: (size, calls[name]) for size, calls in pages.items()})
            say(list(table.lines(rows))[-1])  # of a run that fails later this much is known
    return sorted(rows, key=lambda row: row["size"])


def environment(own, size):
    """The settings of a server over the database of one size, which is created here."""
    database = f"bench_{size}"
    administrator = psycopg2.connect(own.address(postgres.SUPERUSER, "postgres").replace("postgres:", "postgresql:", 1))
    administrator.autocommit = True
    with administrator.cursor() as cursor:
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
    """gunicorn as `make run` starts it, with one worker process."""
    words = [
        sys.executable, "-m", "gunicorn", "config.bench.wsgi", f"--bind={client.HOST}:{port}", "--worker-class=gthread",
        "--workers=1", "--threads=4", "--timeout=600", "--keep-alive=60", "--no-control-socket",
    ]  # fmt: skip
    log = own.dir / "log" / f"bench-{port}.log"
    process = processes.spawn(words, log=log, env=env, cwd=ROOT)
    try:
        wait(process, port, log)
        yield
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


def rows_of(name, worlds):
    """Measure one page: first learn what it does, then the page and both floors of each world in turn.

    `worlds`: {port: (size, [Call])}. Answers a row for each.
    """
    say(name)
    learned = {port: learn(port, calls[0]) for port, (_size, calls) in worlds.items()}
    groups = []
    for port, (_size, calls) in worlds.items():
        floor = [[Call(f"/bench/{kind}/page/", calls[0].cookies)] for kind in ("bare", "plain")]
        groups += [(port, group) for group in (calls, *floor)]
    times = iter(client.in_turn(groups))
    rows = []
    for port, (size, calls) in worlds.items():
        own, bare, plain = next(times), next(times), next(times)
        p50, plain_p50 = client.p50(own), client.p50(plain)
        rows.append({
            "page": name, "size": size, "p50_ms": round(p50, 1), "p95_ms": round(client.p95(own), 1),
            "rps8": round(client.at_once(port, calls), 1), "queries": learned[port]["queries"],
            "kb": learned[port]["kb"], "bare_p50_ms": round(client.p50(bare), 1),
            "plain_p50_ms": round(plain_p50, 1), "ratio": round(p50 / plain_p50, 2),
        })  # fmt: skip
    return rows


def learn(port, call):
    """Let the server call the page itself once and keep what it did, for the floors."""
    data = call.form() if call.method == "POST" else {}
    asked = json.dumps({"method": call.method, "path": call.path, "data": data})
    cookies = "; ".join(f"{name}={value}" for name, value in call.cookies.items())
    with client.Client(port) as browser:
        headers = {"Cookie": cookies, "Content-Type": "application/json"}
        browser.connection.request("POST", "/bench/learn/page/", asked, headers)
        answer = browser.connection.getresponse()
        content = answer.read()
    if answer.status != 200:
        raise BenchError(
            f"{call.path} could not be learned: {answer.status} {content[-2000:].decode(errors='replace')}"
        )
    found = json.loads(content)
    if found["status"] != (302 if call.method == "POST" else 200):
        raise BenchError(f"{call.method} {call.path} answered {found['status']}")
    return found


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (BenchError, processes.ServiceError) as error:
        sys.exit(str(error))
