"""专题会: a meeting of the working group, in the calendar of those concerned."""

from datetime import timedelta

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from pairing.models.matter import overseen_programme_ids
from pairing.models.programme import Programme


class MeetingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Meetings of overseen programmes; for secretaries those of the committees above, where they are invited."""
        seats = [seat for seat in user.current_seats if seat.role == Role.SECRETARY]
        above = {int(part) for seat in seats for part in seat.organisation.path.strip("/").split("/")}
        invited = models.Q(branches_invited=True, programme__committee__in=above)
        return self.filter(models.Q(programme__in=overseen_programme_ids(user)) | invited)


class Meeting(models.Model):
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="meetings", verbose_name=_("programme"))
    subject = models.CharField(_("subject"), max_length=120)
    starts_at = models.DateTimeField(_("begins"))
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), default=60)
    place = models.CharField(_("place"), max_length=120, blank=True)
    branches_invited = models.BooleanField(_("secretaries are invited too"), default=False)
    cancelled_at = models.DateTimeField(null=True, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        ordering = ["starts_at", "pk"]

    def __str__(self):
        return self.subject

    @property
    def ends_at(self):
        return self.starts_at + timedelta(minutes=self.minutes)

    def get_absolute_url(self):
        return reverse("pairing:meeting", args=[self.pk])
