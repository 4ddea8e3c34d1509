"""Life of an agreement: the table of domain.md §4. What each phase checks and does stands in its own file."""

from django.utils.translation import gettext_lazy as _

from pairing import rules
from pairing.enums import (
    AGREEMENT_OPEN,
    CORRECTABLE_AGREEMENT,
    INVITING,
    LAPSE,
    RUNNING,
    WRITING,
    AgreementState,
)
from pairing.models import Agreement
from pairing.workflow import completion as done
from pairing.workflow import goals, invitation, review, running, signing, turns
from pairing.workflow.correction import agreement_correction_in_order, correct_agreement
from pairing.workflow.engine import Transition, Workflow, register
from pairing.workflow.guards import clock_ran_out, needs, successor_of_closed

S = AgreementState


def only(*states):
    return frozenset(states)


def days_to_lapse(rule_version, agreement):
    """Working days after which the clock ends the present state."""
    return getattr(rule_version, LAPSE[agreement.state])


GOALS_IN_ORDER = (
    goals.goals_are_complete,
    invitation.problem_is_listed,
    invitation.every_owner_present,
    goals.term_within_cap,
    goals.dates_inside_the_term,
    invitation.allowed_by_rules,
)

INVITATION = {
    "invite": Transition(
        label=_("Send the invitation"), sources=only(S.DRAFT), target=S.INVITED, who=rules.initiator_secretary,
        guards=(
            invitation.aim_is_named, invitation.two_parties, invitation.problem_is_listed,
            invitation.every_problem_free, invitation.every_owner_present, invitation.allowed_by_rules,
        ),
        effect=invitation.do_invite, then=invitation.match_listed,
        consequence=_("The listed problems are taken; the invited parties are asked for an answer."),
    ),
    "discard": Transition(
        label=_("Discard the draft"), sources=only(S.DRAFT), target=S.DISCARDED, who=rules.initiator_side,
        consequence=_("Nothing was sent; the problems stay free."),
    ),
    "accept_invitation": Transition(
        label=_("Accept the invitation"), sources=only(S.INVITED), target=invitation.after_accepting,
        who=rules.invitee_secretary, guards=(invitation.not_yet_answered,),
        effect=invitation.answer("accepted"), then=invitation.release_problems,
        consequence=_("When all have accepted, you write the goals together. Nothing is signed yet."),
    ),
    "decline_invitation": Transition(
        label=_("Decline the invitation"), sources=only(S.INVITED), target=invitation.after_declining,
        who=rules.invitee_secretary, guards=(invitation.not_yet_answered,),
        effect=invitation.answer("declined"), then=invitation.release_problems, needs_note=True,
        consequence=_("The initiator sees your reason and may look for another partner."),
    ),
    "counter_propose": Transition(
        label=_("Counter-propose"), sources=only(S.INVITED), target=S.COUNTERED, who=rules.invitee_secretary,
        guards=(invitation.not_yet_answered, invitation.counter_says_something), effect=invitation.do_counter,
        needs_note=True, consequence=_("The initiator takes your proposal or keeps to the invitation."),
    ),
    "go_on": Transition(
        label=_("Go on without those who declined"), sources=only(S.INVITED), target=S.DRAFTING,
        who=rules.initiator_secretary,
        guards=(invitation.all_answered_some_declined, invitation.the_rest_suffices), effect=invitation.do_go_on,
        consequence=_("The remaining parties write the goals together."),
    ),
    "take_counter": Transition(
        label=_("Take the counter-proposal"), sources=only(S.COUNTERED), target=invitation.after_taking,
        who=rules.initiator_secretary, effect=invitation.do_take, then=invitation.release_problems,
        consequence=_("The proposal becomes the invitation; other parties are asked again."),
    ),
    "insist": Transition(
        label=_("Keep to the invitation"), sources=only(S.COUNTERED), target=S.INVITED,
        who=rules.initiator_secretary, effect=invitation.do_insist,
        consequence=_("Only the party that counter-proposed is asked again."),
    ),
    "withdraw": Transition(
        label=_("Withdraw the invitation"), sources=INVITING, target=S.WITHDRAWN, who=rules.initiator_secretary,
        effect=invitation.end_if_final, then=invitation.release_problems, needs_note=True,
        consequence=_("The problems are free again; the invited parties see your reason."),
    ),
    "lapse": Transition(
        label=_("Lapse"), sources=frozenset(LAPSE), target=S.LAPSED, who=rules.clock,
        guards=(clock_ran_out(days_to_lapse),), effect=invitation.end_if_final, then=invitation.release_problems,
    ),
}  # fmt: skip

