"""The uploads beside the database, file by file: their folder may be a mounted disk, which cannot be renamed.

A name is never used twice (pairing.models.attachment), so files of two states lie side by side without harm: those of
the restored state are added before the database is switched, those that only the state before knew are moved aside
afterwards. Whenever it is interrupted, the database in force finds all its files.
"""

import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models import FileField

from config.backup import archive

BEFORE = ".before_restore"  # below MEDIA_ROOT: what only the state before the last restore knew
FRESH = ".restoring"
PRIVATE = 0o700


def named() -> Iterator[str]:
    """Names of all files that Django's database knows."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField):
                yield from model._base_manager.exclude(**{field.name: ""}).values_list(field.name, flat=True)


def root() -> Path:
    """The folder of the uploads."""
    return Path(settings.MEDIA_ROOT)


def on_disk() -> set[str]:
    """Names of all files that are there, without those put aside."""
    top = root()
    found = {path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file()}
    return {name for name in found if not name.startswith((BEFORE, FRESH))}


@dataclass
class Switch:
    """The uploads of a backup on their way into the folder; `others`: files that the backup does not know."""

    replaced: list[str]
    others: set[str]

    def finish(self) -> int:
        """After the database: what only the state before knew goes aside; answers how many files that is."""
        top = root()
        shutil.rmtree(top / BEFORE, ignore_errors=True)
        aside = [*self.replaced, *self.others]
        for name in aside:
            _move(top / name, top / BEFORE / name)
        for name in self.replaced:
            _move(top / FRESH / name, top / name)
        shutil.rmtree(top / FRESH, ignore_errors=True)
        return len(aside)


def bring(file: zipfile.ZipFile, manifest: archive.Manifest) -> Switch:
    """Unpack what is not there yet; a file with the same name and another content waits beside until the end."""
    top = root()
    top.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(top / FRESH, ignore_errors=True)
    there, replaced = on_disk(), []
    for name in manifest.uploads:
        part = archive.UPLOADS + name
        if name in there and _digest(top / name) == manifest.parts[part]["sha256"]:
            continue
        fresh = top / FRESH / name
        fresh.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        with file.open(part) as source, open(os.open(fresh, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as target:
            shutil.copyfileobj(source, target, archive.PIECE)
            os.fsync(target.fileno())
        if name in there:
            replaced.append(name)
        else:
            _move(fresh, top / name)
    return Switch(replaced, there - {*manifest.uploads})


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    source.replace(target)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
