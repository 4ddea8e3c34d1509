"""Completion and acceptance: one report, confirmed by all, then written off or sent back with reasons."""

import pytest

from accounts.models import Role
from accounts.tests.people import create_seat
from pairing.models import Episode
from pairing.tests import world
from pairing.tests.scenes import create_scene, log_in, post, sentences_of
from pairing.workflow.engine import perform

pytestmark = [pytest.mark.django_db, pytest.mark.pages]


@pytest.fixture
def scene():
    return create_scene("active", problems=2)


def report(scene, results=("done", "part"), effect="缺陷率由5%降到1.6%"):
    """What the browser sends: the results of the goals and their problems in order."""
    data = {"step": "propose_completion", "digest": scene.fresh().completion_digest}
    for goal, problem, result in zip(scene.agreement.goals.all(), scene.problems, results, strict=True):
        data |= {f"goal-{goal.pk}": result, f"problem-{problem.pk}": result}
        data[f"effect-{problem.pk}"] = effect if result == "done" else ""
    return data


def propose(client, seat, scene, **changes):
    return post(client, seat, scene.url("_completion"), **(report(scene) | changes))


def confirm(client, seat, scene, digest=None):
    digest = scene.fresh().completion_digest if digest is None else digest
    return post(client, seat, scene.url("_completion"), step="confirm_completion", digest=digest)


def test_report_confirm_accept(client, scene):
    assert propose(client, scene.people.filer, scene).url == scene.url()
    html = sentences_of(log_in(client, scene.people.partner).get(scene.url("_completion")))
    assert "缺陷率由5%降到1.6%" in html
    assert "部分完成" in html
    assert confirm(client, scene.people.partner, scene).url == scene.url()
    assert scene.fresh().state == "acceptance"
    page = log_in(client, scene.people.reviewer).get(scene.url("_acceptance"))
    data = {"step": "accept", "digest": scene.fresh().completion_digest, "note": ""}
    assert "已解决的问题全部销号" in sentences_of(page)
    for _ in range(2):
        assert post(client, scene.people.reviewer, scene.url("_acceptance"), **data).status_code == 302
    assert scene.actions().count("accept") == 1
    states = [problem.state for problem in (p for p in scene.problems if p.refresh_from_db() is None)]
    assert states == ["closed", "open"]
    html = sentences_of(client.get(scene.url()))
    assert "部分完成" in html
    assert "缺陷率由5%降到1.6%" in html


def test_what_is_done_needs_an_effect_and_everything_a_result(client, scene):
    problem = scene.problems[0]
    html = sentences_of(propose(client, scene.people.filer, scene, **{f"effect-{problem.pk}": ""}))
    assert "请用一句话写明解决效果" in html
    goal = scene.agreement.goals.first()
    html = sentences_of(propose(client, scene.people.filer, scene, **{f"goal-{goal.pk}": None}))
    assert "请选择结果" in html
    assert "缺陷率由5%降到1.6%" in html
    html = sentences_of(propose(client, scene.people.filer, scene, **{f"effect-{problem.pk}": "长" * 100_000}))
    assert "100000" in html
    assert scene.fresh().completion_digest == ""


def test_any_change_clears_confirmations_the_same_report_does_not(client, scene):
    liaison = create_seat(Role.LIAISON, scene.people.branch)
    propose(client, liaison, scene)
    confirm(client, scene.people.partner, scene)
    assert scene.fresh().state == "active"
    propose(client, liaison, scene)  # a second press: the same
    assert scene.fresh().present_parties[1].completion_digest
    assert scene.actions().count("propose_completion") == 1
    propose(client, liaison, scene, **{f"effect-{scene.problems[0].pk}": "降到1.2%"})
    assert scene.fresh().present_parties[1].completion_digest == ""


def test_a_report_made_meanwhile_stands_beside_mine(client, scene):
    mine = report(scene, effect="我的效果")
    propose(client, scene.people.partner, scene, **{f"effect-{scene.problems[0].pk}": "对方的效果"})
    response = post(client, scene.people.filer, scene.url("_completion"), **mine)
    html = sentences_of(response)
    assert response.status_code == 200
    assert "我的效果" in html
    assert "对方的效果" in html
    assert Episode.objects.get(problem=scene.problems[0]).effect == "对方的效果"


def test_an_older_report_is_not_confirmed(client, scene):
    propose(client, scene.people.filer, scene)
    shown = scene.fresh().completion_digest
    propose(client, scene.people.filer, scene, **{f"effect-{scene.problems[0].pk}": "降到1.2%"})
    assert "请重新阅读后再确认" in sentences_of(confirm(client, scene.people.partner, scene, shown))
    assert scene.fresh().state == "active"


def test_the_report_is_prefilled_from_the_earlier_one(client, scene):
    propose(client, scene.people.filer, scene)
    confirm(client, scene.people.partner, scene)
    reasons = {str(scene.problems[0].pk): "请补充数据"}
    perform("send_back", scene.fresh(), seat=scene.people.reviewer, reasons=reasons)
    html = sentences_of(log_in(client, scene.people.filer).get(scene.url("_completion")))
    assert "缺陷率由5%降到1.6%" in html
    assert html.count("checked") >= 2


def test_send_back_with_a_reason_per_problem(client, scene):
    world.bring_to("acceptance", scene.agreement)
    url, problem = scene.url("_acceptance"), scene.problems[0]
    data = {"step": "send_back", "digest": scene.fresh().completion_digest}
    html = sentences_of(post(client, scene.people.reviewer, url, note="再看看", **data))
    assert "请至少对一个问题" in html
    assert "再看看" in html
    post(client, scene.people.reviewer, url, **data, **{f"reason-{problem.pk}": "请补充抽检数据"})
    problem.refresh_from_db()
    assert (scene.fresh().state, problem.state) == ("active", "in_pairing")


def test_acceptance_of_another_report_is_refused(client, scene):
    world.bring_to("acceptance", scene.agreement)
    response = post(client, scene.people.reviewer, scene.url("_acceptance"), step="accept", digest="0")
    assert "请重新阅读" in sentences_of(response)
    assert scene.fresh().state == "acceptance"


def test_who_decides_and_who_reads_along(client, scene):
    world.bring_to("acceptance", scene.agreement)
    data = {"step": "accept", "digest": scene.fresh().completion_digest}
    assert "须回避" in sentences_of(log_in(client, scene.people.conflicted).get(scene.url("_acceptance")))
    for name in ("conflicted", "filer", "partner", "supervisor", "leader"):
        seat = getattr(scene.people, name)
        assert 'value="accept"' not in sentences_of(log_in(client, seat).get(scene.url("_acceptance")))
        assert post(client, seat, scene.url("_acceptance"), **data).status_code == 403
    assert post(client, scene.people.stranger, scene.url("_acceptance"), **data).status_code == 404


def test_only_the_parties_report(client, scene):
    for name in ("reviewer", "supervisor", "leader"):
        assert propose(client, getattr(scene.people, name), scene).status_code == 403
        assert confirm(client, getattr(scene.people, name), scene).status_code in (200, 403)
    assert scene.fresh().completion_digest == ""


def test_unknown_steps_are_bad_requests(client, scene):
    assert post(client, scene.people.filer, scene.url("_completion"), step="accept").status_code == 400


def test_a_problem_claimed_before_needs_no_result_again(client, scene):
    perform("claim", scene.problems[0], seat=scene.people.filer, effect="先行解决")
    html = sentences_of(log_in(client, scene.people.partner).get(scene.url("_completion")))
    assert "此前已报告完成" in html
    assert f'name="problem-{scene.problems[0].pk}"' not in html
