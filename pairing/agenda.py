"""What lies ahead of a person, day by day: due dates, follow-ups, look-backs, last days to act, meetings.

One reading for the calendar page (a month) and for the private calendar feed (a stretch around today). Whoever oversees
a hundred thousand pairs gets a few named entries a day and a count, never all rows: see pairing.month.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, DateField, ExpressionWrapper, F, Func, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Event
from accounts.models.seat import ACTING_FOR_A_BRANCH
from accounts.models.together import read_together
from pairing import deadlines
from pairing.enums import STATE_CLOCKS
from pairing.enums import AgreementState as A
from pairing.enums import ProblemState as P
from pairing.models import (
    Agreement,
    DueChange,
    Episode,
    FollowUp,
    Meeting,
    Preference,
    RuleVersion,
    SpecialDay,
    working_days,
)
from pairing.models.programme import Programme

DUE, FOLLOW_UP, LOOK_BACK, LAST_DAY, MEETING = "due", "follow_up", "look_back", "last_day", "meeting"
KINDS = {
    DUE: _("Due date"),
    FOLLOW_UP: _("Follow-up"),
    LOOK_BACK: _("Look-back"),
    LAST_DAY: _("Last day to act"),
    MEETING: _("Meeting"),
}
MOST_WAITING = 100  # matters of one person whose last day is looked up


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a day. `key` with `kind` names it for ever; `sequence` grows when its day or time is moved;
    `headline` is the label without a number, for narrow places."""

    kind: str
    day: date
    key: str
    label: str
    headline: str
    url: str
    changed_at: datetime
    sequence: int = 0
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    place: str = ""
    cancelled: bool = False

    @property
    def word(self):
        return KINDS[self.kind]


@dataclass
class Around:
    """What is read at once for a person: small tables, and what the entries need of them."""

    meetings: list[Meeting]
    waiting: list[Agreement]
    special: list[SpecialDay]
    feed_key: str
    rules: dict = field(default_factory=dict)  # programme id -> the RuleVersion in force today
    changes: dict = field(default_factory=dict)  # meeting id -> its Events


def around(user, first, last, *, waiting=True):
    """Around for the days `first` to `last`; one query."""
    span = (_start_of(first), _start_of(last + deadlines.ONE_DAY))
    meetings = Meeting.objects.visible_to(user).filter(starts_at__gte=span[0], starts_at__lt=span[1])
    found = read_together(
        user,
        meetings=meetings.order_by("starts_at", "pk")[:MOST_WAITING],
        changes=Event.objects.filter(object_type="meeting", object_id__in=meetings.values("pk")),
        waiting=_waiting(user) if waiting else Agreement.objects.none(),
        special=SpecialDay.objects.filter(day__range=(first, last)),
        preference=Preference.objects.filter(person=user),
        rules=RuleVersion.objects.filter(
            published_on__isnull=False, programme__in=Programme.objects.for_user(user)
        ).order_by("starts_on"),
    )
    of = Around(
        found["meetings"], found["waiting"], found["special"],
        found["preference"][0].feed_key if found["preference"] else "",
    )  # fmt: skip
    today = timezone.localdate()
    for version in found["rules"]:  # the earliest first: the last one that has begun stays, else the first
        if version.starts_on <= today or version.programme_id not in of.rules:
            of.rules[version.programme_id] = version
    for event in found["changes"]:
        of.changes.setdefault(event.object_id, []).append(event)
    return of


def _waiting(user):
    """Agreements in which the person has to act within a clock, the longest waiting first."""
    rows = Agreement.objects.visible_to(user).filter(Agreement.objects.waiting_query(user), state__in=STATE_CLOCKS)
    return rows.select_related("rule_version").order_by("turn_since", "pk")[:MOST_WAITING]


def _start_of(day):
    return datetime.combine(day, datetime.min.time(), deadlines.SHANGHAI)


# The kinds, as entries
def last_days(of):
    """The last day of each clock that runs against the person."""
    calendar = working_days()
    for matter in of.waiting:
        rules = matter.rule_version or of.rules.get(matter.programme_id)
        if rules:
            days = getattr(rules, STATE_CLOCKS[matter.state])
            day = deadlines.clock_day(matter.state_since, days, calendar)
            yield _of_matter(LAST_DAY, day, matter)


def meetings(of):
    for meeting in of.meetings:
        events = of.changes.get(meeting.pk, [])
        yield Entry(
            kind=MEETING, day=deadlines.day_of(meeting.starts_at), key=str(meeting.pk), label=meeting.subject,
            headline=meeting.subject,
            url=meeting.get_absolute_url(), starts_at=meeting.starts_at, ends_at=meeting.ends_at, place=meeting.place,
            cancelled=meeting.cancelled_at is not None, sequence=max(len(events) - 1, 0),
            changed_at=max((event.recorded_at for event in events), default=meeting.starts_at),
        )  # fmt: skip


