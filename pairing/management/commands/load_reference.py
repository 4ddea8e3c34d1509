from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from pairing.reference import load_reference


class Command(BaseCommand):
    help = "Loads the working-day calendar and the usual categories; what is there already stays as it is."

    def handle(self, **options):
        years, days, categories = load_reference()
        words = {"years": years, "days": days, "categories": categories}
        self.stdout.write(_("Added: %(years)s years with %(days)s special days, %(categories)s categories.") % words)
