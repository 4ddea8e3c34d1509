"""The outbox and the inbox: one row per person, object, step and occasion; never lost, never doubled."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class DigestQuerySet(models.QuerySet):
    def with_something_to_say(self, at):
        """Those whose person has notices to be sent at `at`; in the others everything was settled without a message."""
        return self.filter(models.Exists(Notice.objects.to_send(at).filter(person=models.OuterRef("person"))))


class Digest(models.Model):
    """The one message of a person and working day; claimed by conditional UPDATE, a stale claim is free again."""

    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    day = models.DateField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)  # after a failure; until then nobody claims it
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)  # of the last attempt, in words; every attempt is a Delivery

    objects = DigestQuerySet.as_manager()

    class Meta:
        verbose_name = _("message of a day")
        verbose_name_plural = _("messages of days")
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="digest_once_per_day")]
        indexes = [models.Index(fields=["day"], name="digest_waiting", condition=models.Q(sent_at__isnull=True))]


UNREAD = """
SELECT COUNT(*) FROM (SELECT FROM pairing_notice WHERE person_id = %s AND read_at IS NULL LIMIT %s) AS unread
"""


class NoticeQuerySet(models.QuerySet):
    def unread(self):
        return self.filter(read_at__isnull=True)

    def count_unread(self, person, most):
        """The number of unread ones of a person, `most` at most.

        Every page asks. Written out, because to put the text together costs ten times what the database does.
        """
        with connection.cursor() as cursor:
            cursor.execute(UNREAD, [person.pk, most])
            return cursor.fetchone()[0]

    def unsent(self):
        return self.filter(sent_at__isnull=True)

    def to_send(self, at):
        """Not sent, not read, and planned for no later moment than `at`."""
        return self.unsent().unread().filter(planned_at__lte=at)


class Notice(models.Model):
    """Something a person is told. The inbox is the record; a message only points to it.

    `occasion` is the due date, the entry of the state or the event the step belongs to; with person, object and step
    it is unique, so that planning twice changes nothing. `details` holds the values that the wording needs.
    """

    person = models.ForeignKey(User, models.PROTECT, related_name="notices")
    object_type = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    step = models.CharField(max_length=40)
    occasion = models.CharField(max_length=40)
    level = models.CharField(max_length=8, blank=True)
    details = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    planned_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    digest = models.ForeignKey(Digest, models.PROTECT, null=True, related_name="notices")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-planned_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "object_type", "object_id", "step", "occasion"], name="notice_once"
            )
        ]
        indexes = [
            models.Index(fields=["person", "-planned_at"], name="notice_inbox"),
            models.Index(fields=["planned_at"], name="notice_unsent", condition=models.Q(sent_at__isnull=True)),
            models.Index(
                fields=["person", "planned_at"], name="notice_unsent_of", condition=models.Q(sent_at__isnull=True)
            ),
        ]


class PlanMark(models.Model):
    """Up to which Event the planner has read the record; locked while it plans, so two planners take turns."""

    event_id = models.BigIntegerField(default=0)
    full_on = models.DateField(null=True)  # the last day for which all running matters were planned
    full_at = models.DateTimeField(null=True)
