"""A whole programme as one file to leave with, and how far it is."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Seat
from pairing.models import Programme
from reports.models.made import Made, MadeQuerySet


def departure_path(instance, filename):
    """A name that tells nothing; the file is served through a view that checks who asks."""
    return f"departures/{timezone.now():%Y/%m}/{uuid.uuid4().hex}"


class Departure(Made):
    """The file is made by a task and removed after some days."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="departures")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    file = models.FileField(upload_to=departure_path, blank=True)
    size = models.PositiveBigIntegerField(default=0)  # bytes

    objects = MadeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme as a file")
        verbose_name_plural = _("programmes as files")
        ordering = ["-asked_at", "-pk"]

    @property
    def is_ready(self):
        return self.state == self.State.DONE and bool(self.file)
