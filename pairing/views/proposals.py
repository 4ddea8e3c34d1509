"""The red list: what is late, of the pairs and of the working group itself, each with an action proposed."""

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from accounts.models import Role
from accounts.models.seat import GROUP
from pairing.deadlines import day_of, working_days_between
from pairing.enums import INVITING, Turn
from pairing.enums import AgreementState as A
from pairing.models import working_days
from pairing.views.steps import page_of, step_url
from pairing.words import due_day, overdue_words

FOUR_WEEKS = 28  # calendar days late from which a pair that was visited and urged is to be ended or paired again


@dataclass(frozen=True)
class Proposal:
    """What to do next: in words, and where; `mine`: whether this seat may do it."""

    label: str
    url: str
    mine: bool = False


@dataclass(frozen=True)
class Entry:
    """One line of the red list: the matter, what is wrong in words with figures, the proposal."""

    obj: object
    words: str
    proposal: Proposal
    level: str = "red"
    shape: str = "■"


# Late pairs
def late_entry(pair, seat, today):
    """The Entry of a pair past its due date; read by board.pairs_with."""
    return Entry(pair, overdue_words((today - due_day(pair)).days), _for_late(pair, seat, today))


def _for_late(pair, seat, today):
    due, urged = due_day(pair), timezone.localdate(pair.urged_at) if pair.urged_at else None
    standing = getattr(pair, "standing", None)  # none: it has ended since the list was read
    visited = standing and standing.visited_on
    supervisor, lead = seat.role == Role.SUPERVISOR, seat.role == Role.LEAD
    if pair.turn in (Turn.GROUP, Turn.LEAD):
        may = seat.role in GROUP and (lead or pair.turn == Turn.GROUP)
        return Proposal(_("Decide on the extension"), step_url(pair, "grant_extension"), may)
    if visited is None or visited <= due:
        return Proposal(_("Visit"), record_url(pair), supervisor)
    if urged is None or urged <= due:
        return Proposal(_("Urge"), step_url(pair, "urge"), supervisor)
    if due + timedelta(days=FOUR_WEEKS) <= today:
        return Proposal(_("End the pair, or pair again"), step_url(pair, "terminate"), lead)
    return Proposal(_("Visit again"), record_url(pair), supervisor)


def record_url(pair):
    """The form of a follow-up, for the one planned up to this week where there is one."""
    url = step_url(pair, "follow_up")
    return f"{url}?follow_up={pair.visit_id}" if pair.visit_id else url


# What the group has left undone
ASKED = {
    A.SUBMITTED: (_l("Review"), "agreement_review"),
    A.ACCEPTANCE: (_l("Check and accept"), "agreement_acceptance"),
}
WAITS = {
    A.SUBMITTED: _l("review by the working group"),
    A.ACCEPTANCE: _l("acceptance by the working group"),
    A.ACTIVE: _l("decision on the extension"),
    A.INVITED: _l("answer to the invitation"),
    A.COUNTERED: _l("answer to the counter-proposal"),
}


def delay_entry(pair, seat, today):
    """The Entry of an agreement of Board.delays, with `allowed` and `waits_since`."""
    since = day_of(pair.waits_since)
    if pair.state == A.SUSPENDED:
        days = (today - since).days
        words = ngettext("suspended for %(n)s day", "suspended for %(n)s days", days) % {"n": days}
        return Entry(pair, words, Proposal(_("Resume or end"), step_url(pair, "resume"), seat.role == Role.LEAD))
    days = working_days_between(since, today, working_days())
    text = ngettext("%(what)s: %(n)s working day, allowed: %(allowed)s",
                    "%(what)s: %(n)s working days, allowed: %(allowed)s", days)  # fmt: skip
    said = text % {"what": WAITS[pair.state], "n": days, "allowed": pair.allowed}
    level = ("amber", "▲") if pair.state in INVITING else ("red", "■")
    return Entry(pair, said, _for_delay(pair, seat), *level)


def _for_delay(pair, seat):
    if pair.state in INVITING:
        return Proposal(_("Ask the invited branch"), page_of(pair), True)
    may = seat.role == Role.LEAD or (seat.role in GROUP and pair.turn == Turn.GROUP)
    if pair.state == A.ACTIVE:
        return Proposal(_("Decide on the extension"), step_url(pair, "grant_extension"), may)
    label, name = ASKED[pair.state]
    return Proposal(label, reverse(f"pairing:{name}", args=[pair.pk]), may)


def unmatched_entry(problem, seat, today):
    """The Entry of a problem of Board.unmatched."""
    days = working_days_between(day_of(problem.turn_since), today, working_days())
    text = ngettext("without a partner: %(n)s working day, allowed: %(allowed)s",
                    "without a partner: %(n)s working days, allowed: %(allowed)s", days)  # fmt: skip
    said = text % {"n": days, "allowed": problem.allowed}
    return Entry(problem, said, Proposal(_("Look for a partner"), page_of(problem), True), "amber", "▲")
