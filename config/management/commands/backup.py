"""manage.py backup FILE: the database and the uploads in one file."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from config.backup import CareError
from config.backup.saving import save


class Command(BaseCommand):
    help = "Write the database and the uploads, as of one moment, into one file. Work goes on meanwhile."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *args, file, **options):
        try:
            done = save(file.absolute(), self.stdout.write)
        except CareError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("%(file)s: %(size)s, %(rows)s rows, %(uploads)s uploads. It holds personal data: keep it as carefully.")
            % {"file": done.path, "size": filesizeformat(done.size), "rows": done.rows, "uploads": done.uploads}
        )
        for sentence in done.remarks():
            self.stdout.write(sentence)
