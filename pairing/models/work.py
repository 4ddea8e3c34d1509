"""清单 and 共建目标: goals with their owners, and the episodes of problems in agreements."""

from django.db import models
from django.db.models import Case, Exists, F, Func, IntegerField, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from pairing.enums import ProblemState as P
from pairing.enums import Result
from pairing.models.agreement import Agreement, Party
from pairing.models.counting import due_date_on
from pairing.models.problem import Problem


class GoalQuerySet(models.QuerySet):
    def unfinished(self):
        """Not reached yet: not reported as done, and not all of whose problems are done or written off."""
        listed = Episode.objects.filter(goal=OuterRef("pk"), released_on__isnull=True)
        left = listed.exclude(problem__state__in=[P.DONE, P.CLOSED])
        return self.exclude(result=Result.DONE).filter(Q(Exists(left)) | ~Exists(listed))


class Goal(models.Model):
    """共建目标: concrete, with measure, criterion and date; owners on each side are GoalOwner rows."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="goals")
    order = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(_("goal"), max_length=300)
    measure = models.CharField(_("measure"), max_length=500, blank=True)
    criterion = models.CharField(_("criterion"), max_length=300, blank=True)
    date = models.DateField(_("date"), null=True, blank=True)
    result = models.CharField(max_length=5, choices=Result, blank=True, editable=False)

    objects = GoalQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self):
        return self.text


class GoalOwner(models.Model):
    """责任人: who answers for a goal on one side: name and post as text, the account optional."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="owners")
    party = models.ForeignKey(Party, models.CASCADE, related_name="goal_owners")
    name = models.CharField(_("name"), max_length=60)
    post = models.CharField(_("post"), max_length=80, blank=True)
    account = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["party__order", "pk"]
        constraints = [models.UniqueConstraint(fields=["goal", "party"], name="goal_owner_once_per_party")]


class EpisodeQuerySet(models.QuerySet):
    def held(self):
        """Open episodes: taken on, neither released nor written off."""
        return self.filter(taken_on__isnull=False, released_on__isnull=True, written_off_on__isnull=True)

    def to_look_back_at(self, day_of_programme):
        """Written off by the day of the programme, neither relapsed nor looked back at: {programme id: latest day}."""
        due = Q(pk__in=[])
        for programme, day in day_of_programme.items():
            due |= Q(problem__programme=programme, written_off_on__lte=day)
        return self.filter(due, relapsed_on__isnull=True, problem__state=P.CLOSED, problem__last_look_back="")

    def solving_on(self, day):
        """The first write-off of each problem, where it happened by the end of `day`: one row per solved problem."""
        earlier = Episode.objects.filter(
            Q(written_off_on__lt=OuterRef("written_off_on"))
            | Q(written_off_on=OuterRef("written_off_on"), pk__lt=OuterRef("pk")),
            problem=OuterRef("problem"),
        )
        return self.filter(~Exists(earlier), written_off_on__lte=day)

    def with_days_late(self):
        """Adds `late`: calendar days late of what was written off.

        Written off with its pair or after it: the lateness stored at the end of the pair. Written off ahead of it:
        from the due date then in force to the day it was reported as done.
        """
        due = due_date_on(OuterRef("agreement"), OuterRef("written_off_on"))
        alone = Func(F("claimed_on"), due, template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField())
        with_pair = Case(
            When(agreement__ended_on__lte=F("written_off_on"), then=Coalesce("agreement__days_late", 0)), default=alone
        )
        return self.annotate(late=Greatest(with_pair, 0))

    def standing_on(self, day):
        """Adds `state_then`: the problem's state at the end of `day` as this episode tells it (a ProblemState)."""
        return self.annotate(
            state_then=Case(
                When(
                    Q(written_off_on__lte=day) & (Q(relapsed_on__isnull=True) | Q(relapsed_on__gt=day)), _is(P.CLOSED)
                ),
                When(written_off_on__lte=day, then=_is(P.OPEN)),
                When(confirmed_on__lte=day, then=_is(P.DONE)),
                When(agreement__signed_on__lte=day, then=_is(P.IN_PAIRING)),
                default=_is(P.MATCHED),
            )
        )


def _is(state):
    return Value(state.value, models.CharField())


class Episode(models.Model):
    """清单项（一段经历）: a problem in an agreement. Its dates belong here, never to the problem.

    Order of dates: taken on (invitation or adding to the list), claimed on, confirmed on, written off on or
    released on. In an unsent draft `taken_on` is empty: it wishes, it takes nothing.
    """

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="episodes")
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="episodes")
    goal = models.ForeignKey(Goal, models.SET_NULL, null=True, blank=True, related_name="episodes")
    helper = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="helped")
    order = models.PositiveSmallIntegerField(default=0)
    taken_on = models.DateField(null=True, editable=False)
    claimed_on = models.DateField(null=True, editable=False)
    claimed_by = models.ForeignKey(Organisation, models.PROTECT, null=True, editable=False, related_name="+")
    confirmed_on = models.DateField(null=True, editable=False)
    written_off_on = models.DateField(null=True, editable=False)
    released_on = models.DateField(null=True, editable=False)
    relapsed_on = models.DateField(null=True, editable=False)
    result = models.CharField(max_length=5, choices=Result, blank=True, editable=False)
    effect = models.TextField(_("effect"), blank=True, max_length=1000, editable=False)

    objects = EpisodeQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["problem"],
                condition=Q(taken_on__isnull=False, released_on__isnull=True, written_off_on__isnull=True),
                name="problem_in_one_open_episode",
            ),
            models.UniqueConstraint(
                fields=["problem", "agreement"], condition=Q(released_on__isnull=True), name="problem_listed_once"
            ),
            models.CheckConstraint(
                condition=Q(written_off_on__isnull=True) | Q(confirmed_on__isnull=False, effect__gt=""),
                name="no_write_off_without_effect",
            ),
            models.CheckConstraint(
                condition=Q(written_off_on__isnull=True) | Q(released_on__isnull=True), name="released_or_written_off"
            ),
            models.CheckConstraint(
                condition=Q(released_on__isnull=True) | Q(released_on__gte=F("taken_on")), name="released_after_taken"
            ),
            models.CheckConstraint(
                condition=Q(written_off_on__isnull=True) | Q(written_off_on__gte=F("taken_on")),
                name="written_off_after_taken",
            ),
        ]
        indexes = [models.Index(fields=["written_off_on"], name="episode_written_off")]

    @property
    def is_held(self):
        """As EpisodeQuerySet.held, of a loaded row."""
        return bool(self.taken_on) and self.released_on is None and self.written_off_on is None
