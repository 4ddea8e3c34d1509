"""Reading without writing: what figures, lists and exports are read in."""

from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def read_only():
    """A transaction in which the database refuses to write; all figures of a page are of one moment.

    Inside another transaction (tests) it is a savepoint: still read only, of no moment of its own.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET TRANSACTION {'ISOLATION LEVEL REPEATABLE READ,' if outermost else ''} READ ONLY")
        yield
