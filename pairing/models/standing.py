"""How a running pair stands today: planned and reported progress, visits, silence, and the risk that follows.

One row per running pair, written anew by pairing.supervision (every pair each night, single pairs after they changed),
so that lists and the board of visits read columns and compute nothing.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pairing.enums import RUNNING, AgreementState
from pairing.models.agreement import Agreement
from pairing.models.programme import Programme


class Reason(models.TextChoices):
    """Why a pair should be visited, the gravest first."""

    LATE = "late", _("Overdue")
    BEHIND = "behind", _("Behind plan")
    GAP = "gap", _("The two sides differ")
    NEVER_VISITED = "never_visited", _("Never visited")
    SILENCE = "silence", _("Nothing heard")
    FORMAL = "formal", _("Looks like a formal closing")


# A row that a night's round is writing is not waited for: the next tick writes it.
ROW = "(SELECT agreement_id FROM pairing_standing WHERE agreement_id = %(agreement)s FOR UPDATE SKIP LOCKED)"
ENDED = f"DELETE FROM pairing_standing WHERE agreement_id = {ROW}"
# Of a pair that was signed just now there is nothing to weigh yet; its row is of the same day as all the others.
BEGUN = """
INSERT INTO pairing_standing (agreement_id, programme_id, day, planned, behind, risk, reasons, due_on, heard_on)
VALUES (%(agreement)s, %(programme)s, coalesce((SELECT day FROM pairing_standing LIMIT 1), %(day)s), 0, false, 0, '{}',
        %(due_on)s, %(day)s)
ON CONFLICT DO NOTHING"""
VISITS = f"""
UPDATE pairing_standing s SET
    seen_on = (SELECT greatest(max(f.done_on), max(f.skipped_on)) FROM pairing_followup f
               WHERE f.agreement_id = s.agreement_id),
    visit_on = CASE WHEN %(active)s THEN (
        SELECT coalesce(max(f.planned_on) FILTER (WHERE f.planned_on <= sunday.day), min(f.planned_on))
        FROM pairing_followup f, (
            SELECT date_trunc('week', greatest(s.day, %(day)s)::timestamp)::date + 6 AS day) sunday
        WHERE f.agreement_id = s.agreement_id AND f.done_on IS NULL AND f.skipped_on IS NULL) END
WHERE s.agreement_id = {ROW}"""  # as standings.sql has them


class StandingQuerySet(models.QuerySet):
    def begin(self, agreement, day):
        """A pair that was signed on `day` stands on the board at once."""
        known = {"agreement": agreement.pk, "programme": agreement.programme_id, "day": day, "due_on": agreement.due_on}
        with connection.cursor() as cursor:
            cursor.execute(BEGUN, known)

    def note_visits(self, agreement, day):
        """The board shows at once that follow-ups of `agreement` were planned, done, skipped or dropped on `day`, that
        the pair stops or goes on, or that it has ended."""
        known = {"agreement": agreement.pk, "active": agreement.state == AgreementState.ACTIVE, "day": day}
        with connection.cursor() as cursor:
            cursor.execute(VISITS if agreement.state in RUNNING else ENDED, known)


class Standing(models.Model):
    agreement = models.OneToOneField(Agreement, models.CASCADE, primary_key=True, related_name="standing")
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="+")
    day = models.DateField()  # as of which it was computed
    planned = models.PositiveSmallIntegerField(default=0)  # percent of the goals whose day has passed
    lowest = models.PositiveSmallIntegerField(null=True)  # of the latest progress of each side, percent
    highest = models.PositiveSmallIntegerField(null=True)
    behind = models.BooleanField(default=False)
    visited_on = models.DateField(null=True)  # last follow-up done
    heard_on = models.DateField(null=True)  # last act of a party
    due_on = models.DateField(null=True)  # the due date in force
    seen_on = models.DateField(null=True)  # last day on which a follow-up was done or skipped
    # of an active pair the latest open follow-up planned up to the end of the week of `day`, else the next one
    visit_on = models.DateField(null=True)
    risk = models.PositiveSmallIntegerField(default=0)  # 0: nothing to see; the sum of the weights of the reasons
    reasons = ArrayField(models.CharField(max_length=16, choices=Reason), default=list)

    objects = StandingQuerySet.as_manager()

    class Meta:
        indexes = [  # each list of the board is read along one of them, in its order, and counted in it
            models.Index(fields=["programme", "-risk", "agreement"], include=["seen_on"], name="standing_by_risk"),
            models.Index(
                fields=["programme", "visit_on", "agreement"],
                include=["seen_on", "risk"],
                name="standing_visit",
                condition=Q(visit_on__isnull=False),
            ),
            models.Index(
                fields=["programme", "-risk", "agreement"],
                name="standing_never_visited",
                condition=Q(reasons__contains=[Reason.NEVER_VISITED.value]),
            ),
            models.Index(
                fields=["programme", "due_on", "agreement"],
                name="standing_late",
                condition=Q(reasons__contains=[Reason.LATE.value]),
            ),
        ]

    @property
    def gap(self):
        """Points between both sides' statements; 0 while one is missing."""
        return 0 if self.lowest is None or self.highest is None else self.highest - self.lowest
