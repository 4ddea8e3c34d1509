"""What a worker makes while somebody watches: a pack, a whole programme as a file. One worker has it at a time."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

logger = logging.getLogger(__name__)


class State(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Being made")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Failed")


class MadeQuerySet(models.QuerySet):
    def coming(self):
        """Asked for and not there yet."""
        return self.filter(state__in=(State.WAITING, State.RUNNING))

    def to_make(self, now, given_up: timedelta, again: Q | None = None):
        """What somebody has to make: asked for, left by a worker that died, or `again` (a Q). The oldest first."""
        left = Q(state=State.RUNNING, started_at__lt=now - given_up)
        return self.filter(Q(state=State.WAITING) | left | (again or Q(pk__in=()))).order_by("asked_at", "pk")


class Made(models.Model):
    """`parts_done` of `parts` tell how far it is, `part_words` what is being done."""

    State = State

    asked_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    parts = models.PositiveSmallIntegerField(default=0)
    parts_done = models.PositiveSmallIntegerField(default=0)
    part_words = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        abstract = True

    @property
    def is_coming(self):
        return self.state in (State.WAITING, State.RUNNING)

    @classmethod
    def make(cls, to_make, pk, parts: int, work: Callable):
        """Have `work` fill the row `pk` of `to_make`, unless another worker has it; answers whether this one did.

        `work` gets the row and answers the names of the fields it has set. What goes wrong is kept and raised again.
        """
        now, mine = timezone.now(), to_make.filter(pk=pk)
        if not mine.update(state=State.RUNNING, started_at=now, parts_done=0, parts=parts):
            return False
        row = cls.objects.select_related("programme__committee").get(pk=pk)
        try:
            fields = work(row)
        except Exception as error:
            logger.exception("%s %s could not be made", cls._meta.model_name, pk)
            words = f"{type(error).__name__}: {error}"
            cls.objects.filter(pk=pk).update(state=State.FAILED, ended_at=timezone.now(), error=words)
            raise
        row.state, row.ended_at, row.parts_done, row.part_words = State.DONE, timezone.now(), parts, ""
        row.save(update_fields=["state", "ended_at", "parts_done", "part_words", *fields])
        return True

    def make_again(self):
        """Have it made anew; answers whether it was at rest."""
        at_rest = type(self).objects.filter(pk=self.pk, state__in=(State.DONE, State.FAILED))
        now = timezone.now()
        return bool(at_rest.update(state=State.WAITING, asked_at=now, started_at=None, parts_done=0, error=""))
