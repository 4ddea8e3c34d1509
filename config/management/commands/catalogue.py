import json

from django.core.management.base import BaseCommand

from config.quality.catalogue import places


class Command(BaseCommand):
    help = "Prints every page type and role with an address in the demo world, as JSON (config/quality/catalogue.py)."

    def handle(self, **options):
        self.stdout.write(json.dumps(places(), ensure_ascii=False, indent=1))
