"""The secret address of a person's private calendar: made, renewed, revoked. Each act is one Event, without the key."""

import secrets

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import record
from accounts.models import User
from pairing.models import Preference

record.name_actions(
    "user",
    {
        "feed_made": _("made the address of the private calendar"),
        "feed_renewed": _("renewed the address of the private calendar"),
        "feed_revoked": _("revoked the address of the private calendar"),
    },
)
BYTES = 32


@transaction.atomic
def renew(user, *, seat):
    """Give `user` a new address; the one before stops working at once. Answers the key."""
    preference = _preference(user)
    action = "feed_renewed" if preference.feed_key else "feed_made"
    preference.feed_key = secrets.token_urlsafe(BYTES)
    preference.save(update_fields=["feed_key"])
    record.write(action, seat=seat, person=user, obj=user)
    return preference.feed_key


@transaction.atomic
def revoke(user, *, seat):
    """Take the address away; without one nothing happens."""
    preference = _preference(user)
    if preference.feed_key:
        preference.feed_key = ""
        preference.save(update_fields=["feed_key"])
        record.write("feed_revoked", seat=seat, person=user, obj=user)


def owner_of(key):
    """The person with an active account to whom the address belongs, or None."""
    return User.objects.filter(preference__feed_key=key, is_active=True).first() if key else None


def _preference(user):
    Preference.objects.get_or_create(person=user)
    return Preference.objects.select_for_update().get(person=user)
