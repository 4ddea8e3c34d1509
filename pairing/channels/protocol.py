"""What every way out has in common: its life, and how it says that a message did not go out."""

from enum import StrEnum

TIMEOUT = 10  # seconds for one answer of the other side


class Scope(StrEnum):
    """Whom a failure concerns, and so what the sender does about it."""

    ADDRESS = "address"  # only this receiver: the others are served
    CHANNEL = "channel"  # this message, and the channel is suspect
    GONE = "gone"  # the channel answers nobody now: no more is tried in this batch
    LATER = "later"  # the other side asks for patience: no more in this batch, and the channel is well


class NotSent(Exception):
    """A message did not go out. `str(error)` is a sentence for the system administrator, in the active language."""

    def __init__(self, words, scope=Scope.CHANNEL):
        super().__init__(str(words))
        self.scope = scope


class Way:
    """One open way out. Subclasses send; what they hold open is closed with the block."""

    def __init__(self, channel):
        self.channel = channel

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def send(self, message, address):
        """Send `message` to `address` once; raises NotSent."""
        raise NotImplementedError

    def close(self):
        """Let go of what is open; never raises."""
