"""活动: a committee's programme, its dated rule versions and its number series."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.models.seat import ADMINISTRATORS
from pairing.enums import Ground, ProblemClass


def all_grounds():
    return [ground.value for ground in Ground]


def default_remind_before():
    return [14, 7, 3, 0]


def default_remind_after():
    return [1, 3, 7]


class ProgrammeQuerySet(models.QuerySet):
    def overseen_by(self, user):
        """Programmes of the committees at or below the working-group, supervisor and leader seats of `user`."""
        paths = [seat.organisation.path for seat in user.current_seats if seat.oversees]
        return self.filter(path_under(paths, "committee__path"))

    def for_user(self, user):
        """Programmes `user` has to do with: overseen ones, and those of the committees above the own seats.

        The seats of administrators have to do with none (domain.md §9).
        """
        seats = [seat for seat in user.current_seats if seat.role not in ADMINISTRATORS]
        above = {int(part) for seat in seats for part in seat.organisation.path.strip("/").split("/")}
        overseen = [seat.organisation.path for seat in user.current_seats if seat.oversees]
        return self.filter(models.Q(committee__in=above) | path_under(overseen, "committee__path"))


def path_under(paths, field):
    """A Q that is true where `field` (an organisation path) starts with one of `paths`; false for none."""
    query = models.Q(pk__in=[])
    for path in paths:
        query |= models.Q(**{f"{field}__startswith": path})
    return query


class Programme(models.Model):
    name = models.CharField(_("name"), max_length=120)
    committee = models.ForeignKey(Organisation, models.PROTECT, related_name="programmes", verbose_name=_("committee"))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    market_told_on = models.DateField(null=True, editable=False)  # all branches were told of unmatched problems last

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        ordering = ["-starts_on", "pk"]

    def __str__(self):
        return self.name

    def rules_on(self, day):
        """The RuleVersion in force on `day`: the latest published one that starts by then (the first before that)."""
        published = self.rule_versions.filter(published_on__isnull=False).order_by("-starts_on")
        return published.filter(starts_on__lte=day).first() or published.last()


class RuleVersionQuerySet(models.QuerySet):
    def in_force_on(self, day):
        """The version in force on `day`, one of each programme."""
        published = self.filter(published_on__isnull=False, starts_on__lte=day)
        return published.order_by("programme", "-starts_on").distinct("programme")

    def look_back_days(self, programmes, day):
        """{programme id: the latest day of write-off whose look-back is due on `day`}; one query."""
        rows = self.in_force_on(day).filter(programme__in=programmes).values_list("programme", "look_back_days")
        return {programme: day - timedelta(days=days) for programme, days in rows}


class RuleVersion(models.Model):
    """规定（版本）: the parameters of domain.md §8 as data. Days are working days unless the name says otherwise."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="rule_versions", verbose_name=_("programme"))
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), blank=True)
    starts_on = models.DateField(_("in force from"))
    published_on = models.DateField(_("published on"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    meeting = models.CharField(_("meeting"), max_length=200, blank=True)
    suggestion = models.CharField(_("suggestion behind it"), max_length=200, blank=True)

    term_months = models.PositiveSmallIntegerField(default=3)
    extension_months = models.PositiveSmallIntegerField(default=3)
    extensions_by_group = models.PositiveSmallIntegerField(default=1)
    extensions_by_lead = models.PositiveSmallIntegerField(default=1)
    follow_up_every_days = models.PositiveSmallIntegerField(default=14, help_text=_("calendar days"))
    invitation_notice = models.PositiveSmallIntegerField(default=5)
    invitation_lapse = models.PositiveSmallIntegerField(default=10)
    drafting_lapse = models.PositiveSmallIntegerField(default=20)
    review = models.PositiveSmallIntegerField(default=5)
    signing_lapse = models.PositiveSmallIntegerField(default=10)
    acceptance = models.PositiveSmallIntegerField(default=5)
    extension_decision = models.PositiveSmallIntegerField(default=3)
    market_notice = models.PositiveSmallIntegerField(default=10)
    confirm_notice = models.PositiveSmallIntegerField(default=5)
    review_before_signing = models.BooleanField(default=True)
    lists = models.BooleanField(default=True)
    post_to_post = models.BooleanField(default=True)
    headquarters_pairs = models.BooleanField(default=True)
    remind_before = ArrayField(models.PositiveSmallIntegerField(), default=default_remind_before)
    remind_after = ArrayField(models.PositiveSmallIntegerField(), default=default_remind_after)
    escalate_after = models.PositiveSmallIntegerField(default=2)
    lapse_warning = models.PositiveSmallIntegerField(default=2)
    urge_every_days = models.PositiveSmallIntegerField(default=3, help_text=_("calendar days"))
    silence_days = models.PositiveSmallIntegerField(default=14, help_text=_("calendar days"))
    gap_points = models.PositiveSmallIntegerField(default=30, help_text=_("points of progress"))
    open_pairs_warning = models.PositiveSmallIntegerField(default=3)
    opinions_needed = models.PositiveSmallIntegerField(default=1)
    grounds = ArrayField(models.CharField(max_length=20, choices=Ground), default=all_grounds)
    look_back_days = models.PositiveSmallIntegerField(default=90, help_text=_("calendar days"))
    problem_prefix = models.CharField(max_length=20, default="问题")
    agreement_prefix = models.CharField(max_length=20, default="结对")

    objects = RuleVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule version")
        ordering = ["programme", "starts_on"]
        constraints = [models.UniqueConstraint(fields=["programme", "starts_on"], name="rule_version_one_per_day")]

    def __str__(self):
        return self.title

    @property
    def most_extensions(self):
        return self.extensions_by_group + self.extensions_by_lead


class NumberSeries(models.Model):
    """The last number given per programme, kind ("problem", "agreement") and year; gaps are allowed."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "kind", "year"], name="number_series_unique")]

    @classmethod
    def next(cls, programme, kind, year):
        """Take the next number; concurrent takers wait for each other until the transaction ends."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {cls._meta.db_table} (programme_id, kind, year, last) VALUES (%s, %s, %s, 1) "
                "ON CONFLICT (programme_id, kind, year) "
                f"DO UPDATE SET last = {cls._meta.db_table}.last + 1 RETURNING last",
                [programme.pk, kind, year],
            )
            return cursor.fetchone()[0]


class Category(models.Model):
    """业务门类: two levels; retired, never deleted."""

    name = models.CharField(_("name"), max_length=60)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.CharField(_("class"), max_length=12, choices=ProblemClass, default=ProblemClass.BUSINESS)
    order = models.PositiveIntegerField(default=0)
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["name", "parent"], name="category_once"),
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(parent__isnull=True), name="category_once_on_top"
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        if self.parent_id and self.parent.parent_id:
            raise ValidationError({"parent": _("Categories have two levels only.")})
