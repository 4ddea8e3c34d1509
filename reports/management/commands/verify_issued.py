"""Recompute the digest of every issued table."""

from django.core.management.base import BaseCommand, CommandError

from reports.kept import fits
from reports.models import IssuedTable


class Command(BaseCommand):
    """Says how many fit; ends with an error that names those that do not."""

    help = __doc__

    def handle(self, *args, **options):
        count, wrong = 0, []
        for issued in IssuedTable.objects.order_by("pk").iterator():
            count += 1
            if not fits(issued):
                wrong.append(f"{issued.number} (id {issued.pk})")
        if wrong:
            raise CommandError(f"The digest does not fit: {', '.join(wrong)}.")
        self.stdout.write(f"{count} issued tables; every digest fits.")
