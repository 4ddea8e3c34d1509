"""Starting and stopping the processes of the embedded services and of `make run`.

Every child lives in its own session (Ctrl-C of the terminal reaches only the parent, which then stops its children in
order) and, unless told otherwise, gets a signal from the kernel when its parent dies, so that nothing is left behind.
"""

import ctypes
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
ENVIRONMENT = {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}  # of the servers: nothing of the caller's PG* and LANG leaks in
_libc = ctypes.CDLL(None, use_errno=True)


class ServiceError(Exception):
    """A service does not start; the message is a sentence for the person at the terminal."""


def service_user() -> pwd.struct_passwd | None:
    """Whom the embedded services run as: None = the caller; for root, who may not run PostgreSQL, `nobody`."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def die_with_parent(death_signal: int) -> Callable[[], None]:
    """Hook for the child between fork and exec: the kernel sends it `death_signal` when the parent dies."""
    parent = os.getpid()
    return lambda: die_with(parent, death_signal)


def die_with(parent: int, death_signal: int) -> None:
    """From now on the kernel sends this process `death_signal` when its parent, now the process `parent`, dies."""
    _libc.prctl(PR_SET_PDEATHSIG, death_signal)
    if os.getppid() != parent:  # it died before the line above took effect
        os._exit(1)


def as_user(user: pwd.struct_passwd | None) -> dict:
    """Keyword arguments for subprocess that give up root's rights in favour of `user`."""
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


def spawn(
    args: Sequence[str | Path],
    *,
    log: Path,
    user: pwd.struct_passwd | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path = Path("/"),
    death_signal: int | None = signal.SIGTERM,
) -> subprocess.Popen:
    """Start a long-lived child that writes to `log`. death_signal None: the child outlives its parent."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in args],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=env,
            start_new_session=True,
            preexec_fn=die_with_parent(death_signal) if death_signal else None,
            **as_user(user),
        )


def stop(process: subprocess.Popen, *, how: int = signal.SIGTERM, patience: float = 30) -> None:
    """End one child and wait for it; after `patience` seconds it is killed."""
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def command_line(pid: int) -> list[str]:
    """The words of a running process; empty when there is none (a zombie is none)."""
    try:
        text = Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    except OSError:
        return []
    return text.split("\0") if text else []


def end(pid: int, *, how: int = signal.SIGTERM, patience: float = 30) -> None:
    """End a process that is not our child (left by an earlier run) and wait until it is gone."""
    deadline = time.monotonic() + patience
    os.kill(pid, how)
    while command_line(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    if command_line(pid):
        os.kill(pid, signal.SIGKILL)


def split_words(arguments: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Our own options, and the words of somebody else's command after the first `--`."""
    if "--" not in arguments:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]
