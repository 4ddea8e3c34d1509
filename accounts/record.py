"""The only writer of the record."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Event

_names = {
    "added": _("added"),
    "changed": _("changed"),
    "exported": _("exported"),
    "loaded": _("organisations loaded"),
    "log_in": _("logged in"),
    "log_in_failed": _("failed to log in"),
    "log_in_locked": _("log-in locked"),
    "log_out": _("logged out"),
    "password_changed": _("changed the password"),
    "password_reset": _("password reset"),
    "unlocked": _("unlocked"),
}


def name_actions(object_type, names):
    """Say how the actions on a kind of object are called in the record: {action: lazy text}."""
    _names.update({(object_type, action): name for action, name in names.items()})


def name_of(action, object_type=""):
    """The words for an action on a kind of object, or its code where nobody named it."""
    return str(_names.get((object_type, action)) or _names.get(action, action))


def write(
    action,
    *,
    seat=None,
    person=None,
    obj=None,
    at=None,
    source="",
    target="",
    note="",
    details=None,
    cause=None,
    result=Event.Result.DONE,
):
    """Insert one Event and return it.

    `seat` is the Seat acted in (None: the clock or somebody without one; then `person` may name the User);
    `at` an aware datetime (default: now); `details` must be JSON-serialisable.
    """
    now = timezone.now()
    person = seat.person if seat else person
    return Event.objects.create(
        happened_at=at or now,
        recorded_at=now,
        person=person,
        person_name=person.name if person else "",
        seat=seat,
        seat_title=seat.title_on_record if seat else "",
        on_behalf_of=seat.on_behalf_of if seat else "",
        action=action,
        object_type=obj._meta.model_name if obj is not None else "",
        object_id=obj.pk if obj is not None else None,
        object_label=str(obj)[:200] if obj is not None else "",
        source=source,
        target=target,
        note=note,
        details=details or {},
        cause=cause,
        result=result,
    )
