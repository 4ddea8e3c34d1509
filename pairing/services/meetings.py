"""专题会: the working group calls, changes and cancels a meeting. Each act is one Event."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import record
from accounts.models.seat import GROUP
from pairing.models import Meeting, Programme
from pairing.workflow.engine import NotNow

record.name_actions(
    "meeting",
    {
        "call_meeting": gettext_lazy("Meeting called"),
        "change_meeting": gettext_lazy("Meeting changed"),
        "cancel_meeting": gettext_lazy("Meeting cancelled"),
    },
)
COLUMNS = ("subject", "starts_at", "minutes", "place", "branches_invited")
LATEST = timedelta(days=366)


def programmes_of(seat):
    """The Programmes whose meetings `seat` may call: those of its committee that have not ended."""
    if not may_call(seat):
        return Programme.objects.none()
    running = Q(ends_on__isnull=True) | Q(ends_on__gte=timezone.localdate())
    return Programme.objects.filter(running, committee=seat.organisation_id)


def may_call(seat):
    """Whether `seat` is one of a working group; asks nothing of the database."""
    return seat is not None and seat.role in GROUP and not seat.matter


def may_change(seat, meeting):
    """Whether `seat` may change or cancel the meeting; that it is over or cancelled is another question."""
    return may_call(seat) and seat.organisation_id == meeting.programme.committee_id


def why_closed(meeting):
    """The sentence that says why nothing can be changed any more, or ""."""
    if meeting.cancelled_at:
        return _("The meeting was cancelled. Call a new one.")
    if meeting.starts_at <= timezone.now():
        return _("The meeting has begun or is over; its entry stays as it is.")
    return ""


def why_not_at(moment, now=None):
    """The sentence against a meeting that begins at `moment` (aware) and is called at `now`, or ""."""
    now = now or timezone.now()
    if moment <= now:
        return _("This time is past. Choose a time ahead.")
    if moment > now + LATEST:
        return _("This is more than a year ahead. Check the year.")
    return ""


@transaction.atomic
def call(programme, *, seat, at=None, **columns):
    """Enter a meeting (columns: COLUMNS). PermissionDenied for a seat outside the group, NotNow for a time past.

    `at`: when it was called, earlier than now only for a seat that may back-date.
    """
    if not programmes_of(seat).filter(pk=programme.pk).exists() or (at and not seat.may_backdate):
        raise PermissionDenied
    meeting = Meeting(programme=programme, **_known(columns))
    _check(why_not_at(meeting.starts_at, at))
    meeting.save()
    record.write("call_meeting", seat=seat, obj=meeting, at=at, details=_plain(meeting))
    return meeting


@transaction.atomic
def change(meeting, *, seat, **columns):
    """Change a meeting that is ahead; writes nothing where nothing differs. Answers whether something did."""
    fresh = _locked(meeting, seat)
    before = _plain(fresh)
    for name, value in _known(columns).items():
        setattr(fresh, name, value)
    changed = {name: value for name, value in _plain(fresh).items() if value != before[name]}
    if not changed:
        return False
    _check(why_not_at(fresh.starts_at))
    fresh.save(update_fields=list(changed))
    record.write("change_meeting", seat=seat, obj=fresh, details=changed | {"before": before})
    return True


@transaction.atomic
def cancel(meeting, *, seat, note, at=None):
    """Cancel a meeting that is ahead, with a reason; it stays to be seen as cancelled."""
    fresh = _locked(meeting, seat)
    fresh.cancelled_at = at or timezone.now()
    fresh.save(update_fields=["cancelled_at"])
    record.write("cancel_meeting", seat=seat, obj=fresh, at=at, note=note, details=_plain(fresh))


def _locked(meeting, seat):
    fresh = Meeting.objects.select_for_update(of=("self",)).select_related("programme").get(pk=meeting.pk)
    if not may_change(seat, fresh):
        raise PermissionDenied
    _check(why_closed(fresh))
    return fresh


def _check(sentence):
    if sentence:
        raise NotNow([sentence])


def _known(columns):
    if unknown := columns.keys() - set(COLUMNS):
        raise TypeError(", ".join(sorted(unknown)))
    return columns


def _plain(meeting):
    values = {name: getattr(meeting, name) for name in COLUMNS}
    return values | {"starts_at": timezone.localtime(meeting.starts_at).isoformat(timespec="minutes")}
