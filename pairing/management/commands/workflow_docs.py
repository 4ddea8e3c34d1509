"""Write docs/workflow.md from the tables themselves; a test keeps the file true."""

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import override

from pairing.enums import AgreementState, ProblemState
from pairing.workflow import agreement, problem
from pairing.workflow.engine import nothing

PATH = settings.BASE_DIR / "docs" / "workflow.md"
INTRODUCTION = """# The workflow

Written from the code by `make manage CMD=workflow_docs`; do not edit by hand. A step is taken by
`pairing.workflow.engine.perform`, the only writer of a state: lock, who, state, guards, effect, Event, what follows.
Who may take which step in which state is specified in `pairing/tests/test_workflow_product.py`.

*Who* and *guards* are names of functions in `pairing/rules.py` and `pairing/workflow/`. "cascade only" follows from a
step on the other kind of object; "clock" is nobody: the supervision round. "stays" means that the act is recorded and
the state stays. `withdraw` is offered for a problem in a pair too, where its guard says what must happen first.
"""


def render():
    """The whole page as text, in English whatever the language of the caller."""
    with override("en"):
        parts = [INTRODUCTION]
        parts += chapter("Problem", ProblemState, problem.TRANSITIONS)
        parts += chapter("Agreement", AgreementState, agreement.TRANSITIONS)
    return "\n".join(parts)


def chapter(title, states, transitions):
    """Heading, diagram, states and steps of one kind of object."""
    yield f"## {title}\n"
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"    [*] --> {states.DRAFT}"
    for (source, target), steps in edges(states, transitions).items():
        yield f"    {source} --> {target}: {' / '.join(steps)}"
    yield "```\n"
    yield "| State | In words |"
    yield "|---|---|"
    yield from (f"| {state} | {state.label} |" for state in states)
    yield "\n| Step | From | To | Who | Guards | Follows | What it means |"
    yield "|---|---|---|---|---|---|---|"
    yield from (row(states, name, transition) for name, transition in transitions.items())
    yield ""


def edges(states, transitions):
    """{(source, target): steps} where the state changes, in the order of the states."""
    found = {}
    for name, transition in transitions.items():
        for source in in_order(states, transition.sources):
            for target in in_order(states, transition.outcomes - {None, source}):
                found.setdefault((source, target), []).append(name)
    order = list(states)
    return dict(sorted(found.items(), key=lambda edge: tuple(map(order.index, edge[0]))))


def row(states, name, transition):
    guards = [guard.__name__ for guard in transition.guards] + ["reason given"] * transition.needs_note
    follows = "" if transition.then is nothing else transition.then.__name__
    cells = [
        f"**{transition.label}** `{name}`",
        ", ".join(in_order(states, transition.sources)),
        ", ".join(
            [*in_order(states, transition.outcomes - {None}), *(["stays"] if None in transition.outcomes else [])]
        ),
        plain(transition.who.__name__),
        "; ".join(map(plain, guards)) or "–",
        plain(follows) or "–",
        str(transition.consequence) or "–",
    ]
    return f"| {' | '.join(cells)} |"


def in_order(states, some):
    return [state.value for state in states if state in some]


def plain(name):
    return name.replace("_", " ")


class Command(BaseCommand):
    help = "Write docs/workflow.md from the workflow tables."

    def handle(self, **options):
        PATH.write_text(render(), encoding="utf-8")
        self.stdout.write(f"{PATH.relative_to(settings.BASE_DIR)} is written.")
