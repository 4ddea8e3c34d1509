"""What was planned and no longer holds when its message goes out: it was answered meanwhile, or a later step stands.

Notices may wait: for the morning, for a working day, under the ceiling, for a channel that is down. The inbox keeps
them all; a message says what is so at the moment at which it goes out.
"""

from collections import defaultdict
from datetime import datetime, time

from django.db import connection, transaction

from pairing.deadlines import SHANGHAI, day_of
from pairing.notices.round import Round

# Of what the clocks tell, that which somebody may have settled since: planned on an earlier day, or before the last
# thing that happened. What is planned and sent on one morning is not asked for.
SUSPECT = """
SELECT n.id, n.person_id, n.object_type, n.object_id, n.step, n.occasion
FROM pairing_notice n JOIN LATERAL (
    SELECT last_event_at FROM pairing_agreement WHERE n.object_type = 'agreement' AND id = n.object_id
    UNION ALL SELECT last_event_at FROM pairing_problem WHERE n.object_type = 'problem' AND id = n.object_id
) m ON true
WHERE n.id = ANY (%(notices)s) AND n.step NOT LIKE 'news\\_%%' AND (
    n.planned_at < %(midnight)s OR m.last_event_at > n.planned_at OR EXISTS (
        SELECT FROM accounts_event e WHERE e.object_type = n.object_type AND e.object_id = n.object_id
        AND e.recorded_at > n.planned_at))"""
TABLE = """
CREATE TEMP TABLE standing_now (
    person_id bigint, object_type text, object_id bigint, step text, occasion text, level text, details jsonb,
    planned_at timestamptz, UNIQUE (person_id, object_type, object_id, step, occasion)
) ON COMMIT DROP"""


def outdated(notices, at):
    """Of Notices of some persons, gravest first, the ids of those that a message at `at` leaves out: what the clocks no
    longer say, and what the same message says once more of the same matter, later."""
    said_again, latest = set(), {}
    for notice in sorted(notices, key=lambda notice: (notice.planned_at, notice.pk)):
        key = notice.person_id, notice.object_type, notice.object_id, notice.step
        if key in latest:
            said_again.add(latest[key])
        latest[key] = notice.pk
    return said_again | _no_longer_so(list(latest.values()), at)


def _no_longer_so(notices, at):
    """Asked of the same clocks that planned them."""
    midnight = datetime.combine(day_of(at), time(), SHANGHAI)
    with connection.cursor() as cursor:
        cursor.execute(SUSPECT, {"notices": notices, "midnight": midnight})
        suspects = cursor.fetchall()
    if not suspects:
        return set()
    matters = defaultdict(set)
    for _pk, _person, kind, matter, _step, _occasion in suspects:
        matters[kind].add(matter)
    standing = _standing({kind: sorted(ids) for kind, ids in matters.items()}, at)
    return {pk for pk, *told in suspects if tuple(told) not in standing}


@transaction.atomic
def _standing(matters, at):
    """{(person id, object type, object id, step, occasion)} of what the clocks say of some matters."""
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
        Round(days=[day_of(at)], at=at, matters=matters, into="standing_now").tell()
        cursor.execute("SELECT person_id, object_type, object_id, step, occasion FROM standing_now")
        found = set(cursor.fetchall())
        cursor.execute("DROP TABLE standing_now")
    return found
