"""A month of a person's calendar: of each kind a few named entries a day, and how many there are.

Up to SMALL running pairs are counted exactly. Beyond that each day is asked by its index for MOST rows at most, so that
the page costs the same for whoever oversees a hundred thousand pairs as for ten times as many.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import connection
from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from pairing import agenda
from pairing.enums import AgreementState
from pairing.models import FollowUp, own_organisation_ids
from pairing.models.matter import overseen_programme_ids

SMALL = 5_000  # running pairs
MOST = 100  # rows of a day and kind that are counted beyond SMALL
FEW = 3  # entries of a kind that a day names

# Of the days of the list: rows as in agenda.DUE_ROW, the number of them at the end
_OF_DAYS = """
SELECT few.id, d.day, few.agreement_id, few.number, few.aim, few.last_event_at, few.of_all
FROM unnest(%(days)s::date[]) AS d(day) CROSS JOIN LATERAL (
    SELECT found.*, count(*) OVER () AS of_all, row_number() OVER (ORDER BY id) AS place
    FROM ({rows} LIMIT %(most)s) found
) few WHERE few.place <= %(few)s"""
_SEEN = "a.state = %(active)s AND (a.programme_id = ANY(%(programmes)s) OR a.viewers && %(own)s::bigint[])"
_DUE = f"""
SELECT a.id, a.id AS agreement_id, a.number, a.aim, a.last_event_at FROM pairing_agreement a
WHERE a.due_on = d.day AND a.stopped_days = 0 AND {_SEEN}"""
_DUE_MOVED = f"""
SELECT a.id, a.due_on + a.stopped_days, a.id, a.number, a.aim, a.last_event_at, 1 FROM pairing_agreement a
WHERE a.stopped_days > 0 AND a.due_on BETWEEN %(first)s - 366 AND %(last)s
      AND a.due_on + a.stopped_days BETWEEN %(first)s AND %(last)s AND {_SEEN} LIMIT %(most)s"""
_VISITS = f"""
SELECT f.id, a.id AS agreement_id, a.number, a.aim, a.last_event_at
FROM pairing_followup f JOIN pairing_agreement a ON a.id = f.agreement_id
WHERE f.planned_on = d.day AND f.done_on IS NULL AND f.skipped_on IS NULL AND {_SEEN}"""
_BOUNDED = {
    agenda.DUE: f"({_OF_DAYS.format(rows=_DUE)}) UNION ALL ({_DUE_MOVED}) ORDER BY 2, 1",
    agenda.FOLLOW_UP: f"{_OF_DAYS.format(rows=_VISITS)} ORDER BY 2, 1",
}


@dataclass
class Day:
    """`entries`: those named; `counts`: {kind: how many}, MOST meaning "or more" where `bounded`."""

    entries: list = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)
    bounded: bool = False

    @property
    def left(self):
        """[(word of the kind, how many more than are named, whether there may be more still)]."""
        named = Counter(entry.kind for entry in self.entries)
        rest = {kind: n - named[kind] for kind, n in self.counts.items() if n > named[kind]}
        return [(agenda.KINDS[kind], n, self.bounded and self.counts[kind] >= MOST) for kind, n in rest.items()]


def days_of(user, of, first, last, visits):
    """{date: Day} of the days that have something. `of`: agenda.Around of these days; `visits`: made by the person."""
    days = {}
    for kind, rows, bounded in _pairs(user, first, last):
        for row, of_all in rows:
            day = days.setdefault(row[1], Day(bounded=bounded))
            day.counts[kind] += of_all
            day.entries += [] if len(_of_kind(day, kind)) >= FEW else agenda.as_entries(kind, [row], visits)
    others = [*agenda.look_backs(user, of, first, last), *agenda.last_days(of), *agenda.meetings(of)]
    for entry in others:
        if first <= entry.day <= last:
            day = days.setdefault(entry.day, Day())
            day.counts[entry.kind] += 1
            if len(_of_kind(day, entry.kind)) < FEW or entry.kind == agenda.MEETING:
                day.entries.append(entry)
    for day in days.values():  # what has an hour first, then the gravest
        day.entries.sort(key=lambda e: (ORDER.index(e.kind), e.starts_at or 0, e.label))
    return days


ORDER = (agenda.MEETING, agenda.DUE, agenda.LAST_DAY, agenda.FOLLOW_UP, agenda.LOOK_BACK)


def _of_kind(day, kind):
    return [entry for entry in day.entries if entry.kind == kind]


def _pairs(user, first, last):
    """(kind, [(row of agenda, number in its day)], whether the numbers are bounded) for due dates and follow-ups."""
    ids = list(agenda.running(user).values_list("pk", flat=True)[: SMALL + 1])
    if not ids:
        return
    if len(ids) > SMALL:
        yield from ((kind, _bounded(sql, user, first, last), True) for kind, sql in _BOUNDED.items())
        return
    due = agenda.due_dates(agenda.running(user).filter(pk__in=ids), first, last)
    yield agenda.DUE, _named(due, "day", agenda.DUE_ROW), False
    planned = FollowUp.objects.filter(agreement__in=ids, done_on__isnull=True, skipped_on__isnull=True)
    planned = planned.filter(planned_on__range=(first, last))
    yield agenda.FOLLOW_UP, _named(planned, "planned_on", agenda.VISIT_ROW), False


def _named(rows, day, columns):
    """The FEW first of each day; the number of all of its day stands with the first one. One query."""
    ordered = rows.annotate(
        place=Window(RowNumber(), partition_by=F(day), order_by=F("pk").asc()),
        of_all=Window(Count("*"), partition_by=F(day)),
    ).filter(place__lte=FEW)
    return _counted_once(ordered.order_by(day, "pk").values_list(*columns, "of_all"))


def _bounded(sql, user, first, last):
    values = {
        "days": [first + timedelta(days=n) for n in range((last - first).days + 1)], "first": first, "last": last,
        "active": AgreementState.ACTIVE.value, "programmes": overseen_programme_ids(user),
        "own": own_organisation_ids(user), "most": MOST, "few": FEW,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return _counted_once(cursor.fetchall())


def _counted_once(rows):
    """[((row, sequence 0), number of its day for the first row of it, else 0)]; what stands alone counts itself."""
    found, seen = [], set()
    for *row, of_all in rows:
        found.append(((*row, 0), of_all if row[1] not in seen or of_all == 1 else 0))
        seen.add(row[1])
    return found


def weeks_around(first: date) -> list[list[date]]:
    """The weeks, Monday to Sunday, that show the month of `first`."""
    start = first - timedelta(days=first.weekday())
    weeks = []
    while not weeks or start.replace(day=1) == first:
        weeks.append([start + timedelta(days=n) for n in range(7)])
        start += timedelta(days=7)
    return weeks
