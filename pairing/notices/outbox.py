"""The outbox: which digests exist, which may go out today, who holds them. Set-based: a round costs a few statements.

Rows that wait are found through indexes: unsent notices by person, unsent digests by day. A claim is one UPDATE over
rows that nobody else has locked; it is free again after CLAIM, so a worker that died holds nothing up for long.
"""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from pairing.deadlines import SHANGHAI, day_of
from pairing.models import Delivery, Digest, Notice

CLAIM = timedelta(minutes=15)
BACKOFF = (1, 5, 15, 60)  # minutes after the first, second, … failure
GRAVITY = "coalesce(array_position(ARRAY['blue', 'yellow', 'red'], n.level::text), 0)"

# The unique key decides who has a digest already: after a large insert the statistics would choose worse ways.
FILL = """
INSERT INTO pairing_digest (person_id, day, tries, error)
SELECT DISTINCT person_id, %(day)s, 0, '' FROM pairing_notice WHERE sent_at IS NULL AND planned_at <= %(at)s
ON CONFLICT DO NOTHING
"""
COUNT = """
SELECT (SELECT count(*) FROM pairing_delivery WHERE ok AND at >= %(midnight)s),
       (SELECT count(*) FROM pairing_digest d WHERE d.day = %(day)s AND d.sent_at IS NULL AND EXISTS
            (SELECT 1 FROM pairing_notice n WHERE n.person_id = d.person_id AND n.sent_at IS NULL))
"""
RANK = f"""
WITH used AS (SELECT count(*) AS n FROM pairing_delivery WHERE ok AND at >= %(midnight)s),
ranked AS (
    SELECT d.id, d.next_try_at, row_number() OVER (
        ORDER BY (d.claimed_at > %(stale)s) IS TRUE DESC, grave.level DESC, d.id
    ) + used.n > %(ceiling)s AS above
    FROM pairing_digest d CROSS JOIN used CROSS JOIN LATERAL (
        SELECT max({GRAVITY}) AS level FROM pairing_notice n WHERE n.person_id = d.person_id AND n.sent_at IS NULL
    ) grave
    WHERE d.day = %(day)s AND d.sent_at IS NULL AND grave.level IS NOT NULL
)
SELECT id, above FROM ranked WHERE above IS DISTINCT FROM coalesce(next_try_at = %(tomorrow)s, false)
"""  # only the constant above is put in
FREE = """
SELECT d.id FROM pairing_digest d
WHERE d.day = %(day)s AND d.sent_at IS NULL
  AND (d.claimed_at IS NULL OR d.claimed_at <= %(stale)s)
  AND (d.next_try_at IS NULL OR d.next_try_at <= %(at)s)
  AND EXISTS (SELECT 1 FROM pairing_notice n
              WHERE n.person_id = d.person_id AND n.sent_at IS NULL AND n.planned_at <= %(at)s)
LIMIT %(most)s
"""
CLAIMS = f"""
UPDATE pairing_digest SET claimed_at = %(at)s WHERE id IN ({FREE} FOR UPDATE SKIP LOCKED)
RETURNING id, person_id, tries
"""  # only the constant above is put in
STAMP = """
WITH digest AS (UPDATE pairing_digest SET sent_at = %(at)s, next_try_at = NULL, error = '' WHERE id = %(digest)s),
notices AS (UPDATE pairing_notice SET sent_at = %(at)s, digest_id = %(digest)s WHERE id = ANY(%(notices)s))
INSERT INTO pairing_delivery (digest_id, channel_id, kind, address, at, ok, error)
VALUES (%(digest)s, %(channel)s, %(kind)s, %(address)s, %(at)s, true, '')
"""
FILLING = 7_420_001  # the advisory lock: one worker fills and ranks at a time


def values(at):
    midnight = datetime.combine(day_of(at), time(), SHANGHAI)
    return {
        "at": at, "day": day_of(at), "midnight": midnight, "tomorrow": midnight + timedelta(days=1),
        "stale": at - CLAIM, "ceiling": settings.MESSAGE_CEILING,
    }  # fmt: skip


def fill(at):
    """Make the day's digests of all who have unsent notices; answers how many must wait for the ceiling (0: none).

    New rows are seen by others only when they are ranked, and what was sent is counted in the same statement, so the
    ceiling holds with any number of workers. Above it the gravest level goes first.
    """
    Notice.objects.unsent().filter(person__is_active=False).update(sent_at=at)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FILLING])
        cursor.execute(FILL, values(at))
        cursor.execute(COUNT, values(at))
        used, waiting = cursor.fetchone()
        if used + waiting <= settings.MESSAGE_CEILING:
            return 0
        cursor.execute(RANK, values(at))
        ranked = cursor.fetchall()
        for above, until in ((True, values(at)["tomorrow"]), (False, None)):
            digests = [digest for digest, is_above in ranked if is_above == above]
            Digest.objects.filter(pk__in=digests, sent_at=None).update(next_try_at=until)
    return used + waiting - settings.MESSAGE_CEILING


def waiting(at, most):
    """How many digests of the day could be claimed, counted up to `most`."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({FREE}) free", values(at) | {"most": most})
        return cursor.fetchone()[0]


def claim(at, most):
    """Up to `most` digests of the day for the caller alone: [(id, person id, attempts begun before)]."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIMS, values(at) | {"most": most})
        return cursor.fetchall()


def release(digests, *, until=None, words=""):
    """Give claimed digests (ids) back untried; nobody claims them before `until`. `words`: why they wait."""
    Digest.objects.filter(pk__in=digests).update(claimed_at=None, next_try_at=until, error=words)


def begin(parcel):
    """Write down before it that an attempt begins: of a worker that is killed in it nobody could tell otherwise."""
    parcel.tries += 1
    Digest.objects.filter(pk=parcel.digest).update(tries=parcel.tries)


def interrupted(parcel, channel, address, at):
    """Put into the log that an attempt began and nobody knows how it ended."""
    words = _("The worker was stopped while it sent; the message may have gone out all the same.")
    Delivery.objects.create(
        digest_id=parcel.digest, channel=channel, kind=channel.kind, address=address, at=at, ok=False, error=words
    )


def sent(parcel, channel, address, at):
    """Stamp what went out right after it went out, in one statement: one way to the database and back per message."""
    values = {
        "at": at, "digest": parcel.digest, "notices": [notice.pk for notice in parcel.notices],
        "channel": channel.pk, "kind": channel.kind, "address": address,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(STAMP, values)


def failed(parcel, channel, address, at, words, *, keep=False):
    """Write the attempt down and give the digest back until the next try; keep: it stays claimed."""
    wait = timedelta(minutes=BACKOFF[min(parcel.tries, len(BACKOFF)) - 1])
    back = {} if keep else {"claimed_at": None, "next_try_at": at + wait}
    with transaction.atomic():
        Digest.objects.filter(pk=parcel.digest).update(error=words, **back)
        Delivery.objects.create(
            digest_id=parcel.digest, channel=channel, kind=channel.kind, address=address, at=at, ok=False, error=words
        )
