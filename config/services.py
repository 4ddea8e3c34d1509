"""PostgreSQL and Redis without a server at hand, for `make run`, `make test` and `make manage`.

One `Services` object stands for one data folder (DATA_DIR). In it:
  services.json   passwords, where the sockets are, where the data is, what `make run` was started with (0600)
  *.lock          flock()ed while somebody starts, has started or uses them; freed by the kernel when that one dies
  log/            what the servers say
The data lies in DATA_DIR too, except for root with a DATA_DIR that an unprivileged user cannot reach (PostgreSQL
refuses to run as root): then it lies under SHELF and services.json says where.

    python -m config.services up [--test]            start and leave running; prints `export` lines
    python -m config.services down [--test]          stop
    python -m config.services test -- COMMAND …      run a command against throwaway services (or those of `up --test`)
    python -m config.services prepare -- ADDRESS     roles and database on a server of yours; prints `export` lines
"""

import argparse
import fcntl
import hashlib
import json
import os
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from config import postgres, processes, programs
from config.broker import Broker
from config.postgres import APPLICATION, OWNER, SUPERUSER, Postgres

ROOT = Path(__file__).resolve().parent.parent
TEST_DATA = ROOT / ".data-test"
SHELF = Path("/var/lib/jiedui")  # only for root, only when DATA_DIR or .venv is closed to `nobody`
SOCKETS = "/tmp/jd-"  # a socket path holds 107 bytes, so it cannot lie in a deep checkout  # noqa: S108


