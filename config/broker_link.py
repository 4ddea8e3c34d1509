"""The link to Redis that a worker survives losing while it has a task in hand.

After Redis has gone away, kombu 5.7.0 gives messages back, and acknowledges them, over channels of the connection that
it has already closed. It looks for the address there, finds None, and the AttributeError ends the worker: it is none of
the errors of a lost connection that kombu and Celery expect at these places. Here it is one of them. Such a message
stays unacknowledged, so it is given out again once its visibility timeout is over.
"""

from kombu.transport import TRANSPORT_ALIASES, redis
from redis.exceptions import ConnectionError as LostConnection


class Channel(redis.Channel):
    """A channel that knows that its connection is closed."""

    def _connparams(self, asynchronous=False):
        if self.connection is None or self.connection.client is None:
            raise LostConnection("the connection to the broker is closed")
        return super()._connparams(asynchronous)


class Transport(redis.Transport):
    """The Redis transport with these channels."""

    Channel = Channel


def use() -> None:
    """Let addresses redis://, rediss:// and redis+socket:// mean this transport, in this process."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:Transport"
