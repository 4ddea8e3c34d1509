"""What an export costs: the first byte, rows a second, and by how much the memory of the web server grows at most."""

import http.client
import time
from pathlib import Path

from config.bench import client
from config.bench.client import BenchError

CHUNK = 1 << 16
COLUMNS = ("export", "size", "rows", "seconds", "rows_per_s", "first_byte_ms", "mb", "memory_mb")


def measure(export, size, port, worker):
    """A row for one export of a world. `export`: {"export", "path", "cookies", "rows"}; `worker`: process id.

    Answers None where the product refuses so many rows in this format: a sentence and no file.
    """
    before = _restart_peak(worker)
    seconds, first, content, length = _fetch(port, export)
    if content.startswith("text/html"):
        return None
    return {
        "export": export["export"], "size": size, "rows": export["rows"], "seconds": round(seconds, 2),
        "rows_per_s": round(export["rows"] / seconds), "first_byte_ms": round(first * 1000, 1),
        "mb": round(length / 1e6, 1), "memory_mb": round((_memory(worker, "VmHWM") - before) / 1000, 1),
    }  # fmt: skip


def _fetch(port, export):
    """(seconds in all, seconds to the first byte, type of the content, bytes) of one download."""
    connection = http.client.HTTPConnection(client.HOST, port, timeout=600)
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in export["cookies"].items())}
    began = time.perf_counter()
    connection.request("GET", export["path"], headers=headers)
    answer = connection.getresponse()
    length, first = 0, 0
    while piece := answer.read1(CHUNK):
        first = first or time.perf_counter() - began
        length += len(piece)
    seconds = time.perf_counter() - began
    connection.close()
    content = answer.getheader("Content-Type", "")
    if answer.status not in (200, 400):  # 400: refused with a sentence
        raise BenchError(f"{export['path']} answered {answer.status}")
    return seconds, first, content, length


def worker_of(process):
    """The process id of the one worker of a gunicorn."""
    return int(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0])


def _restart_peak(pid):
    """Let the peak of the memory be measured anew; answers what is resident now, in kB."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return _memory(pid, "VmRSS")


def _memory(pid, name):
    """kB of a line of /proc/PID/status."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise BenchError(f"The system does not say {name} of process {pid}")
