"""A second database beside our own, and the moment in which it takes the place."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg2
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg2 import sql

from config.backup import CareError, database

PATIENCE = 60  # seconds for everybody to leave the database
PROVIDERS = {"c": ("libc", ""), "i": ("icu", "ICU_LOCALE"), "b": ("builtin", "BUILTIN_LOCALE")}


def names(own: str) -> tuple[str, str]:
    """Of the new database while it is made, and of the present one afterwards."""
    short = own[:40]  # the server cuts names after 63 bytes
    return f"{short}_restoring", f"{short}_before_{timezone.localtime():%Y%m%d_%H%M%S}"


def create(cursor, own: str, fresh: str) -> None:
    """An empty database like `own`: encoding, locale, settings and who may connect."""
    drop(cursor, fresh)
    cursor.execute("SELECT to_jsonb(d) FROM pg_database d WHERE datname = %s", [own])
    old = cursor.fetchone()[0]
    words = {"LC_COLLATE": old["datcollate"], "LC_CTYPE": old["datctype"]}
    if "datlocprovider" in old:  # since PostgreSQL 15
        provider, option = PROVIDERS[old["datlocprovider"]]
        words["LOCALE_PROVIDER"] = provider
        if option:
            words[option] = old.get("datlocale") or old["daticulocale"]
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' CONNECTION LIMIT {}").format(
        sql.Identifier(fresh), sql.Literal(old["datconnlimit"])
    )
    like = [sql.SQL(" {} {}").format(sql.SQL(name), sql.Literal(value)) for name, value in words.items()]
    cursor.execute(sql.Composed([statement, *like]))
    _give_rights(cursor, own, fresh)


def _give_rights(cursor, own: str, fresh: str) -> None:
    name = sql.Identifier(fresh)
    cursor.execute(
        "SELECT unnest(setconfig) FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase "
        "WHERE setrole = 0 AND datname = %s",
        [own],
    )
    for setting, _equals, value in [row[0].partition("=") for row in cursor.fetchall()]:
        words = sql.SQL("ALTER DATABASE {} SET {} TO {}")
        cursor.execute(words.format(name, sql.Identifier(setting), sql.Literal(value)))
    cursor.execute(
        "SELECT coalesce(pg_get_userbyid(nullif(grantee, 0)), ''), privilege_type FROM pg_database, aclexplode(datacl) "
        "WHERE datname = %s AND grantee <> datdba",
        [own],
    )
    granted = cursor.fetchall()
    cursor.execute("SELECT datacl IS NOT NULL FROM pg_database WHERE datname = %s", [own])
    if cursor.fetchone()[0]:
        cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    for role, right in granted:
        who = sql.Identifier(role) if role else sql.SQL("PUBLIC")
        cursor.execute(sql.SQL("GRANT {} ON DATABASE {} TO {}").format(sql.SQL(right), name, who))


def drop(cursor, name: str) -> None:
    """Remove a database, if there is one, whoever is connected to it.

    Not WITH (FORCE): that ends what this role may not end, an autovacuum just running, and fails.
    A plain DROP asks the server's own work to leave and waits for it.
    """
    statement = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    _once_empty(cursor, name, lambda: cursor.execute(statement))


def forget_earlier(cursor, before: str) -> None:
    """Remove what earlier restores have kept; `before` is what the present one keeps."""
    stem = before[: -len("20261126_080000")]
    cursor.execute(
        "SELECT datname FROM pg_database "
        "WHERE starts_with(datname, %s) AND substr(datname, %s) ~ '^[0-9]{8}_[0-9]{6}$' AND datname < %s",
        [stem, len(stem) + 1, before],
    )
    for (name,) in cursor.fetchall():
        drop(cursor, name)


def switch(cursor, own: str, fresh: str, before: str) -> None:
    """Both renames in one transaction, once everybody has left.

    ALTER DATABASE locks the name, so that nobody new comes in, and waits five seconds for those who are in.
    """
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")

    def both() -> None:
        try:
            cursor.execute("BEGIN")
            cursor.execute(rename.format(sql.Identifier(own), sql.Identifier(before)))
            cursor.execute(rename.format(sql.Identifier(fresh), sql.Identifier(own)))
            cursor.execute("COMMIT")
        except BaseException:
            cursor.execute("ROLLBACK")
            raise

    _once_empty(cursor, own, both)


def _once_empty(cursor, name: str, act: Callable[[], None]) -> None:
    """Do what needs the database for itself, while a second connection shows everybody out."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with _showing_out(cursor, name):
                act()
            return
        except psycopg2.errors.ObjectInUse:
            if time.monotonic() > deadline:
                raise CareError(_still_there(cursor, name)) from None


@contextmanager
def _showing_out(cursor, own: str) -> Iterator[None]:
    """End the connections to the database again and again, as far as this role may."""
    done = threading.Event()
    given = cursor.connection.get_dsn_parameters() | {"password": cursor.connection.info.password}

    def show_out() -> None:
        with database.connected(given) as other:
            while not done.is_set():
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename IS NOT NULL "
                    "AND pg_has_role(usesysid, 'USAGE')",
                    [own],
                )
                done.wait(0.05)

    thread = threading.Thread(target=show_out, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _still_there(cursor, own: str) -> str:
    cursor.execute(
        "SELECT DISTINCT coalesce(usename, '?') || ' (' || application_name || ')' FROM pg_stat_activity "
        "WHERE datname = %s",
        [own],
    )
    who = ", ".join(row[0] for row in cursor.fetchall())
    return _("Somebody does not leave the database: %(who)s. End that connection; nothing was changed.") % {"who": who}
