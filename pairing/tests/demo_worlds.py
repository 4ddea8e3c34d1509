"""The demo programmes for tests: loaded once per module, inside a transaction that is rolled back at its end.

The module carries the mark django_db; what a single test writes is undone after it (a savepoint inside).
"""

from contextlib import contextmanager

from django.db import connection, transaction

from pairing.demo.world import load_demo


@contextmanager
def played(django_db_blocker, today=None, *, only=""):
    """Inside, the demo world is there; `today` and `only` as in load_demo."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_demo(today, only=only)
        with connection.cursor() as cursor:
            cursor.execute(
                "ANALYZE"
            )  # else the planner takes the tables for empty: only this transaction sees the rows
        yield
        transaction.set_rollback(True)