class Services:
    """PostgreSQL and Redis over one data folder.

    fast: throwaway data, nothing is synced to disk.  death_signal: what the kernel sends them when this process dies;
    None leaves them running.
    """

    def __init__(self, data_dir: Path, *, fast: bool = False, stay: bool = False):
        self.dir = data_dir.resolve()
        self.fast = fast
        self.stay = stay
        self.user = processes.service_user()
        self.file = self.dir / "services.json"
        self.postgres: Postgres | None = None
        self.broker: Broker | None = None

    # --- what is where

    def open_folder(self) -> None:
        """Make DATA_DIR and services.json if they are missing."""
        if not self.dir.exists():
            self.dir.mkdir(parents=True)
            self.dir.chmod(0o711 if self.user else 0o700)
        (self.dir / "log").mkdir(exist_ok=True, mode=0o700)
        if not self.file.exists():
            self._remember({"passwords": {name: secrets.token_hex(24) for name in (SUPERUSER, OWNER, APPLICATION)}})
        if "home" not in self.state:
            self._remember(self.state | {"home": str(self._make_home())})

    def _make_home(self) -> Path:
        """The folder of the servers' own data, owned by the user they run as."""
        home = self.dir / "services"
        if self.user and not programs.may(self.user, "-x", self.dir):
            SHELF.mkdir(mode=0o711, exist_ok=True)
            home = SHELF / hashlib.sha256(str(self.dir).encode()).hexdigest()[:16]
            print(f"The data folder is closed to other users, so the database's files are kept in {home}.")
        home.mkdir(mode=0o700, exist_ok=True)
        if self.user:
            os.chown(home, self.user.pw_uid, self.user.pw_gid)
        return home

    @property
    def state(self) -> dict:
        """The content of services.json."""
        return json.loads(self.file.read_text())

    def _remember(self, state: dict) -> None:
        fresh = self.file.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(state, indent=1))
        fresh.rename(self.file)

    @property
    def started_with(self) -> dict[str, str]:
        """The settings of the latest `make run`; empty before the first one."""
        return self.state.get("started_with", {})

    def remember_start(self, settings: dict[str, str]) -> dict[str, str]:
        """Keep the settings that `make run` is started with; answers them."""
        self._remember(self.state | {"started_with": settings})
        return settings

    def address(self, role: str, database: str = postgres.DATABASE) -> str:
        """The PostgreSQL address of a role."""
        state = self.state
        return postgres.url(role, state["passwords"][role], Path(state["sockets"]), database)

    def environment(self) -> dict[str, str]:
        """The settings that point Django and Celery at these services."""
        return {
            "DATABASE_URL": self.address(APPLICATION),
            "DATABASE_OWNER_URL": self.address(OWNER),
            "REDIS_URL": f"redis+socket://{self.state['sockets']}/redis.sock",
        }

    def _postgres(self) -> Postgres:
        home, sockets = Path(self.state["home"]), Path(self.state["sockets"])
        program = programs.POSTGRES.reachable(self.user, SHELF)
        return Postgres(program.parent, home / "postgres", sockets, self.dir / "log/postgres.log", self.user, self.fast)

    def _broker(self) -> Broker:
        home, sockets = Path(self.state["home"]), Path(self.state["sockets"])
        program = programs.REDIS.reachable(self.user, SHELF)
        return Broker(program, home / "redis", sockets, self.dir / "log/redis.log", self.user, self.fast)

    # --- life

    def running(self) -> bool:
        """Whether both services of this data folder answer."""
        return (
            self.file.exists()
            and "sockets" in self.state
            and Path(self.state["sockets"]).is_dir()
            and postgres.answers(self.address(SUPERUSER, "postgres"))
            and self._broker().answers()
        )

    def start(self) -> None:
        """Start both, clearing first whatever a killed run left behind. The caller holds start.lock."""
        self._clear()
        sockets = Path(tempfile.mkdtemp(prefix=Path(SOCKETS).name, dir=Path(SOCKETS).parent))
        if self.user:
            os.chown(sockets, self.user.pw_uid, self.user.pw_gid)
        self._remember(self.state | {"sockets": str(sockets)})
        self.postgres = self._postgres()
        try:
            passwords = self.state["passwords"]
            self.postgres.create(passwords[SUPERUSER])
            administrator = self.address(SUPERUSER, "postgres")
            self.postgres.start(administrator, death_signal=None if self.stay else signal.SIGINT)
            postgres.prepare(administrator, {role: passwords[role] for role in (OWNER, APPLICATION)})
            self.broker = self._broker()
            self.broker.start(death_signal=None if self.stay else signal.SIGTERM)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop what `start` started (or, for services left running, what services.json names)."""
        (self.postgres or self._postgres()).stop()
        (self.broker or self._broker()).stop()
        self.postgres = self.broker = None
        shutil.rmtree(self.state["sockets"], ignore_errors=True)

    def _clear(self) -> None:
        if "sockets" in self.state:
            self.stop()
            self._postgres().recover()

    # --- sharing

    @contextmanager
    def lock(self, name: str, kind: int = fcntl.LOCK_EX) -> Iterator[None]:
        """Hold a lock file of this data folder; LOCK_NB raises BlockingIOError. Nothing stale can remain of it."""
        with (self.dir / name).open("a") as file:
            fcntl.flock(file, kind)
            yield

    @contextmanager
    def in_use(self, *, alone: bool = False) -> Iterator[None]:
        """Use the services: the running ones, or started here and stopped when the last one that uses them is done.

        alone: do not depend on a starter that ends earlier: wait for it to end first; and at the end wait for nobody.
        """
        self.open_folder()
        with ExitStack() as held:
            with self.lock("start.lock"):
                if alone:
                    self._wait_for_starter()
                use = held.enter_context((self.dir / "use.lock").open("a"))
                fcntl.flock(use, fcntl.LOCK_SH)
                mine = not self.running()
                if mine:
                    held.enter_context(self.lock("starter.lock"))
                    self.start()
            try:
                yield
            finally:
                if mine and not self.stay:
                    if not alone:
                        fcntl.flock(use, fcntl.LOCK_EX)
                    self.stop()

    def _wait_for_starter(self) -> None:
        try:
            with self.lock("starter.lock", fcntl.LOCK_EX | fcntl.LOCK_NB):
                return
        except BlockingIOError:
            print("Waiting for a management command on the same data to end", flush=True)
        with self.lock("starter.lock"):
            return


# --- the command line


def up(services: Services) -> int:
    """Start and leave running; prints the addresses as `export` lines."""
    services.stay = True
    with services.in_use():
        print_exports(services.environment())
    return 0


def down(services: Services) -> int:
    """Stop what `up` left running."""
    with services.lock("start.lock"):
        services.stop()
    return 0


def run_against_test_services(command: list[str]) -> int:
    """Run a command with DATABASE_URL and REDIS_URL as given, of `up --test`, or of throwaway services."""
    if "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ:
        return subprocess.run(command).returncode
    shared = Services(TEST_DATA, fast=True)
    if shared.running():
        return subprocess.run(command, env=os.environ | shared.environment()).returncode
    with tempfile.TemporaryDirectory(prefix=Path(SOCKETS).name, dir=Path(SOCKETS).parent) as folder:
        Path(folder).chmod(0o711)
        services = Services(Path(folder), fast=True)
        with services.in_use():
            return subprocess.run(command, env=os.environ | services.environment()).returncode


def prepare(administrator: str) -> int:
    """Both roles and the database on a server of yours, with fresh passwords; prints their addresses."""
    passwords = {role: secrets.token_hex(24) for role in (OWNER, APPLICATION)}
    postgres.prepare(administrator, passwords)
    address = urlsplit(administrator)
    server = address.netloc.rpartition("@")[2]
    for name, role in (("DATABASE_URL", APPLICATION), ("DATABASE_OWNER_URL", OWNER)):
        # not urlunsplit: it drops the empty server of a socket address
        print_exports({name: f"postgres://{role}:{passwords[role]}@{server}/{postgres.DATABASE}?{address.query}"})
    return 0


def print_exports(environment: dict[str, str]) -> None:
    """Lines for the shell: `eval "$(python -m config.services up --test)"`."""
    for name, value in environment.items():
        print(f"export {name}={shlex.quote(value)}")


def main() -> int:
    """Entry point; see the head of this file."""
    parser = argparse.ArgumentParser(prog="python -m config.services", description="Embedded PostgreSQL and Redis")
    parser.add_argument("action", choices=["up", "down", "test", "prepare"])
    parser.add_argument("--test", action="store_true", help="the shared throwaway services of the tests")
    parser.add_argument("--data", type=Path, default=ROOT / ".data", help="data folder (default: .data)")
    ours, words = processes.split_words(sys.argv[1:])
    options = parser.parse_args(ours)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything started is stopped
    services = Services(TEST_DATA if options.test else options.data, fast=options.test)
    match options.action:
        case "up":
            return up(services)
        case "down":
            return down(services)
        case "prepare":
            return prepare(*words)
        case _:
            return run_against_test_services(words)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except processes.ServiceError as error:
        sys.exit(str(error))
