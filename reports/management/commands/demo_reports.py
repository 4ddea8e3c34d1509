"""What the demo world has among its reports: the table issued on 3 June 2021, a pack of its year, a saved question."""

from datetime import date

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Role, Seat, User
from pairing.models import Programme
from reports.issuing import draw, issue
from reports.models import IssuedTable, Pack, SavedQuestion
from reports.packs import making
from reports.packs.spans import span_of
from reports.question_form import QuestionForm
from reports.whole import SOLVED

AS_OF = date(2021, 6, 3)
NOTE = "供公司党委会议使用"
SAVED = "2021年逐月汇总"


class Command(BaseCommand):
    """To be called after `demo`. Twice does no more."""

    help = __doc__

    def handle(self, *args, **options):
        if settings.PRODUCTION:
            raise CommandError("The demo world is not loaded into production.")
        self._issue()
        self._pack()

    def _pack(self):
        programme = Programme.objects.filter(starts_on__lte=AS_OF).first()
        person = User.objects.filter(username="leader").first()
        if programme and person and not Pack.objects.exists():
            making.make(making.ask(programme, span_of("year", AS_OF), person=person).pk)

    def _issue(self):
        for programme in Programme.objects.filter(starts_on__lte=AS_OF).select_related("committee"):
            seats = Seat.objects.filter(
                role=Role.REVIEWER, organisation=programme.committee, person__username="reviewer"
            )
            if (seat := seats.first()) and not IssuedTable.objects.filter(programme=programme).exists():
                question = {"programme": str(programme.pk), "as_of": AS_OF.isoformat()}
                form = QuestionForm(question, user=seat.person, today=timezone.localdate(), filters=True)
                form.full_clean()
                issued, _made = issue(draw(SOLVED, form, seat.person), seat=seat, note=NOTE)
                self.stdout.write(str(issued))
        for leader in User.objects.filter(username="leader"):
            question = {"page": "summary", "query": "group=month&year=2021"}
            SavedQuestion.objects.get_or_create(person=leader, name=SAVED, defaults=question)
