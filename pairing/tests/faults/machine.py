"""A whole installation to break: its own PostgreSQL and Redis, a mail server, workers and beats, all real processes."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import redis

from config import postgres, processes
from config.services import ROOT, Services

TICK_SECONDS = 1
WORLD = """
from datetime import date
from django.utils import timezone
from pairing.models import SpecialDay
from pairing.worldmaker.maker import Size, make_world
for n in range(-15, 3):  # the tests are run on Sundays and holidays too
    SpecialDay.objects.update_or_create(day=timezone.localdate() + timezone.timedelta(n), defaults={{"works": True}})
size = Size(branches=40, problems=200, agreements=120, years=1, running=80)
make_world(size, today=date.fromisoformat("{day}"))
"""
NOTICES = """
SELECT u.username, n.object_type, n.object_id, n.step, n.occasion FROM pairing_notice n
JOIN accounts_user u ON u.id = n.person_id ORDER BY 1, 2, 3, 4, 5
"""
LAST_STEPS = """
SELECT DISTINCT ON (u.username, n.object_type, n.object_id) u.username, n.object_type, n.object_id, n.step, n.occasion
FROM pairing_notice n JOIN accounts_user u ON u.id = n.person_id
ORDER BY u.username, n.object_type, n.object_id, n.planned_at DESC, n.id DESC
"""
UNSENT = "SELECT count(*) FROM pairing_notice WHERE sent_at IS NULL"


def wait_until(true, seconds, what):
    """Look ten times a second; answers how many seconds it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() < began + seconds, f"{what}: not within {seconds} seconds"
        time.sleep(0.1)
    return time.monotonic() - began


