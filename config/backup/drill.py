"""Proof that a backup is of use: restored on a throwaway server of its own and compared with what it says of itself.

The server is the embedded one (config/services.py), so a drill needs no right on the real one and cannot touch it.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from psycopg2.extensions import parse_dsn

from config.backup import CareError, archive, census, database, restoring
from config.backup.database import Parameters
from config.backup.loading import fill
from config.postgres import OWNER
from config.processes import ServiceError
from config.services import Services


@dataclass(frozen=True)
class Drilled:
    """What was restored and found alike."""

    manifest: archive.Manifest
    tables: int
    rows: int
    figures: int


def drill(path: Path, say: Callable[[str], None] = lambda sentence: None) -> Drilled:
    """Restore the backup `path` and compare every table, the figures of the statistics and the uploads.

    CareError names the first difference. Nothing of the drill remains.
    """
    with archive.opened(path) as (file, manifest):
        say(_("Examining %(file)s") % {"file": path})
        restoring.examine(file, manifest, path)
        say(_("Restoring on a throwaway server"))
        with _throwaway() as given:
            fill(given, file, manifest)
            database.manage(given, "migrate", "--verbosity=0")
            words = ["census", f"--day={manifest.moment:%Y-%m-%d}"]
            found = json.loads(database.manage(given, *words))
    _compare(_("figures of the statistics"), manifest.figures, found["figures"])
    files = dict.fromkeys([*manifest.uploads, *manifest.missing], True)
    _compare(_("uploads"), files, dict.fromkeys(found["uploads"], True))
    rows = sum(n for n, _checksum in manifest.rows.values())
    return Drilled(manifest, len(manifest.rows), rows, len(manifest.figures))


def _compare(what: str, meant: dict, found: dict) -> None:
    if wrong := census.differences(meant, found):
        raise CareError(
            _("The drill found a difference in the %(what)s: %(first)s (%(n)s in all).")
            % {"what": what, "first": wrong[0], "n": len(wrong)}
        )


@contextmanager
def _throwaway() -> Iterator[Parameters]:
    """The owner's empty database on a server that is gone afterwards; one at a time."""
    services = Services(Path(settings.DATA_DIR) / "drill", fast=True)
    _remove(services)  # what a killed drill left behind
    try:
        with services.in_use():
            yield parse_dsn(services.address(OWNER).replace("postgres://", "postgresql://", 1))
    except ServiceError as error:
        raise CareError(str(error)) from error
    finally:
        _remove(services)


def _remove(services: Services) -> None:
    if services.file.exists():
        if "sockets" in services.state:
            services.stop()
        shutil.rmtree(services.state.get("home", services.dir))  # may lie elsewhere, see config/services.py
    if services.dir.exists():
        shutil.rmtree(services.dir)
