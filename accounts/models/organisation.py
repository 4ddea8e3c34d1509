"""The tree of organisations: committees, party branches, units and their dated links."""

from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.substrings import Pieces, holding


class Kind(models.TextChoices):
    COMMITTEE = "committee", _("Party committee")
    DISCIPLINE_COMMITTEE = "discipline_committee", _("Discipline committee")
    GENERAL_BRANCH = "general_branch", _("General branch")
    PARTY_BRANCH = "party_branch", _("Party branch")
    UNIT = "unit", _("Unit")


class Side(models.TextChoices):
    HEADQUARTERS = "headquarters", _("Headquarters")
    GRASSROOTS = "grassroots", _("Grassroots")


class OrganisationQuerySet(models.QuerySet):
    def existing_on(self, day):
        """Organisations that exist on `day` (a date): opened by then and not yet closed."""
        return self.filter(
            Q(opened_on__isnull=True) | Q(opened_on__lte=day),
            Q(closed_on__isnull=True) | Q(closed_on__gt=day),
        )

    def below(self, organisation):
        """`organisation` itself and everything under it."""
        return self.filter(path__startswith=organisation.path)

    def branches(self):
        return self.filter(kind=Kind.PARTY_BRANCH)

    def bodies(self):
        """What can be a party of an agreement: branches and discipline committees (domain.md §2)."""
        return self.filter(kind__in=[Kind.PARTY_BRANCH, Kind.DISCIPLINE_COMMITTEE])

    def named(self, text):
        """Those whose name, short name or code holds every word of `text`."""
        return self.filter(holding(text, "name", "short_name", "code"))

    def in_order(self):
        """The manual order of organisations (行政序列)."""
        return self.order_by("order", "code")


class Organisation(models.Model):
    """One body. `path` is "/1/5/" (ids from the root), so a subtree is one prefix query."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(pgettext_lazy("organisation", "name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=24, choices=Kind)
    joint = models.BooleanField(_("joint branch"), default=False)
    side = models.CharField(_("side"), max_length=16, choices=Side, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("above")
    )
    order = models.PositiveIntegerField(_("order"), default=0)
    path = models.CharField(max_length=255, default="", editable=False, db_index=True)
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("successor"),
        help_text=_("Takes over the open work on the closing day."),
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["order", "code"]
        indexes = [
            models.Index(fields=["kind", "order", "code"], name="organisation_kind_order"),
            models.Index(fields=["order", "code"], name="organisation_order"),
            GinIndex(Pieces("name", "short_name", "code"), name="organisation_pieces"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | Q(closed_on__isnull=False),
                name="organisation_successor_needs_closing_day",
            )
        ]

    def __str__(self):
        return self.name

    def clean(self):
        if self.parent and self.pk and self.parent.path.startswith(self.path):
            raise ValidationError({"parent": _("An organisation cannot lie below itself.")})
        if self.kind == Kind.PARTY_BRANCH and not self.side:
            raise ValidationError({"side": _("Say whether the branch belongs to headquarters or the grassroots.")})
        if self.successor_id and not self.closed_on:
            raise ValidationError({"successor": _("Give the closing day too: the successor takes over on it.")})
        if self.opened_on and self.closed_on and self.closed_on <= self.opened_on:
            raise ValidationError({"closed_on": _("This day lies before the first day.")})

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        path = f"{self.parent.path if self.parent_id else '/'}{self.pk}/"
        if path != self.path:
            old, self.path = self.path, path
            type(self).objects.filter(pk=self.pk).update(path=path)
            if old:
                moved = type(self).objects.filter(path__startswith=old).exclude(pk=self.pk)
                moved.update(path=Concat(Value(path), Substr(F("path"), len(old) + 1)))

    def exists_on(self, day):
        return (self.opened_on is None or self.opened_on <= day) and (self.closed_on is None or self.closed_on > day)

    def lies_below(self, other):
        """True for the organisation itself and everything under it."""
        return self.path.startswith(other.path)


class UnitLink(models.Model):
    """A unit belongs to one branch at a time; a joint branch serves several. `to_on` is the first day after."""

    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="branch_links", verbose_name=_("unit"))
    branch = models.ForeignKey(Organisation, models.PROTECT, related_name="unit_links", verbose_name=_("branch"))
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("unit of a branch")
        verbose_name_plural = _("units of branches")
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(to_on__isnull=True), name="unit_has_one_branch"),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gt=F("from_on")), name="unit_link_ends_after_start"
            ),
        ]

    def __str__(self):
        return f"{self.unit} – {self.branch}"

    def clean(self):
        if self.unit_id and self.unit.kind != Kind.UNIT:
            raise ValidationError({"unit": _("Choose a unit.")})
        if self.branch_id and self.branch.kind != Kind.PARTY_BRANCH:
            raise ValidationError({"branch": _("Choose a party branch.")})
        if self.from_on and self.to_on and self.to_on <= self.from_on:
            raise ValidationError({"to_on": _("This day lies before the first day.")})
        if self.unit_id and not self.to_on and self.unit.branch_links.filter(to_on=None).exclude(pk=self.pk).exists():
            raise ValidationError({"unit": _("The unit belongs to another branch; give that link a last day first.")})


class Post(models.Model):
    """岗位: a post of a unit or branch, for post-to-post pairs."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="posts", verbose_name=_("organisation"))
    name = models.CharField(pgettext_lazy("organisation", "name"), max_length=80)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["organisation__order", "name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="post_name_unique")]

    def __str__(self):
        return f"{self.organisation.short_name} {self.name}"
