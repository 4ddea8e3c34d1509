"""Packs on time: which are due, and who is told when they are ready."""

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from pairing.models import Notice, Programme, overseen_programme_ids, working_days
from reports.models import Pack, Subscription
from reports.models.pack import Period
from reports.packs.making import PARTS
from reports.packs.spans import AHEAD, Span, latest_ended


def plan(now=None):
    """Ask for the packs that are due and subscribed to; answers how many were new.

    Of each period the latest one that is over: a missed tick is made up for, however late, and never twice (the
    constraint pack_scheduled_once). Who subscribes after its hour gets the next one.
    """
    now = now or timezone.now()
    calendar, count = working_days(), 0
    for period in Period.values:
        span = latest_ended(period, timezone.localdate(now))
        told_at = span.told_at(calendar)
        if now < told_at - AHEAD:
            continue
        for programme in _with_subscribers(span, told_at):
            count += _asked(programme, span)
    return count


def _with_subscribers(span, told_at):
    """Programmes that ran in the span, have a subscriber since before its hour and no pack of it yet."""
    subscribed = Subscription.objects.filter(period=span.period, since__lte=told_at).values("programme")
    there = Pack.objects.filter(period=span.period, first=span.first, asked_by=None).values("programme")
    running = Q(ends_on=None) | Q(ends_on__gte=span.first)
    found = Programme.objects.filter(running, starts_on__lte=span.last, pk__in=subscribed)
    return found.exclude(pk__in=there).order_by("pk")


def _asked(programme, span):
    columns = {"last": span.last, "as_of": span.last, "parts": PARTS}
    pack = Pack(programme=programme, period=span.period, first=span.first, **columns)
    return len(Pack.objects.bulk_create([pack], ignore_conflicts=True))


def tell(pack, now=None):
    """Put a finished pack into the inbox of its subscribers, once; answers how many heard of it.

    Only who oversees the programme today and is active. The message points to the page and holds no figure.
    """
    now = now or timezone.now()
    with transaction.atomic():
        if not Pack.objects.filter(pk=pack.pk, told_at=None, state=Pack.State.DONE).update(told_at=now):
            return 0
        people = [row.person for row in subscribers(pack) if pack.programme_id in overseen_programme_ids(row.person)]
        span = Span(pack.period, pack.first, pack.last)
        moment = max(now, span.told_at(working_days())) if pack.asked_by_id is None else now
        with translation.override(settings.LANGUAGE_CODE):
            details = {"label": f"{pack.programme.name} · {span.title()}"}
        Notice.objects.bulk_create(
            [
                Notice(
                    person=person, object_type="pack", object_id=pack.pk, step="news_pack",
                    occasion=f"{pack.ended_at:%Y-%m-%dT%H:%M:%S}", planned_at=moment, details=details,
                )
                for person in people
            ],
            ignore_conflicts=True,
        )  # fmt: skip
    return len(people)


def subscribers(pack):
    """Subscriptions to packs like this one."""
    found = Subscription.objects.filter(programme=pack.programme_id, period=pack.period, person__is_active=True)
    return found.select_related("person").order_by("pk")


def untold():
    """Scheduled packs that are ready and that nobody heard of: where a worker died between the two."""
    return Pack.objects.filter(state=Pack.State.DONE, asked_by=None, told_at=None).order_by("pk")


def standing_of(person, programme):
    """{period: whether the person gets its pack}."""
    mine = set(Subscription.objects.filter(person=person, programme=programme).values_list("period", flat=True))
    return {period: period in mine for period in Period.values}


def subscribe(person, programme, period, *, on):
    """Turn the packs of a period on or off for a person; pressing twice changes nothing."""
    mine = {"person": person, "programme": programme, "period": period}
    if on:
        Subscription.objects.bulk_create([Subscription(**mine)], ignore_conflicts=True)
    else:
        Subscription.objects.filter(**mine).delete()
