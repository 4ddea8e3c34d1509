"""A whole programme as one file to leave with, and how far it is."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Seat
from pairing.models import Programme


def departure_path(instance, filename):
    """A name that tells nothing; the file is served through a view that checks who asks."""
    return f"departures/{timezone.now():%Y/%m}/{uuid.uuid4().hex}"


class Departure(models.Model):
    """`parts_done` of `parts` tell how far it is; the file is made by a task and removed after some days."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being made")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="departures")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    parts = models.PositiveSmallIntegerField(default=0)
    parts_done = models.PositiveSmallIntegerField(default=0)
    part_words = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)
    file = models.FileField(upload_to=departure_path, blank=True)
    size = models.PositiveBigIntegerField(default=0)  # bytes

    class Meta:
        verbose_name = _("programme as a file")
        verbose_name_plural = _("programmes as files")
        ordering = ["-asked_at", "-pk"]

    @property
    def is_coming(self):
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def is_ready(self):
        return self.state == self.State.DONE and bool(self.file)
