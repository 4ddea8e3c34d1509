"""docs/workflow.md says what the tables say."""

from pairing.enums import AGREEMENT_FINAL, PROBLEM_FINAL, AgreementState, ProblemState
from pairing.management.commands.workflow_docs import PATH, edges, render
from pairing.workflow import agreement, problem


def test_the_page_is_what_the_code_says():
    assert PATH.read_text(encoding="utf-8") == render(), "run: make manage CMD=workflow_docs"


def test_every_state_is_reached_and_only_final_ones_are_not_left():
    for states, transitions, final in (
        (ProblemState, problem.TRANSITIONS, PROBLEM_FINAL),
        (AgreementState, agreement.TRANSITIONS, AGREEMENT_FINAL),
    ):
        found = edges(states, transitions)
        assert {target for _source, target in found} | {states.DRAFT} == set(states)
        assert {source for source, _target in found} == set(states) - final


def test_what_happens_is_only_what_the_tables_name():
    """Every step has a label and, where somebody presses it, a sentence saying what it means."""
    pressed = {"clock", "cascade_only"}
    for transitions in (problem.TRANSITIONS, agreement.TRANSITIONS):
        for name, transition in transitions.items():
            assert transition.label, name
            assert transition.consequence or transition.who.__name__ in pressed, name
