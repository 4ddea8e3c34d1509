"""One round of supervision: the clock's steps, then planning, then delivery. Run by Celery, cron or by hand."""

from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from pairing import notices, services, standings
from pairing.deadlines import day_of, ran_out
from pairing.enums import LAPSE
from pairing.models import Agreement, working_days
from pairing.notices.preview import going_out, gone_out
from pairing.workflow.agreement import days_to_lapse
from pairing.workflow.engine import NotNow, perform


@dataclass(frozen=True)
class Round:
    """What one round did: counts of lapsed agreements, handed over matters, new notices and messages sent."""

    lapsed: int
    handed_over: int
    planned: int
    sent: int


def supervise(now=None, *, deliver=True, tell=lambda **counts: None):
    """Do one round as of `now` (aware; default now). Twice in a row, the second does nothing.

    `deliver` False: up to the notices; the deliveries are tasks of their own. `tell` is called with the counts of each
    part, named as in Round, as soon as it is done.
    """
    now = now or timezone.now()
    tell(lapsed=(lapsed := lapse(now)))
    tell(handed_over=(handed_over := services.hand_over_closed(day_of(now), at=now)))
    standings.keep_up(now)
    tell(planned=(planned := notices.plan(now)))
    tell(sent=(sent := notices.deliver(now) if deliver else 0))
    return Round(lapsed=lapsed, handed_over=handed_over, planned=planned, sent=sent)


def rehearse(now):
    """A round as of `now` of which nothing stays: (Round, [Message] that would go out)."""
    with transaction.atomic():
        done, messages = supervise(now, deliver=False), going_out(now)
        transaction.set_rollback(True)
    return done, messages


def supervise_aloud(now):
    """A round as of `now`: (Round, [Message] that went out, or was left in the inbox of who has no other channel)."""
    done, messages = supervise(now, deliver=False), going_out(now)
    sent = notices.deliver(now)
    return replace(done, sent=sent), list(gone_out(messages))


def lapse(now):
    """End what nobody answered, wrote or signed in time; answers how many. An answer that came first wins."""
    today, calendar, count = day_of(now), working_days(), 0
    candidates = Agreement.objects.filter(state__in=LAPSE, state_since__lt=now - timedelta(days=1))
    in_force = {}  # of each programme; asking each agreement would be a query each, every minute
    for agreement in candidates.select_related("programme", "rule_version"):
        if agreement.rule_version is None and agreement.programme_id not in in_force:
            in_force[agreement.programme_id] = agreement.programme.rules_on(today)
        rules = agreement.rule_version or in_force[agreement.programme_id]
        if not ran_out(agreement.state_since, days_to_lapse(rules, agreement), calendar, today):
            continue
        try:
            perform("lapse", agreement, seat=None, at=now)
        except NotNow:
            continue  # somebody acted between our look and the lock
        count += 1
    return count
