"""Locking of a problem after its agreement, whose turn it is, who sees it, and the hand-over to a successor."""

from django.utils.translation import gettext as _

from pairing.enums import AGREEMENT_FINAL, Turn
from pairing.enums import ProblemState as S
from pairing.models import Agreement, Episode, Party, Problem
from pairing.workflow.engine import NotNow


def lock(problem, data):
    """The agreement first, then the problem (domain.md §3). A step that names its agreement follows from one that has
    locked both."""
    locked = Problem.objects.select_for_update(of=("self",)).select_related("owner", "programme__committee")
    if isinstance(data.get("agreement"), Agreement):
        return locked.get(pk=problem.pk)
    held = Episode.objects.held().filter(problem=problem.pk)
    agreement = held.values_list("agreement", flat=True).first()
    if agreement:
        Agreement.objects.select_for_update(of=("self",)).get(pk=agreement)
    fresh = locked.get(pk=problem.pk)
    if held.values_list("agreement", flat=True).first() not in (agreement, None):
        raise NotNow([_("The problem was taken into an agreement a moment ago. Please look again.")])
    return fresh


def settle(problem, at):
    """Whose turn it is, and who may see the problem: a draft that was never filed only its writer."""
    taken = problem.episodes.filter(taken_on__isnull=False).order_by("pk")
    episodes = list(taken.values("agreement", "agreement__state", "claimed_on", "confirmed_on"))
    viewers = {problem.filer_id}
    if problem.number:
        viewers |= {problem.owner_id, *problem.joiners.values_list("organisation", flat=True)}
    if problem.number and episodes:
        parties = Party.objects.filter(agreement__in={episode["agreement"] for episode in episodes})
        viewers |= set(parties.values_list("organisation", flat=True))
    problem.viewers = sorted(viewers)
    problem.set_turn(*_turn(problem, episodes[-1] if episodes else None), at)


def _turn(problem, last):
    """Draft: filer; to confirm or open: owner; a helper's claim: owner; done after the pair's end: the group.

    `last`: columns of the latest episode, None before the first.
    """
    state = problem.state
    if state == S.DRAFT:
        return Turn.BRANCHES, [problem.filer]
    if state in (S.TO_CONFIRM, S.OPEN):
        return Turn.BRANCHES, [problem.owner]
    if state == S.IN_PAIRING and last["claimed_on"] and not last["confirmed_on"]:
        return Turn.BRANCHES, [problem.owner]
    if state == S.DONE and last["agreement__state"] in AGREEMENT_FINAL:
        return Turn.GROUP, []
    return Turn.NOBODY, []


def belongs_to_closed(problem, step):
    """A guard of the hand-over: the closed branch owns or joined the problem, or writes its draft."""
    old = step.data["old"].pk
    concerned = [owner.pk for owner in problem.owners()]
    if old in concerned or (problem.state == S.DRAFT and problem.filer_id == old):
        return ""
    # a problem on the list of an agreement that is handed over: its new party has to see it
    return "" if problem.open_episode else _("That branch has no open work here.")


def do_hand_over(problem, step):
    """A closed or merged branch hands its open work to its successor; what is past stays as it was."""
    old, new = step.data["old"], step.data["new"]
    if problem.state == S.DRAFT and problem.filer_id == old.pk:
        problem.filer = new
    if problem.owner_id == old.pk:
        problem.owner = new
        problem.joiners.filter(organisation=new).delete()
    if new.pk in [owner.pk for owner in problem.owners()]:
        problem.joiners.filter(organisation=old).delete()
    else:
        problem.joiners.filter(organisation=old).update(organisation=new)
