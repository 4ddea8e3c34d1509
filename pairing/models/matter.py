"""What problems and agreements have in common: a number, whose turn it is, who may see it."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Organisation, Role
from accounts.models.substrings import holding
from accounts.models.together import has_read
from pairing.enums import Turn
from pairing.models.programme import NumberSeries, Programme, path_under


def own_organisation_ids(user):
    """Ids of the organisations `user` acts for: those of the branch seats and everything below them."""
    if not hasattr(user, "_own_organisation_ids"):
        paths = [s.organisation.path for s in user.current_seats if s.role in BRANCH_ROLES]
        ids = Organisation.objects.filter(path_under(paths, "path")).values_list("pk", flat=True) if paths else []
        user._own_organisation_ids = list(ids)
    return user._own_organisation_ids


def overseen_programme_ids(user):
    """Ids of the programmes whose committee lies at or below an overseeing seat of `user`."""
    if not hasattr(user, "_overseen_programme_ids"):
        user._overseen_programme_ids = list(Programme.objects.overseen_by(user).values_list("pk", flat=True))
    return user._overseen_programme_ids


def programmes_for(user):
    """Programmes `user` has to do with, with their committees; which of them are overseen is known without a query."""
    found = list(Programme.objects.for_user(user).select_related("committee"))
    above = tuple(seat.organisation.path for seat in user.current_seats if seat.oversees)
    user._overseen_programme_ids = [one.pk for one in found if one.committee.path.startswith(above)]
    return found


BRANCH_ROLES = (Role.SECRETARY, Role.LIAISON, Role.MEMBER)


class MatterQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What `user` may open: matters of the own branches, and of overseen committees; administrators nothing."""
        overseen = models.Q(programme__in=overseen_programme_ids(user)) & ~models.Q(state__in=self.model.PRIVATE)
        return self.filter(self._own(user) | overseen)

    def counted_for(self, user):
        """What the figures of `user` count: of overseen programmes all, else what the own branches see.

        Unlike visible_to it keeps a refused problem that is being rewritten: it was raised and stays raised.
        """
        return self.filter(self._own(user) | models.Q(programme__in=overseen_programme_ids(user)))

    def _own(self, user):
        """A Q: seen by an own branch; for who has none it vanishes, so that the database can use the other indexes."""
        own = own_organisation_ids(user)
        return models.Q(viewers__overlap=own) if own else models.Q(pk__in=[])

    def holding(self, text):
        """Matters whose number and title, or aim, hold every word of `text`: no piece of two characters is missed."""
        return self.filter(holding(text, *self.model.TEXT))

    def waiting_query(self, user):
        """A Q: `user`, in one of the seats held today, has to act next; a liaison where drafting is all that is due."""
        query = models.Q(pk__in=[])
        for seat in user.current_seats:
            theirs = models.Q(turn=Turn.BRANCHES, turn_of__contains=[seat.organisation_id])
            if seat.role == Role.SECRETARY:
                query |= theirs
            if seat.role == Role.LIAISON:
                query |= theirs & models.Q(state__in=self.model.DRAFTING)
            if seat.role in (Role.REVIEWER, Role.LEAD):
                turns = [Turn.GROUP, Turn.LEAD] if seat.role == Role.LEAD else [Turn.GROUP]
                query |= models.Q(turn__in=turns, programme__in=overseen_programme_ids(user))
        return query

    def waiting_for(self, user):
        """Matters in which `user`, in one of the seats held today, has to act next."""
        return self.filter(self.waiting_query(user))

    def waiting_for_others(self, user):
        """Own matters in which somebody else has to act next."""
        own = self.filter(viewers__overlap=own_organisation_ids(user)).exclude(turn=Turn.NOBODY)
        return own.exclude(self.waiting_query(user))


def _labels(field):
    """{value: label} of a field with choices, in the language that is active; made once for each language."""
    kept, language = field.__dict__.setdefault("_labels", {}), get_language()
    if language not in kept:
        kept[language] = {value: str(label) for value, label in field.flatchoices}
    return kept[language]


class Matter(models.Model):
    """A thing with a life. `state` is written by the workflow engine alone."""

    NUMBER_KIND = ""
    PRIVATE = frozenset()
    DRAFTING = frozenset()  # states in which a liaison may act for the branch

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(null=True, editable=False)
    sequence = models.PositiveIntegerField(null=True, editable=False)
    number = models.CharField(max_length=40, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    state_since = models.DateTimeField(default=timezone.now, editable=False)
    last_event_at = models.DateTimeField(null=True, editable=False)
    turn = models.CharField(max_length=10, choices=Turn, blank=True, default="", editable=False)
    turn_of = ArrayField(models.BigIntegerField(), default=list, editable=False)
    turn_names = models.CharField(max_length=400, blank=True, default="", editable=False)
    turn_since = models.DateTimeField(null=True, editable=False)
    viewers = ArrayField(models.BigIntegerField(), default=list, editable=False)

    objects = MatterQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes = [
            GinIndex(fields=["viewers"], name="%(class)s_viewers"),
            GinIndex(fields=["turn_of"], name="%(class)s_turn_of"),
            models.Index(fields=["programme", "state", "-state_since"], name="%(class)s_state"),
            models.Index(fields=["programme", "turn", "turn_since"], name="%(class)s_turn"),
            # the orders in which the lists are read, page by page
            models.Index(fields=["turn_since", "id"], name="%(class)s_by_waiting"),
            models.Index(fields=["-year", "-sequence", "-id"], name="%(class)s_by_number"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "year", "sequence"],
                condition=models.Q(sequence__isnull=False),
                name="%(class)s_number",
            )
        ]

    def give_number(self, prefix, day):
        """Number at first filing or invitation: 代字〔year〕n号, restarting each year (domain.md §7)."""
        if not self.number:
            self.year = day.year
            self.sequence = NumberSeries.next(self.programme, self.NUMBER_KIND, day.year)
            self.number = f"{prefix}〔{self.year}〕{self.sequence}号"

    def set_turn(self, turn, organisations, at):
        """Store whose turn it is; the clock of a turn starts anew only when it changes hands or the state changes."""
        ids = sorted(organisation.pk for organisation in organisations)
        if (turn, ids) != (self.turn, self.turn_of) or self.turn_since is None or self.turn_since < self.state_since:
            self.turn_since = at if turn else None
        self.turn, self.turn_of = turn, ids
        self.turn_names = "、".join(organisation.short_name for organisation in organisations)[:400]

    @property
    def headline(self):
        """What it is about in one line: the title of a problem, the aim of an agreement."""
        raise NotImplementedError

    def has_read(self, relation):
        """Whether a page has read the relation beforehand (pairing.models.life, prefetch); the workflow never does."""
        return has_read(self, relation)

    def is_visible_to(self, user):
        """As MatterQuerySet.visible_to, of a loaded row."""
        if set(self.viewers) & set(own_organisation_ids(user)):
            return True
        return self.programme_id in overseen_programme_ids(user) and self.state not in self.PRIVATE

    def get_absolute_url(self):
        return reverse(f"pairing:{self._meta.model_name}", args=[self.pk])

    def _get_FIELD_display(self, field):
        """As Django's, without hashing every choice at every call: a list asks for hundreds of labels."""
        value = getattr(self, field.attname)
        return str(_labels(field).get(value, value))

    def whose_turn(self):
        """One phrase, worded the same everywhere; "" when nobody has to act."""
        if not self.turn:
            return ""
        names = self.turn_names if self.turn == Turn.BRANCHES else self.get_turn_display()
        return _("Waiting for %(names)s") % {"names": names}
