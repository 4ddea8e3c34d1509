"""To end a pair or to pair again: what goes over, what stays, who writes the new draft."""

from django.utils.translation import gettext_lazy as _

from pairing.enums import EndCode, ProblemState, Result
from pairing.views.questions import question

SENTENCES = {  # what each coded reason means
    EndCode.REMATCH: _("The work goes on with somebody else: a new draft takes over what is not done."),
    EndCode.NO_CAPACITY: _("People or time are missing; the problems look for a partner again."),
    EndCode.GONE: _("There is nothing left to solve; the owner may withdraw the problems afterwards."),
    EndCode.OUT_OF_REACH: _("It takes other means or other people than these parties have."),
    EndCode.REORGANISED: _("A branch was merged, split or closed."),
}


@question("agreement", "propose_termination", template="pairing/ending.html")
def proposing(agreement, seat, form):
    party = agreement.party_of(seat)
    return _with_codes(agreement, form, party and party.organisation)


@question("agreement", "terminate", template="pairing/ending.html")
def terminating(agreement, seat, form):
    return _with_codes(agreement, form, agreement.end_asked_by)


@question(
    "agreement", "agree_termination", "object_termination", title=_("End the pair?"),
    template="pairing/ending_answer.html", button=_("Answer"),
)  # fmt: skip
def answering(agreement, seat, form):
    if not agreement.end_code:
        return {}
    code = EndCode(agreement.end_code)
    return carried(agreement, agreement.end_asked_by) | {
        "code": code, "code_sentence": SENTENCES[code], "rematch": code == EndCode.REMATCH,
        "agreed": [(party, party.agrees_to_end) for party in agreement.present_parties],
    }  # fmt: skip


def carried(agreement, asked_by):
    """What becomes of the work: `over` problems not done, under `goals` that go with them; `kept` those done;
    `initiator` who gets the new draft if they are paired again, None where nothing is left to carry over."""
    held = list(agreement.episodes.held().select_related("problem__owner", "goal").order_by("problem"))
    over = [episode for episode in held if episode.problem.state != ProblemState.DONE]
    goals = {e.goal_id: e.goal for e in sorted(over, key=lambda e: e.order) if e.goal and e.goal.result != Result.DONE}
    return {
        "over": over,
        "kept": [episode for episode in held if episode.problem.state == ProblemState.DONE],
        "goals": list(goals.values()),
        "initiator": (asked_by or over[0].problem.owner) if over else None,
    }


def _with_codes(agreement, form, asked_by):
    codes = [(option, SENTENCES[EndCode(option.data["value"])]) for option in form["code"]] if form else []
    return carried(agreement, asked_by) | {"codes": codes}
