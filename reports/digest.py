"""The canonical form of an issued table, and the SHA-256 over it.

One line of JSON for the head, then one for each row in its order; UTF-8, keys sorted, no spaces, each line ended by a
line feed. The same lines can be taken along as a file, and any `sha256sum` of it answers the digest that is printed.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC

HEAD = (
    "number", "report", "question", "as_of", "title", "second_line", "columns", "total", "counting_rules",
    "rows_count", "issued_at", "person_name", "seat_title", "note",
)  # fmt: skip
ROW = ("index", "key", "group", "cells")


def head_of(issued) -> dict:
    """The head of an IssuedTable as plain values; ids for what may get another name later."""
    head = {name: getattr(issued, name) for name in HEAD}
    head |= {"programme": issued.programme_id, "rule_version": issued.rule_version_id, "form": 1}
    head["as_of"] = issued.as_of.isoformat()
    head["issued_at"] = issued.issued_at.astimezone(UTC).isoformat()
    return head


def lines(issued, rows: Iterable[dict]) -> Iterator[str]:
    """The canonical lines; `rows`: dicts with the keys ROW, in order."""
    yield _line(head_of(issued))
    for row in rows:
        yield _line({name: row[name] for name in ROW})


def digest_of_rows(rows: Iterable[dict]) -> str:
    """SHA-256 of the lines of the rows alone: two tables with the same one say the same, under whatever number."""
    found = hashlib.sha256()
    for row in rows:
        found.update(_line({name: row[name] for name in ROW}).encode())
    return found.hexdigest()


def digest(issued, rows: Iterable[dict]) -> str:
    """SHA-256 of the canonical lines, in 64 hexadecimal digits."""
    found = hashlib.sha256()
    for line in lines(issued, rows):
        found.update(line.encode())
    return found.hexdigest()


def _line(values) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
