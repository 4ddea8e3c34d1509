"""The pack of a period (sentences, figures, table, cases, difficulties) as files, and who gets it by itself."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from pairing.models import Programme, overseen_programme_ids
from reports.models.made import Made, MadeQuerySet


class Period(models.TextChoices):
    WEEK = "week", _("Weekly card")
    MONTH = "month", _("Monthly pack")
    YEAR = "year", _("Yearly pack")


class Subscription(models.Model):
    """Who wants a pack as soon as its period is over; nobody does by default."""

    person = models.ForeignKey(User, models.CASCADE, related_name="pack_subscriptions")
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="+")
    period = models.CharField(max_length=5, choices=Period)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("subscription to packs")
        verbose_name_plural = _("subscriptions to packs")
        constraints = [
            models.UniqueConstraint(fields=["person", "programme", "period"], name="subscription_once"),
        ]


def private_path(instance, filename):
    """A name that tells nothing; the file is served through a view that checks who asks."""
    return f"packs/{timezone.now():%Y/%m}/{uuid.uuid4().hex}"


class PackQuerySet(MadeQuerySet):
    def visible_to(self, user):
        """A pack holds the whole programme: it is for who oversees it."""
        return self.filter(programme__in=overseen_programme_ids(user))


class Pack(Made):
    """`first` to `last`: the days of the period; `asked_by`: None where the schedule asked.

    The files are made by a task and removed when they are old.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="packs")
    period = models.CharField(max_length=5, choices=Period)
    first = models.DateField()
    last = models.DateField()
    as_of = models.DateField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    sentences = models.JSONField(default=list)
    without = models.JSONField(default=list)  # ids of the problems that were left out of the cases
    docx = models.FileField(upload_to=private_path, blank=True)
    xlsx = models.FileField(upload_to=private_path, blank=True)
    told_at = models.DateTimeField(null=True)  # the subscribers heard of it

    objects = PackQuerySet.as_manager()

    class Meta:
        verbose_name = _("pack")
        verbose_name_plural = _("packs")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "period", "first"], condition=Q(asked_by__isnull=True), name="pack_scheduled_once"
            ),
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="pack_period_has_days"),
        ]

    def __str__(self):
        return f"{self.programme} {self.period} {self.first:%Y-%m-%d}"

    def get_absolute_url(self):
        return reverse("reports:pack", args=[self.pk])

    @property
    def is_ready(self):
        return self.state == self.State.DONE and bool(self.docx)
