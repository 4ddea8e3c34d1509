"""Why messages are still waiting, in numbers: one statement over the outbox, whatever waits."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import connection

from pairing.deadlines import day_of
from pairing.models import Digest
from pairing.notices.outbox import values
from pairing.notices.ways import with_a_way


class Cause(StrEnum):
    """Why a person's message has not gone out."""

    NEW = "new"  # not taken up yet: waits for the message hours, or for a worker
    NEXT_DAY = "next_day"  # today's message went out before; this goes with the next one
    SENDING = "sending"  # a worker has it just now
    CEILING = "ceiling"  # above the day's ceiling
    QUIET = "quiet"  # inside the person's quiet hours
    FAILED = "failed"  # the last attempt failed; `error` says how


@dataclass(frozen=True)
class Unsent:
    """So many persons with so many notices wait for one cause; `oldest`: since when the first of them."""

    cause: Cause
    error: str
    people: int
    notices: int
    oldest: datetime


WAITING = """
SELECT cause, error, count(*), sum(notices), min(oldest) FROM (
    SELECT w.notices, w.oldest, CASE WHEN d.error <> '' THEN d.error ELSE '' END AS error, CASE
        WHEN d.id IS NULL THEN 'new'
        WHEN d.sent_at IS NOT NULL THEN 'next_day'
        WHEN d.claimed_at > %(stale)s THEN 'sending'
        WHEN d.error <> '' THEN 'failed'
        WHEN d.next_try_at = %(tomorrow)s THEN 'ceiling'
        WHEN d.next_try_at > %(at)s THEN 'quiet'
        ELSE 'new' END AS cause
    FROM (SELECT person_id, count(*) AS notices, min(planned_at) AS oldest FROM pairing_notice
          WHERE sent_at IS NULL AND planned_at <= %(at)s GROUP BY person_id) w
    LEFT JOIN pairing_digest d ON d.person_id = w.person_id AND d.day = %(day)s
) waiting GROUP BY cause, error ORDER BY count(*) DESC, cause, error LIMIT %(most)s
"""


def unsent(at: datetime, most: int = 20) -> list[Unsent]:
    """What waits at `at`, by cause and words of the last failure; the `most` frequent ones."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING, values(at) | {"most": most})
        return [Unsent(Cause(cause), *row) for cause, *row in cursor.fetchall()]


def waiting_today(at: datetime):
    """The Digests of the day that are still to go out: a figure and the list it opens are both counted from these.

    Nobody waits without an address, and nothing waits before the moment for which it is planned.
    """
    digests = Digest.objects.filter(with_a_way(), day=day_of(at), sent_at=None, person__is_active=True)
    return digests.with_something_to_say(at)
