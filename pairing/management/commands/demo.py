from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from pairing.demo.company import ACCOUNTS, PASSWORD
from pairing.demo.world import ARTICLE, load_demo


class Command(BaseCommand):
    help = "Plays the demo programmes: the article's of 2020-2021 and a small one of this year. Twice does no more."

    def add_arguments(self, parser):
        parser.add_argument("--article-only", action="store_true", help="without the programme of this year")

    def handle(self, *, article_only, **options):
        if settings.PRODUCTION:
            raise CommandError(_("The demo world has published passwords: it is not loaded into production."))
        added = load_demo(only=ARTICLE if article_only else "")
        if not added:
            self.stdout.write(_("The demo world is there already; nothing was changed."))
        for name in added:
            self.stdout.write(_("Loaded: %(name)s") % {"name": name})
        accounts = "、".join(ACCOUNTS)
        self.stdout.write(
            _("Accounts: %(accounts)s; password: %(password)s") % {"accounts": accounts, "password": PASSWORD}
        )
