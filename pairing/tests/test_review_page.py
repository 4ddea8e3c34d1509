"""The review page: an opinion per goal, two big buttons, recusal, what changed since the last return."""

from datetime import timedelta

import pytest

from accounts.models import Role
from accounts.tests.people import create_seat
from pairing.models import Review
from pairing.tests import world
from pairing.tests.scenes import create_scene, log_in, post, sentences_of
from pairing.workflow.engine import perform

pytestmark = [pytest.mark.django_db, pytest.mark.pages]


@pytest.fixture
def scene():
    return create_scene("submitted", problems=2)


def decide(client, seat, scene, decision, **data):
    shown = log_in(client, seat).get(scene.url("_review"))
    digest = shown.context["digest"] if shown.status_code == 200 else ""
    return post(client, seat, scene.url("_review"), **({"decision": decision, "digest": digest} | data))


def goals(scene):
    return list(scene.agreement.goals.all())


def test_pass_all_fixes_the_text(client, scene):
    html = sentences_of(log_in(client, scene.people.reviewer).get(scene.url("_review")))
    assert "解决问题之1" in html
    assert "文本即按此定稿" in html
    response = decide(client, scene.people.reviewer, scene, "pass")
    assert response.status_code == 302
    agreement = scene.fresh()
    assert (agreement.state, Review.objects.get().outcome) == ("signing", "approved")
    assert agreement.text
    assert "待签约" in sentences_of(client.get(response.url))
    assert decide(client, scene.people.reviewer, scene, "pass").status_code == 302
    assert scene.actions().count("opine") == 1


def test_return_marks_only_what_has_to_change(client, scene):
    first, _second = goals(scene)
    marks = {f"verdict-{first.pk}": "revise", f"comment-{first.pk}": "写明抽检比例", "note": "总体可行"}
    decide(client, scene.people.reviewer, scene, "return", **marks)
    opinion = Review.objects.get().opinions.get()
    assert scene.fresh().state == "returned"
    assert [(o.verdict, o.comment) for o in opinion.goals.all()] == [("revise", "写明抽检比例"), ("pass", "")]
    html = sentences_of(log_in(client, scene.people.partner).get(scene.url()))
    assert "写明抽检比例" in html
    assert "总体可行" in html


@pytest.mark.parametrize(
    ("decision", "verdict", "extra", "sentence"),
    [
        ("return", "", {}, "请至少标出一条需要修改的目标"),
        ("return", "revise", {}, "请写明需要修改什么"),
        ("return", "refuse", {}, "不通过的理由"),
        ("return", "refuse", {"ground": "weather"}, "错误："),
        ("pass", "revise", {"comment": "改"}, "请按“退回修改”"),
        ("pass", "revise", {"comment": "改"}, "目标 1 标为“修改”"),
        ("pass", "refuse", {"ground": "pay"}, "目标 1 标为“不通过”"),
    ],
)
def test_what_does_not_fit_together_gets_a_sentence(client, scene, decision, verdict, extra, sentence):
    goal = goals(scene)[0]
    data = {f"verdict-{goal.pk}": verdict} | {f"{name}-{goal.pk}": value for name, value in extra.items()}
    response = decide(client, scene.people.reviewer, scene, decision, note="我的总体意见", **data)
    html = sentences_of(response)
    assert response.status_code == 200
    assert sentence in html
    assert "我的总体意见" in html
    assert scene.fresh().state == "submitted"
    assert not Review.objects.get().opinions.exists()


def test_a_refused_goal_carries_its_ground(client, scene):
    goal = goals(scene)[1]
    decide(
        client, scene.people.reviewer, scene, "return", **{f"verdict-{goal.pk}": "refuse", f"ground-{goal.pk}": "pay"}
    )
    assert Review.objects.get().opinions.get().goals.get(goal=goal).ground == "pay"
    scene.problems[1].refresh_from_db()
    assert scene.problems[1].state == "matched"  # an opinion on a goal touches no problem


