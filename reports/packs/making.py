"""How a pack comes about: asked for on a page or by the schedule, made by a worker, its files kept for a while."""

import logging
import tempfile
from datetime import timedelta

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import record
from reports.models import Pack
from reports.packs import papers
from reports.packs.contents import read
from reports.packs.spans import Span

logger = logging.getLogger(__name__)
PARTS = 3  # reading, document, spreadsheet
KEPT = timedelta(days=90)  # the files; what was asked for stays known
AGAIN = timedelta(hours=1)  # a scheduled pack that failed is tried again after so long
GIVEN_UP = timedelta(minutes=10)  # a pack that takes longer was left by a worker that died
State = Pack.State


def ask(programme, span, *, person, without=()):
    """The Pack that a person asks for; while the same one is already coming, that one: two presses make one."""
    today = timezone.localdate()
    with transaction.atomic():
        type(programme).objects.select_for_update(no_key=True).get(pk=programme.pk)
        same = Pack.objects.filter(programme=programme, period=span.period, first=span.first, asked_by=person)
        coming = same.filter(state__in=(State.WAITING, State.RUNNING)).first()
        return coming or Pack.objects.create(
            programme=programme, period=span.period, first=span.first, last=span.last, as_of=min(span.last, today),
            asked_by=person, without=sorted(without), parts=PARTS,
        )  # fmt: skip


def make_again(pack):
    """Have a pack made anew, as the record is now; answers whether it was at rest."""
    at_rest = Pack.objects.filter(pk=pack.pk, state__in=(State.DONE, State.FAILED))
    return bool(at_rest.update(state=State.WAITING, asked_at=timezone.now(), started_at=None, parts_done=0, error=""))


def waiting(now=None):
    """Packs that somebody has to make: asked for, left by a worker that died, or due again. The oldest first."""
    now = now or timezone.now()
    left = Q(state=State.RUNNING, started_at__lt=now - GIVEN_UP)
    again = Q(state=State.FAILED, asked_by=None, ended_at__lt=now - AGAIN)
    return Pack.objects.filter(Q(state=State.WAITING) | left | again).order_by("asked_at", "pk")


def make(pk):
    """Make the files of a pack, unless another worker has it; answers whether this one did."""
    now = timezone.now()
    if not waiting(now).filter(pk=pk).update(state=State.RUNNING, started_at=now, parts_done=0, parts=PARTS):
        return False
    pack = Pack.objects.select_related("programme__committee").get(pk=pk)
    try:
        with translation.override(settings.LANGUAGE_CODE):
            _make(pack)
    except Exception as error:
        logger.exception("pack %s could not be made", pk)
        words = f"{type(error).__name__}: {error}"
        Pack.objects.filter(pk=pk).update(state=State.FAILED, ended_at=timezone.now(), error=words)
        raise
    return True


def _make(pack):
    _part(pack, 0, _("Reading the figures"))
    span = Span(pack.period, pack.first, pack.last)
    contents = read(pack.programme, span, timezone.localdate(), without=pack.without)
    forget_files(pack)
    _part(pack, 1, _("Writing the document"))
    _keep(pack.docx, papers.write_document, contents)
    _part(pack, 2, _("Writing the spreadsheet"))
    _keep(pack.xlsx, papers.write_spreadsheet, contents)
    pack.state, pack.ended_at, pack.parts_done, pack.part_words = State.DONE, timezone.now(), PARTS, ""
    pack.sentences, pack.as_of = contents.sentences, contents.as_of
    pack.save(
        update_fields=["state", "ended_at", "parts_done", "part_words", "sentences", "as_of", "docx", "xlsx"]
    )  # fmt: skip


def _part(pack, done, words):
    pack.parts_done, pack.part_words = done, words
    pack.save(update_fields=["parts_done", "part_words"])


def _keep(field, write, contents):
    with tempfile.TemporaryFile() as file:
        write(file, contents)
        file.seek(0)
        field.save("", File(file, name="pack"), save=False)


def forget_files(pack):
    """Remove the files of a pack from the disk; the caller saves the row."""
    for field in (pack.docx, pack.xlsx):
        if field:
            field.delete(save=False)


def forget_old(now=None):
    """Remove files older than KEPT; answers of how many packs. The packs can be made anew."""
    old = Pack.objects.filter(ended_at__lt=(now or timezone.now()) - KEPT).exclude(docx="", xlsx="")
    count = 0
    for pack in old.iterator():
        forget_files(pack)
        pack.save(update_fields=["docx", "xlsx"])
        count += 1
    return count


def note_taken(pack, suffix, *, seat, person):
    """A file of a pack was taken along."""
    record.write("export", seat=seat, person=person, obj=pack, details={"format": suffix})
