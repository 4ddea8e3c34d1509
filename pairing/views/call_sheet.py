"""督办单: one A4 page for a pair, to take along and to write on; one pair, or all of this week."""

from collections import defaultdict
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, prefetch_related_objects
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Role, Seat
from pairing import words
from pairing.deadlines import planned_days, planned_percent
from pairing.enums import RUNNING
from pairing.models import FollowUp, Goal, GoalOwner, ProgressReport
from pairing.views.acting import opened, over
from pairing.views.follow_ups import SEES_BOARD, week_of

MOST_GOALS = 6  # on one page; the rest is counted


@dataclass
class Sheet:
    """What stands on the page of one pair: goals as (Goal, planned day, owners by side), sides as (Party, names of its
    secretaries, latest report or None), the planned percentage, the last FollowUp or None."""

    pair: object
    sides: list
    goals: list
    more_goals: int
    planned: int
    last: FollowUp | None
    reasons: list


@require_safe
def of_one(request, pk):
    _let(request)
    pair = opened(request, pk)
    if pair.state not in RUNNING:
        return over(request, pair)
    return _show(request, [pair])


@require_safe
def of_the_week(request):
    _let(request)
    return _show(request, [line.pair for line in week_of(request)])


def _let(request):
    if request.seat is None or request.seat.role not in SEES_BOARD:
        raise PermissionDenied(_("Call sheets are for supervisors and the working group."))


def _show(request, pairs):
    today = timezone.localdate()
    context = {"sheets": sheets_of(pairs, today), "today": today, "agreement": pairs[0] if len(pairs) == 1 else None}
    return render(request, "pairing/call_sheet.html", context)


def sheets_of(pairs, today):
    """[Sheet] of running agreements; seven queries, however many."""
    reports = ProgressReport.objects.order_by("reported_at", "pk")
    done = FollowUp.objects.filter(done_on__isnull=False).order_by("done_on", "pk")
    owners = GoalOwner.objects.select_related("party__organisation")
    prefetch_related_objects(
        pairs, "parties__organisation", Prefetch("progress_reports", reports), Prefetch("follow_ups", done, "visits"),
        Prefetch("goals", Goal.objects.prefetch_related(Prefetch("owners", owners))),
    )  # fmt: skip
    bodies = {party.organisation_id for pair in pairs for party in pair.parties.all()}
    secretaries = defaultdict(list)
    for seat in Seat.objects.on(today).filter(role=Role.SECRETARY, organisation__in=bodies).select_related("person"):
        secretaries[seat.organisation_id].append(seat.person.name)
    return [_sheet(pair, secretaries, today) for pair in pairs]


def _sheet(pair, secretaries, today):
    latest = {report.party_id: report for report in pair.progress_reports.all()}
    parties = [party for party in pair.parties.all() if party.left_on is None]
    goals = list(pair.goals.all())
    dates = [goal.date for goal in goals]
    days = planned_days(dates, pair.due_on, pair.original_due_on)
    standing = getattr(pair, "standing", None)
    return Sheet(
        pair=pair,
        sides=[(party, "、".join(secretaries[party.organisation_id]), latest.get(party.pk)) for party in parties],
        goals=[(goal, day, list(goal.owners.all())) for goal, day in zip(goals, days, strict=True)][:MOST_GOALS],
        more_goals=max(0, len(goals) - MOST_GOALS),
        planned=planned_percent(dates, pair.due_on, pair.original_due_on, today),
        last=pair.visits[-1] if pair.visits else None,
        reasons=[text for _reason, text in words.reason_words(standing, pair, today)] if standing else [],
    )
