"""From record and dates to messages: who hears what (planning), in which words (wording), once (delivery)."""

from pairing.notices.delivery import deliver
from pairing.notices.planning import plan
from pairing.notices.wording import wording

__all__ = ["deliver", "plan", "wording"]
