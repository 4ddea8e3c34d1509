"""A backup put back while everything runs: into a new database, examined, then switched in one transaction.

Until the switch nothing of the present state is touched; after it the state before is kept under another name.
"""

import contextlib
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from config.backup import CareError, archive, database, switching, uploads
from config.backup.database import Parameters
from config.backup.loading import fill

LOCAL = ("", "localhost", "127.0.0.1", "::1")
LOCK = 7_233_141  # of the server: one restore at a time


@dataclass(frozen=True)
class Restored:
    """What was done: the backup's manifest, the name under which the database before is kept, files put aside."""

    manifest: archive.Manifest
    before: str
    aside: int


def examine(file: zipfile.ZipFile, manifest: archive.Manifest, path: Path) -> None:
    """Whether it can be restored here; CareError if not. Nothing is touched."""
    archive.verify(file, manifest, path)
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    newer = [f"{app} {name}" for app, name in manifest.migrations if (app, name) not in known]
    if newer:
        raise CareError(
            _("%(file)s was made by a newer version of this software (%(what)s is unknown here). Update first.")
            % {"file": path, "what": newer[-1]}
        )
    _leave_room(manifest)


def _leave_room(manifest: archive.Manifest) -> None:
    here = str(database.parameters().get("host", "")).startswith("/") or connection.settings_dict["HOST"] in LOCAL
    needed = manifest.upload_bytes + (manifest.database_bytes * 1.2 if here else 0)
    folder = next(path for path in (uploads.root(), *uploads.root().parents) if path.is_dir())
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise CareError(
            _("The disk of %(folder)s has %(free)s left; restoring may need %(needed)s. Nothing was changed.")
            % {"folder": folder, "free": filesizeformat(free), "needed": filesizeformat(needed)}
        )


def restore(
    file: zipfile.ZipFile, manifest: archive.Manifest, say: Callable[[str], None] = lambda sentence: None
) -> Restored:
    """Put an examined backup into force. Interrupted at any moment, the state before or the restored one is whole."""
    own = database.parameters()
    connection.close()
    with database.maintenance(own) as cursor, _alone(cursor):
        _may(cursor, own)
        fresh, before = switching.names(own["dbname"])
        try:
            say(_("Restoring into a new database; work goes on meanwhile"))
            switching.create(cursor, own["dbname"], fresh)
            fill(own | {"dbname": fresh}, file, manifest)
            say(_("Bringing it up to date"))
            database.manage(own | {"dbname": fresh}, "migrate", "--verbosity=0")
            switch = uploads.bring(file, manifest)
            say(_("Switching"))
            _keep_heartbeats(own, own | {"dbname": fresh})
            switching.switch(cursor, own["dbname"], fresh, before)
        finally:
            with contextlib.suppress(psycopg2.Error):  # without a connection the next restore clears it away
                switching.drop(cursor, fresh)
        aside = switch.finish()
        switching.forget_earlier(cursor, before)
        return Restored(manifest, before, aside)


def _keep_heartbeats(here: Parameters, fresh: Parameters) -> None:
    """They tell of the processes that run now, not of those of the backup: /healthz stays true over the switch."""
    with database.connected(here) as cursor:
        cursor.execute("SELECT to_regclass('accounts_heartbeat') IS NOT NULL")
        if not cursor.fetchone()[0]:  # restored into an installation whose tables were not made yet
            return
        cursor.execute("SELECT name, at FROM accounts_heartbeat")
        heard = cursor.fetchall()
    with database.connected(fresh) as cursor:
        cursor.execute("DELETE FROM accounts_heartbeat")
        cursor.executemany("INSERT INTO accounts_heartbeat (name, at) VALUES (%s, %s)", heard)


@contextmanager
def _alone(cursor) -> Iterator[None]:
    cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
    if not cursor.fetchone()[0]:
        raise CareError(_("Another restore is running on this server. Wait for its end."))
    yield  # the lock ends with the connection


def _may(cursor, own: Parameters) -> None:
    """Whether this role owns the database and may make another."""
    cursor.execute(
        "SELECT r.rolcreatedb OR r.rolsuper, pg_has_role(d.datdba, 'USAGE') FROM pg_roles r, pg_database d "
        "WHERE r.rolname = current_user AND d.datname = %s",
        [own["dbname"]],
    )
    creates, owns = cursor.fetchone()
    if not owns:
        raise CareError(
            _("The role %(role)s does not own the database %(name)s. Set DATABASE_OWNER_URL to the role that does.")
            % {"role": own["user"], "name": own["dbname"]}
        )
    if not creates:
        raise CareError(
            _("The role %(role)s may not make databases. Let an administrator say: ALTER ROLE %(role)s CREATEDB")
            % {"role": own["user"]}
        )