GOALS = {
    "edit": Transition(
        label=_("Save goals and list"), sources=WRITING, who=rules.party_side,
        guards=(
            needs("goals", _("Write at least one goal.")), goals.not_stale, goals.list_is_not_empty,
            goals.added_problems_free, goals.wanted_owners_present, goals.helpers_are_parties,
        ),
        effect=goals.do_edit, then=goals.match_and_release,
        consequence=_("Any change clears all confirmations."),
    ),
    "confirm_goals": Transition(
        label=_("Confirm goals and list"), sources=WRITING, who=rules.party_secretary,
        guards=(goals.digest_is_current, goals.not_confirmed_yet, *GOALS_IN_ORDER), effect=goals.do_confirm,
        consequence=_("Your branch stands by this text; any later change asks you again."),
    ),
    "submit": Transition(
        label=_("Submit for review"), sources=WRITING, target=goals.reviewed_or_signing, who=rules.party_secretary,
        guards=(*GOALS_IN_ORDER, goals.all_confirmed), effect=goals.do_submit,
        consequence=_("The working group gives its opinion on each goal; until then you may recall it."),
    ),
    "leave": Transition(
        label=_("Leave the pair"), sources=WRITING, target=goals.after_leaving, who=rules.party_secretary,
        effect=goals.do_leave, then=invitation.release_problems, needs_note=True,
        consequence=_("The others go on if two parties and every owner remain; else the agreement is withdrawn."),
    ),
}  # fmt: skip

REVIEW = {
    "opine": Transition(
        label=_("Give an opinion"), sources=only(S.SUBMITTED), target=review.decision, who=rules.group,
        guards=(review.one_opinion_each, review.every_goal_judged, review.exception_decided),
        effect=review.do_opine,
        consequence=_("If all goals pass, the text is fixed for signing; otherwise it goes back to the parties."),
    ),
    "refuse": Transition(
        label=_("Refuse as a whole"), sources=only(S.SUBMITTED), target=S.REFUSED, who=rules.lead,
        guards=(review.ground_chosen,), effect=review.do_refuse, then=review.refuse_or_release, needs_note=True,
        consequence=_("The agreement ends; macro problems are refused, the others are free again."),
    ),
    "recall": Transition(
        label=_("Recall from review"), sources=only(S.SUBMITTED), target=S.DRAFTING, who=rules.party_secretary,
        guards=(review.no_opinion_yet,), effect=review.do_recall,
        consequence=_("You can change the goals; all parties confirm again."),
    ),
}  # fmt: skip

SIGNING = {
    "sign": Transition(
        label=_("Sign"), sources=only(S.SIGNING), target=signing.active_when_last, who=rules.party_secretary,
        guards=(signing.shown_digest_is_signed, signing.party_has_not_signed), effect=signing.do_sign,
        then=signing.pair_listed, consequence=_("With the last signature the term starts."),
    ),
    "decline_to_sign": Transition(
        label=_("Decline to sign"), sources=only(S.SIGNING), target=S.RETURNED, who=rules.party_secretary,
        effect=signing.unapprove, needs_note=True,
        consequence=_("All signatures are voided; the parties change the text and submit it again."),
    ),
    "recall_signing": Transition(
        label=_("Recall for an error"), sources=only(S.SIGNING), target=S.RETURNED, who=rules.party_secretary,
        effect=signing.unapprove, needs_note=True,
        consequence=_("All signatures are voided; the parties correct the text and submit it again."),
    ),
}  # fmt: skip

PAIRING = {
    "report_progress": Transition(
        label=_("Report progress"), sources=only(S.ACTIVE), who=rules.party_side, guards=(running.percent_given,),
        effect=running.do_report_progress, consequence=_("The other side and the supervisor see your statement."),
    ),
    "follow_up": Transition(
        label=_("Record a follow-up"), sources=only(S.ACTIVE), who=rules.supervisor,
        guards=(running.not_arrived_yet, running.visit_described, running.visit_lies_in_the_term),
        effect=running.do_follow_up,
        consequence=_("It stands in the history of the pair."),
    ),
    "skip_follow_up": Transition(
        label=_("Skip a follow-up"), sources=only(S.ACTIVE), who=rules.supervisor,
        guards=(running.planned_follow_up,), effect=running.do_skip_follow_up, needs_note=True,
        consequence=_("The planned follow-up counts as done, with your reason."),
    ),
    "urge": Transition(
        label=_("Urge"), sources=only(S.ACTIVE), who=rules.supervisor, guards=(running.not_urged_lately,),
        consequence=_("The secretaries of all parties get a message."),
    ),
    "note": Transition(
        label=_("Add a note"), sources=RUNNING, who=rules.any_of(rules.party_side, rules.group, rules.supervisor),
        needs_note=True, consequence=_("The note stands in the history and changes nothing."),
    ),
    "ask_extension": Transition(
        label=_("Ask for an extension"), sources=only(S.ACTIVE), who=rules.party_secretary,
        guards=(
            running.no_pending_extension, running.extensions_left, running.new_date_allowed,
            needs("progress", _("Describe the progress so far.")),
        ),
        effect=running.do_ask_extension, needs_note=True,
        consequence=_("The other parties are told; the working group decides. Asked in time, nothing is overdue."),
    ),
    "grant_extension": Transition(
        label=_("Grant the extension"), sources=only(S.ACTIVE), who=rules.extension_decider,
        guards=(running.extension_pending,), effect=running.do_grant,
        consequence=_("The new due date is in force; the old one stays visible."),
    ),
    "refuse_extension": Transition(
        label=_("Refuse the extension"), sources=only(S.ACTIVE), who=rules.extension_decider,
        guards=(running.extension_pending,), effect=running.do_refuse_extension, needs_note=True,
        consequence=_("The due date stays; after it the pair is overdue."),
    ),
    "suspend": Transition(
        label=_("Suspend"), sources=only(S.ACTIVE), target=S.SUSPENDED, who=rules.lead, effect=running.do_suspend,
        needs_note=True, consequence=_("The clock stands still; reminders are silent."),
    ),
    "resume": Transition(
        label=_("Resume"), sources=only(S.SUSPENDED), target=S.ACTIVE, who=rules.lead, effect=running.do_resume,
        consequence=_("The due date moves by the suspended calendar days."),
    ),
    "mute": Transition(
        label=_("Silence the reminders"), sources=only(S.ACTIVE), who=rules.group, guards=(running.not_muted,),
        effect=running.do_mute, needs_note=True,
        consequence=_(
            "Nobody is reminded of the due date, the plan or follow-ups of this pair until you let the reminders begin "
            "again. The due date stays, the pair is overdue after it, and what waits for somebody is still told."
        ),
    ),
    "unmute": Transition(
        label=_("Let the reminders begin again"), sources=only(S.ACTIVE), who=rules.group, guards=(running.muted,),
        effect=running.do_unmute, consequence=_("From now on the reminders of this pair go out as the rules say."),
    ),
}  # fmt: skip

