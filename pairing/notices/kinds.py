"""The kinds of notices by name, as a person filters the inbox by them, and the words for their levels."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pairing import words
from pairing.notices.steps import KINDS

LEVEL_WORDS = {
    "red": words.LEVELS["red"].word, "yellow": words.LEVELS["amber"].word, "blue": words.LEVELS["blue"].word,
}  # fmt: skip
NAMES = {
    "waiting": _("Waiting for me"),
    "overdue": _("Overdue"),
    "reminder": _("Due soon"),
    "follow_up": _("Follow-up"),
    "news": _("News"),
    "market": _("Without a partner"),
    "system": _("System"),
}


def of_kind(kind):
    """A Q for the notices of a kind; "waiting" is what has no other one (as kind_of says)."""
    steps = [word for word, named in KINDS.items() if kind in (named, "waiting")]
    found = Q()
    for word in steps:
        found |= Q(step=word) | Q(step__startswith=f"{word}-") | Q(step__startswith=f"{word}_")
    return ~found if kind == "waiting" else found
