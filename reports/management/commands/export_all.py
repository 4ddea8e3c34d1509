"""Everything of a programme in one .zip that is read without this software."""

import os
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import record
from pairing.models import Programme
from reports.leaving.archive import PARTS, write_archive


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("programme", help="its number, or its name")
        parser.add_argument("file", type=Path, help="the .zip to write; it must not exist yet")

    def handle(self, *, programme, file, verbosity, **options):
        found = self._programme(programme)
        if file.exists():
            raise CommandError(_("%(file)s exists already. Name another file.") % {"file": file})
        say = self.stdout.write if verbosity else lambda words: None
        with translation.override(settings.LANGUAGE_CODE):
            record.write("take_departure", obj=found, details={"file": file.name, "by": "command"})
            with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as target:
                write_archive(target, found, lambda done, words: say(f"{done + 1}/{PARTS} {words}"))
        self.stdout.write(_("Written: %(file)s") % {"file": file})

    def _programme(self, asked):
        every = Programme.objects.select_related("committee").order_by("pk")
        found = [p for p in every if asked in (str(p.pk), p.name)]
        if len(found) == 1:
            return found[0]
        names = "\n".join(f"{p.pk}  {p.name}" for p in every)
        raise CommandError(_("There is not one programme “%(asked)s”. There are:") % {"asked": asked} + f"\n{names}")
