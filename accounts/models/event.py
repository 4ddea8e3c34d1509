"""The record: insert-only, written through one function (accounts.record.write)."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class EventQuerySet(models.QuerySet):
    def of(self, obj):
        """Everything that happened to `obj`, oldest first."""
        return self.filter(object_type=obj._meta.model_name, object_id=obj.pk).order_by("happened_at", "pk")


class Event(models.Model):
    """One thing that happened: who, in which seat, to what, from which state to which.

    `happened_at` is when it took place, `recorded_at` when it was written. Names are kept as text as they were on
    that day. A database trigger refuses UPDATE and DELETE, and the application's role has no right to either.
    """

    class Result(models.TextChoices):
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")

    happened_at = models.DateTimeField(_("happened at"))
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, related_name="+", verbose_name=_("person")
    )
    person_name = models.CharField(_("name"), max_length=60, blank=True)
    seat = models.ForeignKey("accounts.Seat", models.DO_NOTHING, null=True, related_name="+", verbose_name=_("seat"))
    seat_title = models.CharField(_("seat"), max_length=120, blank=True)
    on_behalf_of = models.CharField(_("on behalf of"), max_length=60, blank=True)
    action = models.CharField(_("action"), max_length=40)
    object_type = models.CharField(_("kind of object"), max_length=40, blank=True)
    object_id = models.BigIntegerField(null=True)
    object_label = models.CharField(_("object"), max_length=200, blank=True)
    source = models.CharField(_("from state"), max_length=20, blank=True)
    target = models.CharField(_("to state"), max_length=20, blank=True)
    note = models.TextField(_("note"), blank=True)
    details = models.JSONField(_("details"), default=dict, encoder=DjangoJSONEncoder)
    cause = models.ForeignKey("self", models.DO_NOTHING, null=True, related_name="consequences")
    result = models.CharField(_("result"), max_length=8, choices=Result, default=Result.DONE)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("the record")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "happened_at"], name="event_object"),
            models.Index(fields=["happened_at"], name="event_happened"),
            models.Index(fields=["person", "recorded_at"], name="event_person"),
        ]

    def __str__(self):
        at = timezone.localtime(self.happened_at)
        return f"{at:%Y-%m-%d %H:%M} {self.person_name} {self.action} {self.object_label}"
