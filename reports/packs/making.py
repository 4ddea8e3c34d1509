"""How a pack comes about: asked for on a page or by the schedule, made by a worker, its files kept for a while."""

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

PARTS = 3  # reading, document, spreadsheet
KEPT = timedelta(days=90)  # the files; what was asked for stays known
AGAIN = timedelta(hours=1)  # a scheduled pack that failed is tried again after so long
GIVEN_UP = timedelta(minutes=10)  # a pack that takes longer was left by a worker that died


def ask(programme, span, *, person, without=()):
    """The Pack that a person asks for; while the same one is already coming, that one: two presses make one."""
    today = timezone.localdate()
    with transaction.atomic():
        type(programme).objects.select_for_update(no_key=True).get(pk=programme.pk)
        same = Pack.objects.filter(programme=programme, period=span.period, first=span.first, asked_by=person)
        return same.coming().first() or Pack.objects.create(
            programme=programme, period=span.period, first=span.first, last=span.last, as_of=min(span.last, today),
            asked_by=person, without=sorted(without), parts=PARTS,
        )  # fmt: skip


def waiting(now=None):
    """Packs that somebody has to make, those of the schedule that failed some time ago once more."""
    now = now or timezone.now()
    again = Q(state=Pack.State.FAILED, asked_by=None, ended_at__lt=now - AGAIN)
    return Pack.objects.to_make(now, GIVEN_UP, again)


def make(pk):
    """Make the files of a pack, unless another worker has it; answers whether this one did."""
    with translation.override(settings.LANGUAGE_CODE):
        return Pack.make(waiting(), pk, PARTS, _make)


def _make(pack):
    _part(pack, 0, _("Reading the figures"))
    span = Span(pack.period, pack.first, pack.last)
    contents = read(pack.programme, span, timezone.localdate(), without=pack.without)
    forget_files(pack)
    _part(pack, 1, _("Writing the document"))
    _keep(pack.docx, papers.write_document, contents)
    _part(pack, 2, _("Writing the spreadsheet"))
    _keep(pack.xlsx, papers.write_spreadsheet, contents)
    pack.sentences, pack.as_of = contents.sentences, contents.as_of
    return ("sentences", "as_of", "docx", "xlsx")


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
