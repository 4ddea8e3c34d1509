"""What leads to a page of several steps is a verb, and a reason that stands against all of them is said once."""

import pytest

from pairing.tests.scenes import create_scene, log_in, sentences_of
from pairing.tests.world import create_problem
from pairing.views.agreements import one_per_page
from pairing.views.questions import QUESTIONS
from pairing.views.steps import Offer, Offers, step_url
from pairing.workflow.engine import transition_of

pytestmark = pytest.mark.django_db


def test_no_button_to_a_shared_page_is_a_question():
    shared = {question.steps: question for question in QUESTIONS.values() if len(question.steps) > 1}
    assert len(shared) >= 6
    assert [
        q.steps for q in shared.values() if "？" in str(q.button or q.title) or "?" in str(q.button or q.title)
    ] == []


def test_goals_are_written_not_saved_from_the_page_of_the_agreement(client):
    scene = create_scene("drafting")
    page = sentences_of(log_in(client, scene.people.filer).get(scene.url()))
    assert "填写目标和清单" in page
    assert "保存目标和清单" not in page


def test_a_reason_of_several_steps_of_a_page_is_said_once():
    scene = create_scene("drafting")
    steps = ("edit", "confirm_goals", "submit")
    refused = [
        Offer(name, transition_of(scene.agreement, name).label, step_url(scene.agreement, name), "", [sentence])
        for name, sentence in zip(steps, ("甲", "乙", "甲"), strict=True)
    ]
    found = one_per_page(Offers(forward=None, others=[], refused=refused, elsewhere=[]))
    assert [(str(offer.label), offer.refused) for offer in found.refused] == [("填写目标和清单", ["甲", "乙"])]


def test_a_problem_filed_on_behalf_is_answered(client):
    scene = create_scene()
    people = scene.people
    problem = create_problem(scene.programme, people.filer, "代提的问题", owner=people.partner_branch)
    answer = log_in(client, people.partner).get(problem.get_absolute_url())
    labels = [str(offer.label) for offer in [answer.context["offers"].forward, *answer.context["offers"].others]]
    assert "答复" in labels
    assert "这是否是" not in "".join(labels)
