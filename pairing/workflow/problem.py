"""Life of a problem: the table of domain.md §3."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Kind, Organisation
from pairing import rules
from pairing.enums import (
    AGREEMENT_FINAL,
    CORRECTABLE_PROBLEM,
    JOINABLE,
    PROBLEM_OPEN,
    IntervalKind,
    LookBack,
    ProblemState,
    Result,
    Turn,
)
from pairing.models import Agreement, Episode, Interval, Joiner, LookBackRecord, Problem
from pairing.workflow.correction import correct_problem, problem_correction_in_order
from pairing.workflow.engine import NotNow, Then, Transition, Workflow, register
from pairing.workflow.guards import needs, one_of

S = ProblemState
_l = gettext_lazy


# Guards
def is_filled_in(problem, step):
    if not problem.title.strip():
        return _("Give the problem a title.")
    if not problem.category_id:
        return _("Choose a category.")
    if problem.owner.kind != Kind.PARTY_BRANCH:
        return _("The owner of a problem is a party branch.")
    return ""


def never_filed(problem, step):
    return _("%(number)s was filed once and stays; it can be filed again.") % {
        "number": problem.number
    } if problem.number else ""  # fmt: skip


def not_in_a_pair(problem, step):
    """Withdrawing from matched or in_pairing: a sentence says what must happen first."""
    if problem.state == S.MATCHED:
        return _("First take the problem off the list of its agreement, or withdraw the invitation.")
    if problem.state == S.IN_PAIRING:
        return _("First end the pair, or report the problem as not done when it is completed.")
    return ""


def ground_in_force(problem, step):
    if step.preview or step.data.get("ground") in problem.rules(step.day).grounds:
        return ""
    return _("Choose the ground of refusal.")


def not_claimed(problem, step):
    return _("The problem is already reported as done; the owner answers now.") if _claimed(problem) else ""


def is_claimed(problem, step):
    return "" if _claimed(problem) else _("No helper has reported the problem as done.")


def completion_not_running(problem, step):
    episode = problem.open_episode
    if episode and episode.agreement.completion_digest:
        return _("Completion of the whole pair is being reported; give the result there.")
    return ""


def has_effect(problem, step):
    episode = problem.open_episode
    return "" if episode and episode.effect else _("There is no write-off without an effect.")


# Effects
def do_file(problem, step):
    problem.give_number(problem.rules(step.day).problem_prefix, step.day)
    problem.ground = ""
    close_intervals(problem, step)
    raise_if_open(problem, step)


def raise_if_open(problem, step):
    """`raised_on` is the day it first leaves draft or to_confirm, and stays."""
    if problem.state != S.TO_CONFIRM and problem.raised_on is None:
        problem.raised_on = step.day


def stand(kind):
    """An effect: the problem stands still from this day, in an interval of `kind`."""

    def effect(problem, step):
        raise_if_open(problem, step)
        problem.ground = step.data.get("ground", "")
        close_intervals(problem, step)
        Interval.objects.create(problem=problem, kind=kind, from_on=step.day, reason=step.note)

    return effect


def close_intervals(problem, step):
    problem.intervals.filter(to_on__isnull=True).update(to_on=step.day)


def do_claim(problem, step):
    episode = problem.open_episode
    episode.claimed_on, episode.result = step.day, Result.DONE
    episode.effect = step.data["effect"].strip()
    episode.claimed_by = step.seat.organisation if step.seat else problem.owner
    episode.confirmed_on = step.day if problem.state == S.DONE else None
    episode.save(update_fields=["claimed_on", "claimed_by", "confirmed_on", "result", "effect"])


def do_confirm_claim(problem, step):
    _update_episode(problem, confirmed_on=step.day)


def clear_claim(problem, step):
    """The claim goes; the effect stays as text to work on. At a final agreement the episode is over."""
    released = {"released_on": step.day} if problem.state == S.OPEN else {}
    _update_episode(problem, claimed_on=None, claimed_by=None, confirmed_on=None, result="", **released)


def do_write_off(problem, step):
    _update_episode(problem, written_off_on=step.day)


def do_look_back(problem, step):
    problem.last_look_back = step.data["verdict"]
    LookBackRecord.objects.create(problem=problem, looked_on=step.day, verdict=step.data["verdict"], note=step.note)


def do_reopen(problem, step):
    """The old episode keeps its effect and the mark; counted once, at the first write-off."""
    last = problem.episodes.filter(written_off_on__isnull=False).order_by("pk").last()
    last.relapsed_on = step.day
    last.save(update_fields=["relapsed_on"])


def do_join(problem, step):
    Joiner.objects.create(problem=problem, organisation=step.seat.organisation, joined_on=step.day)


def do_hand_over(problem, step):
    """A closed or merged branch hands its open work to its successor; what is past stays as it was."""
    old, new = step.data["old"], step.data["new"]
    for column in ("owner", "filer", "wished_partner"):
        if getattr(problem, f"{column}_id") == old.pk:
            setattr(problem, column, new)
    problem.joiners.filter(organisation__in=[new, problem.owner]).delete()
    problem.joiners.filter(organisation=old).update(organisation=new)
    problem.episodes.held().filter(helper=old).update(helper=new)


# Targets
def to_confirm_or_open(problem, step):
    return S.OPEN if problem.filer_id == problem.owner_id else S.TO_CONFIRM


def done_if_owner(problem, step):
    """The owner's own claim counts as confirmed; a helper's waits for the owner."""
    own = step.seat is None or step.seat.organisation_id == problem.owner_id
    return S.DONE if own or step.data.get("agreed") else None


def back_to_work(problem, step):
    return S.OPEN if problem.open_episode.agreement.state in AGREEMENT_FINAL else S.IN_PAIRING


def reopen_if_relapsed(problem, step):
    if step.data.get("verdict") == LookBack.RELAPSED:
        yield Then("reopen", problem, note=step.note)


def _claimed(problem):
    episode = problem.open_episode
    return bool(episode and episode.claimed_on)


def _update_episode(problem, **columns):
    episode = problem.open_episode
    for column, value in columns.items():
        setattr(episode, column, value)
    episode.save(update_fields=list(columns))


# Locking and derived columns
def lock(problem, data):
    """The agreement first, then the problem (domain.md §3)."""
    held = Episode.objects.held().filter(problem=problem.pk)
    agreement = held.values_list("agreement", flat=True).first()
    if agreement:
        Agreement.objects.select_for_update(of=("self",)).get(pk=agreement)
    fresh = Problem.objects.select_for_update(of=("self",)).get(pk=problem.pk)
    if held.values_list("agreement", flat=True).first() not in (agreement, None):
        raise NotNow([_("The problem was taken into an agreement a moment ago. Please look again.")])
    return fresh


def settle(problem, at):
    """Whose turn it is, and who may see the problem."""
    owners = problem.owners()
    episodes = problem.episodes.filter(taken_on__isnull=False).select_related("agreement").order_by("pk")
    parties = {org for e in episodes for org in e.agreement.parties.values_list("organisation", flat=True)}
    problem.viewers = sorted({problem.filer_id, *(owner.pk for owner in owners), *parties})
    problem.set_turn(*_turn(problem, list(episodes)), at)


def _turn(problem, episodes):
    """Draft: filer; to confirm or open: owner; a helper's claim: owner; done after the pair's end: the group."""
    state = problem.state
    if state == S.DRAFT:
        return Turn.BRANCHES, [Organisation.objects.get(pk=problem.filer_id)]
    if state in (S.TO_CONFIRM, S.OPEN):
        return Turn.BRANCHES, [problem.owner]
    last = episodes[-1] if episodes else None
    if state == S.IN_PAIRING and last.claimed_on and not last.confirmed_on:
        return Turn.BRANCHES, [problem.owner]
    if state == S.DONE and last.agreement.state in AGREEMENT_FINAL:
        return Turn.GROUP, []
    return Turn.NOBODY, []


NEEDS_EFFECT = needs("effect", _l("Describe the effect in one sentence: what is better now?"))

TRANSITIONS = {
    "file": Transition(
        label=_l("File the problem"), sources=frozenset({S.DRAFT}), target=to_confirm_or_open, who=rules.filer_side,
        guards=(is_filled_in,), effect=do_file,
        consequence=_l("It gets its number; others see number, title, category and owner."),
    ),
    "discard": Transition(
        label=_l("Discard the draft"), sources=frozenset({S.DRAFT}), target=S.DISCARDED, who=rules.filer_side,
        guards=(never_filed,), consequence=_l("The draft disappears from your home page."),
    ),
    "confirm": Transition(
        label=_l("Confirm as our problem"), sources=frozenset({S.TO_CONFIRM}), target=S.OPEN,
        who=rules.owner_secretary, effect=raise_if_open,
        consequence=_l("It becomes a problem of your branch and looks for a partner."),
    ),
    "explain": Transition(
        label=_l("Explanation only"), sources=frozenset({S.TO_CONFIRM}), target=S.EXPLAINED,
        who=rules.owner_secretary, effect=stand(IntervalKind.EXPLAINED), needs_note=True,
        consequence=_l("The matter ends with your explanation."),
    ),
    "not_ours": Transition(
        label=_l("Not our problem"), sources=frozenset({S.TO_CONFIRM}), target=S.WITHDRAWN,
        who=rules.owner_secretary, effect=stand(IntervalKind.WITHDRAWN), needs_note=True,
        consequence=_l("The matter ends; the branch that filed it sees your reason."),
    ),
    "withdraw": Transition(
        label=_l("Withdraw the problem"), sources=frozenset({S.OPEN, S.MATCHED, S.IN_PAIRING}), target=S.WITHDRAWN,
        who=rules.owner_secretary, guards=(not_in_a_pair,), effect=stand(IntervalKind.WITHDRAWN), needs_note=True,
        consequence=_l("The problem stays in the record as withdrawn, with your reason."),
    ),
    "refuse": Transition(
        label=_l("Refuse as unsuitable"), sources=frozenset({S.OPEN}), target=S.REFUSED, who=rules.group,
        guards=(ground_in_force,), effect=stand(IntervalKind.REFUSED), needs_note=True,
        consequence=_l("The owner sees the ground and may rewrite the problem under the same number."),
    ),
    "park": Transition(
        label=_l("Park the problem"), sources=frozenset({S.OPEN}), target=S.PARKED, who=rules.group,
        effect=stand(IntervalKind.PARKED), needs_note=True,
        consequence=_l("All clocks of the problem stand still until it is resumed."),
    ),
    "resume": Transition(
        label=_l("Resume the problem"), sources=frozenset({S.PARKED}), target=S.OPEN, who=rules.group,
        effect=close_intervals, consequence=_l("The problem looks for a partner again."),
    ),
    "rewrite": Transition(
        label=_l("Rewrite the problem"), sources=frozenset({S.REFUSED}), target=S.DRAFT, who=rules.owner_side,
        effect=close_intervals, consequence=_l("It becomes a draft again and keeps its number."),
    ),
    "join": Transition(
        label=_l("We have it too"), sources=JOINABLE, who=rules.another_branch, effect=do_join,
        consequence=_l("Your branch becomes a co-owner; it stays one problem."),
    ),
    "match": Transition(
        label=_l("Partner named"), sources=frozenset({S.OPEN}), target=S.MATCHED, who=rules.cascade_only,
    ),
    "pair": Transition(
        label=_l("Pair signed"), sources=frozenset({S.MATCHED}), target=S.IN_PAIRING, who=rules.cascade_only,
    ),
    "release": Transition(
        label=_l("Released"), sources=frozenset({S.MATCHED, S.IN_PAIRING}), target=S.OPEN, who=rules.cascade_only,
    ),
    "refuse_with_agreement": Transition(
        label=_l("Refused with the agreement"), sources=frozenset({S.MATCHED}), target=S.REFUSED,
        who=rules.cascade_only, effect=stand(IntervalKind.REFUSED),
    ),
    "claim": Transition(
        label=_l("Report as done"), sources=frozenset({S.IN_PAIRING}), target=done_if_owner,
        who=rules.helper_or_owner_secretary, guards=(not_claimed, completion_not_running, NEEDS_EFFECT),
        effect=do_claim, consequence=_l("A helper's report waits for the owner; the owner's own counts at once."),
    ),
    "claim_with_pair": Transition(
        label=_l("Reported as done with the pair"), sources=frozenset({S.IN_PAIRING}), target=S.DONE,
        who=rules.cascade_only, guards=(NEEDS_EFFECT,), effect=do_claim,
    ),
    "confirm_claim": Transition(
        label=_l("Confirm as done"), sources=frozenset({S.IN_PAIRING}), target=S.DONE, who=rules.owner_secretary,
        guards=(is_claimed,), effect=do_confirm_claim,
        consequence=_l("The problem waits for the working group's acceptance."),
    ),
    "reject_claim": Transition(
        label=_l("Not done yet"), sources=frozenset({S.IN_PAIRING}), who=rules.owner_secretary,
        guards=(is_claimed,), effect=clear_claim, needs_note=True,
        consequence=_l("The work goes on; the helper sees your reason."),
    ),
    "write_off": Transition(
        label=_l("Write off"), sources=frozenset({S.DONE}), target=S.CLOSED, who=rules.group,
        guards=(has_effect,), effect=do_write_off,
        consequence=_l("The problem counts as solved from today; a look-back follows after some months."),
    ),
    "send_back": Transition(
        label=_l("Send back"), sources=frozenset({S.DONE}), target=back_to_work, who=rules.group,
        effect=clear_claim, needs_note=True, consequence=_l("The problem is not accepted; the work goes on."),
    ),
    "look_back": Transition(
        label=_l("Look back"), sources=frozenset({S.CLOSED}), who=rules.owner_side,
        guards=(one_of("verdict", LookBack, _l("Say how it is now: works, works in part, or relapsed.")),),
        effect=do_look_back, then=reopen_if_relapsed,
        consequence=_l("“Relapsed” opens the problem again; what was solved stays counted once."),
    ),
    "reopen": Transition(
        label=_l("Reopen"), sources=frozenset({S.CLOSED}), target=S.OPEN, who=rules.group, effect=do_reopen,
        needs_note=True, consequence=_l("The problem looks for a partner again; the old effect stays on record."),
    ),
    "correct": Transition(
        label=_l("Correct a date"), sources=CORRECTABLE_PROBLEM, who=rules.lead,
        guards=(problem_correction_in_order,), effect=correct_problem, needs_note=True,
        consequence=_l("Live tables change; issued tables stay as they are."),
    ),
    "hand_over": Transition(
        label=_l("Hand over to the successor"), sources=PROBLEM_OPEN | {S.CLOSED, S.REFUSED},
        who=rules.any_of(rules.clock, rules.system_administrator), effect=do_hand_over,
    ),
}  # fmt: skip

WORKFLOW = register(Workflow(model=Problem, transitions=TRANSITIONS, lock=lock, settle=settle))
