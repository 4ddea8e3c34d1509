"""python -m config.bench [--sizes 10000,100000,1000000] [--out bench.json] [--keep folder]: see docs/bench.md.

Starts a throwaway PostgreSQL, and for each size a database with a made world and a web server on the loopback. A page
is called at all sizes in turn, so that a busy moment of the machine hits all alike. Everything that was started is
stopped at the end, whatever happens. A page that fails is named at the end; the others are measured all the same.
"""

import argparse
import http.client
import json
import sys
from contextlib import ExitStack
from pathlib import Path

from config import processes
from config.bench import client, exports, table
from config.bench.client import BenchError, Call
from config.bench.worlds import django, environment, say, server, services, world
from config.run import check_port, stop_on_signals

PORT = 8765
SIZES = [10_000, 100_000, 1_000_000]
FAILURES = (BenchError, OSError, http.client.HTTPException)


def main():
    parser = argparse.ArgumentParser(prog="python -m config.bench")
    parser.add_argument("--sizes", type=_sizes, default=SIZES, help="numbers of problems, comma-separated")
    parser.add_argument("--out", type=Path, help="file for the figures as JSON")
    parser.add_argument(
        "--keep", type=Path, help="folder in which the worlds are kept, and found again by the next run"
    )
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--only", default="", help="only pages and exports whose name contains this")
    options = parser.parse_args()
    stop_on_signals()
    ports = {size: options.port + n for n, size in enumerate(options.sizes)}
    for port in ports.values():
        check_port(port)
    failed = []
    with services(options.keep) as own, ExitStack() as servers:
        django(environment(own, options.sizes[0]), "collectstatic", "--noinput", "--verbosity=0")
        worlds = {size: world(own, size) for size in options.sizes}
        started = {size: servers.enter_context(server(own, worlds[size][0], ports[size])) for size in worlds}
        rows = measure({size: found[1] for size, found in worlds.items()}, ports, options.only, failed)
        files = measure_exports(
            {size: found[2] for size, found in worlds.items()}, ports, started, options.only, failed
        )
    print("\n".join([*table.lines(rows), "", *table.export_lines(files)]), flush=True)
    if options.out:
        found = {"rows": rows, "exports": files}
        options.out.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
        say(f"Written: {options.out}")
    for sentence in failed:
        say(f"Not measured: {sentence}")
    return 1 if failed else 0


def _sizes(text):
    """ "1000,100000" as sorted numbers."""
    return sorted({int(part) for part in text.replace("_", "").split(",")})


def measure(pages, ports, only="", failed=None):
    """The rows, size by size. `pages`: {size: {page: [Call]}}; `ports`: {size: port of its server}.

    `failed`: a list for the sentences of what could not be measured; without one it is raised.
    """
    rows = []
    for name in next(iter(pages.values())):
        if only not in name:
            continue
        try:
            rows += rows_of(name, {ports[size]: (size, calls[name]) for size, calls in pages.items() if name in calls})
        except FAILURES as error:
            if failed is None:
                raise
            failed.append(f"{name}: {str(error)[:300]}")
            say(failed[-1])
        else:
            say("\n".join(list(table.lines(rows))[-len(pages) :]))  # of a run that is stopped this much is known
    return sorted(rows, key=lambda row: row["size"])


def measure_exports(found, ports, started, only, failed):
    """The rows of config.bench.exports, size by size."""
    rows = []
    for size, every in found.items():
        for export in every:
            if only not in export["export"]:
                continue
            say(f"{export['export']} at {size}")
            try:
                row = exports.measure(export, size, ports[size], exports.worker_of(started[size]))
            except FAILURES as error:
                failed.append(f"{export['export']} at {size}: {str(error)[:300]}")
                continue
            rows += [row] if row else []
    return rows


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
        # a page that takes so long tells nothing more when it is called eight times at once
        pace = client.at_once(port, calls) if p50 < client.AT_ONCE_SECONDS * 1000 else None
        rows.append({
            "page": name, "size": size, "p50_ms": round(p50, 1), "p95_ms": round(client.p95(own), 1),
            "rps8": pace and round(pace, 1), "queries": learned[port]["queries"],
            "db_ms": learned[port]["db_ms"], "kb": learned[port]["kb"], "bare_p50_ms": round(client.p50(bare), 1),
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
