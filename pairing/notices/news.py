"""What the record says since the last round, told to the sides of a matter."""

from datetime import timedelta

from django.db import connection

from accounts.models import Event
from accounts.models.seat import OVERSEERS
from pairing.notices.once import WRITE_ONCE

TOLD = (
    "decline_invitation", "withdraw", "lapse", "leave", "refuse", "ask_extension", "grant_extension",
    "refuse_extension", "suspend", "resume", "terminate", "agree_termination", "object_termination", "urge",
    "decline_to_sign", "recall_signing", "send_back", "accept", "explain", "not_ours", "reject_claim", "park",
    "reopen", "hand_over",
)  # fmt: skip
CLOCK_MOVED = ("ask_extension", "grant_extension", "refuse_extension", "suspend", "resume")  # the liaisons hear it too
SUPERVISED = ("grant_extension", "refuse_extension", "suspend", "resume", "terminate")  # the supervisors hear it too
REREAD = 1000  # numbers of Events are given before they are committed: so many are read again each time
NEWS_DAYS = 10  # what happened longer ago than this is history when it is typed in, not news

# To the secretaries of all who see the matter, other than the one who acted; of what moves its clock to their liaisons
# and to the supervisors of the programme too. What followed from it is not told again.
NEWS = """
WITH told AS (
    SELECT seat.person_id, e.object_type, e.object_id, left('news_' || e.action, 40) AS step, e.id::text AS occasion,
           '' AS level, jsonb_build_object('label', trim(m.number || ' ' || m.{headline}), 'number', m.number,
               'action', e.action, 'by', e.person_name, 'seat', e.seat_title, 'note', e.note) AS details,
           %(now)s::timestamptz AS planned_at
    FROM accounts_event e JOIN pairing_{model} m ON m.id = e.object_id CROSS JOIN LATERAL (
        SELECT unnest(m.viewers) AS id, 'secretary' AS role
        UNION ALL SELECT unnest(m.viewers), 'liaison' WHERE e.action = ANY (%(clock_moved)s)
        UNION ALL SELECT p.committee_id, 'supervisor' FROM pairing_programme p
            WHERE p.id = m.programme_id AND e.object_type = 'agreement' AND e.action = ANY (%(supervised)s)) viewer
    JOIN accounts_seat seat ON seat.organisation_id = viewer.id AND seat.role = viewer.role AND seat.matter = ''
         AND seat.from_on <= %(today)s AND (seat.to_on IS NULL OR seat.to_on >= %(today)s)
    JOIN accounts_user person ON person.id = seat.person_id AND person.is_active
    WHERE e.id > %(after)s AND e.object_type = '{model}' AND e.action = ANY (%(actions)s) AND e.cause_id IS NULL
          AND e.result = 'done' AND e.happened_at BETWEEN %(since)s AND %(now)s
          AND e.person_id IS DISTINCT FROM seat.person_id
)"""

# Of a meeting: to the working group, the supervisors and leaders of its committee, and to the secretaries invited
MEETINGS = """
INSERT INTO pairing_notice (person_id, object_type, object_id, step, occasion, level, details, planned_at)
SELECT DISTINCT seat.person_id, 'meeting', m.id, 'news_meeting', e.id::text, '',
       jsonb_build_object('label', m.subject, 'starts_at', m.starts_at, 'place', m.place, 'action', e.action,
           'by', e.person_name, 'seat', e.seat_title, 'note', e.note), %(now)s::timestamptz
FROM accounts_event e JOIN pairing_meeting m ON m.id = e.object_id
JOIN pairing_programme programme ON programme.id = m.programme_id
JOIN accounts_organisation committee ON committee.id = programme.committee_id
JOIN accounts_organisation place ON place.path LIKE committee.path || '%%'
JOIN accounts_seat seat ON seat.organisation_id = place.id AND seat.matter = '' AND seat.from_on <= %(today)s
     AND (seat.to_on IS NULL OR seat.to_on >= %(today)s)
     AND (place.id = committee.id AND seat.role = ANY (%(overseers)s)
          OR m.branches_invited AND seat.role = 'secretary')
JOIN accounts_user person ON person.id = seat.person_id AND person.is_active
WHERE e.id > %(after)s AND e.object_type = 'meeting' AND e.happened_at BETWEEN %(since)s AND %(now)s
      AND m.starts_at > %(now)s AND e.person_id IS DISTINCT FROM seat.person_id
ON CONFLICT DO NOTHING"""


def tell_news(now, today, mark):
    """Tell what happened after `mark` (a PlanMark), some of what lies before it looked at again; answers how much."""
    values = {
        "now": now, "today": today, "since": now - timedelta(days=NEWS_DAYS), "after": mark.event_id - REREAD,
        "actions": list(TOLD), "clock_moved": list(CLOCK_MOVED), "supervised": list(SUPERVISED),
        "overseers": list(OVERSEERS),
    }  # fmt: skip
    count = 0
    with connection.cursor() as cursor:
        for model, headline in (("agreement", "aim"), ("problem", "title")):
            cursor.execute((NEWS + WRITE_ONCE).format(model=model, headline=headline, into="pairing_notice"), values)
            count += cursor.rowcount
        cursor.execute(MEETINGS, values)
        return count + cursor.rowcount


def touched(mark):
    """{"agreement": ids, "problem": ids} of the matters to which something happened since `mark`."""
    events = Event.objects.filter(pk__gt=mark.event_id - REREAD, object_type__in=["agreement", "problem"])
    found = {"agreement": [], "problem": []}
    for kind, pk in events.order_by().values_list("object_type", "object_id").distinct():
        found[kind].append(pk)
    return found
