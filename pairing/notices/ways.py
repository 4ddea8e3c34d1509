"""By which channel a person is reached: in the order the person wishes, then by those that are for everybody."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext

from pairing.channels import mail_leaves
from pairing.deadlines import SHANGHAI, day_of
from pairing.models import Channel, ChannelKind, Contact

LAST = 90  # the order of e-mail: where people read something else, that comes first
TRIES = 3  # failures in a row of one digest, after which its next channel has a turn


def channels_in_use():
    """[Channel] in order. E-mail is there from the beginning; who does not want it switches it off."""
    if not Channel.objects.filter(kind=ChannelKind.EMAIL).exists():
        Channel.objects.get_or_create(
            name=gettext("E-mail"), defaults={"kind": ChannelKind.EMAIL, "everybody": True, "order": LAST}
        )
    return list(Channel.objects.filter(enabled=True))


def ways_out():
    """[Channel] in order that messages can go out by: e-mail counts only where there is a mail server."""
    return [channel for channel in channels_in_use() if channel.kind != ChannelKind.EMAIL or mail_leaves()]


def address_on(channel, person, address=""):
    """The address of `person` on `channel`: their own entry, else the e-mail of the account, else the user name."""
    return address or (person.email if channel.kind == ChannelKind.EMAIL else person.username)


def ways_of(persons, channels):
    """{person id: [(Channel, address)]} in the order of trying; one query whatever the number of persons."""
    known = {channel.pk: channel for channel in channels}
    own = defaultdict(list)
    for contact in Contact.objects.filter(person__in=[person.pk for person in persons]):
        own[contact.person_id].append(contact)
    found = {}
    for person in persons:
        named = {contact.channel_id for contact in own[person.pk]}
        ways = [(known.get(c.channel_id), c.address) for c in own[person.pk] if c.enabled]
        ways += [(channel, "") for channel in channels if channel.everybody and channel.pk not in named]
        addressed = [(channel, address_on(channel, person, address)) for channel, address in ways if channel]
        found[person.pk] = [(channel, address) for channel, address in addressed if address]
    return found


def with_a_way():
    """A Q for Digests whose person ways_of would find a way to, asked of the database; nothing is set up by asking."""
    channels = list(Channel.objects.all())
    if not any(channel.kind == ChannelKind.EMAIL for channel in channels):
        channels.append(Channel(kind=ChannelKind.EMAIL, everybody=True))  # what channels_in_use would make
    found = Q(pk__in=[])
    for channel in channels:
        if not channel.enabled:
            continue
        contacts = Contact.objects.filter(person=OuterRef("person"), channel=channel.pk)
        served = ~Exists(contacts.filter(enabled=False)) if channel.everybody else Exists(contacts.filter(enabled=True))
        account = Q(person__email__gt="") if channel.kind == ChannelKind.EMAIL else Q()
        found |= Exists(contacts.filter(enabled=True, address__gt="")) | (account & served)
    return found


def next_way(ways, failures):
    """The way to try now: the first, after TRIES failures the second, and round again.

    ways: [(Channel, address)]; failures: {channel id: failed attempts of this digest}. None where there is none.
    """
    return min(ways, key=lambda way: failures.get(way[0].pk, 0) // TRIES, default=None)


def quiet_until(preference, at):
    """The moment at which the quiet hours end that `at` lies in; None when it lies in none."""
    if preference is None or preference.quiet_from is None or preference.quiet_to is None:
        return None
    first, last, clock = preference.quiet_from, preference.quiet_to, at.astimezone(SHANGHAI).time()
    over_night = first > last
    quiet = (clock >= first or clock < last) if over_night else first <= clock < last
    if not quiet:
        return None
    day = day_of(at) + timedelta(days=1 if over_night and clock >= first else 0)
    return datetime.combine(day, last, SHANGHAI)