class Machine:
    """Made once; `fresh()` gives a test the same world again, untouched."""

    def __init__(self, folder: Path, mail_port: int, web_port: int):
        self.services = Services(folder, fast=True)
        self.mail_port, self.web_port = mail_port, web_port
        self.mail_log, self.mail_mode = folder / "mail.jsonl", folder / "mail.mode"
        self.processes: list[subprocess.Popen] = []
        self.count = 0
        self.database = "world"

    @property
    def env(self) -> dict[str, str]:
        given = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE", "PYTEST"))}
        return given | {
            "DATABASE_URL": self.services.address(postgres.APPLICATION, self.database),
            "DATABASE_OWNER_URL": self.services.address(postgres.OWNER, self.database),
            "REDIS_URL": self.services.environment()["REDIS_URL"],
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail_port}", "EMAIL_TIMEOUT": "2", "MESSAGE_HOURS": "00:00,23:59",
            "TICK_SECONDS": str(TICK_SECONDS), "BACKUP_KEEP": "0", "SECRET_KEY": "fault" * 10,
            "DATA_DIR": str(self.services.dir),
            "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONUNBUFFERED": "1", "LOG_LEVEL": "INFO",
        }  # fmt: skip

    # --- the world

    def make(self, last_day) -> None:
        """The template: a world that ends on `last_day`, everybody with an address."""
        self._create("world", "template0")
        self.manage("migrate", "--verbosity=0")
        self.shell(WORLD.format(day=last_day), DATABASE_ROLE="owner")
        self.ask("UPDATE accounts_user SET email = username || '@example.test' RETURNING 1")

    def fresh(self) -> None:
        """A new copy of the world, an empty broker, an empty letter box."""
        self.end_all()
        self.count += 1
        self._create(f"fault_{self.count}", "world")
        self.database = f"fault_{self.count}"
        self.redis().flushall()
        self.mail("accept")
        self.mail_log.write_text("")

    def _create(self, name: str, template: str) -> None:
        connection = postgres.connect(self.services.address(postgres.SUPERUSER, "postgres"))
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name} OWNER {postgres.OWNER} TEMPLATE {template} ENCODING 'UTF8'")
        connection.close()

    def redis(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(Path(self.services.state["sockets"]) / "redis.sock"))

    # --- processes

    def start(self, name: str, *words: str, **env: str) -> subprocess.Popen:
        log = self.services.dir / "log" / f"{self.database}-{name}.log"
        process = processes.spawn([sys.executable, "-m", *words], log=log, env=self.env | env, cwd=ROOT)
        self.processes.append(process)
        return process

    def start_mail(self) -> subprocess.Popen:
        return self.start("mail", "config.bench.sink", str(self.mail_port), str(self.mail_log), str(self.mail_mode))

    def start_worker(self, name: str = "one") -> subprocess.Popen:
        options = (
            "--concurrency=2",
            "--loglevel=INFO",
            "--without-mingle",
            "--without-gossip",
            f"--hostname={name}@host",
        )
        return self.start(f"worker-{name}", "celery", "-A", "config.celery:app", "worker", *options)

    def start_beat(self, name: str = "one") -> subprocess.Popen:
        options = ("--scheduler=celery.beat:Scheduler", "--pidfile=", "--max-interval=1")
        return self.start(f"beat-{name}", "celery", "-A", "config.celery:app", "beat", *options)

    def start_web(self) -> subprocess.Popen:
        return self.start(
            "web", "gunicorn", "config.wsgi", f"--bind=127.0.0.1:{self.web_port}", "--worker-class=gthread",
            "--threads=4", "--no-control-socket", DEBUG="1",
        )  # fmt: skip

    def kill(self, process: subprocess.Popen) -> None:
        """SIGKILL to the process and its children at the same moment, as a power cut does."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.processes.remove(process)

    def kill_children(self, process: subprocess.Popen) -> None:
        """SIGKILL to the processes that do the work; the one that holds them together lives on."""
        for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
            os.kill(int(pid), signal.SIGKILL)

    def end_all(self) -> None:
        for process in self.processes:
            if "config.bench.sink" not in process.args:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.processes = [process for process in self.processes if process.poll() is None]

    def close(self) -> None:
        self.end_all()
        for process in self.processes:
            processes.stop(process)

    def restart_database(self) -> None:
        """A fast stop: open transactions are rolled back, connections cut."""
        server = self.services.postgres
        server.stop()
        server.start(self.services.address(postgres.SUPERUSER, "postgres"), death_signal=signal.SIGINT)

    # --- what is in it

    def manage(self, *words: str, **env: str) -> str:
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.env | env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def shell(self, script: str, **env: str) -> str:
        return self.manage("shell", "-v0", "-c", script, **env)

    def supervise(self, *moments) -> None:
        """A round as of each moment, as cron would run it."""
        rounds = "".join(f"supervise(datetime.fromisoformat('{at.isoformat()}'))\n" for at in moments)
        self.shell(f"from datetime import datetime\nfrom pairing.supervision import supervise\n{rounds}")

    def connect(self):
        """A connection of the owner."""
        return postgres.connect(self.services.address(postgres.OWNER, self.database))

    def ask(self, question: str) -> list[tuple]:
        """All rows, as the owner."""
        connection = self.connect()
        try:
            with connection.cursor() as cursor:
                cursor.execute(question)
                return cursor.fetchall()
        finally:
            connection.close()

    def notices(self) -> Counter:
        return Counter(self.ask(NOTICES))

    def last_steps(self) -> set[tuple]:
        """Of each person and object the notice planned last."""
        return set(self.ask(LAST_STEPS))

    def errors(self, words: str) -> int:
        """How many digests have an error with these words (a regular expression)."""
        [(count,)] = self.ask(f"SELECT count(*) FROM pairing_digest WHERE error ~* '{words}'")
        return count

    def unsent(self) -> int:
        [(count,)] = self.ask(UNSENT)
        return count

    def mail(self, mode: str) -> None:
        """How the mail server behaves from the next message on."""
        whole = self.mail_mode.with_suffix(".new")
        whole.write_text(mode)
        whole.replace(self.mail_mode)  # never read half-written

    def letters(self) -> list[dict]:
        """What came in whole, in order."""
        lines = self.mail_log.read_text().splitlines() if self.mail_log.exists() else []
        return [json.loads(line) for line in lines]

    def received(self) -> Counter:
        """Address -> how many messages."""
        return Counter(letter["to"] for letter in self.letters())
