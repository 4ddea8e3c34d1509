"""任职 / 席位: rights belong to seats, not to persons (domain.md §2)."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.models.organisation import Kind, Organisation, Post


class Role(models.TextChoices):
    SECRETARY = "secretary", _("Branch secretary")
    LIAISON = "liaison", _("Liaison")
    MEMBER = "member", _("Branch member")
    REVIEWER = "reviewer", _("Working group member")
    LEAD = "lead", _("Working group lead")
    SUPERVISOR = "supervisor", _("Supervisor")
    LEADER = "leader", _("Leader")
    SYSADMIN = "sysadmin", _("System administrator")
    SECADMIN = "secadmin", _("Security administrator")
    AUDITOR = "auditor", _("Audit administrator")


GROUP = (Role.REVIEWER, Role.LEAD)
OVERSEERS = (Role.REVIEWER, Role.LEAD, Role.SUPERVISOR, Role.LEADER)
ADMINISTRATORS = (Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR)
ACTING_FOR_A_BRANCH = (Role.SECRETARY, Role.LIAISON)
BRANCH_ROLES = (*ACTING_FOR_A_BRANCH, Role.MEMBER)
BODIES = (Kind.PARTY_BRANCH, Kind.GENERAL_BRANCH, Kind.DISCIPLINE_COMMITTEE)
MATTER = re.compile("(agreement|problem) [1-9][0-9]*")


class SeatQuerySet(models.QuerySet):
    def on(self, day):
        """Seats held on `day` (a date). `to_on` is the last day of the seat."""
        return self.filter(Q(to_on__isnull=True) | Q(to_on__gte=day), from_on__lte=day)

    def overlapping(self, from_on, to_on):
        """Seats held on any day of a period; `to_on` None: open-ended."""
        seats = self.filter(Q(to_on__isnull=True) | Q(to_on__gte=from_on))
        return seats if to_on is None else seats.filter(from_on__lte=to_on)

    def for_header(self):
        """With what the title and the deputy's note name."""
        return self.select_related("organisation", "deputy_of__person")


class Seat(models.Model):
    """A person in a role at an organisation from a day to a day (both included)."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="seats", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=16, choices=Role)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="seats", verbose_name=_("organisation"))
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="seats", verbose_name=_("post"))
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True, blank=True)
    deputy_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="deputies", verbose_name=_("deputy of")
    )
    matter = models.CharField(
        _("appointed for"),
        max_length=40,
        blank=True,
        help_text=_("Only for a reviewer appointed for one matter, for example “agreement 12” or “problem 7”."),
    )
    may_backdate = models.BooleanField(
        _("may enter what happened earlier"),
        default=False,
        help_text=_("For paper signatures and blank forms typed in later."),
    )

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["organisation__order", "role", "from_on"]
        indexes = [models.Index(fields=["organisation", "role"], name="seat_organisation_role")]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name="seat_ends_after_start"
            )
        ]

    def __str__(self):
        return f"{self.organisation.short_name} {self.get_role_display()} {self.person.name}"

    def clean(self):
        if self.from_on and self.to_on and self.to_on < self.from_on:
            raise ValidationError({"to_on": _("This day lies before the first day.")})
        self._check_place()
        self._check_matter()
        deputy_of = self.deputy_of
        if deputy_of and (deputy_of.role, deputy_of.organisation_id) != (self.role, self.organisation_id):
            raise ValidationError({"deputy_of": _("A deputy has the role and the organisation of the seat deputised.")})
        if self.role in ADMINISTRATORS and self.person_id and self.from_on:
            administers = self.person.seats.filter(role__in=ADMINISTRATORS).exclude(role=self.role)
            if administers.overlapping(self.from_on, self.to_on).exists():
                sentence = _("The three administrators are three people: this person is another one of them.")
                raise ValidationError(sentence)

    def _check_place(self):
        if self.organisation_id and self.role in OVERSEERS and self.organisation.kind != Kind.COMMITTEE:
            raise ValidationError(_("The working group, supervisors and leaders sit at a committee."))
        if self.organisation_id and self.role in BRANCH_ROLES and self.organisation.kind not in BODIES:
            raise ValidationError(_("Secretaries, liaisons and members sit at a branch."))

    def _check_matter(self):
        if self.matter and self.role != Role.REVIEWER:
            raise ValidationError({"matter": _("Only a reviewer is appointed for one matter.")})
        if self.matter and not MATTER.fullmatch(self.matter):
            raise ValidationError({"matter": _("Write “agreement 12” or “problem 7”.")})

    @property
    def title(self):
        """ "机关第一党支部 书记", as shown in the header."""
        return f"{self.organisation.short_name} {self.get_role_display()}"

    @property
    def title_on_record(self):
        """The title as it is written down: in the language of the product, whoever acts in which language."""
        with translation.override(settings.LANGUAGE_CODE):
            return self.title

    @property
    def oversees(self):
        """Sees the whole subtree of the organisation: working group, supervisor, leader."""
        return self.role in OVERSEERS

    @property
    def on_behalf_of(self):
        """Name of the person a deputy acts for, else ""."""
        return self.deputy_of.person.name if self.deputy_of_id else ""

    def held_on(self, day):
        return self.from_on <= day and (self.to_on is None or self.to_on >= day)
