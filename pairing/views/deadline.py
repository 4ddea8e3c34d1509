"""The deadline-day card: a pair near or past its due date, what is unfinished, and the three ways on.

It stands on the secretary's home page and on the page of the pair, from a week before the due date until the pair is
done, extended or paired again; while somebody's decision is awaited it says so instead.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Role
from accounts.models.seat import ACTING_FOR_A_BRANCH
from pairing.enums import AgreementState, Turn
from pairing.models import Goal, working_days
from pairing.views.extending import extensions_remain, rematch_url
from pairing.views.steps import step_url
from pairing.words import REMIND_BEFORE, countdown, due_day

A_WEEK = 7  # calendar days before the due date from which the card stands there, unless the rules remind later
FEW = 4  # unfinished goals named; the rest is counted


@dataclass(frozen=True)
class DeadlineCard:
    """`left`: the first unfinished goals, `more`: how many follow; `ways`: [(label, address)]; `waits`: what is awaited
    instead, "" where the pair itself has to move; `no_more`: the rules allow no further extension."""

    pair: object
    words: str
    late: bool
    left: list
    more: int
    ways: list
    waits: str
    no_more: bool


def is_near(pair, today):
    """Whether the pair runs and is due within the last reminder steps, at most a week, or past its due date."""
    if pair.state != AgreementState.ACTIVE:
        return False
    rules = pair.rule_version
    window = min(A_WEEK, max(rules.remind_before if rules else REMIND_BEFORE, default=0))
    return (due_day(pair) - today).days <= window


def cards_for(pairs, seat, today):
    """DeadlineCards of the given Agreements for somebody of a party; those that wait for the own answer are duties.

    One query for all; a page may annotate `granted`, the number of extensions granted.
    """
    near = [pair for pair in pairs if is_near(pair, today) and not (seat and seat.organisation_id in pair.turn_of)]
    left = {pair.pk: [] for pair in near}
    for goal in Goal.objects.unfinished().filter(agreement__in=near) if near else ():
        left[goal.agreement_id].append(goal)
    return [_card(pair, left[pair.pk], seat, today) for pair in near]


def _card(pair, goals, seat, today):
    waits, no_more = _awaited(pair), not extensions_remain(pair, today)
    return DeadlineCard(
        pair, countdown(due_day(pair), today, working_days()), due_day(pair) < today and not pair.decision_pending,
        goals[:FEW], max(len(goals) - FEW, 0), [] if waits else _ways(pair, seat, no_more), waits, no_more,
    )  # fmt: skip


def _awaited(pair):
    """What somebody has to decide before the pair moves on, in a sentence; "" for nothing."""
    if pair.completion_digest:
        return _("Completion is reported; the other party confirms.")
    if pair.turn in (Turn.GROUP, Turn.LEAD):
        if pair.decision_pending:
            return _("Extension: decision pending; asked in time, so nothing is overdue.")
        return _("Extension: decision pending; asked late, so the pair stays overdue until the decision.")
    return _("The end of the pair is proposed; the other party answers.") if pair.end_code else ""


def _ways(pair, seat, no_more):
    """Done, extend, pair again: each opens a page that is filled in already."""
    if seat is None or seat.role not in ACTING_FOR_A_BRANCH:
        return []
    ways = [(_("Done"), reverse("pairing:agreement_completion", args=[pair.pk]))]
    if seat.role != Role.SECRETARY:
        return ways
    if not no_more:
        ways.append((_("Extend"), step_url(pair, "ask_extension")))
    return [*ways, (_("Pair again"), rematch_url(pair))]
