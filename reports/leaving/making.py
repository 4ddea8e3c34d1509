"""How a departure comes about: asked for by the lead, made by a worker, its file kept for a few days."""

import tempfile
from datetime import timedelta
from threading import Thread

from django.conf import settings
from django.core.files import File
from django.db import connection, transaction
from django.utils import timezone, translation

from accounts import record
from accounts.models import Role
from pairing.models import Programme
from reports.leaving.archive import PARTS, write_archive
from reports.models import Departure

KEPT = timedelta(days=3)  # the file; it holds everything, so it does not lie about (domain.md §9)
GIVEN_UP = timedelta(hours=6)  # one that takes longer was left by a worker that died


def programmes_for(seat):
    """The programmes that `seat` may take along: those of the committees at or below a lead's."""
    if seat is None or seat.role != Role.LEAD:
        return Programme.objects.none()
    return Programme.objects.filter(committee__path__startswith=seat.organisation.path).order_by("-starts_on", "pk")


@transaction.atomic
def ask(programme, seat):
    """The Departure that `seat` asks for; while one of the programme is coming, that one."""
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    coming = programme.departures.coming().first()
    if coming:
        return coming
    record.write("ask_departure", seat=seat, obj=programme)
    return Departure.objects.create(programme=programme, seat=seat, person=seat.person, parts=PARTS)


def waiting(now=None):
    """Those that somebody has to make."""
    return Departure.objects.to_make(now or timezone.now(), GIVEN_UP)


def make(pk):
    """Make the file, unless another worker has it; answers whether this one did."""
    with translation.override(settings.LANGUAGE_CODE):
        return Departure.make(waiting(), pk, PARTS, _make)


def _make(departure):
    with tempfile.TemporaryFile() as file:
        write_archive(file, departure.programme, _teller(departure))
        departure.size = file.tell()
        file.seek(0)
        departure.file.save("", File(file, name="departure"), save=False)
    return ("file", "size")


def _teller(departure):
    """Writes down how far it is by a connection of its own: the archive is read in a transaction that only reads."""

    def note(done, words):
        Departure.objects.filter(pk=departure.pk).update(parts_done=done, part_words=words)
        connection.close()

    def tell(done, words):
        thread = Thread(target=note, args=(done, words))
        thread.start()
        thread.join()

    return tell


def forget_old(now=None):
    """Remove files older than KEPT; answers how many. That it was asked for stays known."""
    count = 0
    for departure in Departure.objects.filter(ended_at__lt=(now or timezone.now()) - KEPT).exclude(file=""):
        departure.file.delete(save=False)
        departure.save(update_fields=["file"])
        count += 1
    return count
