"""The two floors of a page, learned from one call of it: its SQL is replayed, its page is not built.

bare: the page's SQL through psycopg2, then the same bytes. plain: the page's QuerySets through the ORM (what is no
QuerySet, such as counts and writes, as SQL through Django's connection), then a plain template with as many rows.
What writes is replayed in a transaction that is rolled back; constraints between tables are checked at the end of a
transaction, so rows that are not there do not matter.
"""

import json
import sys
import threading
from contextlib import nullcontext
from dataclasses import dataclass, field
from time import perf_counter

import psycopg2
from django.contrib.auth.decorators import login_not_required
from django.db import connection, models, transaction
from django.http import HttpResponse, JsonResponse
from django.template import loader
from django.test import Client
from django.views.decorators.csrf import csrf_exempt

from accounts.models.together import Together

OF_A_TRANSACTION = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET TRANSACTION")
# What the page shows of a row, by model; of the others their first columns
COLUMNS = {
    "problem": ("number", "title", "state", "turn_names", "turn_since", "raised_on", "urgency"),
    "agreement": ("number", "aim", "state", "turn_names", "turn_since", "signed_on", "due_on"),
    "event": ("happened_at", "person_name", "seat_title", "action", "source", "target", "note"),
    "episode": ("taken_on", "claimed_on", "written_off_on", "released_on", "result", "effect"),
    "goal": ("order", "text", "measure", "criterion", "date", "result"),
    "category": ("name",),
    "organisation": ("name",),
}
FIRST = 4
_local = threading.local()


@dataclass
class Learned:
    """What one call of a page did: (sql, params) in order, Iterables of the ORM or sql, the answer."""

    writes: bool
    statements: list = field(default_factory=list)
    acts: list = field(default_factory=list)
    body: bytes = b""
    seconds: float = 0.0  # of the database


LEARNED: dict[str, Learned] = {}


class Ear:
    """An execute wrapper that hears every statement, and which Iterable of the ORM asked for it."""

    def __init__(self, learned):
        self.learned = learned

    def __call__(self, execute, sql, params, many, context):
        if not sql.startswith(OF_A_TRANSACTION):
            self.learned.statements.append((sql, params))
            self.learned.acts.append(_iterable() or (sql, params))
        began = perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.learned.seconds += perf_counter() - began


def _iterable():
    """The Iterable of a QuerySet in whose name the statement is executed, or None.

    What is read with a kept text has a QuerySet as well: the plain floor puts its text together.
    """
    frame = sys._getframe()
    while frame := frame.f_back:
        if frame.f_code is Together.read.__code__:
            return models.query.ValuesListIterable(frame.f_locals["self"].rows_of(frame.f_locals["obj"].pk))
        if frame.f_code.co_name == "__iter__" and frame.f_code.co_filename.endswith("django/db/models/query.py"):
            found = frame.f_locals["self"]
            return found if "compiler" in frame.f_locals and isinstance(found.queryset, models.QuerySet) else None
    return None


@csrf_exempt
@login_not_required
def learn(request, name):
    """Call the page in this process as the person whose cookies came with the request, and remember what it did."""
    asked = json.loads(request.body)
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies.load(dict(request.COOKIES))
    learned = Learned(writes=asked["method"] == "POST")
    if not learned.writes:
        client.get(asked["path"])  # what is read once a minute is no part of the page
    with transaction.atomic() if learned.writes else nullcontext(), connection.execute_wrapper(Ear(learned)):
        if learned.writes:
            answer = client.post(asked["path"], asked["data"])
            transaction.set_rollback(True)
        else:
            answer = client.get(asked["path"])
        learned.body = answer.getvalue()
    LEARNED[name] = learned
    return JsonResponse({
        "status": answer.status_code, "queries": len(learned.statements), "kb": round(len(learned.body) / 1000, 1),
        "db_ms": round(learned.seconds * 1000, 1),
        "sql": [sql for sql, _params in learned.statements],
    })  # fmt: skip


def bare(name, start_response):
    """The WSGI answer of the bare floor."""
    learned = LEARNED[name]
    cursor = _raw_connection().cursor()
    for sql, params in learned.statements:
        cursor.execute(sql, params)
        if cursor.description:
            cursor.fetchall()
    if learned.writes:
        cursor.connection.rollback()
    else:
        cursor.connection.commit()
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(learned.body)))])
    return [learned.body]


def _raw_connection():
    """One psycopg2 connection per thread."""
    if not hasattr(_local, "connection"):
        parameters = connection.get_connection_params()
        for name in ("cursor_factory", "context", "isolation_level", "assume_role", "server_side_binding"):
            parameters.pop(name, None)
        _local.connection = psycopg2.connect(**parameters)
    return _local.connection


def plain(request, name):
    """The plain floor; session and account have been read by the middleware."""
    learned = LEARNED[name]
    with transaction.atomic() if learned.writes else nullcontext():
        tables = [_table(act) for act in learned.acts if not _is_log_in(act)]
        if learned.writes:
            transaction.set_rollback(True)
    if learned.writes:
        return HttpResponse(status=302, headers={"Location": "/"})
    page = loader.get_template("bench/plain.html").render({"user": request.user, "tables": tables})
    return HttpResponse(page)


def _is_log_in(act):
    return isinstance(act, models.query.ModelIterable) and act.queryset.model._meta.model_name in ("session", "user")


def _table(act):
    """Rows of one statement as (key, cells), as a plain page would show them."""
    if not isinstance(act, models.query.BaseIterable):
        with connection.cursor() as cursor:
            cursor.execute(*act)
            return [(row[0], row) for row in cursor.fetchall()] if cursor.description else []
    rows = list(type(act)(act.queryset._chain()))
    if not rows or not isinstance(rows[0], models.Model):
        return [("", row if isinstance(row, tuple) else [row]) for row in rows]
    columns = COLUMNS.get(rows[0]._meta.model_name) or _first(rows[0])
    return [(row.pk, [getattr(row, column) for column in columns]) for row in rows]


def _first(obj):
    """The first columns of a model of which no page says more."""
    return [f.attname for f in obj._meta.concrete_fields][:FIRST]
