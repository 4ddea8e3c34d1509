"""The file of a backup: a ZIP (any unpacker opens it) of parts, described by its manifest.

database.dump    the database, custom format of pg_dump
media/…          the uploads, under the names the database knows
manifest.json    what it is, of when, from which version, and bytes and SHA-256 of every part; written last
"""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO

from django.utils import timezone
from django.utils.translation import gettext as _

from config.backup import CareError

PRODUCT, FORMAT = "jiedui", 1
MANIFEST, DATABASE, UPLOADS = "manifest.json", "database.dump", "media/"
PIECE = 1 << 20  # bytes


@dataclass
class Manifest:
    """What a backup holds. `rows`: census of the tables; `missing`: uploads that the database names and nobody has."""

    made_at: str
    server: int = 0
    database_bytes: int = 0
    migrations: list[list[str]] = field(default_factory=list)
    rows: dict[str, list] = field(default_factory=dict)
    figures: dict[str, list[int]] = field(default_factory=dict)
    parts: dict[str, dict] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    left_out: int = 0
    product: str = PRODUCT
    format: int = FORMAT

    @property
    def moment(self) -> datetime:
        """When it was made, local time."""
        return timezone.localtime(datetime.fromisoformat(self.made_at))

    @property
    def uploads(self) -> list[str]:
        """Names of the uploads, as the database knows them."""
        return [name.removeprefix(UPLOADS) for name in self.parts if name.startswith(UPLOADS)]

    @property
    def upload_bytes(self) -> int:
        """Size of all uploads."""
        return sum(part["bytes"] for name, part in self.parts.items() if name.startswith(UPLOADS))


class Writer:
    """Parts of a new file, one after the other."""

    def __init__(self, file: zipfile.ZipFile, manifest: Manifest):
        self.file, self.manifest = file, manifest

    def add(self, name: str, source: IO[bytes]) -> None:
        """Copy a stream as the part `name`."""
        digest, size = hashlib.sha256(), 0
        with self.file.open(zipfile.ZipInfo(name, timezone.localtime().timetuple()[:6]), "w", force_zip64=True) as part:
            while piece := source.read(PIECE):
                part.write(piece)
                digest.update(piece)
                size += len(piece)
        self.manifest.parts[name] = {"bytes": size, "sha256": digest.hexdigest()}


@contextmanager
def written(path: Path, manifest: Manifest) -> Iterator[Writer]:
    """Write a backup beside `path` and rename it when all of it is on the disk; nothing half remains."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:
                yield Writer(file, manifest)
                file.writestr(MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
            out.flush()
            os.fsync(out.fileno())
        fresh.rename(path)
    finally:
        fresh.unlink(missing_ok=True)


@contextmanager
def opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """An existing backup and its manifest; CareError with a sentence for anything else."""
    try:
        with path.open("rb") as stream, zipfile.ZipFile(stream) as file:
            yield file, _manifest(file, path)
    except FileNotFoundError:
        raise CareError(_("There is no file %(file)s.") % {"file": path}) from None
    except IsADirectoryError:
        raise CareError(_("%(file)s is a folder. Name the file of a backup.") % {"file": path}) from None
    except PermissionError:
        raise CareError(_("%(file)s may not be read by this user.") % {"file": path}) from None
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError):
        raise CareError(
            _("%(file)s is no backup of this software, or it is damaged or cut off.") % {"file": path}
        ) from None


def _manifest(file: zipfile.ZipFile, path: Path) -> Manifest:
    strange = CareError(_("%(file)s is no backup of this software.") % {"file": path})
    try:
        content = json.loads(file.read(MANIFEST))
        if content["product"] != PRODUCT:
            raise strange
        if content["format"] > FORMAT:
            raise CareError(_("%(file)s was made by a newer version of this software. Update first.") % {"file": path})
        return Manifest(**content)
    except (KeyError, TypeError, ValueError):
        raise strange from None


def verify(file: zipfile.ZipFile, manifest: Manifest, path: Path) -> None:
    """Read all of it; CareError when one part is missing, too much, or not as it was written."""
    wrong = sorted({*file.namelist()} ^ {MANIFEST, *manifest.parts})
    wrong += [name for name in manifest.parts if ".." in PurePosixPath(name).parts or name.startswith("/")]
    wrong += [name for name, part in manifest.parts.items() if name not in wrong and not _whole(file, name, part)]
    if wrong or DATABASE not in manifest.parts:
        raise CareError(
            _("%(file)s is damaged (%(part)s, %(n)s parts in all). Take another backup.")
            % {"file": path, "part": (wrong or [DATABASE])[0], "n": len(wrong) or 1}
        )


def _whole(file: zipfile.ZipFile, name: str, part: dict) -> bool:
    digest, size = hashlib.sha256(), 0
    try:
        with file.open(name) as stream:
            while piece := stream.read(PIECE):
                digest.update(piece)
                size += len(piece)
    except (zipfile.BadZipFile, EOFError, OSError):
        return False
    return {"bytes": size, "sha256": digest.hexdigest()} == part
