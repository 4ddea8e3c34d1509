"""专题会: a meeting of the working group, in the calendar of those concerned."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pairing.models.programme import Programme


class Meeting(models.Model):
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="meetings", verbose_name=_("programme"))
    subject = models.CharField(_("subject"), max_length=120)
    starts_at = models.DateTimeField(_("begins"))
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), default=60)
    place = models.CharField(_("place"), max_length=120, blank=True)
    branches_invited = models.BooleanField(_("secretaries are invited too"), default=False)
    cancelled_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("meeting")
        ordering = ["starts_at", "pk"]

    def __str__(self):
        return self.subject
