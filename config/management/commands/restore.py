"""manage.py restore FILE: everything as it was when the backup was made."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _

from accounts.jobs import recorded
from config.backup import CareError, archive, restoring, uploads


class Command(BaseCommand):
    help = "Put the state of a backup back, while the services run; asks before. The state before is kept aside."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args, file, yes, **options):
        path = file.absolute()
        try:
            with archive.opened(path) as (content, manifest):
                self.stdout.write(_("Examining %(file)s") % {"file": path})
                restoring.examine(content, manifest, path)
                if not yes:
                    self.ask(manifest)
                done = restoring.restore(content, manifest, self.stdout.write)
        except CareError as error:
            raise CommandError(str(error)) from error
        moment = f"{done.manifest.moment:%Y-%m-%d %H:%M:%S}"
        with recorded("restore") as run:
            run.words = _("The state of %(moment)s was restored.") % {"moment": moment}
        self.stdout.write(run.words)
        self.stdout.write(
            _("The state before is kept until the next restore: the database %(name)s, and %(n)s files in %(folder)s.")
            % {"name": done.before, "n": done.aside, "folder": uploads.root() / uploads.BEFORE}
        )

    def ask(self, manifest):
        """The word yes, or nothing happens."""
        names = {
            "name": connection.settings_dict["NAME"], "moment": f"{manifest.moment:%Y-%m-%d %H:%M:%S}",
            "folder": uploads.root(),
        }  # fmt: skip
        self.stdout.write(
            _(
                "Everything in the database %(name)s and in %(folder)s is replaced by the state of %(moment)s; "
                "what was entered since then is no longer there."
            )
            % names
        )
        self.stdout.write(_("Type yes: "), ending="")
        self.stdout.flush()
        try:
            answer = input()
        except EOFError:
            answer = ""
        if answer.strip().lower() not in ("yes", "是"):
            raise CareError(_("Not confirmed. Nothing was changed."))
