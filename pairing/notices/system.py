"""What the system tells its administrators: a channel is down, the day's ceiling is reached, a backup failed."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Role, Seat
from pairing.deadlines import day_of
from pairing.models import Notice

ADDRESSES = {
    "system_channel_down": "pairing:channels", "system_ceiling": "pairing:deliveries",
    "system_backup": "operations", "system_restore_drill": "operations",
}  # fmt: skip


def tell_administrators(step, object_type, object_id, at, *, occasion, details):
    """A Notice to everybody who is system administrator on the day; once per occasion."""
    seats = Seat.objects.on(day_of(at)).filter(role=Role.SYSADMIN, person__is_active=True)
    Notice.objects.bulk_create(
        [
            Notice(
                person_id=person, object_type=object_type, object_id=object_id, step=step,
                occasion=str(occasion)[:40], planned_at=at, details=details,
            )
            for person in sorted(set(seats.values_list("person_id", flat=True)))
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def title_of(notice):
    """The sentence of a system notice."""
    if notice.step == "system_channel_down":
        return _("A channel is down; everybody is served by the next one")
    if notice.step == "system_ceiling":
        n = notice.details.get("waiting", 0)
        text = ngettext(
            "The day's ceiling of messages is reached; %(n)s message waits in the inbox",
            "The day's ceiling of messages is reached; %(n)s messages wait in the inbox", n,
        )  # fmt: skip
        return text % {"n": n}
    if notice.step == "system_backup":
        return _("The backup failed")
    if notice.step == "system_restore_drill":
        return _("The restore drill failed: the last backup may be of no use")
    return _("The system needs your attention")


def address_of(notice):
    """The page on which it is put right."""
    return reverse(ADDRESSES.get(notice.step, "start"))
