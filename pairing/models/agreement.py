"""结对共建协议: one agreement = one pair (一对), with its parties."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import Kind, Organisation, Post, Seat
from accounts.models.substrings import Pieces
from pairing.enums import (
    AGREEMENT_OPEN,
    RUNNING,
    WRITING,
    AgreementState,
    Answer,
    Decision,
    Direction,
    EndCode,
    Level,
    PartyRole,
)
from pairing.models.counting import AgreementsAsOf
from pairing.models.matter import Matter, MatterQuerySet
from pairing.models.programme import RuleVersion


class AgreementQuerySet(AgreementsAsOf, MatterQuerySet):
    def for_list(self):
        return self.prefetch_related("parties__organisation")

    def handed_over_from(self, organisation):
        """Open agreements in which `organisation` is a present party."""
        parties = self.model.parties.rel.related_model.objects.filter(
            agreement=OuterRef("pk"), organisation=organisation, left_on__isnull=True
        )
        return self.filter(Exists(parties), state__in=AGREEMENT_OPEN)

    def running(self):
        return self.filter(state__in=RUNNING)

    def closed_on_day(self, day):
        """Closed by acceptance by the end of `day`."""
        return self.filter(state=AgreementState.CLOSED, ended_on__lte=day)


class Agreement(Matter):
    NUMBER_KIND = "agreement"
    TEXT = ("aim", "number")  # what a search reads
    PRIVATE = frozenset({AgreementState.DRAFT, AgreementState.DISCARDED})
    DRAFTING = WRITING | {AgreementState.DRAFT}

    state = models.CharField(max_length=12, choices=AgreementState, default=AgreementState.DRAFT, editable=False)
    aim = models.CharField(_("aim"), max_length=300)
    term_months = models.PositiveSmallIntegerField(_("term in months"), default=3)
    exception_reason = models.TextField(_("why a longer term is needed"), blank=True)
    exception_approved = models.BooleanField(default=False, editable=False)
    level = models.CharField(max_length=8, choices=Level, default=Level.UNIT, editable=False)
    direction = models.CharField(max_length=8, choices=Direction, blank=True, editable=False)
    rule_version = models.ForeignKey(
        RuleVersion, models.PROTECT, null=True, blank=True, related_name="agreements", editable=False
    )
    predecessor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="successors", editable=False
    )

    invited_on = models.DateField(null=True, editable=False)
    submitted_on = models.DateField(null=True, editable=False)
    approved_on = models.DateField(null=True, editable=False)
    signed_on = models.DateField(null=True, editable=False)
    due_on = models.DateField(null=True, editable=False)
    original_due_on = models.DateField(null=True, editable=False)
    completed_on = models.DateField(null=True, editable=False)
    ended_on = models.DateField(null=True, editable=False)
    days_late = models.PositiveIntegerField(null=True, editable=False)
    stopped_days = models.PositiveIntegerField(default=0, editable=False)  # in acceptance, then sent back
    decision_pending = models.BooleanField(default=False, editable=False)  # a timely request for extension waits
    muted_on = models.DateField(null=True, editable=False)  # its ladder is silent by a decision of the group
    muted_reason = models.TextField(blank=True, editable=False)
    end_code = models.CharField(max_length=16, choices=EndCode, blank=True, editable=False)
    end_note = models.TextField(blank=True, editable=False)
    end_asked_by = models.ForeignKey(Organisation, models.PROTECT, null=True, editable=False, related_name="+")

    round = models.PositiveSmallIntegerField(default=0, editable=False)
    text_version = models.PositiveIntegerField(default=0, editable=False)
    text = models.TextField(blank=True, editable=False)
    text_digest = models.CharField(max_length=64, blank=True, editable=False)
    witness = models.CharField(_("witness"), max_length=120, blank=True)
    completion_digest = models.CharField(max_length=64, blank=True, editable=False)

    objects = AgreementQuerySet.as_manager()

    class Meta(Matter.Meta):
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        indexes = [
            *Matter.Meta.indexes,
            GinIndex(Pieces("aim", "number"), name="agreement_pieces"),
            models.Index(  # how long the steps before the signing took is read from here alone
                fields=["programme", "signed_on"],
                name="agreement_signed",
                include=["id", "invited_on", "submitted_on", "approved_on"],
            ),
            models.Index(
                fields=["programme", "ended_on"],
                name="agreement_accepted",
                include=["id", "completed_on", "signed_on"],
                condition=Q(state=AgreementState.CLOSED),
            ),
            models.Index(fields=["due_on", "-id"], name="agreement_by_due"),
            models.Index(
                fields=["due_on"], name="agreement_due", condition=Q(state__in=["active", "suspended", "acceptance"])
            ),
            models.Index(  # requests for extension that wait for the group
                fields=["programme", "turn_since"],
                name="agreement_asks_group",
                condition=Q(state="active", turn__in=["group", "lead"]),
            ),
            models.Index(  # running pairs of one direction are counted and paged without reading the others
                fields=["programme", "direction", "-id"],
                name="agreement_running",
                condition=Q(state__in=["active", "suspended", "acceptance"]),
            ),
        ]
        constraints = [
            *Matter.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(state__in=["active", "suspended", "acceptance"])
                | Q(signed_on__isnull=False, due_on__isnull=False, original_due_on__isnull=False),
                name="running_agreement_has_dates",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("signed_on")),
                name="agreement_ends_after_signing",
            ),
        ]

    @property
    def headline(self):
        return self.aim

    def __str__(self):
        return f"{self.number} {self.aim}".strip()

    @cached_property
    def all_parties(self):
        if self.has_read("parties"):
            return list(self.parties.all())
        return list(self.parties.select_related("organisation", "unit", "post").order_by("order", "pk"))

    @property
    def present_parties(self):
        """Parties that have not left, the initiator first."""
        return [party for party in self.all_parties if party.left_on is None]

    @property
    def initiator(self):
        return next(party for party in self.all_parties if party.role == PartyRole.INITIATOR)

    def party_of(self, seat):
        """The present Party that `seat` acts for, or None."""
        if seat is None:
            return None
        return next((p for p in self.present_parties if p.organisation_id == seat.organisation_id), None)

    def bodies(self):
        """The organisations concerned, whose people are recused: the present parties."""
        return [party.organisation for party in self.present_parties]

    def rules(self, day):
        """The rule version kept since submission; before it, and without review, the programme's of `day`."""
        if self.rule_version:
            return self.rule_version
        known = self.__dict__.setdefault("_rules", {})  # every guard asks
        if day not in known:
            known[day] = self.programme.rules_on(day)
        return known[day]

    def listed(self):
        """Episodes on the list now, in order: of a draft those wished, later those held or written off here."""
        if self.has_read("episodes"):
            return [episode for episode in self.episodes.all() if episode.released_on is None]
        return list(self.episodes.filter(released_on__isnull=True).select_related("problem__owner", "goal", "helper"))

    @property
    def pending_extension(self):
        return next((extension for extension in self.extensions.all() if extension.decided_on is None), None)

    @property
    def extensions_granted(self):
        """How many extensions were granted so far."""
        return sum(extension.decision == Decision.GRANTED for extension in self.extensions.all())


