"""A period played without sending or writing: the same clocks as planning, into a temporary table.

Nobody acts meanwhile: only the clock goes on, and what it would end is told as it would be. News of what people do are
not foreseen.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection, transaction

from accounts.models import User
from pairing.deadlines import SHANGHAI, next_working_day
from pairing.notices.clocks import CLOCKS, LAPSES
from pairing.notices.market import UNMATCHED, tell_market, tell_missing_year
from pairing.notices.round import SAME_MOMENT, Round
from pairing.notices.steps import Moment

TABLE = """
CREATE TEMP TABLE simulated (
    person_id bigint, object_type text, object_id bigint, step text, occasion text, level text, details jsonb,
    planned_at timestamptz, UNIQUE (person_id, object_type, object_id, step, occasion)
) ON COMMIT DROP"""
# News that were not sent before the period go out with its first messages; what the clocks said is said anew.
UNSENT = """
INSERT INTO simulated
SELECT n.person_id, n.object_type, n.object_id, n.step, n.occasion, n.level, n.details, n.planned_at
FROM pairing_notice n JOIN accounts_user person ON person.id = n.person_id AND person.is_active
LEFT JOIN pairing_agreement a ON n.object_type = 'agreement' AND a.id = n.object_id
LEFT JOIN pairing_problem p ON n.object_type = 'problem' AND p.id = n.object_id
WHERE n.planned_at < %(start)s AND (n.sent_at IS NULL OR n.sent_at >= %(start)s)
      AND (n.step LIKE 'news\\_%%' OR n.object_type NOT IN ('agreement', 'problem'))
      AND (%(programme)s::bigint IS NULL OR coalesce(a.programme_id, p.programme_id) = %(programme)s)"""
LOOKING = """
CREATE TEMP TABLE looking ON COMMIT DROP AS {unmatched}"""
# The problems of an agreement that the clock ends look for a partner from that day on.
FREED = """
INSERT INTO looking (programme_id, owner_id, since)
SELECT p.programme_id, p.owner_id, v.since
FROM unnest(%(programme)s::bigint[], %(rules)s::bigint[], %(mark)s::text[], %(day)s::date[], %(until)s::date[],
            %(since)s::date[]) v(programme_id, rules, mark, day, until, since)
JOIN ({matters}) s ON {same_moment}
JOIN pairing_episode e ON e.agreement_id = s.object_id AND e.taken_on IS NOT NULL AND e.released_on IS NULL
JOIN pairing_problem p ON p.id = e.problem_id"""
# What somebody was told before the period is not told again.
KNOWN = """
DELETE FROM simulated s USING pairing_notice n
WHERE n.person_id = s.person_id AND n.object_type = s.object_type AND n.object_id = s.object_id
      AND n.step = s.step AND n.occasion = s.occasion AND n.planned_at < %(start)s
      AND n.sent_at < %(start)s"""
FOUND = """
SELECT s.person_id, (s.planned_at AT TIME ZONE 'Asia/Shanghai')::date, s.object_type, s.object_id,
       coalesce(nullif(coalesce(a.number, p.number), ''), s.object_type || ' ' || s.object_id), s.step, s.level,
       coalesce(s.details ->> 'label', '')
FROM simulated s
LEFT JOIN pairing_agreement a ON s.object_type = 'agreement' AND a.id = s.object_id
LEFT JOIN pairing_problem p ON s.object_type = 'problem' AND p.id = s.object_id
ORDER BY s.planned_at, s.object_type, s.object_id, s.step"""


@dataclass(frozen=True)
class Item:
    """One thing a message says: `object` is the number of the matter, or "agreement 12"; `label` is for reading."""

    object: str
    step: str
    level: str
    object_type: str
    object_id: int
    label: str = ""


@dataclass(frozen=True)
class Outgoing:
    """The one message of a person and working day."""

    person: User
    day: date
    items: tuple[Item, ...]


@transaction.atomic
def simulate(first, last, *, rules=None, programme=None):
    """The messages from the day `first` to the day `last`: [Outgoing], ordered by day and user name.

    `rules`: a RuleVersion, a draft too, taken for all matters of its programme; `programme`: this Programme alone.
    Both days are dates; ValueError where `last` lies before `first`.
    """
    if last < first:
        raise ValueError(f"{last} lies before {first}")
    start = datetime.combine(first, time(), SHANGHAI)
    only = programme.pk if programme else None
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
        cursor.execute(UNSENT, {"start": start, "programme": only})
        round_ = Round(
            days=[first + timedelta(days=n) for n in range((last - first).days + 1)],
            programme=only, draft=rules, into="simulated",
        )  # fmt: skip
        round_.tell((*CLOCKS, LAPSES))
        _let_go(cursor, round_)
        tell_market(round_, "SELECT programme_id, owner_id, since FROM looking")
        if programme is None:
            tell_missing_year(round_)
        cursor.execute(KNOWN, {"start": start})
        cursor.execute(FOUND)
        found = _by_day(cursor, first, last, round_.calendar)
        cursor.execute("DROP TABLE simulated, looking")
    return _messages(found)


def _let_go(cursor, round_):
    """Who looks for a partner: those who do now, and those whose agreements the clock ends."""
    cursor.execute(LOOKING.format(unmatched=UNMATCHED))
    lapsed = round_.stretches(LAPSES)
    values = {name: [getattr(stretch.moment, name) for stretch in lapsed] for name in Moment._fields}
    values |= {"since": [stretch.from_on for stretch in lapsed]} | round_.scope_of(LAPSES)
    cursor.execute(FREED.format(matters=round_.matters_of(LAPSES), same_moment=SAME_MOMENT), values)


def _by_day(rows, first, last, calendar):
    """{(day, person id): [Item]}: what is planned on a day off waits for the next working day, and a message says a
    step of a matter once."""
    found = defaultdict(dict)
    for person, planned_on, object_type, object_id, name, step, level, label in rows:
        day = next_working_day(max(planned_on, first), calendar)
        if day <= last:
            found[day, person][object_type, object_id, step] = Item(name, step, level, object_type, object_id, label)
    return found


def _messages(found):
    people = User.objects.in_bulk({person for _day, person in found})
    messages = [Outgoing(people[person], day, tuple(items.values())) for (day, person), items in found.items()]
    return sorted(messages, key=lambda message: (message.day, message.person.username))
