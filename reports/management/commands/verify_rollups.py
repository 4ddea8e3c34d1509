"""manage.py verify_rollups: the sums behind the figures against a recount of the dated rows."""

from datetime import date, timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pairing.models import Programme
from reports import rollups
from reports.rollups.checking import Busy, compare


class Command(BaseCommand):
    help = (
        "Compares every sum behind the figures, and the facts of pairs, with a recount of the dated rows on the days "
        "asked for (default: today, a week ago and the last day of each of the twelve months before), and all that is "
        "kept for any body, category and day with what reading everything anew would make. Exits 1 on a difference."
    )

    def add_arguments(self, parser):
        parser.add_argument("--day", action="append", type=date.fromisoformat, help="YYYY-MM-DD; may be repeated")
        parser.add_argument("--programme", type=int, help="id of one programme (default: all)")
        parser.add_argument("--rebuild", action="store_true", help="first make all sums anew from the dated rows")

    def handle(self, *, day, programme, rebuild, verbosity, **options):
        programmes = list(Programme.objects.filter(pk=programme) if programme else Programme.objects.order_by("pk"))
        if programme and not programmes:
            raise CommandError(_("There is no programme %(id)s.") % {"id": programme})
        say = self.stdout.write if verbosity > 1 else lambda sentence: None
        for each in programmes if rebuild else ():
            rollups.rebuild(each, say=say)
        days = day or usual_days(timezone.localdate())
        try:
            found = [(each, difference) for each in programmes for difference in compare(each, days, anew=True)]
        except Busy as error:
            raise CommandError(_("Too much is going on. Try again at a quieter hour.")) from error
        for each, difference in found:
            self.stdout.write(f"{each}: {difference}")
        if found:
            raise CommandError(
                ngettext("%(n)s sum is wrong.", "%(n)s sums are wrong.", len(found)) % {"n": len(found)}
                + " "
                + _("manage.py verify_rollups --rebuild makes them anew.")
            )
        words = {"n": len(days), "programmes": len(programmes), "figures": len(rollups.EVERY)}
        self.stdout.write(
            _("%(figures)s figures of %(programmes)s programmes on %(n)s days: sums and recount agree.") % words
        )


def usual_days(today):
    """Today, a week ago, and the last days of the twelve months before."""
    ends = [today.replace(day=1) - timedelta(days=1)]
    while len(ends) < 12:
        ends.append(ends[-1].replace(day=1) - timedelta(days=1))
    return [today, today - timedelta(days=7), *ends]
