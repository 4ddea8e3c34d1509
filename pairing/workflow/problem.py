"""Life of a problem: the table of domain.md §3. What it checks and does stands in filing and solving."""

from django.utils.translation import gettext_lazy as _

from pairing import rules
from pairing.enums import CORRECTABLE_PROBLEM, JOINABLE, PROBLEM_OPEN, IntervalKind, LookBack, ProblemState
from pairing.models import Problem
from pairing.workflow import filing, problem_turns, solving
from pairing.workflow.correction import correct_problem, problem_correction_in_order
from pairing.workflow.engine import Transition, Workflow, register
from pairing.workflow.guards import needs, one_of, successor_of_closed

S = ProblemState

NEEDS_EFFECT = needs("effect", _("Describe the effect in one sentence: what is better now?"))

TRANSITIONS = {
    "file": Transition(
        label=_("File the problem"), sources=frozenset({S.DRAFT}), target=filing.to_confirm_or_open,
        who=rules.any_of(rules.filer_side, rules.finder), guards=(filing.is_filled_in,), effect=filing.do_file,
        consequence=_("It gets its number; others see number, title, category and owner."),
    ),
    "discard": Transition(
        label=_("Discard the draft"), sources=frozenset({S.DRAFT}), target=S.DISCARDED, who=rules.filer_side,
        guards=(filing.never_filed,), consequence=_("The draft disappears from your home page."),
    ),
    "confirm": Transition(
        label=_("Confirm as our problem"), sources=frozenset({S.TO_CONFIRM}), target=S.OPEN,
        who=rules.owner_secretary, effect=filing.raise_if_open,
        consequence=_("It becomes a problem of your branch and looks for a partner."),
    ),
    "explain": Transition(
        label=_("Explanation only"), sources=frozenset({S.TO_CONFIRM}), target=S.EXPLAINED,
        who=rules.owner_secretary, effect=filing.stand(IntervalKind.EXPLAINED), needs_note=True,
        consequence=_("The matter ends with your explanation."),
    ),
    "not_ours": Transition(
        label=_("Not our problem"), sources=frozenset({S.TO_CONFIRM}), target=S.WITHDRAWN,
        who=rules.owner_secretary, effect=filing.stand(IntervalKind.WITHDRAWN), needs_note=True,
        consequence=_("The matter ends; the branch that filed it sees your reason."),
    ),
    "withdraw": Transition(
        label=_("Withdraw the problem"), sources=frozenset({S.OPEN, S.MATCHED, S.IN_PAIRING}), target=S.WITHDRAWN,
        who=rules.owner_secretary, guards=(filing.not_in_a_pair,), needs_note=True,
        effect=filing.stand(IntervalKind.WITHDRAWN),
        consequence=_("The problem stays in the record as withdrawn, with your reason."),
    ),
    "refuse": Transition(
        label=_("Refuse as unsuitable"), sources=frozenset({S.OPEN}), target=S.REFUSED, who=rules.group,
        guards=(filing.ground_in_force,), effect=filing.stand(IntervalKind.REFUSED), needs_note=True,
        consequence=_("The owner sees the ground and may rewrite the problem under the same number."),
    ),
    "park": Transition(
        label=_("Park the problem"), sources=frozenset({S.OPEN}), target=S.PARKED, who=rules.group,
        effect=filing.stand(IntervalKind.PARKED), needs_note=True,
        consequence=_("All clocks of the problem stand still until it is resumed."),
    ),
    "resume": Transition(
        label=_("Resume the problem"), sources=frozenset({S.PARKED}), target=S.OPEN, who=rules.group,
        effect=filing.go_on, consequence=_("The problem looks for a partner again."),
    ),
    "rewrite": Transition(
        label=_("Rewrite the problem"), sources=frozenset({S.REFUSED}), target=S.DRAFT, who=rules.owner_side,
        effect=filing.do_rewrite, consequence=_("It becomes a draft again and keeps its number."),
    ),
    "join": Transition(
        label=_("We have it too"), sources=JOINABLE, who=rules.another_branch, effect=filing.do_join,
        consequence=_("Your branch becomes a co-owner; it stays one problem."),
    ),
    "match": Transition(
        label=_("Partner named"), sources=frozenset({S.OPEN}), target=S.MATCHED, who=rules.cascade_only,
    ),
    "pair": Transition(
        label=_("Pair signed"), sources=frozenset({S.MATCHED}), target=S.IN_PAIRING, who=rules.cascade_only,
    ),
    "release": Transition(
        label=_("Released"), sources=frozenset({S.MATCHED, S.IN_PAIRING}), target=S.OPEN, who=rules.cascade_only,
    ),
    "refuse_with_agreement": Transition(
        label=_("Refused with the agreement"), sources=frozenset({S.MATCHED}), target=S.REFUSED,
        who=rules.cascade_only, effect=filing.stand(IntervalKind.REFUSED),
    ),
    "claim": Transition(
        label=_("Report as done"), sources=frozenset({S.IN_PAIRING}), target=solving.done_if_owner,
        who=rules.helper_or_owner_secretary,
        guards=(solving.not_claimed, solving.pair_is_running, solving.completion_not_running, NEEDS_EFFECT),
        effect=solving.do_claim,
        consequence=_("A helper's report waits for the owner; the owner's own counts at once."),
    ),
    "claim_with_pair": Transition(
        label=_("Reported as done with the pair"), sources=frozenset({S.IN_PAIRING}), target=S.DONE,
        who=rules.cascade_only, guards=(NEEDS_EFFECT,), effect=solving.do_claim,
    ),
    "keep": Transition(
        label=_("Pair ended, stays done"), sources=frozenset({S.DONE}), who=rules.cascade_only,
    ),
    "confirm_claim": Transition(
        label=_("Confirm as done"), sources=frozenset({S.IN_PAIRING}), target=S.DONE, who=rules.owner_secretary,
        guards=(solving.is_claimed, solving.pair_is_running, solving.completion_not_running),
        effect=solving.do_confirm_claim,
        consequence=_("The problem waits for the working group's acceptance."),
    ),
    "reject_claim": Transition(
        label=_("Not done yet"), sources=frozenset({S.IN_PAIRING}), who=rules.owner_secretary,
        guards=(solving.is_claimed, solving.pair_is_running, solving.completion_not_running),
        effect=solving.clear_claim, needs_note=True,
        consequence=_("The work goes on; the helper sees your reason."),
    ),
    "write_off": Transition(
        label=_("Write off"), sources=frozenset({S.DONE}), target=S.CLOSED, who=rules.group,
        guards=(solving.has_effect, solving.pair_is_running), effect=solving.do_write_off,
        consequence=_("The problem counts as solved from today; a look-back follows after some months."),
    ),
    "send_back": Transition(
        label=_("Send back"), sources=frozenset({S.DONE}), target=solving.back_to_work, who=rules.group,
        guards=(solving.pair_is_running, solving.completion_not_running), effect=solving.clear_claim, needs_note=True,
        consequence=_("The problem is not accepted; the work goes on."),
    ),
    "look_back": Transition(
        label=_("Look back"), sources=frozenset({S.CLOSED}), who=rules.owner_side,
        guards=(one_of("verdict", LookBack, _("Say how it is now: works, works in part, or relapsed.")),),
        effect=solving.do_look_back, then=solving.reopen_if_relapsed,
        consequence=_("“Relapsed” opens the problem again; what was solved stays counted once."),
    ),
    "reopen": Transition(
        label=_("Reopen"), sources=frozenset({S.CLOSED}), target=S.OPEN, who=rules.group, effect=solving.do_reopen,
        needs_note=True, consequence=_("The problem looks for a partner again; the old effect stays on record."),
    ),
    "correct": Transition(
        label=_("Correct a date"), sources=CORRECTABLE_PROBLEM, who=rules.lead,
        guards=(problem_correction_in_order,), effect=correct_problem, needs_note=True,
        consequence=_("Live tables change; issued tables stay as they are."),
    ),
    "hand_over": Transition(
        label=_("Hand over to the successor"), sources=PROBLEM_OPEN | {S.REFUSED}, who=rules.clock,
        guards=(successor_of_closed, problem_turns.belongs_to_closed), effect=problem_turns.do_hand_over,
    ),
}  # fmt: skip

WORKFLOW = register(
    Workflow(model=Problem, transitions=TRANSITIONS, lock=problem_turns.lock, settle=problem_turns.settle)
)
