"""Loading by the million: secondary indexes and foreign keys are built once at the end, not row by row.

Triggers sleep meanwhile. Those that note for the sums of the reports what changes have noted the new programme, which
stands for all that is in it.

Only the owner of the tables may do this, and while the transaction runs nobody else gets at them.
"""

from contextlib import contextmanager

FOREIGN_KEYS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s) ORDER BY 1, 2
"""
INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid::regclass::text = ANY(%s) AND NOT indisunique ORDER BY 1
"""
TRIGGERS = """
SELECT tgrelid::regclass::text, tgname FROM pg_trigger
WHERE tgrelid::regclass::text = ANY(%s) AND NOT tgisinternal AND tgenabled = 'O' ORDER BY 1, 2
"""


@contextmanager
def bare_tables(cursor, tables):
    """Inside, `tables` (names) have no foreign keys, no triggers and no indexes but unique ones; then as before.

    To be used in a transaction: an error rolls everything back. Raises IntegrityError at the end for rows that point
    nowhere.
    """
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing may be pending on a table that is altered
    cursor.execute(FOREIGN_KEYS, [tables])
    keys = cursor.fetchall()
    cursor.execute(INDEXES, [tables])
    indexes = cursor.fetchall()
    cursor.execute(TRIGGERS, [tables])
    triggers = cursor.fetchall()
    for table, name in triggers:
        cursor.execute(f'ALTER TABLE {table} DISABLE TRIGGER "{name}"')
    for table, name, _definition in keys:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _definition in indexes:
        cursor.execute(f"DROP INDEX {name}")
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for _name, definition in indexes:
        cursor.execute(definition)
    for table, name, definition in keys:
        cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    for table, name in triggers:
        cursor.execute(f'ALTER TABLE {table} ENABLE TRIGGER "{name}"')
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