def look_backs(user, of, first, last):
    """Own problems whose look-back falls due between the days; one query, none without a branch."""
    own = [seat.organisation_id for seat in user.current_seats if seat.role in ACTING_FOR_A_BRANCH]
    if not own or not of.rules:
        return
    due = Q(pk__in=[])
    for programme, rules in of.rules.items():
        days = timedelta(days=rules.look_back_days)
        due |= Q(problem__programme=programme, written_off_on__range=(first - days, last - days))
    solved = Episode.objects.filter(due, relapsed_on__isnull=True, problem__state=P.CLOSED, problem__owner__in=own)
    rows = solved.filter(problem__last_look_back="").select_related("problem").order_by("written_off_on", "pk")
    for episode in rows[:MOST_WAITING]:
        problem = episode.problem
        day = episode.written_off_on + timedelta(days=of.rules[problem.programme_id].look_back_days)
        yield _of_matter(LOOK_BACK, day, problem, episode.pk)


def _of_matter(kind, day, matter, key=None, sequence=0):
    return Entry(
        kind=kind, day=day, key=str(key or matter.pk), label=str(matter), headline=matter.headline,
        url=matter.get_absolute_url(),
        changed_at=matter.last_event_at or matter.state_since, sequence=sequence,
    )  # fmt: skip


# Pairs: due dates and follow-ups
MOVED = ExpressionWrapper(
    Func(F("due_on"), F("stopped_days"), template="(%(expressions)s)", arg_joiner=" + "), DateField()
)


def running(user):
    return Agreement.objects.visible_to(user).filter(state=A.ACTIVE)


def due_dates(pairs, first, last):
    """`pairs` due between the days, with `day` and `pair` (their id).

    The index is on the plain column; a pair was stopped for a year at most.
    """
    near = pairs.filter(due_on__range=(first - timedelta(days=366), last))
    # "* 1": of two columns that are the same, Django reads one where a window is filtered
    return near.annotate(day=MOVED, pair=F("pk") * 1).filter(day__range=(first, last))


def follow_ups(pairs, first, last):
    """Follow-ups of `pairs` planned between the days, neither done nor skipped."""
    return FollowUp.objects.filter(
        planned_on__range=(first, last), done_on__isnull=True, skipped_on__isnull=True, agreement__in=pairs
    )


def _follow_up_url(pk, agreement):
    return f"{reverse('pairing:agreement_step', args=[agreement, 'follow_up'])}?follow_up={pk}"


def as_entries(kind, rows, visits=False):
    """Entries of rows (id of the pair or follow-up, day, id of the pair, number, aim, changed at, sequence).

    `visits`: the person makes them, so an entry leads to its form.
    """
    for pk, day, agreement, number, aim, changed_at, sequence in rows:
        if visits and kind == FOLLOW_UP:
            url = _follow_up_url(pk, agreement)
        else:
            url = reverse("pairing:agreement", args=[agreement])
        yield Entry(
            kind=kind, day=day, key=str(pk), label=f"{number} {aim}".strip(), headline=aim,
            url=url, changed_at=changed_at,
            sequence=sequence,
        )  # fmt: skip


DUE_ROW = ("pk", "day", "pair", "number", "aim", "last_event_at")
VISIT_ROW = (
    "pk", "planned_on", "agreement_id", "agreement__number", "agreement__aim", "agreement__last_event_at",
)  # fmt: skip


def _times_moved():
    """How often the due date of a pair was changed, as a column."""
    changes = DueChange.objects.filter(agreement=OuterRef("pk")).order_by().values("agreement")
    counted = Subquery(changes.annotate(n=Count("pk") - 1).values("n"), IntegerField())
    return Coalesce(counted, 0) + F("stopped_days")


def stretch(user, first, today, last, most):
    """Entries of due dates and follow-ups, those nearest to `today` where there are more than `most` of a kind: three
    quarters of them ahead. Two queries, by the indexes on the days."""
    ahead, back = most - most // 4, most // 4
    pairs = running(user)
    due = due_dates(pairs, first, last).annotate(moves=_times_moved())
    rows = due.filter(due_on__lt=today).order_by("-due_on", "pk")[:back]
    rows = due.filter(due_on__gte=today).order_by("due_on", "pk")[:ahead].values_list(*DUE_ROW, "moves").union(
        rows.values_list(*DUE_ROW, "moves"), all=True
    )  # fmt: skip
    yield from as_entries(DUE, rows)
    visits = follow_ups(pairs, first, last).annotate(moves=F("pk") * 0)
    before = visits.filter(planned_on__lt=today).order_by("-planned_on", "pk")[:back]
    rows = visits.filter(planned_on__gte=today).order_by("planned_on", "pk")[:ahead].values_list(*VISIT_ROW, "moves")
    yield from as_entries(FOLLOW_UP, rows.union(before.values_list(*VISIT_ROW, "moves"), all=True))


def of_day(user, of, day, most, visits):
    """[(word of the kind, [Entry], whether there are more than `most`)] of a day, in the order of a month's cells."""
    pairs = running(user)
    due = due_dates(pairs, day, day).order_by("pk").values_list(*DUE_ROW)[: most + 1]
    planned = follow_ups(pairs, day, day).order_by("pk").values_list(*VISIT_ROW)[: most + 1]
    found = {
        MEETING: [entry for entry in meetings(of) if entry.day == day],
        DUE: list(as_entries(DUE, [(*row, 0) for row in due])),
        LAST_DAY: [entry for entry in last_days(of) if entry.day == day],
        FOLLOW_UP: list(as_entries(FOLLOW_UP, [(*row, 0) for row in planned], visits)),
        LOOK_BACK: list(look_backs(user, of, day, day)),
    }
    return [(KINDS[kind], entries[:most], len(entries) > most) for kind, entries in found.items() if entries]
