from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _

from pairing.worldmaker.maker import PASSWORD, Size, make_world


class Command(BaseCommand):
    help = "Makes a world of any size for measuring: committee, branches, people, problems, agreements and the record."

    def add_arguments(self, parser):
        parser.add_argument("--branches", type=int, default=1000)
        parser.add_argument("--problems", type=int, default=10_000)
        parser.add_argument("--agreements", type=int, default=3000)
        parser.add_argument("--years", type=int, default=3)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--running", type=int, default=0, help="percent of the agreements that run today")

    def handle(self, *, branches, problems, agreements, years, seed, running, verbosity, **options):
        if settings.PRODUCTION:
            raise CommandError(_("Made worlds have published passwords: they are not written into production."))
        try:
            size = Size(
                branches=branches, problems=problems, agreements=agreements, years=years, seed=seed, running=running
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        say = self.stdout.write if verbosity > 1 else lambda sentence: None
        programme = make_world(size, say=say)
        with connection.cursor() as cursor:  # the planner must know what is there; also empties the index queues
            cursor.execute("VACUUM ANALYZE")
        code = programme.committee.code.lower()
        names = "、".join(f"{code}{name}" for name in ("s0", "reviewer", "lead", "supervisor", "leader"))
        self.stdout.write(_("Made: %(name)s") % {"name": programme.name})
        self.stdout.write(
            _("Accounts: %(accounts)s; password: %(password)s") % {"accounts": names, "password": PASSWORD}
        )
