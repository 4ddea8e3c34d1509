"""How many fields a branch has to fill in for a step, read from its form and its guards, never guessed.

Counted are the fields that may not stay empty: those the form requires, those a guard needs, and the reason where the
step wants one. A step that is a press of a button asks none.
"""

from dataclasses import dataclass
from functools import cache

from django.forms import HiddenInput

from pairing.forms import agreement, agreement_steps, correction, draft, extension, goals, problem, steps
from pairing.workflow.engine import WORKFLOWS

PLAIN = ("note", "happened_on")  # fields of every step: the reason is counted by the step, the day is optional
PAGES = {  # steps whose page has a form of its own
    ("problem", "file"): problem.ProblemForm,
    ("agreement", "invite"): draft.DraftForm,
}
KNOWN = {("agreement", "invite"): {"programme"}}  # chosen for the person where there is but one
BESIDE = {("agreement", "invite"): {"organisation"}}  # the partner, a form of its own
PER_GOAL = {  # fields of each goal named in the record of the step
    ("agreement", "edit"): {*goals.FIELDS, "problems"},
    ("agreement", "propose_completion"): {"result"},
}
PER_PROBLEM = {("agreement", "propose_completion"): {"result", "effect"}}
FIRST_ONLY = {("agreement", "edit")}  # the goals are asked for once; saving again asks nothing new
REGISTERED = (agreement, agreement_steps, correction, extension)  # these modules fill steps.FORMS


@dataclass(frozen=True)
class Asked:
    """`fields` of the step, and for each goal and each problem that its record names; `first_only`: once an object."""

    fields: int
    per_goal: int = 0
    per_problem: int = 0
    first_only: bool = False


@cache
def fields_asked():
    """{(model name, step): Asked} of all steps that ask anything."""
    found = {}
    for model, workflow in WORKFLOWS.items():
        for name, transition in workflow.transitions.items():
            key = (model._meta.model_name, name)
            asked = Asked(
                fields=len(_fields(key, transition)), per_goal=len(PER_GOAL.get(key, ())),
                per_problem=len(PER_PROBLEM.get(key, ())), first_only=key in FIRST_ONLY,
            )  # fmt: skip
            if asked.fields or asked.per_goal or asked.per_problem:
                found[key] = asked
    return found


def _fields(key, transition):
    form = PAGES.get(key) or steps.FORMS.get(key)
    names = _required(form, key[1]) if form else set()
    names |= {guard.asks for guard in transition.guards if getattr(guard, "asks", "")} - {"goals"}
    names |= BESIDE.get(key, set()) | ({"note"} if transition.needs_note else set())
    return names - KNOWN.get(key, set())


def _required(form, step):
    """Names of the fields of a form class that may not stay empty in this step."""
    only = getattr(form, "ONLY", {})
    return {
        name for name, field in form.base_fields.items()
        if field.required and name not in PLAIN and only.get(name, step) == step
        and not isinstance(field.widget, HiddenInput)
    }  # fmt: skip