def test_the_second_round_shows_what_changed_and_the_earlier_opinion(client, scene):
    first, second = goals(scene)
    marks = {f"{name}-{goal.pk}": value for goal in (first, second) for name, value in
             (("verdict", "revise"), ("comment", f"请改{goal.text}"))}  # fmt: skip
    decide(client, scene.people.reviewer, scene, "return", **marks)
    agreement = scene.fresh()
    rows = world.goal_rows(agreement)
    for row, goal in zip(rows, goals(scene), strict=True):
        row["id"] = goal.pk
    rows[0]["criterion"] = "降到1%以下"
    perform("edit", agreement, seat=scene.people.filer, version=agreement.text_version, goals=rows)
    world.confirm_all(agreement)
    perform("submit", agreement, seat=scene.people.filer)
    html = sentences_of(log_in(client, scene.people.reviewer).get(scene.url("_review")))
    assert "上次退回后的改动" in html
    assert "<del>缺陷率降到2%以下</del><ins>降到1%以下</ins>" in html
    assert f"请改{first.text}" in html
    assert html.count("<span>已修改</span>") == 1
    assert html.count("未修改") == 1


def test_own_organisation_reads_why_it_is_recused(client, scene):
    html = sentences_of(log_in(client, scene.people.conflicted).get(scene.url("_review")))
    assert "须回避" in html
    assert "工程管理部党支部" in html
    assert 'name="decision"' not in html
    assert decide(client, scene.people.conflicted, scene, "pass").status_code == 403


def test_others_read_along_and_cannot_decide(client, scene):
    for name in ("supervisor", "leader", "filer", "partner"):
        seat = getattr(scene.people, name)
        assert 'name="decision"' not in sentences_of(log_in(client, seat).get(scene.url("_review")))
        assert decide(client, seat, scene, "pass").status_code == 403
    assert decide(client, scene.people.stranger, scene, "pass").status_code == 404
    assert scene.fresh().state == "submitted"


def test_two_opinions_needed(client):
    scene = create_scene("drafting", opinions_needed=2)
    second = create_seat(Role.REVIEWER, scene.people.committee)
    world.bring_to("submitted", scene.agreement)
    decide(client, scene.people.reviewer, scene, "pass")
    assert scene.fresh().state == "submitted"
    assert "本轮已经提出过意见" in sentences_of(client.get(scene.url("_review")))
    decide(client, second, scene, "pass")
    assert scene.fresh().state == "signing"


def test_a_longer_term_needs_its_exception_approved(client):
    scene = create_scene("drafting")
    rows = world.goal_rows(scene.agreement)
    perform(
        "edit",
        scene.agreement,
        seat=scene.people.filer,
        version=0,
        goals=rows,
        term_months=5,
        exception_reason="跨冬施工",
    )
    world.confirm_all(scene.agreement)
    perform("submit", scene.agreement, seat=scene.people.filer)
    html = sentences_of(log_in(client, scene.people.reviewer).get(scene.url("_review")))
    assert "跨冬施工" in html
    response = decide(client, scene.people.reviewer, scene, "pass")
    assert "期限超过规定" in sentences_of(response)
    assert scene.fresh().state == "submitted"
    decide(client, scene.people.reviewer, scene, "pass", approve_exception="on")
    assert (scene.fresh().state, scene.fresh().exception_approved) == ("signing", True)


def test_an_opinion_on_a_text_that_changed_meanwhile_is_refused(client, scene):
    shown = log_in(client, scene.people.reviewer).get(scene.url("_review")).context["digest"]
    perform("recall", scene.agreement, seat=scene.people.filer)
    rows = world.goal_rows(scene.agreement)
    rows[0]["date"] += timedelta(days=1)
    perform("edit", scene.agreement, seat=scene.people.filer, version=1, goals=rows)
    world.confirm_all(scene.agreement)
    perform("submit", scene.agreement, seat=scene.people.filer)
    response = post(client, scene.people.reviewer, scene.url("_review"), decision="pass", digest=shown)
    assert "请重新阅读后再提意见" in sentences_of(response)
    assert scene.fresh().state == "submitted"


def test_the_lead_is_offered_to_refuse_the_whole(client, scene):
    lead = create_seat(Role.LEAD, scene.people.committee)
    assert "整体不予通过" in sentences_of(log_in(client, lead).get(scene.url("_review")))
    assert "整体不予通过" not in sentences_of(log_in(client, scene.people.reviewer).get(scene.url("_review")))


def test_nonsense_is_a_bad_request(client, scene):
    assert post(client, scene.people.reviewer, scene.url("_review"), decision="maybe").status_code == 400
