"""An issued table: what was reported on a day, kept for good. Insert-only, like the record."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Seat
from pairing.models import Programme, RuleVersion, overseen_programme_ids

EVERYBODYS = ("solved",)  # tables of the whole programme, which every branch reads as they are today


class IssuedTableQuerySet(models.QuerySet):
    def visible_to(self, user):
        """All of overseen programmes; of the others what every branch of the programme may read."""
        everybodys = Q(report__in=EVERYBODYS, programme__in=Programme.objects.for_user(user).values("pk"))
        return self.filter(Q(programme__in=overseen_programme_ids(user)) | everybodys)


class IssuedTable(models.Model):
    """`report`: which table; `question`: its parameters; `digest`: SHA-256 over head and rows in canonical form.

    All words are kept as they were printed: title, second line, columns, total, counting rules, who issued it.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="issued_tables")
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    number = models.CharField(max_length=40)
    report = models.CharField(max_length=40)
    question = models.JSONField(default=dict)
    as_of = models.DateField()
    title = models.CharField(max_length=200)
    second_line = models.CharField(max_length=400)
    columns = models.JSONField()  # [{"name", "label", "width", "number", "day", "page", "group"}]
    total = models.CharField(max_length=400)
    counting_rules = models.JSONField()  # [sentence]
    rule_version = models.ForeignKey(RuleVersion, models.PROTECT, null=True, related_name="+")
    rows_count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField(default=timezone.now)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    person_name = models.CharField(max_length=60)
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    seat_title = models.CharField(max_length=120)
    note = models.CharField(max_length=400, blank=True)

    objects = IssuedTableQuerySet.as_manager()

    class Meta:
        verbose_name = _("issued table")
        verbose_name_plural = _("issued tables")
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "year", "sequence"], name="issued_table_number"),
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="issued_table_has_digest"),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"

    def get_absolute_url(self):
        return reverse("reports:issued", args=[self.pk])


class IssuedRow(models.Model):
    """One row as printed. `key` names the thing it is about, so that two tables can be compared row by row."""

    table = models.ForeignKey(IssuedTable, models.PROTECT, related_name="rows")
    index = models.PositiveIntegerField()
    key = models.CharField(max_length=80)
    group = models.CharField(max_length=200, blank=True)
    cells = models.JSONField(encoder=DjangoJSONEncoder)  # {column name: text, number, ISO day or null}

    class Meta:
        verbose_name = _("row of an issued table")
        verbose_name_plural = _("rows of issued tables")
        ordering = ["index"]
        constraints = [
            models.UniqueConstraint(fields=["table", "index"], name="issued_row_once"),
            models.UniqueConstraint(fields=["table", "key"], name="issued_row_key"),
        ]
