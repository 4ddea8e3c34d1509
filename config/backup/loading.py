"""The dump of a backup into an empty database, compared with what the backup says of itself."""

import contextlib
import shutil
import subprocess
import tempfile
import threading
import zipfile
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from config.backup import CareError, archive, census, database
from config.backup.database import Parameters


def fill(given: Parameters, file: zipfile.ZipFile, manifest: archive.Manifest) -> None:
    """Load the dump into the empty database `given` and compare every table with the manifest."""
    with database.connected(given) as cursor:
        version = database.major(cursor)
    _load(given, max(version, manifest.server), file)
    with database.connected(given) as cursor:
        cursor.execute("BEGIN")
        found = census.count(cursor)
        cursor.execute("COMMIT")
        if wrong := census.differences(manifest.rows, found):
            raise CareError(
                _("The restored tables are not those of the backup (%(what)s, %(n)s in all).")
                % {"what": wrong[0], "n": len(wrong)}
            )
        cursor.execute("VACUUM (ANALYZE)")  # the planner must know what is there


def _load(given: Parameters, version: int, file: zipfile.ZipFile) -> None:
    """dump -> pg_restore -> statements -> psql, as a stream."""
    quick = {"options": "-c synchronous_commit=off -c maintenance_work_mem=256MB"}  # the switch syncs what came before
    with (
        file.open(archive.DATABASE) as dump,
        tempfile.NamedTemporaryFile() as said,
        tempfile.NamedTemporaryFile() as told,
    ):
        reader = database.start(
            "pg_restore", version, ["--no-owner", "--no-privileges", "--file=-"], None,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said,
        )  # fmt: skip
        words = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-"]
        writer = database.start(
            "psql", version, words, given | quick, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=told
        )
        feeder = threading.Thread(target=_pour, args=(dump, reader.stdin), daemon=True)
        feeder.start()
        try:
            with contextlib.suppress(BrokenPipeError):  # psql ended early; finish() says why
                _strip(reader.stdout, writer.stdin)
                writer.stdin.close()
            database.finish(writer, Path(told.name))
            database.finish(reader, Path(said.name))
        finally:
            database.end(reader, writer)
            feeder.join()


def _pour(source: IO[bytes], target: IO[bytes]) -> None:
    with contextlib.suppress(BrokenPipeError), target:
        shutil.copyfileobj(source, target, archive.PIECE)


def _strip(source: IO[bytes], target: IO[bytes]) -> None:
    """Copy statements without a setting that servers before 17 do not know; it stands in the head, before any row."""
    for line in source:
        if not line.startswith(b"SET transaction_timeout"):
            target.write(line)
        if line.startswith(b"CREATE "):
            break
    shutil.copyfileobj(source, target, archive.PIECE)
