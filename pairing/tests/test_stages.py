"""The bar of named steps: where each state stands."""

from datetime import date

import pytest

from pairing.enums import AgreementState, ProblemState
from pairing.models import Agreement, Problem
from pairing.stages import NAMES, stages_of

DAY = date(2026, 6, 3)


def bar(obj, agreement=None):
    """The statuses as a word of eight letters: d(one), n(ow), t(odo), s(topped)."""
    return "".join(stage.status[0] for stage in stages_of(obj, agreement))


@pytest.mark.parametrize("state", AgreementState)
def test_every_agreement_state_has_a_bar(state):
    stages = stages_of(Agreement(state=state))
    assert [stage.name for stage in stages] == list(NAMES)
    assert sum(stage.status in ("now", "stopped") for stage in stages) == 1


@pytest.mark.parametrize("state", ProblemState)
def test_every_problem_state_has_a_bar(state):
    assert sum(stage.status in ("now", "stopped") for stage in stages_of(Problem(state=state))) == 1


@pytest.mark.parametrize(
    ("agreement", "statuses"),
    [
        (Agreement(state="draft"), "dntttttt"),
        (Agreement(state="countered"), "dntttttt"),
        (Agreement(state="returned", submitted_on=DAY), "ddnttttt"),
        (Agreement(state="submitted", submitted_on=DAY), "dddntttt"),
        (Agreement(state="signing", approved_on=DAY), "ddddnttt"),
        (Agreement(state="suspended", signed_on=DAY), "dddddntt"),
        (Agreement(state="acceptance", signed_on=DAY), "ddddddnt"),
        (Agreement(state="closed", signed_on=DAY), "dddddddn"),
        (Agreement(state="declined"), "dstttttt"),
        (Agreement(state="refused", submitted_on=DAY), "dddstttt"),
        (Agreement(state="lapsed", submitted_on=DAY, approved_on=DAY), "ddddsttt"),
        (Agreement(state="terminated", submitted_on=DAY, approved_on=DAY, signed_on=DAY), "dddddstt"),
    ],
)
def test_the_bar_of_an_agreement(agreement, statuses):
    assert bar(agreement) == statuses


@pytest.mark.parametrize(
    ("problem", "agreement", "statuses"),
    [
        (Problem(state="draft"), None, "nttttttt"),
        (Problem(state="open", raised_on=DAY), None, "dntttttt"),
        (Problem(state="matched"), None, "ddnttttt"),
        (Problem(state="matched"), Agreement(state="invited"), "dntttttt"),
        (Problem(state="matched"), Agreement(state="signing"), "ddddnttt"),
        (Problem(state="in_pairing"), Agreement(state="acceptance"), "ddddddnt"),
        (Problem(state="done"), Agreement(state="active"), "ddddddnt"),
        (Problem(state="closed"), None, "dddddddn"),
        (Problem(state="withdrawn"), None, "sttttttt"),
        (Problem(state="parked", raised_on=DAY), None, "dstttttt"),
    ],
)
def test_the_bar_of_a_problem(problem, agreement, statuses):
    assert bar(problem, agreement) == statuses


def test_after_the_look_back_everything_is_done():
    assert bar(Problem(state="closed", last_look_back="works")) == "dddddddd"


def test_the_status_is_said_in_words_too():
    assert [str(stage.word) for stage in stages_of(Agreement(state="declined"))][:3] == ["已完成", "到此为止", "未到"]
