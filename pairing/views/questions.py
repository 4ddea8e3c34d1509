"""The pages of steps: one question to a page, with a button for each answer.

Steps that answer the same question share a page. Each keeps its own address, and the buttons post to it, so that a
link in a message, a page left open and the table of rights know one address per step.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pairing.workflow.engine import available, problems, transition_of

GENERIC = "pairing/step.html"


@dataclass(frozen=True)
class Question:
    """The page of one or more steps of a "problem" or "agreement".

    `title` "": the label of the step. `button`: what leads to the page, a verb; "": the title.
    `facts(obj, seat, form)` answers what `template` shows besides: a dict.
    """

    steps: tuple[str, ...]
    title: str = ""
    template: str = GENERIC
    facts: Callable | None = None
    button: str = ""


QUESTIONS = {}  # (model, step) -> Question
SAME_WORDS = {  # questions that need the facts of their subject only: title, button
    ("problem", "confirm", "explain", "not_ours"): (_("Is this your problem?"), _("Answer")),
    ("problem", "confirm_claim", "reject_claim"): (_("Is it done?"), _("Confirm or reject")),
    ("problem", "write_off", "send_back"): (_("Accept the result?"), _("Check and accept")),
    ("problem", "refuse", "park"): (_("Refuse or park the problem"), ""),
}


def question(kind, *steps, title="", template=GENERIC, button=""):
    """Function decorator: these steps share a page, and the function answers what the page shows besides."""

    def keep(facts):
        QUESTIONS.update({(kind, step): Question(steps, title, template, facts, button) for step in steps})
        return facts

    return keep


for (_kind, *_steps), (_title, _button) in SAME_WORDS.items():
    QUESTIONS.update({(_kind, _step): Question(tuple(_steps), _title, button=_button) for _step in _steps})


def question_of(obj, name):
    """The Question that the step belongs to: its own, else one of the step alone."""
    return QUESTIONS.get((obj._meta.model_name, name)) or Question((name,))


@dataclass
class Answer:
    """One button of a page: the step, its address, the fields that only it asks; `refused`: what stands against it."""

    name: str
    label: str
    url: str
    consequence: str
    fields: list
    refused: list[str]


def answers(obj, question, form, seat):
    """The Answers that `seat` may give now; what is impossible comes with its sentences instead of a button."""
    may = available(obj, seat)
    return [_answer(obj, name, form, seat) for name in question.steps if name in may]


def _answer(obj, name, form, seat):
    transition, kind = transition_of(obj, name), obj._meta.model_name
    return Answer(
        name=name,
        label=transition.label,
        url=reverse(f"pairing:{kind}_step", args=[obj.pk, name]),
        consequence=transition.consequence,
        fields=form.fields_of(name) if form else [],
        refused=problems(obj, name, seat=seat),
    )
