"""From the running system into one file: the database and the uploads as of one moment."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from config.backup import CareError, archive, census, database, uploads

ROOM = 0.5  # a dump is compressed: so much of the database's size must be free at least


@dataclass(frozen=True)
class Saved:
    """A finished backup: its file, size in bytes, number of rows and of uploads, and what else is to be said."""

    path: Path
    size: int
    rows: int
    uploads: int
    missing: tuple[str, ...]
    left_out: int

    def remarks(self) -> list[str]:
        """Sentences about uploads that are in the database or on the disk only."""
        said = []
        if self.missing:
            said.append(
                _("%(n)s uploads that the database names are not on the disk, e.g. %(name)s.")
                % {"n": len(self.missing), "name": self.missing[0]}
            )
        if self.left_out:
            said.append(
                _("%(n)s files of the folder are not named by the database and were left out.") % {"n": self.left_out}
            )
        return said


def save(path: Path, say: Callable[[str], None] = lambda sentence: None) -> Saved:
    """Write the backup `path` (mode 0600); CareError with a sentence, and then nothing is left of it.

    All is read in one transaction: pg_dump takes up its snapshot, so figures, rows, dump and the list of uploads are
    of one moment. Uploads are never changed once written, so they may be copied after it.
    """
    _examine(path)
    manifest = archive.Manifest(made_at=timezone.now().isoformat(timespec="seconds"))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            _describe(cursor, manifest)
            _leave_room(path, manifest)
            with archive.written(path, manifest) as writer:
                say(_("Writing the database"))
                _dump(cursor, manifest, writer)
                say(_("Counting rows and figures"))
                manifest.figures = census.figures(manifest.moment.date())
                names = set(uploads.named())
                manifest.rows = census.count(cursor.cursor)
                say(_("Writing the uploads"))
                _copy(writer, names)
    except DatabaseError as error:
        raise CareError(_("The database does not answer: %(why)s") % {"why": str(error).strip()}) from error
    except OSError as error:
        raise CareError(
            _("%(file)s cannot be written: %(why)s") % {"file": path, "why": error.strerror or error}
        ) from error
    rows = sum(n for n, _checksum in manifest.rows.values())
    size = path.stat().st_size
    return Saved(path, size, rows, len(manifest.uploads), tuple(manifest.missing), manifest.left_out)


def _examine(path: Path) -> None:
    """An existing file is replaced only when it is a backup of ours, or empty."""
    if path.is_dir():
        raise CareError(_("%(file)s is a folder. Name the file of a backup.") % {"file": path})
    if not path.parent.is_dir():
        raise CareError(_("There is no folder %(folder)s.") % {"folder": path.parent})
    if not os.access(path.parent, os.W_OK):
        raise CareError(_("This user may not write into the folder %(folder)s.") % {"folder": path.parent})
    if path.exists() and path.stat().st_size:
        try:
            with archive.opened(path):
                pass
        except CareError as error:
            raise CareError(
                _("%(file)s exists and is no backup; it is not overwritten. Choose another name.") % {"file": path}
            ) from error


def _describe(cursor, manifest: archive.Manifest) -> None:
    cursor.execute("SELECT to_regclass('public.django_migrations') IS NOT NULL")
    if not cursor.fetchone()[0]:
        raise CareError(_("The database is empty: there is nothing to back up."))
    cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
    manifest.migrations = [list(row) for row in cursor.fetchall()]
    cursor.execute("SELECT pg_database_size(current_database())")
    manifest.database_bytes = cursor.fetchone()[0]
    manifest.server = database.major(cursor)


def _leave_room(path: Path, manifest: archive.Manifest) -> None:
    root = Path(settings.MEDIA_ROOT)
    needed = manifest.database_bytes * ROOM + sum((root / name).stat().st_size for name in uploads.on_disk())
    free = shutil.disk_usage(path.parent).free
    if free < needed:
        raise CareError(
            _("The disk of %(folder)s has %(free)s left; the backup may need %(needed)s. Make room or choose another.")
            % {"folder": path.parent, "free": filesizeformat(free), "needed": filesizeformat(needed)}
        )


def _dump(cursor, manifest: archive.Manifest, writer: archive.Writer) -> None:
    cursor.execute("SELECT pg_export_snapshot()")
    words = [
        "--format=custom", "--compress=3", "--no-owner", "--no-privileges", "--exclude-extension=*",
        f"--snapshot={cursor.fetchone()[0]}",
    ]  # fmt: skip
    with tempfile.NamedTemporaryFile() as said:
        options = {"stdout": subprocess.PIPE, "stderr": said, "stdin": subprocess.DEVNULL}
        process = database.start("pg_dump", manifest.server, words, database.parameters(), **options)
        try:
            writer.add(archive.DATABASE, process.stdout)
            database.finish(process, Path(said.name))
        finally:
            database.end(process)


def _copy(writer: archive.Writer, names: set[str]) -> None:
    """What the database names and the disk has; the rest is noted."""
    manifest, root = writer.manifest, Path(settings.MEDIA_ROOT)
    for name in sorted(names):
        try:
            with (root / name).open("rb") as source:
                writer.add(archive.UPLOADS + name, source)
        except FileNotFoundError:
            manifest.missing.append(name)
    manifest.left_out = len(uploads.on_disk() - names)
