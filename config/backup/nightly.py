"""The backup of every night and the drill of every week: where to, and what is kept."""

import re
import time
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.jobs import Run
from accounts.models import JobRun
from config.backup import CareError
from config.backup.drill import drill
from config.backup.saving import save

NAME = re.compile(r"jiedui-(\d{6})\d{2}-\d{6}\.zip")
MONTHS = 12  # of each of so many months the last one is kept
ABANDONED = 24 * 3600  # seconds; a half file so old was left by a killed run
RIPE = timedelta(days=1)  # a new installation has nothing to be drilled yet


def folder() -> Path:
    """BACKUP_DIR, made when it is missing, closed to others."""
    path = Path(settings.BACKUP_DIR)
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CareError(
            _("The folder of the backups %(folder)s cannot be made: %(why)s") % {"folder": path, "why": error.strerror}
        ) from error
    return path


def latest() -> Path | None:
    """The newest backup of the folder."""
    return max(
        (path for path in Path(settings.BACKUP_DIR).glob("jiedui-*.zip") if NAME.fullmatch(path.name)), default=None
    )


def back_up(run: Run) -> None:
    """Write tonight's backup and remove what is no longer kept."""
    place = folder()
    done = save(place / f"jiedui-{timezone.localtime():%Y%m%d-%H%M%S}.zip")
    removed = tidy(place)
    run.count(size=done.size, rows=done.rows, uploads=done.uploads, missing=len(done.missing), removed=removed)
    words = _("%(file)s, %(size)s") % {"file": done.path.name, "size": filesizeformat(done.size)}
    run.words = " ".join([words, *done.remarks()])


def tidy(place: Path) -> int:
    """Remove backups no longer kept and half files of killed runs; answers how many backups that was."""
    for part in place.glob(".jiedui-*.part"):
        if time.time() - part.stat().st_mtime > ABANDONED:
            part.unlink()
    names = {path.name for path in place.iterdir() if NAME.fullmatch(path.name)}
    gone = names - kept(names, settings.BACKUP_KEEP)
    for name in gone:
        (place / name).unlink()
    return len(gone)


def kept(names: Iterable[str], newest: int) -> set[str]:
    """Which of these names stay: the newest ones, and the last one of each of MONTHS months."""
    ordered = sorted(names, reverse=True)
    of_month: dict[str, str] = {}
    for name in ordered:
        of_month.setdefault(NAME.fullmatch(name)[1], name)
    return {*ordered[:newest], *list(of_month.values())[:MONTHS]}


def rehearse(run: Run, path: Path | None = None) -> None:
    """Restore a backup, else the latest, on a throwaway server; CareError when it is of no use."""
    path = path or latest()
    if path is None:
        raise CareError(_("There is no backup in %(folder)s yet.") % {"folder": settings.BACKUP_DIR})
    done = drill(path)
    run.count(tables=done.tables, rows=done.rows, figures=done.figures, uploads=len(done.manifest.uploads))
    run.words = _("%(file)s was restored and is whole.") % {"file": path.name}


def ripe() -> bool:
    """Whether there has been a backup for long enough to drill one."""
    return JobRun.objects.filter(
        name="backup", outcome=JobRun.Outcome.DONE, ended_at__lt=timezone.now() - RIPE
    ).exists()
