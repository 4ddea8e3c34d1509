"""manage.py restore_drill [FILE]: prove that a backup can be restored."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts import jobs
from config.backup import CareError
from config.backup.nightly import rehearse


class Command(BaseCommand):
    help = "Restore a backup (default: the latest of BACKUP_DIR) on a throwaway server and compare; nothing is touched."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, nargs="?")

    def handle(self, *args, file, **options):
        with jobs.alone("restore_drill") as mine:
            if not mine:
                raise CommandError(_("Another drill is running. Wait for its end."))
            try:
                with jobs.recorded("restore_drill") as run:
                    rehearse(run, file and file.absolute())
            except CareError as error:
                raise CommandError(str(error)) from error
        self.stdout.write(run.words)
        for name, number in run.row.details.items():
            self.stdout.write(f"{name}: {number}")
