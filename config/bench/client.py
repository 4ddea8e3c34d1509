"""The measuring client: plain HTTP over kept connections to 127.0.0.1, bounded in number and in time."""

import http.client
import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from statistics import median, quantiles
from time import perf_counter
from urllib.parse import urlencode

HOST = "127.0.0.1"
TRIES, LEAST, SECONDS = 40, 3, 10  # calls of a page at one connection; at least; no new one after so long
WARM, PATIENCE = 3, 30  # calls before those that are measured; a page so slow is called no second time
CONNECTIONS, AT_ONCE, AT_ONCE_SECONDS = 8, 64, 3


class BenchError(Exception):
    """A page did not answer as expected; the sentence says which."""


@dataclass
class Call:
    """A request that may be repeated: the numbers of `counter` take the place of {n} in the form."""

    path: str
    cookies: dict
    method: str = "GET"
    data: dict = field(default_factory=dict)
    counter: count = field(default_factory=lambda: count(1))

    def form(self):
        n = next(self.counter)
        token = {"csrfmiddlewaretoken": self.cookies["csrftoken"]}
        return token | {name: value.format(n=n) for name, value in self.data.items()}


class Client:
    """One kept connection, closed at the end of a `with`."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection(HOST, port, timeout=300)

    def __enter__(self):
        return self

    def __exit__(self, *raised):
        self.connection.close()

    def send(self, call):
        """Answer (seconds, body); BenchError unless a page comes (a form: a redirect)."""
        body = urlencode(call.form()) if call.method == "POST" else None
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in call.cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = perf_counter()
        self.connection.request(call.method, call.path, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        seconds = perf_counter() - began
        if answer.status not in ((302,) if body else (200, 302)):
            raise BenchError(
                f"{call.method} {call.path} answered {answer.status}: {content[:2000].decode(errors='replace')}"
            )
        return seconds, content


def in_turn(groups):
    """[[seconds]] of groups (port, [Call]), each in turn with the others, so that a busy moment hits all alike.

    The Calls of a group take turns themselves. One connection per port.
    """
    with ExitStack() as open_ones:
        clients = {port: open_ones.enter_context(Client(port)) for port, _group in groups}
        times, began = [[] for _group in groups], perf_counter()
        for n in range(WARM + TRIES):
            passed = perf_counter() - began
            if (passed > SECONDS and n >= WARM + LEAST) or (passed > PATIENCE and n):
                break
            for found, (port, group) in zip(times, groups, strict=True):
                found.append(clients[port].send(group[n % len(group)])[0])
    return [found[WARM:] or found for found in times]


def at_once(port, group):
    """Requests per second over several connections."""
    numbers, lock, failures = iter(range(AT_ONCE)), threading.Lock(), []
    began = perf_counter()

    def work(place):
        with Client(port) as client:
            while perf_counter() - began < AT_ONCE_SECONDS:
                with lock:
                    if next(numbers, None) is None:
                        return
                try:
                    client.send(group[place % len(group)])
                except (OSError, BenchError, http.client.HTTPException) as error:
                    failures.append(error)
                    return
                done.append(1)

    done = []
    threads = [threading.Thread(target=work, args=(n,)) for n in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise BenchError(f"With {CONNECTIONS} connections: {failures[0]}")
    return len(done) / (perf_counter() - began)


def p50(times):
    """Median in milliseconds."""
    return median(times) * 1000


def p95(times):
    """95th percentile in milliseconds."""
    return (quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]) * 1000
