"""The planned follow-ups of a pair: working days inside its term, none while its clock stands still (domain.md §5)."""

from datetime import timedelta

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pairing.deadlines import follow_up_days, follow_ups_moved
from pairing.models import FollowUp, Standing, working_days


def open_follow_ups(agreement):
    """Planned, neither done nor skipped, the nearest first."""
    return agreement.follow_ups.filter(done_on__isnull=True, skipped_on__isnull=True)


def plan_follow_ups(agreement, step):
    """From the last one planned (at first: from the signing) every so many days up to the due date, none in the past:
    an extension decided late plans no visits for the days before it."""
    planned = _planned_days(agreement)
    every = agreement.rules(step.day).follow_up_every_days
    days = follow_up_days(max(planned, default=agreement.signed_on), _end(agreement), every, working_days())
    _plan(agreement, [day for day in days if day > step.day and day not in planned])
    note_visits(agreement, step)


def move_follow_ups(agreement, step, days):
    """The clock stood still for `days` calendar days up to this step: what was planned since then moves along with the
    due date, which has been moved already."""
    if days:
        _move(agreement, step, days)
    note_visits(agreement, step)


def _move(agreement, step, days):
    stood = open_follow_ups(agreement).filter(planned_on__gte=step.day - timedelta(days=days))
    before = list(stood.values_list("planned_on", flat=True))
    stood.delete()
    kept = _planned_days(agreement)
    moved = follow_ups_moved(before, days, step.day, _end(agreement), working_days())
    _plan(agreement, [day for day in moved if day not in kept])


def skip_covered(agreement, visit):
    """A FollowUp that was made stands for everything planned up to its day that nobody made: those are skipped on this
    day. The reason is data of the pair, so it is in the language of the installation, not in that of the person."""
    missed = open_follow_ups(agreement).filter(planned_on__lte=visit.done_on)
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("covered by the visit of %(day)s") % {"day": date_format(visit.done_on)}
    missed.update(skipped_on=visit.done_on, skip_reason=reason, seat=visit.seat)


def plan_next(agreement, step):
    """A next date agreed upon: the next planned follow-up moves to it, or it is planned where none was left."""
    day = step.data.get("next_on")
    if not day or day > _end(agreement) or day in _planned_days(agreement):
        return
    following = open_follow_ups(agreement).filter(planned_on__gt=step.data.get("done_on") or step.day).first()
    if following is None:
        _plan(agreement, [day])
        return
    following.planned_on = day
    following.save(update_fields=["planned_on"])


def drop_follow_ups(agreement, step, day):
    """What was planned for `day` or later and not done is not needed any more."""
    open_follow_ups(agreement).filter(planned_on__gte=day).delete()
    note_visits(agreement, step)


def note_visits(agreement, step):
    """Follow-ups have changed, or the pair stops or goes on: the board shows it at once."""
    Standing.objects.note_visits(agreement, step.day)


def _end(agreement):
    return agreement.due_on + timedelta(days=agreement.stopped_days)


def _planned_days(agreement):
    return set(agreement.follow_ups.filter(planned_on__isnull=False).values_list("planned_on", flat=True))


def _plan(agreement, days):
    FollowUp.objects.bulk_create(FollowUp(agreement=agreement, planned_on=day) for day in days)