class Party(models.Model):
    """参与方: a body in an agreement, with the unit and, post to post, the post it acts for.

    The names are kept as they were on the day the text was approved.
    """

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="parties", verbose_name=_("branch"))
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("post"))
    role = models.CharField(max_length=10, choices=PartyRole)
    order = models.PositiveSmallIntegerField(default=0)
    answer = models.CharField(max_length=10, choices=Answer, blank=True, default="", editable=False)
    answered_on = models.DateField(null=True, editable=False)
    answer_reason = models.TextField(blank=True, editable=False)
    confirmed_digest = models.CharField(max_length=64, blank=True, default="", editable=False)
    confirmed_on = models.DateField(null=True, editable=False)
    completion_digest = models.CharField(max_length=64, blank=True, default="", editable=False)
    agrees_to_end = models.BooleanField(default=False, editable=False)
    left_on = models.DateField(null=True, editable=False)
    left_reason = models.TextField(blank=True, editable=False)
    name_then = models.CharField(max_length=120, blank=True, editable=False)
    unit_then = models.CharField(max_length=120, blank=True, editable=False)
    post_then = models.CharField(max_length=80, blank=True, editable=False)

    class Meta:
        ordering = ["order", "pk"]
        indexes = [
            models.Index(fields=["organisation"], name="party_organisation"),
            models.Index(
                fields=["agreement"],
                name="party_accepted",
                include=["answered_on"],
                condition=Q(answer=Answer.ACCEPTED),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "organisation"], name="party_once"),
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(role="initiator"), name="agreement_has_one_initiator"
            ),
        ]

    def __str__(self):
        return self.name_then or self.organisation.name

    @property
    def is_branch(self):
        return self.organisation.kind == Kind.PARTY_BRANCH


class CounterProposal(models.Model):
    """What an invited party proposes instead; blank fields leave the invitation as it is."""

    class Outcome(models.TextChoices):
        PENDING = "", _("To be answered")
        TAKEN = "taken", _("Taken")
        INSISTED = "insisted", _("Not taken")
        DROPPED = "dropped", _("Dropped")

    party = models.ForeignKey(Party, models.CASCADE, related_name="counter_proposals")
    aim = models.CharField(_("aim"), max_length=300, blank=True)
    term_months = models.PositiveSmallIntegerField(_("term in months"), null=True, blank=True)
    reason = models.TextField(_("reason"))
    made_on = models.DateField()
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, default="")


class Signature(models.Model):
    """One party's signature under the digest that was shown; voided ones stay."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="signatures")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    person_name = models.CharField(max_length=60)
    seat_title = models.CharField(max_length=120)
    on_behalf_of = models.CharField(max_length=60, blank=True)
    digest = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    void_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["signed_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["party"], condition=Q(voided_at__isnull=True), name="party_signs_once")
        ]
