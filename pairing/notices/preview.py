"""What would go out now, to whom, by which channel: read, not sent."""

from dataclasses import dataclass, replace

from accounts.models import User
from pairing.deadlines import day_of
from pairing.models import Delivery, Digest, Notice, Preference
from pairing.notices.delivery import due_notices, open_hours
from pairing.notices.ways import quiet_until, ways_of, ways_out

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
    channels = [channel for channel in ways_out() if channel.down_since is None]
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
    """Of `messages` those that a delivery has meanwhile sent or left in the inbox, with the channel that took them."""
    pks = [notice.pk for message in messages for notice in message.notices]
    digests = dict(Notice.objects.filter(pk__in=pks, sent_at__isnull=False).values_list("pk", "digest"))
    took = Delivery.objects.filter(digest__in=set(digests.values()) - {None}, ok=True).order_by("pk")
    kinds = dict(took.values_list("digest", "kind"))
    for message in messages:
        settled = [digests[notice.pk] for notice in message.notices if notice.pk in digests]
        if settled:
            yield replace(message, channel=next((kinds[digest] for digest in settled if digest in kinds), INBOX))
