"""A question somebody asks again and again: a name for an address."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SavedQuestion(models.Model):
    """`page`: the name of a page of reports; `query`: the question as it stands in the address."""

    person = models.ForeignKey(User, models.CASCADE, related_name="saved_questions")
    name = models.CharField(_("name"), max_length=60)
    page = models.CharField(max_length=40)
    query = models.CharField(max_length=1000, blank=True)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("saved question")
        verbose_name_plural = _("saved questions")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="saved_question_once")]

    def __str__(self):
        return self.name
