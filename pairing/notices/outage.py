"""The state of a channel: after DOWN_AFTER failures in a row it is down, everybody is served by the next one, and one
message every PROBE asks whether it works again. Nobody has to switch anything."""

import logging
from datetime import timedelta

from django.db.models import F

from pairing.models import Channel, Delivery
from pairing.notices.system import tell_administrators

logger = logging.getLogger(__name__)
DOWN_AFTER = 5
PROBE = timedelta(minutes=15)


def worked(channel, at):
    """A message went out: whatever was wrong is over."""
    if channel.down_since:
        logger.warning("channel %s works again", channel.name)
    channel.failures, channel.down_since, channel.last_error, channel.last_sent_at = 0, None, "", at
    channel.save(update_fields=["failures", "down_since", "last_error", "last_sent_at"])


def failed(channel, at, words):
    """One more failure in a row; the one that makes it DOWN_AFTER takes the channel down and tells who looks after it.

    Counted in the database, so the failures of all workers add up. Of a probe the failure was counted beforehand.
    """
    if channel.down_since is None:
        Channel.objects.filter(pk=channel.pk).update(failures=F("failures") + 1, last_error=words)
    else:
        Channel.objects.filter(pk=channel.pk).update(last_error=words)
    limit = Channel.objects.filter(pk=channel.pk, failures__gte=DOWN_AFTER, down_since__isnull=True)
    if limit.update(down_since=at):
        logger.error("channel %s is down: %s", channel.name, words)
        details = {"label": channel.name, "note": words}
        tell_administrators("system_channel_down", "channel", channel.pk, at, occasion=at.isoformat(), details=details)
    channel.refresh_from_db(fields=["failures", "down_since"])


def may_probe(channel, at):
    """Whether the caller may send one message over the channel that is down; only one worker at a time hears yes.

    The counter of failures is the claim: it is raised before the attempt, by whoever sees its last value.
    """
    latest = Delivery.objects.filter(channel=channel, ok=False, at__gt=at - PROBE)
    if latest.exists():
        return False
    seen = Channel.objects.filter(pk=channel.pk, failures=channel.failures, down_since__isnull=False)
    return bool(seen.update(failures=F("failures") + 1))
