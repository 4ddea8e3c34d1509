"""manage.py load_organisations FILE: tree, people and seats from a spreadsheet (docs/organisations.md)."""

import csv
import getpass
import os
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import record
from accounts.loading.checking import check, known_now
from accounts.loading.files import UnreadableFileError, read
from accounts.loading.writing import Writer
from accounts.spreadsheet import harmless


class Command(BaseCommand):
    help = "Load organisations, unit links, posts, people and seats from .xlsx or .csv; all of the file or nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")
        parser.add_argument("--passwords", type=Path, metavar="OUT.csv", help="write made-up passwords here, not out")

    def handle(self, *args, file, dry_run, passwords, **options):
        try:
            reading = read(file)
        except UnreadableFileError as error:
            raise CommandError(str(error)) from error
        self.refuse(reading.complaints + check(reading.rows, known_now()))
        with transaction.atomic():
            writer = Writer(self.loaded(file))
            writer.write(reading.rows)
            self.refuse(writer.complaints)
            if dry_run:
                transaction.set_rollback(True)
            elif passwords and writer.passwords:
                self.write_passwords(passwords, writer.passwords)
        for change in writer.changes:
            self.stdout.write(change)
        if dry_run:
            self.stdout.write(_("Nothing was saved; %(count)s changes would be made.") % {"count": len(writer.changes)})
            return
        self.stdout.write(_("Loaded; %(count)s changes were made.") % {"count": len(writer.changes)})
        if writer.passwords and not passwords:
            self.stdout.write(_("Initial passwords, shown this once:"))
            for line in writer.passwords:
                self.stdout.write("\t".join(line))

    def loaded(self, file):
        """The Event that causes all others of this run; who typed the command is known by the machine's account."""
        return record.write("loaded", details={"file": file.name, "account": getpass.getuser()})

    def refuse(self, complaints):
        if complaints:
            heading = _("Nothing was loaded. Put this right first (%(count)s):") % {"count": len(complaints)}
            raise CommandError("\n".join([heading, *complaints]))

    def write_passwords(self, path, passwords):
        """A new file that only its owner reads; an existing one is never overwritten."""
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            sentence = _("Nothing was loaded: %(file)s cannot be written: %(why)s")
            raise CommandError(sentence % {"file": path, "why": error.strerror}) from error
        with open(handle, "w", encoding="utf-8-sig", newline="") as out:
            rows = csv.writer(out)
            rows.writerow(["用户名", "姓名", "初始密码"])
            rows.writerows([harmless(cell) for cell in line] for line in passwords)
