"""Files: private, served only through a view that checks visibility; evidence is optional (domain.md §6)."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from pairing.models.agreement import Agreement
from pairing.models.problem import Problem


def private_path(instance, filename):
    """A name that tells nothing: the original name is a column."""
    return f"attachments/{timezone.now():%Y/%m}/{uuid.uuid4().hex}"


class Attachment(models.Model):
    problem = models.ForeignKey(Problem, models.PROTECT, null=True, related_name="attachments")
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, related_name="attachments")
    file = models.FileField(_("file"), upload_to=private_path)
    name = models.CharField(max_length=160)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(problem__isnull=False, agreement__isnull=True)
                | models.Q(problem__isnull=True, agreement__isnull=False),
                name="attachment_of_one_thing",
            )
        ]

    def __str__(self):
        return self.name
