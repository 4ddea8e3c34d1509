"""From a filed problem to a write-off, with the record it leaves."""

import pytest

from accounts.models import Event
from accounts.tests.people import create_personas
from pairing.models import Agreement, Episode, Problem
from pairing.tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return create_personas()


def test_from_filing_to_write_off(people):
    programme = world.create_programme(people.committee)
    problem = world.create_problem(programme, people.filer)
    assert problem.state == "open"
    assert problem.number.startswith("问题〔")
    agreement = world.create_agreement(programme, people.filer, [people.partner_branch], [problem])
    world.bring_to("closed", agreement, reviewer=people.reviewer)
    problem.refresh_from_db()
    agreement.refresh_from_db()
    episode = Episode.objects.get(problem=problem)
    assert (agreement.state, problem.state) == ("closed", "closed")
    assert episode.effect == "缺陷率由5%降到1.6%"
    assert episode.written_off_on == episode.confirmed_on == agreement.signed_on
    steps = list(Event.objects.of(agreement).values_list("action", flat=True))
    assert steps == [
        "invite", "accept_invitation", "edit", "confirm_goals", "confirm_goals", "submit", "opine", "sign", "sign",
        "propose_completion", "confirm_completion", "accept",
    ]  # fmt: skip
    steps = list(Event.objects.of(problem).values_list("action", flat=True))
    assert steps == ["file", "match", "pair", "claim_with_pair", "write_off"]
    assert Problem.objects.solved_on(agreement.signed_on).get() == problem
    assert Agreement.objects.overdue_on(agreement.signed_on).count() == 0
