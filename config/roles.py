"""Two database roles: the owner has the tables and migrates, the application works with the rows.

The record and issued tables are insert-only for the application: no UPDATE, DELETE, TRUNCATE (architecture.md §3).
"""

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

INSERT_ONLY = ("accounts_event", "reports_issuedtable", "reports_issuedrow")


def grant_application_role(connection: BaseDatabaseWrapper) -> bool:
    """Give DATABASE_APP_ROLE its rights on all tables of the connection's database; to be called by the owner.

    Returns False, having done nothing, where the role does not exist or is the owner itself (one role for all).
    """
    role = settings.DATABASE_APP_ROLE
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s AND rolname <> current_user", [role])
        if not cursor.fetchone():
            return False
        name = connection.ops.quote_name(role)
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")
        tables = connection.introspection.table_names(cursor)
        for table in set(INSERT_ONLY) & set(tables):
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {connection.ops.quote_name(table)} FROM {name}")
    return True
