"""问题: the thread; pairs are episodes in its life."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Post, Role, User
from accounts.models.substrings import Pieces
from pairing.enums import PRIVATE_PROBLEM, PROBLEM_OPEN, Ground, LookBack, ProblemState, Urgency
from pairing.models.matter import Matter, MatterQuerySet
from pairing.models.programme import Category, Programme, RuleVersion


class ProblemQuerySet(MatterQuerySet):
    def for_list(self):
        return self.select_related("owner", "category")

    def with_parameter(self, name, day):
        """Adds the parameter `name` of the rule version of the programme that is in force on `day`, under its name."""
        rules = RuleVersion.objects.filter(programme=OuterRef("programme"), published_on__isnull=False)
        in_force = rules.filter(starts_on__lte=day).order_by("-starts_on")
        return self.annotate(**{name: Subquery(in_force.values(name)[:1])})

    def unchecked(self):
        """Solved, and nobody has looked back since; the longest solved first."""
        return self.filter(state=ProblemState.CLOSED, last_look_back="").order_by("state_since", "pk")

    def market_for(self, user):
        """Problems of others looking for a partner: number, title, category and owner only (domain.md §3)."""
        if not any(seat.role in MARKET_ROLES for seat in user.current_seats):
            return self.none()
        programmes = Programme.objects.for_user(user)
        found = self.filter(state=ProblemState.OPEN, programme__in=programmes)
        return found.select_related("owner", "category").only(
            "number", "year", "sequence", "title", "category__name", "owner__short_name", "owner__name",
            "programme_id", "state", "turn_since",  # how long it is unmatched, a mark and no fact of the problem
        )  # fmt: skip

    def handed_over_from(self, organisation):
        """Problems with open work that `organisation` owns or joined, and the drafts it writes."""
        joined = self.model.joiners.rel.related_model.objects.filter(problem=OuterRef("pk"), organisation=organisation)
        concerned = Q(owner=organisation) | Exists(joined) | Q(filer=organisation, state=ProblemState.DRAFT)
        return self.filter(concerned, state__in=PROBLEM_OPEN | {ProblemState.REFUSED})

    # Counting rules, domain.md §6. `day` is a date; everything is read from dated rows.
    def raised_on(self, day):
        """Problems first filed by the end of `day`."""
        return self.filter(raised_on__lte=day)

    def standing_on(self, day, kind):
        """Problems that stood in an interval of `kind` (refused, withdrawn, explained, parked) at the end of `day`."""
        intervals = self.model.intervals.rel.related_model.objects.filter(
            Q(to_on__isnull=True) | Q(to_on__gt=day), problem=OuterRef("pk"), kind=kind, from_on__lte=day
        )
        return self.filter(Exists(intervals))

    def solved_on(self, day, since=None):
        """Problems written off for the first time by the end of `day`; later relapses change nothing.

        `since`: only those whose first write-off lies on or after this day.
        """
        episodes = self.model.episodes.rel.related_model.objects.filter(problem=OuterRef("pk"), written_off_on__lte=day)
        if since:
            episodes = episodes.solving_on(day).filter(written_off_on__gte=since)
        return self.filter(Exists(episodes))

    def relapsed_on(self, day, since=None):
        """Problems solved before and relapsed by the end of `day`: shown apart, never subtracted.

        `since`: only those that relapsed on or after this day.
        """
        episodes = self.model.episodes.rel.related_model.objects.filter(problem=OuterRef("pk"), relapsed_on__lte=day)
        if since:
            episodes = episodes.filter(relapsed_on__gte=since)
        return self.filter(Exists(episodes))

    def as_of(self, day):
        """Adds `state_then`: the state at the end of `day`, read from intervals and episodes; for raised problems.

        A report of "done" that was rejected or sent back leaves no date: the problem was in pairing all along.
        Also `solved_then` and `solved_by`: the day of the first write-off by then, and the number of its pair.
        """
        open_then = Q(to_on__isnull=True) | Q(to_on__gt=day)
        stood = self.model.intervals.rel.related_model.objects.filter(
            open_then, problem=OuterRef("pk"), from_on__lte=day
        )
        episodes = self.model.episodes.rel.related_model.objects.filter(problem=OuterRef("pk"))
        held = episodes.filter(Q(released_on__isnull=True) | Q(released_on__gt=day), taken_on__lte=day)
        latest = held.standing_on(day).order_by("-taken_on", "-pk")
        solving = episodes.solving_on(day)
        return self.annotate(
            state_then=Coalesce(
                Subquery(stood.values("kind")[:1]), Subquery(latest.values("state_then")[:1]), Value(ProblemState.OPEN)
            ),
            solved_then=Subquery(solving.values("written_off_on")[:1]),
            solved_by=Subquery(solving.values("agreement__number")[:1]),
        )


MARKET_ROLES = (Role.SECRETARY, Role.LIAISON, Role.REVIEWER, Role.LEAD, Role.SUPERVISOR, Role.LEADER)


class Problem(Matter):
    NUMBER_KIND = "problem"
    TEXT = ("title", "number")  # what a search reads
    PRIVATE = PRIVATE_PROBLEM
    DRAFTING = frozenset({ProblemState.DRAFT, ProblemState.OPEN})

    state = models.CharField(max_length=12, choices=ProblemState, default=ProblemState.DRAFT, editable=False)
    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("description"), blank=True, max_length=5000)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="problems", verbose_name=_("category")
    )
    urgency = models.CharField(_("urgency"), max_length=8, choices=Urgency, default=Urgency.NORMAL)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="problems", verbose_name=_("owner"))
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("post"))
    filer = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("filed by"))
    filed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    wished_partner = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("wished partner")
    )
    origin = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="offshoots", verbose_name=_("found while solving")
    )
    found_in = models.ForeignKey(
        "pairing.Agreement", models.PROTECT, null=True, blank=True, editable=False, related_name="found_problems",
        verbose_name=_("found in the pair"),
    )  # fmt: skip
    raised_on = models.DateField(_("raised on"), null=True, blank=True, editable=False)
    ground = models.CharField(_("ground"), max_length=20, choices=Ground, blank=True, editable=False)
    last_look_back = models.CharField(max_length=8, choices=LookBack, blank=True, editable=False)
    text_version = models.PositiveIntegerField(default=0, editable=False)

    objects = ProblemQuerySet.as_manager()

    class Meta(Matter.Meta):
        verbose_name = _("problem")
        verbose_name_plural = _("problems")
        indexes = [
            *Matter.Meta.indexes,
            GinIndex(Pieces("title", "number"), name="problem_pieces"),
            models.Index(fields=["programme", "raised_on"], name="problem_raised"),
            models.Index(fields=["owner", "state"], name="problem_owner"),
            models.Index(fields=["programme", "state", "category"], name="problem_filtered"),
            models.Index(fields=["last_look_back", "-id"], name="problem_looked_back", condition=~Q(last_look_back="")),
            models.Index(fields=["programme", "turn_since"], name="problem_unmatched", condition=Q(state="open")),
            models.Index(
                fields=["programme", "state_since"],
                name="problem_unchecked",
                condition=Q(state="closed", last_look_back=""),
            ),
        ]

    @property
    def headline(self):
        return self.title

    def __str__(self):
        return f"{self.number} {self.title}".strip()

    @property
    def open_episode(self):
        """The episode that holds the problem now, or None: taken on, neither released nor written off."""
        if self.has_read("episodes"):
            return next((episode for episode in self.episodes.all() if episode.is_held), None)
        return self.episodes.held().select_related("agreement").first()

    @property
    def latest_episode(self):
        """The episode that holds the problem, or held it last; None for one that never was in a pair."""
        if self.has_read("episodes"):
            taken = [episode for episode in self.episodes.all() if episode.taken_on]
            return max(taken, key=lambda episode: episode.pk, default=None)
        taken = self.episodes.filter(taken_on__isnull=False)
        return taken.select_related("agreement").order_by("pk").last()

    def owners(self):
        """The owner and the branches that joined ("我也有")."""
        joiners = self.joiners.all() if self.has_read("joiners") else self.joiners.select_related("organisation")
        return [self.owner, *(joiner.organisation for joiner in joiners)]

    def bodies(self):
        """The organisations concerned, whose people are recused: owners, and the parties of the latest pair."""
        episode = self.latest_episode
        return [*self.owners(), *(episode.agreement.bodies() if episode else ())]

    def rules(self, day):
        return self.programme.rules_on(day)


class Joiner(models.Model):
    """我也有: another branch with the same problem, a co-owner. It stays one problem."""

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="joiners")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    joined_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["problem", "organisation"], name="joiner_once")]
