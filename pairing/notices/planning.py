"""Planning: what is due is a query over stored dates, never "today equals" (domain.md §5).

A full round looks at every matter: the first of a day, and then one an hour, which also sees what no Event of a matter
tells (seats, rules, the calendar). The rounds between look at matters to which something happened. All run the same
clocks (pairing.notices.round), and the unique key of a Notice makes a second round, or a second worker, change nothing.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Event
from pairing.deadlines import day_of
from pairing.models import PlanMark
from pairing.notices.market import tell_market, tell_missing_year
from pairing.notices.news import tell_news, touched
from pairing.notices.round import Round

FULL_EVERY = timedelta(hours=1)


@transaction.atomic
def plan(now=None, matters=None):
    """Plan what is due at `now` (aware, default now); answers how many Notices are new.

    `matters`: Agreements and Problems to look at alone; None: all of them in a full round, else those to which
    something happened since the last round. Two planners take turns.
    """
    now = now or timezone.now()
    mark, _created = PlanMark.objects.select_for_update().get_or_create(pk=1)
    if matters is not None:
        return Round(days=[day_of(now)], at=now, matters=_ids(matters)).tell()
    full = _full_is_due(mark, now)
    round_ = Round(days=[day_of(now)], at=now, matters=None if full else touched(mark))
    planned = round_.tell() + tell_news(now, day_of(now), mark)
    if full:
        planned += tell_market(round_) + tell_missing_year(round_)
    _move(mark, now, full)
    return planned


def _ids(matters):
    found = {"agreement": [], "problem": []}
    for matter in matters:
        found[matter._meta.model_name].append(matter.pk)
    return found


def _full_is_due(mark, now):
    return mark.full_on != day_of(now) or not timedelta(0) <= now - mark.full_at < FULL_EVERY


def _move(mark, now, full):
    """The Events up to `now` are read; those that lie ahead of it, when a past day is played, are still to be read."""
    read = Event.objects.filter(pk__gt=mark.event_id, happened_at__lte=now).aggregate(last=Max("pk"))["last"]
    mark.event_id = read or mark.event_id
    if full:
        mark.full_on, mark.full_at = day_of(now), now
    mark.save()