COMPLETION = {
    "propose_completion": Transition(
        label=_("Report completion"), sources=only(S.ACTIVE), who=rules.party_side,
        guards=(done.every_result_given,), effect=done.do_propose_completion,
        consequence=_("The other parties confirm; then the working group accepts."),
    ),
    "confirm_completion": Transition(
        label=_("Confirm the completion"), sources=only(S.ACTIVE), target=done.acceptance_when_last,
        who=rules.party_secretary,
        guards=(done.completion_proposed, done.same_completion, done.completion_not_confirmed),
        effect=done.do_confirm_completion, then=done.claim_done,
        consequence=_("With the last confirmation the parties' clock stops and the working group accepts."),
    ),
    "accept": Transition(
        label=_("Accept and write off"), sources=only(S.ACCEPTANCE), target=S.CLOSED, who=rules.group,
        guards=(done.every_done_has_effect,), effect=done.do_accept, then=done.write_off_and_release,
        consequence=_("Every solved problem is written off; what is not done looks for a partner again."),
    ),
    "send_back": Transition(
        label=_("Send back"), sources=only(S.ACCEPTANCE), target=S.ACTIVE, who=rules.group,
        guards=(done.some_problem_sent_back,), effect=done.do_send_back, then=done.send_back_problems,
        consequence=_("The pair goes on; the days in acceptance do not count against it."),
    ),
    "propose_termination": Transition(
        label=_("Propose to end the pair"), sources=only(S.ACTIVE), who=rules.party_secretary,
        guards=(done.end_not_proposed, done.end_code_chosen), effect=done.do_propose_end, needs_note=True,
        consequence=_("It ends when all parties agree; with “pair again” a new draft carries the problems on."),
    ),
    "agree_termination": Transition(
        label=_("Agree to the end"), sources=only(S.ACTIVE), target=done.terminated_when_last,
        who=rules.party_secretary, guards=(done.end_proposed, done.not_agreed_yet), effect=done.do_agree_end,
        then=done.release_and_keep, consequence=_("With the last agreement the pair ends."),
    ),
    "object_termination": Transition(
        label=_("Object to the end"), sources=only(S.ACTIVE), who=rules.party_secretary,
        guards=(done.end_proposed,), effect=done.do_object_end, needs_note=True,
        consequence=_("The proposal is off the table; the pair goes on."),
    ),
    "terminate": Transition(
        label=_("End the pair"), sources=only(S.ACTIVE, S.SUSPENDED), target=S.TERMINATED, who=rules.lead,
        guards=(done.end_code_chosen,), effect=done.do_terminate, then=done.release_and_keep, needs_note=True,
        consequence=_(
            "Problems reported as done and confirmed stay done; the others are free again, also where a report still "
            "waits for the owner."
        ),
    ),
    "correct": Transition(
        label=_("Correct a date or a name"), sources=CORRECTABLE_AGREEMENT, who=rules.lead,
        guards=(agreement_correction_in_order,), effect=correct_agreement, needs_note=True,
        consequence=_("Live tables change; issued tables stay as they are."),
    ),
    "hand_over": Transition(
        label=_("Hand over to the successor"), sources=AGREEMENT_OPEN,
        who=rules.clock, guards=(successor_of_closed, turns.is_present), effect=turns.do_hand_over,
        then=turns.hand_over_listed,
    ),
}  # fmt: skip

TRANSITIONS = INVITATION | GOALS | REVIEW | SIGNING | PAIRING | COMPLETION

WORKFLOW = register(
    Workflow(model=Agreement, transitions=TRANSITIONS, lock=turns.lock, settle=turns.settle),
)
