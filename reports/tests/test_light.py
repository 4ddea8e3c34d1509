"""Long tables are read without models: the same rows in the same order as the pages make from models."""

import pytest

from pairing.models import working_days
from reports import light
from reports.questions import Question
from reports.rows import Blind, agreement_row, problem_row, solved_row
from reports.selectors import FIGURES, agreement_list, problem_list, solved_episodes
from reports.tests.years import DAY, create_years

pytestmark = pytest.mark.django_db


def test_rows_read_as_plain_values_equal_those_of_models(monkeypatch):
    monkeypatch.setattr(light, "CHUNK", 2)  # several chunks, the last one not full
    years, viewer, calendar = create_years(), Blind(), working_days()
    question, user = Question(programme=years.programme, as_of=DAY, own_scope=False), years.seats["reviewer"].person
    cases = (
        (light.solved, solved_episodes(question), lambda found: solved_row(found, 1, viewer, DAY), 3),
        (
            light.problems, problem_list(FIGURES["problems", "raised"].rows(question, user), question),
            lambda found: problem_row(found, viewer), 8,
        ),
        (
            light.agreements, agreement_list(FIGURES["agreements", "signed"].rows(question, user), question),
            lambda found: agreement_row(found, viewer, DAY, calendar), 3,
        ),
    )  # fmt: skip
    for read, rows, made, n in cases:
        of_models = [made(found) for found in rows]
        assert [made(found) for found in read(rows)] == of_models
        assert len(of_models) == n
    signers = [len(episode.agreement.signers) for episode in light.solved(solved_episodes(question))]
    assert signers == [2, 2, 2]
