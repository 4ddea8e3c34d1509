"""What somebody can decide about a matter with one press and no further input, and what the decision is about."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pairing.enums import AgreementState as A
from pairing.enums import EndCode, LookBack
from pairing.enums import ProblemState as P
from pairing.views.ending import SENTENCES
from pairing.views.looking_back import CONSEQUENCES
from pairing.views.steps import step_url
from pairing.views.subjects import subject_of
from pairing.words import day_words
from pairing.workflow.contract import current_digest
from pairing.workflow.engine import available, problems, transition_of

# Steps whose whole answer is the button. A signature is none of them: it has a page of its own.
AT_ONCE = {
    "agreement": (
        "accept_invitation", "take_counter", "insist", "go_on", "submit", "confirm_goals", "grant_extension",
        "confirm_completion", "agree_termination", "accept",
    ),
    "problem": ("confirm", "confirm_claim", "write_off"),
}  # fmt: skip
SHOWN = {"confirm_goals": current_digest, "confirm_completion": lambda agreement: agreement.completion_digest}
LOOK_BACK = "look_back"
WORKING = (LookBack.WORKS, LookBack.PARTLY)  # a relapse is described on the page of the step


@dataclass(frozen=True)
class Choice:
    """One big button. `data`: what `perform` takes; `shown`: the mark of the text that the person has before the eyes,
    "" where the step asks for none."""

    value: str
    name: str
    label: str
    consequence: str
    shown: str = ""
    data: dict = field(default_factory=dict)


def choices(obj, seats):
    """(seat, [Choice]): of the first of `seats` that can decide something at once; else the first seat and none."""
    for seat in seats:
        if found := _choices(obj, seat):
            return seat, found
    return (seats[0] if seats else None), []


def _choices(obj, seat):
    may = available(obj, seat)
    names = [name for name in AT_ONCE[obj._meta.model_name] if name in may and not problems(obj, name, seat=seat)]
    found = [_choice(obj, name) for name in names]
    if LOOK_BACK in may and look_back_due(obj):
        found += [
            Choice(f"{LOOK_BACK}-{verdict}", LOOK_BACK, verdict.label, CONSEQUENCES[verdict], data={"verdict": verdict})
            for verdict in WORKING
        ]
    return found


def _choice(obj, name):
    transition = transition_of(obj, name)
    shown = SHOWN[name](obj) if name in SHOWN else ""
    data = {"digest": shown} if shown else {}
    return Choice(name, name, transition.label, transition.consequence, shown, data)


def look_back_due(problem):
    """Whether nobody has looked back at a problem written off long enough ago."""
    solved = [e for e in problem.episodes.all() if e.written_off_on and e.relapsed_on is None]
    if problem.state != P.CLOSED or problem.last_look_back or not solved:
        return False
    today = timezone.localdate()
    return max(e.written_off_on for e in solved) + timedelta(days=problem.rules(today).look_back_days) <= today


def ways(obj, seat, found):
    """[(label, address)]: the other answers to the same question, each on the page where its reason is written."""
    pages = {step_url(obj, choice.name) for choice in found}
    names = [name for name in available(obj, seat) if name not in {choice.name for choice in found}]
    others = [
        (transition_of(obj, name).label, step_url(obj, name))
        for name in names
        if name not in AT_ONCE[obj._meta.model_name] and step_url(obj, name) in pages
        and not problems(obj, name, seat=seat)
    ]  # fmt: skip
    relapse = [(LookBack.RELAPSED.label, step_url(obj, LOOK_BACK))] if step_url(obj, LOOK_BACK) in pages else []
    return others + relapse if obj._meta.model_name == "problem" else others


# What it is about, in full
EFFECT = (P.IN_PAIRING, P.DONE, P.CLOSED)


def facts_of(obj):
    """[(label, text)] of all that a decision on `obj` rests upon, besides the goals of an agreement."""
    if obj._meta.model_name == "problem":
        return subject_of(obj, "confirm_claim" if obj.state in EFFECT else "confirm")
    facts = subject_of(obj, "")
    months = ngettext("%(n)s month from the last signature", "%(n)s months from the last signature", obj.term_months)
    facts.append((gettext_lazy("Term"), months % {"n": obj.term_months}))
    facts.append((gettext_lazy("Why longer"), obj.exception_reason))
    if obj.state == A.ACTIVE:
        facts += [*_extension(obj), *_end(obj), *_report(obj)]
    return [(label, text) for label, text in facts if text]


def _extension(agreement):
    request = agreement.pending_extension
    if request is None:
        return []
    dates = f"{day_words(request.old_due_on)} → {day_words(request.new_due_on)}"
    return [
        (_("Extension asked for by"), str(request.party)), (_("Due date asked for"), dates),
        (_("Reason"), request.reason), (_("Progress so far"), request.progress),
    ]  # fmt: skip


def _end(agreement):
    if not agreement.end_code or agreement.end_asked_by is None:
        return []
    code = EndCode(agreement.end_code)
    return [
        (_("End proposed by"), agreement.end_asked_by.name), (_("Why"), f"{code.label}\n{SENTENCES[code]}"),
        (_("Reason"), agreement.end_note),
    ]  # fmt: skip


def _report(agreement):
    if not agreement.completion_digest:
        return []
    done = [p for p in agreement.present_parties if p.completion_digest == agreement.completion_digest]
    return [(_("Completion confirmed by"), "\n".join(str(party) for party in done))]
