"""From record and dates to messages: who hears what (planning), in which words (wording), once (delivery)."""

from pairing.notices.delivery import deliver, open_hours
from pairing.notices.planning import plan
from pairing.notices.simulation import Item, Outgoing, simulate
from pairing.notices.steps import MANDATORY, kind_of
from pairing.notices.wording import wording

__all__ = ["MANDATORY", "Item", "Outgoing", "deliver", "kind_of", "open_hours", "plan", "simulate", "wording"]
