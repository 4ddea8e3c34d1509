"""督办: reviews, progress, follow-ups, extensions, and the intervals and due dates that clocks are read from."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Seat
from pairing.enums import Decision, Ground, IntervalKind, ReviewOutcome, Verdict, VisitKind
from pairing.models.agreement import Agreement, Party
from pairing.models.problem import Problem
from pairing.models.programme import RuleVersion
from pairing.models.work import Goal


class Review(models.Model):
    """One round of review; a second round never shows the first round's decision."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="reviews")
    round = models.PositiveSmallIntegerField()
    rule_version = models.ForeignKey(RuleVersion, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=ReviewOutcome, blank=True, default="")
    ground = models.CharField(max_length=20, choices=Ground, blank=True)
    comment = models.TextField(blank=True)

    class Meta:
        ordering = ["agreement", "round"]
        indexes = [models.Index(fields=["agreement"], name="review_refused", condition=Q(outcome="refused"))]
        constraints = [models.UniqueConstraint(fields=["agreement", "round"], name="review_once_per_round")]


class Opinion(models.Model):
    """One reviewer's opinion in a round."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="opinions")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    person_name = models.CharField(max_length=60)
    seat_title = models.CharField(max_length=120)
    on_behalf_of = models.CharField(max_length=60, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    given_at = models.DateTimeField()

    class Meta:
        ordering = ["given_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["review", "seat"], name="opinion_once_per_seat")]


class GoalOpinion(models.Model):
    """The opinion on one goal; the goal's text is kept, for the goal may change or go."""

    opinion = models.ForeignKey(Opinion, models.CASCADE, related_name="goals")
    goal = models.ForeignKey(Goal, models.SET_NULL, null=True, related_name="opinions")
    goal_text = models.CharField(max_length=300)
    verdict = models.CharField(_("verdict"), max_length=6, choices=Verdict)
    ground = models.CharField(_("ground"), max_length=20, choices=Ground, blank=True)
    comment = models.TextField(_("comment"), blank=True)

    class Meta:
        ordering = ["goal__order", "pk"]
        indexes = [models.Index(fields=["opinion"], name="goal_refused", condition=Q(verdict="refuse"))]
        constraints = [
            models.CheckConstraint(
                condition=~Q(verdict="refuse") | Q(ground__gt=""), name="refusing_opinion_names_its_ground"
            )
        ]


class DueChange(models.Model):
    """A due date and the day it was decided: signing, extension, resume. The latest one is in force."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="due_changes")
    decided_on = models.DateField()
    due_on = models.DateField()
    cause = models.CharField(max_length=20)  # the step: sign, grant_extension, resume, correct

    class Meta:
        ordering = ["decided_on", "pk"]
        indexes = [models.Index(fields=["agreement", "decided_on"], name="due_change_agreement")]


class Interval(models.Model):
    """A stretch of days in which something stood still; half open: `to_on` is the first day after."""

    kind = models.CharField(max_length=12, choices=IntervalKind)
    agreement = models.ForeignKey(Agreement, models.CASCADE, null=True, related_name="intervals")
    problem = models.ForeignKey(Problem, models.CASCADE, null=True, related_name="intervals")
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["from_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agreement__isnull=True, problem__isnull=False)
                | Q(agreement__isnull=False, problem__isnull=True),
                name="interval_of_one_thing",
            ),
            models.CheckConstraint(condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name="interval_order"),
            models.UniqueConstraint(
                fields=["agreement"],
                condition=Q(to_on__isnull=True, agreement__isnull=False),
                name="agreement_one_open_interval",
            ),
            models.UniqueConstraint(
                fields=["problem"],
                condition=Q(to_on__isnull=True, problem__isnull=False),
                name="problem_one_open_interval",
            ),
        ]


class Extension(models.Model):
    """延期: same pair, later date; the old date stays."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="extensions")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    asked_on = models.DateField()
    timely = models.BooleanField()
    reason = models.TextField(_("reason"))
    progress = models.TextField(_("progress so far"))
    old_due_on = models.DateField()
    new_due_on = models.DateField(_("new due date"))
    decided_on = models.DateField(null=True)
    decision = models.CharField(max_length=10, choices=Decision, blank=True, default="")
    decided_by = models.CharField(max_length=180, blank=True)
    decision_note = models.TextField(blank=True)

    class Meta:
        ordering = ["asked_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(decided_on__isnull=True), name="one_pending_extension"
            ),
            models.CheckConstraint(condition=Q(new_due_on__gt=F("old_due_on")), name="extension_is_later"),
        ]


class ProgressReport(models.Model):
    """进展填报: each side separately."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="progress_reports")
    party = models.ForeignKey(Party, models.PROTECT, related_name="progress_reports")
    percent = models.PositiveSmallIntegerField(_("progress in percent"))
    text = models.TextField(_("what was done"), blank=True, max_length=2000)
    reported_at = models.DateTimeField()
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["reported_at", "pk"]
        constraints = [models.CheckConstraint(condition=Q(percent__lte=100), name="progress_at_most_100")]


class FollowUp(models.Model):
    """督办记录: planned inside the term, then done or skipped with a reason."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="follow_ups")
    planned_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    kind = models.CharField(_("how"), max_length=6, choices=VisitKind, blank=True)
    progress = models.TextField(_("progress"), blank=True, max_length=2000)
    obstacle = models.TextField(_("obstacle"), blank=True, max_length=2000)
    next_on = models.DateField(_("next date"), null=True, blank=True)
    skipped_on = models.DateField(null=True)
    skip_reason = models.TextField(blank=True)
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, related_name="+")
    key = models.UUIDField(null=True, unique=True)  # given by a device that was offline, so that it counts once

    class Meta:
        ordering = ["planned_on", "done_on", "pk"]
        indexes = [
            models.Index(
                fields=["planned_on"],
                name="follow_up_planned",
                condition=Q(done_on__isnull=True, skipped_on__isnull=True),
            ),
            models.Index(
                fields=["agreement", "planned_on"],
                name="follow_up_open",
                condition=Q(done_on__isnull=True, skipped_on__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "planned_on"], condition=Q(planned_on__isnull=False), name="follow_up_once_per_day"
            )
        ]


class LookBackRecord(models.Model):
    """回头看: what the owner found after the write-off."""

    problem = models.ForeignKey(Problem, models.CASCADE, related_name="look_backs")
    looked_on = models.DateField()
    verdict = models.CharField(max_length=8)
    note = models.TextField(blank=True)
