"""What would go out now, to whom, by which channel: read, not sent."""

from dataclasses import dataclass

from accounts.models import User
from pairing.deadlines import day_of
from pairing.models import Digest, Notice, Preference
from pairing.notices.delivery import due_notices, open_hours
from pairing.notices.ways import channels_in_use, quiet_until, ways_of

PERSONS = 500  # read at once
INBOX = "inbox"  # the channel of those who have no other


@dataclass(frozen=True)
class Message:
    """The one message of a person: `channel` is a ChannelKind or INBOX, `notices` what it says, the gravest first."""

    person: User
    channel: str
    notices: list[Notice]


def going_out(now):
    """[Message] that a delivery at `now` would send, by user name; none outside the hours."""
    if not open_hours(now):
        return []
    waiting = Notice.objects.unsent().filter(planned_at__lte=now).values("person")
    served = Digest.objects.filter(day=day_of(now), sent_at__isnull=False).values("person")
    persons = User.objects.filter(pk__in=waiting, is_active=True).exclude(pk__in=served).order_by("username")
    channels = [channel for channel in channels_in_use() if channel.down_since is None]
    persons = list(persons)
    some = (persons[n : n + PERSONS] for n in range(0, len(persons), PERSONS))
    return [message for group in some for message in _messages(group, channels, now)]


def _messages(persons, channels, now):
    known = {person.pk: person for person in persons}
    wishes = {wish.person_id: wish for wish in Preference.objects.filter(person__in=known)}
    ways, (notices, _settled) = ways_of(persons, channels), due_notices(known, wishes, now)
    for pk, person in known.items():
        if notices.get(pk) and not quiet_until(wishes.get(pk), now):
            channel = ways[pk][0][0].kind if ways[pk] else INBOX
            yield Message(person, str(channel), notices[pk])


def gone_out(messages):
    """Of `messages` those that a delivery has meanwhile sent or left in the inbox."""
    pks = [notice.pk for message in messages for notice in message.notices]
    sent = set(Notice.objects.filter(pk__in=pks, sent_at__isnull=False).values_list("pk", flat=True))
    return [message for message in messages if any(notice.pk in sent for notice in message.notices)]
