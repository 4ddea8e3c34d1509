"""How a running pair stands today: planned and reported progress, visits, silence, and the risk that follows.

One row per running pair, written anew by pairing.supervision (every pair each night, single pairs after they changed),
so that lists and the board of visits read columns and compute nothing.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

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
    risk = models.PositiveSmallIntegerField(default=0)  # 0: nothing to see; the sum of the weights of the reasons
    reasons = ArrayField(models.CharField(max_length=16, choices=Reason), default=list)

    class Meta:
        indexes = [models.Index(fields=["programme", "-risk", "agreement"], name="standing_risk")]

    @property
    def gap(self):
        """Points between both sides' statements; 0 while one is missing."""
        return 0 if self.lowest is None or self.highest is None else self.highest - self.lowest
