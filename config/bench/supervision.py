"""python -m config.bench.supervision [--branches 100000] [--running 300000] [--workers 1,2] [--out figures.json]

What a night of supervision costs: the very first round (standings and notices) over so many running pairs, the full
round of the next day, the one ten minutes later, and the delivery of a digest to everybody by 1, 2 … worker processes
to a mail server on the loopback. See docs/bench.md. Minutes are wall clock; memory is the peak of the working process
(ru_maxrss); statements are counted in the process. Everything that was started is stopped at the end.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import django

from config import postgres, processes
from config.bench.worlds import django as manage
from config.bench.worlds import environment, say, services
from config.run import stop_on_signals
from config.services import ROOT

PORT = 8790
RUNNING = 0.86  # share of the agreements of a made world that run, when nine tenths are asked for
LISTED = 0.8  # agreements to problems, at most
RESET = """
UPDATE pairing_notice SET sent_at = NULL, digest_id = NULL WHERE digest_id IS NOT NULL;
DELETE FROM pairing_delivery;
DELETE FROM pairing_digest;
"""


def main():
    parser = argparse.ArgumentParser(prog="python -m config.bench.supervision")
    parser.add_argument("--branches", type=int, default=100_000)
    parser.add_argument("--running", type=int, default=300_000)
    parser.add_argument("--workers", type=lambda text: [int(part) for part in text.split(",")], default=[1, 2])
    parser.add_argument("--minutes", type=float, default=1e9, help="stop a delivery after so many minutes")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--part", choices=sorted(PARTS), help="used by itself: one part, in a process of its own")
    options = parser.parse_args()
    if options.part:
        django.setup()
        print(json.dumps(PARTS[options.part](options)), flush=True)
        return
    stop_on_signals()
    figures = measure(options)
    print("\n".join(lines(figures)), flush=True)
    if options.out:
        options.out.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n")


def measure(options):
    """[{"part", "minutes", "memory_mb", "statements", …}] in the order of the night."""
    size = [f"--{name}={getattr(options, name)}" for name in ("branches", "running", "minutes")]
    figures = []
    with services() as own:
        log = own.dir / "log" / "sink.log"
        words = [sys.executable, "-m", "config.bench.sink", str(PORT), str(own.dir / "mail.jsonl")]
        sink = processes.spawn(words, log=log, cwd=ROOT)
        env = environment(own, options.running) | {
            "EMAIL_URL": f"smtp://127.0.0.1:{PORT}", "MESSAGE_HOURS": "00:00,23:59", "MESSAGE_CEILING": "100000000",
            "LOG_LEVEL": "ERROR",
        }  # fmt: skip
        try:
            manage(env, "migrate", "--verbosity=0")
            for part, owner in (("world", True), ("first round", False), ("night", False), ("again", False)):
                say(f"Part: {part}")
                figures += [part_in(env | ({"DATABASE_ROLE": "owner"} if owner else {}), part, size)]
                say(json.dumps(figures[-1]))
            for workers in options.workers:
                reset(env)
                figures.append(deliver_by(env, workers, size))
                say(json.dumps(figures[-1]))
        finally:
            processes.stop(sink)
    return figures


def part_in(env, part, size):
    done = subprocess.run(
        [sys.executable, "-m", "config.bench.supervision", f"--part={part}", *size],
        cwd=ROOT, env=env | {"DJANGO_SETTINGS_MODULE": "config.settings"}, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    return {"part": part} | json.loads(done.stdout)


def reset(env):
    """Everybody waits for a digest again, as after the round."""
    connection = postgres.connect(env["DATABASE_OWNER_URL"])
    connection.cursor().execute(RESET)
    connection.cursor().execute("VACUUM ANALYZE pairing_notice, pairing_digest, pairing_delivery")
    connection.close()


def deliver_by(env, workers, size):
    """Deliver everything by so many processes at the same time."""
    say(f"Part: delivery by {workers}")
    began = time.monotonic()
    words = [sys.executable, "-m", "config.bench.supervision", "--part=delivery", *size]
    env = env | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    running = [subprocess.Popen(words, cwd=ROOT, env=env, stdout=subprocess.PIPE) for _worker in range(workers)]
    while any(process.poll() is None for process in running):
        time.sleep(1)
        if int(time.monotonic() - began) % 60 == 0:
            say(f"{time.monotonic() - began:.0f} s: {sent(env)} sent")
    found = [json.loads(process.stdout.read()) for process in running]
    seconds = time.monotonic() - began
    messages = sum(one["messages"] for one in found)
    return {
        "part": f"delivery by {workers}", "minutes": round(seconds / 60, 1), "messages": messages,
        "per_second": round(messages / seconds),
        "processor_minutes": round(sum(one["processor_minutes"] for one in found), 2),
        "memory_mb": max(one["memory_mb"] for one in found),
        "statements": sum(one["statements"] for one in found),
    }  # fmt: skip


def sent(env):
    connection = postgres.connect(env["DATABASE_OWNER_URL"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pairing_digest WHERE sent_at IS NOT NULL")
        [(count,)] = cursor.fetchall()
    connection.close()
    return count


def lines(figures):
    """The figures as a table."""
    yield "| part | minutes | of processor | memory (MB) | SQL statements | else |"
    yield "|---|---|---|---|---|---|"
    for row in figures:
        shown = ("part", "minutes", "processor_minutes", "memory_mb", "statements")
        rest = ", ".join(f"{name} {value}" for name, value in row.items() if name not in shown)
        yield f"| {' | '.join(str(row.get(name, '')) for name in shown)} | {rest} |"


# --- the parts, each in a process of its own


class Meter:
    """Minutes, processor minutes, peak memory and statements of the block.

    Processor time is that of this process and of its database session on this machine: on a busy one it tells more than
    the clock on the wall.
    """

    def __enter__(self):
        from django.db import connection  # noqa: PLC0415  (Django has to be set up first)

        self.statements, self.began = 0, time.monotonic()
        self._session = self._of_the_session()
        self._own = time.process_time()
        self._wrapper = connection.execute_wrapper(self._count)
        self._wrapper.__enter__()
        return self

    def __exit__(self, *raised):
        self._wrapper.__exit__(*raised)
        self.minutes = round((time.monotonic() - self.began) / 60, 2)
        session = self._of_the_session() - self._session
        self.processor = round((time.process_time() - self._own + session) / 60, 2)

    def _of_the_session(self):
        """Seconds of processor time of the database session so far."""
        from django.db import connection  # noqa: PLC0415

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            words = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def _count(self, execute, *words):
        self.statements += 1
        return execute(*words)

    def figures(self, **more):
        memory = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        own = {"minutes": self.minutes, "processor_minutes": self.processor, "memory_mb": memory}
        return own | {"statements": self.statements} | more


def world(options):
    """A world that ended the day before yesterday, everybody with an address; today and yesterday are working days."""
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from pairing.models import Agreement, SpecialDay  # noqa: PLC0415
    from pairing.worldmaker.maker import Size, make_world  # noqa: PLC0415

    agreements = int(options.running / RUNNING)
    size = Size(branches=options.branches, problems=int(agreements / LISTED) + 1, agreements=agreements, years=1,
                running=90)  # fmt: skip
    with Meter() as meter:
        yesterday = timezone.localdate() - timezone.timedelta(days=1)
        for day in (yesterday, timezone.localdate(), timezone.localdate() + timezone.timedelta(days=1)):
            SpecialDay.objects.update_or_create(day=day, defaults={"works": True})
        make_world(size, today=yesterday, say=say)
        call_command("load_reference", verbosity=0, stdout=sys.stderr)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE accounts_user SET email = username || '@example.test'")
            cursor.execute("VACUUM ANALYZE")
    return meter.figures(running=Agreement.objects.filter(state="active").count())


def night(now):
    """One round up to the notices, each part with its minutes."""
    from pairing.supervision import supervise  # noqa: PLC0415

    with Meter() as meter:
        parts, last = {}, time.monotonic()

        def tell(**counts):
            nonlocal last
            name, _count = next(iter(counts.items()))
            parts[name], last = f"{counts[name]} in {time.monotonic() - last:.1f} s", time.monotonic()

        supervise(now, deliver=False, tell=tell)
    return meter.figures(**parts)


def first_round(options):
    from django.utils import timezone  # noqa: PLC0415

    return night(timezone.now() - timezone.timedelta(days=1))


def next_night(options):
    from django.utils import timezone  # noqa: PLC0415

    return night(timezone.now() - timezone.timedelta(minutes=10))


def ten_minutes_later(options):
    from django.utils import timezone  # noqa: PLC0415

    return night(timezone.now())


def delivery(options):
    """Pieces, as the task of a worker does them, until nothing waits."""
    from django.utils import timezone  # noqa: PLC0415

    from pairing import notices  # noqa: PLC0415
    from pairing.notices import outbox  # noqa: PLC0415
    from pairing.tasks import PIECE  # noqa: PLC0415

    messages = 0
    with Meter() as meter:
        end = time.monotonic() + options.minutes * 60
        while time.monotonic() < end:
            messages += (went := notices.deliver(run=PIECE))
            if not went and not outbox.waiting(timezone.now(), 1):
                break
    return meter.figures(messages=messages)


PARTS = {
    "world": world, "first round": first_round, "night": next_night, "again": ten_minutes_later, "delivery": delivery,
}  # fmt: skip


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(main())
