"""What the system administrator does to channels and digests, and a person to their own messages; all of it recorded.

Secrets never enter the record: it says that one was changed, not to what.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import record
from accounts.models import Event
from pairing.deadlines import day_of
from pairing.models import Channel, Contact, Delivery, Digest, Notice, Preference

TRIALS_AN_HOUR = 10  # test messages of one person

record.name_actions(
    "channel",
    {
        "switch_on": _("switched the channel on"),
        "switch_off": _("switched the channel off"),
        "move": _("moved the channel"),
        "try": _("sent a test message"),
    },
)
record.name_actions("digest", {"resend": _("had the message sent again")})
record.name_actions("user", {"wish_messages": _("changed the message settings")})


@transaction.atomic
def save_channel(channel, *, changed, seat):
    """Keep a Channel set up in the browser. `changed`: the names of the fields that were; what failed is tried anew."""
    new = channel.pk is None
    if new:
        last = Channel.objects.exclude(kind="email").order_by("-order").first()
        channel.order = (last.order + 1) if last else 1
    channel.failures, channel.down_since, channel.last_error = 0, None, ""
    channel.save()
    details = {"kind": channel.kind, "changed": sorted(changed)}
    record.write("added" if new else "changed", seat=seat, obj=channel, details=details)
    return channel


@transaction.atomic
def switch(channel, *, on, seat):
    """Take a Channel into use or out of it. Switched on it begins afresh."""
    channel.enabled = on
    channel.failures, channel.down_since = 0, None
    channel.save(update_fields=["enabled", "failures", "down_since"])
    record.write("switch_on" if on else "switch_off", seat=seat, obj=channel)


@transaction.atomic
def move(channel, *, up, seat):
    """Let a Channel change places with the one before or after it."""
    rows = list(Channel.objects.select_for_update())
    place = rows.index(channel)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for n, row in enumerate(rows):
        row.order = n
    Channel.objects.bulk_update(rows, ["order"])
    record.write("move", seat=seat, obj=channel)


@transaction.atomic
def resend(digest, *, seat, at=None):
    """Make what a Digest said claimable at once, in the message of the day; answers whether there is anything to send.

    `at`: the moment, default now.
    """
    now = at or timezone.now()
    Notice.objects.filter(digest=digest).update(sent_at=None, digest=None)
    if not Notice.objects.unsent().filter(person=digest.person_id).exists():
        return False
    today, _made = Digest.objects.get_or_create(person_id=digest.person_id, day=day_of(now))
    failed = today.deliveries.filter(ok=False).count()  # more tries than these would read as one that broke off
    Digest.objects.filter(pk=today.pk).update(sent_at=None, claimed_at=None, next_try_at=None, tries=failed)
    record.write("resend", seat=seat, obj=digest, note=digest.person.name)
    return True


@transaction.atomic
def save_wishes(person, *, contacts, preference, seat):
    """Keep a person's wishes. contacts: [(Channel, enabled, address, order)]; preference: {field: value}."""
    for channel, enabled, address, order in contacts:
        Contact.objects.update_or_create(
            person=person, channel=channel, defaults={"enabled": enabled, "address": address, "order": order}
        )
    Preference.objects.update_or_create(person=person, defaults=preference)
    record.write("wish_messages", seat=seat, person=person, obj=person)


def tried(channel, *, error, seat=None, person=None):
    """Note how a test message went: it is no attempt of a digest, but it says whether the channel works."""
    if error:
        channel.last_error = error
        channel.save(update_fields=["last_error"])
    else:
        channel.failures, channel.down_since, channel.last_error = 0, None, ""
        channel.last_sent_at = timezone.now()
        channel.save(update_fields=["failures", "down_since", "last_error", "last_sent_at"])
    record.write("try", seat=seat, person=person, obj=channel, note=error or "")


def may_try(person):
    """Whether one more test message may go out: nobody fills other people's mailboxes with them."""
    since = timezone.now() - timedelta(hours=1)
    return Event.objects.filter(person=person, recorded_at__gte=since, action="try").count() < TRIALS_AN_HOUR


def counts_of(day_start):
    """{"sent", "failed"} since the beginning of the day: attempts that went well and those that did not."""
    attempts = Delivery.objects.filter(at__gte=day_start)
    return {"sent": attempts.filter(ok=True).count(), "failed": attempts.filter(ok=False).count()}
