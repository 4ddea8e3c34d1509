"""manage.py census: figures and names of uploads of this database as JSON; a drill compares them."""

import json
from datetime import date

from django.core.management.base import BaseCommand
from django.utils import timezone

from config.backup import census, uploads


class Command(BaseCommand):
    help = "Print the figures of the statistics as of a day and the names of all uploads as JSON."

    def add_arguments(self, parser):
        parser.add_argument("--day", type=date.fromisoformat, default=None, help="YYYY-MM-DD, default today")

    def handle(self, *args, day, **options):
        found = {"figures": census.figures(day or timezone.localdate()), "uploads": sorted(uploads.named())}
        self.stdout.write(json.dumps(found, ensure_ascii=False))
