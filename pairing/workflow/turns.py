"""Locking of an agreement with its problems, whose turn it is, who sees it, and the hand-over to a successor."""

from django.db.models import Q
from django.utils.translation import gettext as _

from pairing.enums import WRITING, Answer, PartyRole, Turn
from pairing.enums import AgreementState as S
from pairing.models import Agreement, Problem
from pairing.workflow.contract import current_digest
from pairing.workflow.engine import Then
from pairing.workflow.invitation import invitees, leave_party
from pairing.workflow.signing import signed_parties


def lock(agreement, data):
    """The agreement first, then by id the problems on its list and those about to be put on it (architecture.md §3)."""
    locked = Agreement.objects.select_for_update(of=("self",))
    fresh = locked.select_related("programme__committee", "rule_version").get(pk=agreement.pk)
    named = {int(pk) for row in data.get("goals") or () if isinstance(row, dict) for pk in row.get("problems", ())}
    named |= {int(pk) for pk in data.get("loose") or ()}
    listed = Q(pk__in=fresh.episodes.filter(released_on__isnull=True).values("problem")) | Q(pk__in=named)
    list(Problem.objects.select_for_update().filter(listed).order_by("pk").values_list("pk"))
    return fresh


def settle(agreement, at):
    """Bring whose turn it is and the viewers up to date."""
    parties = agreement.all_parties
    if agreement.state in Agreement.PRIVATE:
        parties = [agreement.initiator]
    pending = agreement.pending_extension if agreement.state == S.ACTIVE else None
    agreement.decision_pending = bool(pending and pending.timely)
    agreement.viewers = sorted({party.organisation_id for party in parties})
    agreement.set_turn(*turn_of(agreement, pending), at)


def turn_of(agreement, pending):
    """(Turn, organisations) that have to act next; `pending` is the request for extension that waits, or None."""
    state = agreement.state
    if state in (S.SUBMITTED, S.ACCEPTANCE):
        return Turn.GROUP, []
    if state in (S.DRAFT, S.COUNTERED):
        return Turn.BRANCHES, [agreement.initiator.organisation]
    if state == S.ACTIVE and pending and not agreement.completion_digest:
        return _extension_turn(agreement, pending)
    waiting = [party.organisation for party in _parties_to_act(agreement)]
    return (Turn.BRANCHES, waiting) if waiting else (Turn.NOBODY, [])


def _extension_turn(agreement, pending):
    by_group = agreement.extensions_granted < agreement.rules(pending.asked_on).extensions_by_group
    return (Turn.GROUP if by_group else Turn.LEAD), []


def _parties_to_act(agreement):
    state, parties = agreement.state, agreement.present_parties
    if state == S.INVITED:
        return [p for p in invitees(agreement) if p.answer == Answer.NONE] or [agreement.initiator]
    if state in WRITING and not any(party.confirmed_digest for party in parties):
        return parties
    if state in WRITING:
        digest = current_digest(agreement)
        return [party for party in parties if party.confirmed_digest != digest] or parties
    if state == S.SIGNING:
        signed = signed_parties(agreement)
        return [party for party in parties if party.pk not in signed]
    if state == S.ACTIVE and agreement.completion_digest:
        return [party for party in parties if party.completion_digest != agreement.completion_digest]
    if state == S.ACTIVE and agreement.end_code:
        return [party for party in parties if not party.agrees_to_end]
    return []


def is_present(agreement, step):
    """A guard of the hand-over: the closed body is a party."""
    old = step.data["old"]
    return "" if any(p.organisation_id == old.pk for p in agreement.present_parties) else _(
        "That branch has no open work here."
    )  # fmt: skip


def do_hand_over(agreement, step):
    """A merged or closed branch: the successor takes its place; signed names stay.

    If it is a party already, it keeps its own place and the old party leaves; of an unsent draft it becomes the writer.
    """
    old, new = step.data["old"], step.data["new"]
    own = next(party for party in agreement.present_parties if party.organisation_id == old.pk)
    twin = next((party for party in agreement.all_parties if party.organisation_id == new.pk), None)
    if twin and agreement.state == S.DRAFT and own.role == PartyRole.INITIATOR:
        twin.delete()
        twin = None
    if twin:
        leave_party(own, step, step.note)
    else:
        own.organisation = new
        own.save(update_fields=["organisation"])
    agreement.__dict__.pop("all_parties")
    agreement.episodes.held().filter(helper=old).update(helper=new)
    if agreement.end_asked_by_id == old.pk:
        agreement.end_asked_by = new


def hand_over_listed(agreement, step):
    """The problems held here follow: what the closed branch owned, and the sight of them for the new party."""
    for episode in agreement.episodes.held().select_related("problem").order_by("problem"):
        yield Then("hand_over", episode.problem, {"old": step.data["old"], "new": step.data["new"]}, step.note)
