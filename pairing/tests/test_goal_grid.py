"""The goal grid: saved on the version that was read, nothing typed is lost, confirmed by the digest that was shown."""

import pytest

from accounts.models import Role
from accounts.tests.people import create_seat
from pairing import versions
from pairing.models import Episode
from pairing.tests import world
from pairing.tests.scenes import create_scene, grid_of, log_in, post, row_data, sentences_of
from pairing.views import goals as grid_page
from pairing.workflow.contract import current_digest
from pairing.workflow.engine import perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    """Two goals saved by the filer, three problems of which the third stands under no goal."""
    scene = create_scene("drafting", problems=3)
    perform(
        "edit", scene.agreement, seat=scene.people.filer, version=0, goals=rows(scene), loose=[scene.problems[2].pk]
    )
    scene.agreement = scene.fresh()
    return scene


def rows(scene):
    goals = world.goal_rows(scene.agreement)[:2]
    for number, row in enumerate(goals, 1):
        row["text"] = f"目标文本{number}"
    return goals


def save(client, seat, scene, data, **changes):
    return post(client, seat, scene.url("_goals"), **(data | changes))


def texts(scene):
    return [row.text for row in versions.present(scene.fresh()).goals]


# Saving
def test_a_goal_is_written_with_owners_and_problems(client):
    scene = create_scene("drafting")
    filer, partner = scene.agreement.present_parties
    data = {
        "step": "edit", "version": 0, "rows": 3, "aim": "新的合作事项", "term_months": "2", "exception_reason": "",
        "g1-text": "合格率达到98%", "g1-measure": "每周检查", "g1-criterion": "连续四周", "g1-date": "2026年12月15日",
        f"g1-name-{filer.pk}": "张工", f"g1-post-{filer.pk}": "主管", f"g1-name-{partner.pk}": "李工",
        "g1-problems": [scene.problems[0].pk],
    }  # fmt: skip
    assert save(client, scene.people.partner, scene, data).status_code == 302
    agreement = scene.fresh()
    goal = agreement.goals.get()
    assert (agreement.aim, agreement.term_months, str(goal.date)) == ("新的合作事项", 2, "2026-12-15")
    assert {(o.party_id, o.name, o.post) for o in goal.owners.all()} == {
        (filer.pk, "张工", "主管"),
        (partner.pk, "李工", ""),
    }
    episode = Episode.objects.get(agreement=agreement)
    assert (episode.goal, episode.helper) == (goal, scene.people.partner_branch)


def test_saving_what_is_there_changes_and_clears_nothing(client, scene):
    perform("confirm_goals", scene.agreement, seat=scene.people.partner, digest=current_digest(scene.agreement))
    data = grid_of(scene.agreement)
    assert save(client, scene.people.filer, scene, data).status_code == 302
    assert scene.actions().count("edit") == 1
    assert scene.fresh().present_parties[1].confirmed_digest


def test_a_second_press_of_save_is_one_edit(client, scene):
    data = grid_of(scene.agreement) | {"g0-text": "改过"}
    for _ in range(2):
        assert save(client, scene.people.filer, scene, data).status_code == 302
    assert scene.actions().count("edit") == 2
    new = row_data(scene.agreement, 2, versions.Row(text="第三条"))
    data = grid_of(scene.agreement) | new | {"rows": 3}
    for _ in range(2):
        assert save(client, scene.people.filer, scene, data).status_code == 302
    assert texts(scene) == ["改过", "目标文本2", "第三条"]


def test_rows_go_by_the_box_or_by_being_emptied(client, scene):
    data = grid_of(scene.agreement)
    assert save(client, scene.people.filer, scene, data, **{"g0-remove": "on"}).status_code == 302
    assert texts(scene) == ["目标文本2"]
    data = grid_of(scene.agreement)
    blank = {name: "" for name in data if name.startswith("g0-") and name != "g0-id"}
    new = {"rows": 2, "g1-text": "另起一条"}
    save(client, scene.people.filer, scene, data, **blank, **new)
    assert texts(scene) == ["另起一条"]


def test_a_problem_is_taken_off_the_list_and_free_again(client, scene):
    data = grid_of(scene.agreement) | {f"off-{scene.problems[0].pk}": "on", f"off-{scene.problems[2].pk}": "on"}
    save(client, scene.people.filer, scene, data)
    assert [e.problem for e in scene.fresh().listed()] == [scene.problems[1]]
    scene.problems[2].refresh_from_db()
    assert scene.problems[2].state == "open"


def test_an_open_problem_of_a_party_joins_the_list_another_branchs_does_not(client, scene):
    own = world.create_problem(scene.programme, scene.people.partner, "伙伴的问题")
    foreign = world.create_problem(scene.programme, scene.people.stranger, "别人的问题")
    data = grid_of(scene.agreement)
    data["g0-problems"] = [*data["g0-problems"], own.pk, foreign.pk]
    save(client, scene.people.partner, scene, data)
    assert {e.problem for e in scene.fresh().listed()} == {*scene.problems, own}
    assert "别人的问题" not in sentences_of(log_in(client, scene.people.partner).get(scene.url("_goals")))


def test_with_three_parties_the_helper_is_chosen(client):
    scene = create_scene()
    people = scene.people
    both = [people.partner_branch, people.other_branch]
    scene.agreement = world.create_agreement(scene.programme, people.filer, both, scene.problems)
    world.bring_to("drafting", scene.agreement)
    problem = scene.problems[0]
    data = grid_of(scene.agreement) | row_data(scene.agreement, 0, versions.Row(text="目标", problems=(problem.pk,)))
    data |= {"rows": 1, f"helper-{problem.pk}": people.other_branch.pk}
    save(client, people.filer, scene, data)
    assert Episode.objects.held().get().helper == people.other_branch
    html = sentences_of(log_in(client, people.filer).get(scene.url("_goals")))
    assert f'value="{people.other_branch.pk}" selected' in html


# Bad input
@pytest.mark.parametrize(
    ("cell", "typed", "sentence"),
    [
        ("g0-date", "2月30日", "不是有效日期"),
        ("g0-date", "3026-1-1", "请核对年份"),
        ("g0-text", "长" * 100_000, "100000"),
        ("g0-measure", "空\x00字符", "第 2 个字符"),
        ("g1-text", "", "请写明目标"),
        ("g0-criterion", "竖\x0b排", "第 2 个字符"),
    ],
)
def test_a_bad_cell_keeps_what_was_typed_and_says_why_beside_it(client, scene, cell, typed, sentence):
    data = grid_of(scene.agreement) | {cell: typed, "g0-post": "x"}
    response = save(client, scene.people.filer, scene, data)
    html = sentences_of(response)
    assert response.status_code == 200
    assert f'id="{cell}_error"' in html
    assert sentence in html
    assert f'href="#{cell}"' in html
    assert typed.replace("\x00", "�")[:20] in html.replace("\x00", "�")
    assert scene.actions().count("edit") == 1


def test_a_problem_under_two_goals_gets_a_sentence(client, scene):
    data = grid_of(scene.agreement)
    data["g1-problems"] = [*data["g1-problems"], *data["g0-problems"]]
    assert "同时列在目标 1、2 之下" in sentences_of(save(client, scene.people.filer, scene, data))


def test_without_a_goal_there_is_nothing_to_save(client):
    scene = create_scene("drafting")
    data = grid_of(scene.agreement) | {"aim": "只改事项"}
    assert "错误：" in sentences_of(save(client, scene.people.filer, scene, data))
    assert scene.fresh().aim == scene.agreement.aim


def test_nonsense_in_hidden_fields_does_no_harm(client, scene):
    for wrong in ({"version": "x"}, {"rows": "-5"}, {"rows": "99999999999999"}, {"g0-id": "²"}, {"g0-problems": "x"}):
        assert save(client, scene.people.filer, scene, grid_of(scene.agreement) | wrong).status_code in (200, 302)


# Two at the same time
def test_changes_in_different_places_meet_by_themselves(client, scene):
    mine, theirs = grid_of(scene.agreement), grid_of(scene.agreement)
    save(client, scene.people.partner, scene, theirs, **{"g1-criterion": "对方的标准"})
    response = save(client, scene.people.filer, scene, mine, **{"g0-measure": "我的措施"})
    html = sentences_of(response)
    assert response.status_code == 200
    assert "我的措施" in html
    assert "对方的标准" in html
    assert "两边改动的位置不同" in html
    again = mine | {"g0-measure": "我的措施", "g1-criterion": "对方的标准", "version": response.context["page"].version}
    assert save(client, scene.people.filer, scene, again).status_code == 302
    first, second = versions.present(scene.fresh()).goals
    assert (first.measure, second.criterion) == ("我的措施", "对方的标准")


def test_changes_in_the_same_place_stand_side_by_side(client, scene):
    mine, theirs = grid_of(scene.agreement), grid_of(scene.agreement)
    save(client, scene.people.partner, scene, theirs, **{"g0-text": "对方的目标", "aim": "对方的事项"})
    response = save(client, scene.people.filer, scene, mine, **{"g0-text": "我的目标", "aim": "我的事项"})
    html = sentences_of(response)
    assert 'data-theirs="g0-text">对方的目标' in html
    assert 'data-theirs="aim">对方的事项' in html
    assert "\n我的目标</textarea>" in html
    assert "我的事项" in html
    assert "2 处" in html
    assert texts(scene)[0] == "对方的目标"


def test_a_goal_the_other_side_removed_is_not_lost_when_i_changed_it(client, scene):
    mine, theirs = grid_of(scene.agreement), grid_of(scene.agreement)
    save(client, scene.people.partner, scene, theirs, **{"g0-remove": "on"})
    response = save(client, scene.people.filer, scene, mine, **{"g0-text": "我改过的目标"})
    html = sentences_of(response)
    assert "我改过的目标" in html
    assert "再次保存则重新加入" in html


def test_a_goal_that_was_added_meanwhile_appears(client, scene):
    mine = grid_of(scene.agreement)
    new = row_data(scene.agreement, 2, versions.Row(text="对方新增"))
    save(client, scene.people.partner, scene, grid_of(scene.agreement) | new | {"rows": 3})
    html = sentences_of(save(client, scene.people.filer, scene, mine, **{"g0-text": "我的"}))
    assert "对方新增" in html
    assert "在此期间新增的目标" in html


def test_the_own_other_window_is_not_called_the_other_side(client, scene):
    mine = grid_of(scene.agreement)
    save(client, scene.people.filer, scene, grid_of(scene.agreement), **{"g0-measure": ""})
    response = save(client, scene.people.filer, scene, mine, **{"g1-measure": "另一处"})
    html = sentences_of(response)
    assert "您在另一窗口于" in html
    assert "对方" not in html
    assert "data-missing" not in html  # counted on what is saved, not on what stands here
    assert response.context["saved_at"] is None
    colleague = create_seat(Role.LIAISON, scene.people.branch)
    html = sentences_of(save(client, colleague, scene, mine, **{"g1-measure": "再一处"}))
    assert "本支部" in html


def test_what_was_typed_stays_when_the_state_moved_on(client, scene):
    mine = grid_of(scene.agreement) | {"g0-text": "来不及保存的目标"}
    perform("leave", scene.agreement, seat=scene.people.partner, note="退出")
    response = save(client, scene.people.filer, scene, mine)
    html = sentences_of(response)
    assert "来不及保存的目标" in html
    assert "已撤回" in html
    assert 'value="confirm_goals"' not in html


def test_the_page_marks_what_the_other_side_changed(client, scene):
    save(client, scene.people.partner, scene, grid_of(scene.agreement), **{"g0-measure": "对方的措施"})
    html = sentences_of(log_in(client, scene.people.filer).get(scene.url("_goals")))
    assert "对方改动了 1 处" in html
    assert "<ins>对方的措施</ins>" in html
    assert "<del>每周联合检查一次</del>" in html
    html = sentences_of(log_in(client, scene.people.partner).get(scene.url("_goals")))
    assert "对方改动了" not in html


# Confirming and submitting
def test_save_and_confirm_confirms_exactly_what_was_typed(client, scene):
    data = grid_of(scene.agreement, "confirm_goals")
    data["g1-problems"] = [*data["g1-problems"], scene.problems[2].pk]
    response = save(client, scene.people.filer, scene, data)
    assert response.url == scene.url()
    agreement = scene.fresh()
    assert agreement.present_parties[0].confirmed_digest == current_digest(agreement)
    assert scene.actions()[-2:] == ["edit", "confirm_goals"]


def test_confirming_a_text_that_changed_is_refused(client, scene):
    html = log_in(client, scene.people.filer).get(scene.url("_goals"))
    shown = html.context["digest"]
    perform("edit", scene.agreement, seat=scene.people.partner, version=1, goals=rows(scene)[:1])
    data = grid_of(scene.agreement, "confirm_goals") | {"digest": shown}
    response = client.post(scene.url("_goals"), data, follow=True)
    assert "请重新阅读后再确认" in sentences_of(response)
    assert not scene.fresh().present_parties[0].confirmed_digest


def test_incomplete_goals_are_saved_but_not_confirmed(client, scene):
    data = grid_of(scene.agreement, "confirm_goals") | {"g0-measure": ""}
    response = log_in(client, scene.people.filer).post(scene.url("_goals"), data, follow=True)
    assert "措施" in sentences_of(response)
    (message,) = response.context["messages"]
    assert str(message).startswith("已保存，尚未确认：")
    assert versions.present(scene.fresh()).goals[0].measure == ""
    assert "confirm_goals" not in scene.actions()


def test_all_confirm_then_any_secretary_submits_once(client, scene):
    for seat in (scene.people.filer, scene.people.partner):
        digest = log_in(client, seat).get(scene.url("_goals")).context["digest"]
        save(client, seat, scene, grid_of(scene.agreement, "confirm_goals"), digest=digest)
    html = sentences_of(client.get(scene.url("_goals")))
    assert 'value="submit"' in html
    data = grid_of(scene.agreement, "submit")
    for _ in range(2):
        save(client, scene.people.partner, scene, data)
    assert scene.fresh().state == "submitted"
    assert scene.actions().count("submit") == 1


def test_the_last_confirmation_submits_with_the_same_press(client, scene):
    html = sentences_of(log_in(client, scene.people.partner).get(scene.url("_goals")))
    assert 'value="confirm_and_submit"' not in html
    perform("confirm_goals", scene.agreement, seat=scene.people.filer, digest=current_digest(scene.agreement))
    page = client.get(scene.url("_goals"))
    assert 'value="confirm_and_submit"' in sentences_of(page)
    data = grid_of(scene.agreement, "confirm_and_submit") | {"digest": page.context["digest"]}
    response = save(client, scene.people.partner, scene, data)
    assert response.url == scene.url()
    (message,) = client.get(response.url).context["messages"]
    assert "待审核" in str(message)
    assert scene.fresh().state == "submitted"
    assert scene.actions()[-3:] == ["confirm_goals", "confirm_goals", "submit"]


def test_a_text_changed_at_the_last_moment_is_confirmed_but_not_submitted(client, scene):
    perform("confirm_goals", scene.agreement, seat=scene.people.filer, digest=current_digest(scene.agreement))
    data = grid_of(scene.agreement, "confirm_and_submit") | {"g0-measure": "最后一刻的改动"}
    response = log_in(client, scene.people.partner).post(scene.url("_goals"), data, follow=True)
    (message,) = response.context["messages"]
    assert str(message).startswith("已保存并确认，尚未提交：")
    agreement = scene.fresh()
    assert agreement.state == "drafting"
    assert [bool(party.confirmed_digest) for party in agreement.present_parties] == [False, True]


def test_who_may_not_confirm_submits_nothing_either(client, scene):
    liaison = create_seat(Role.LIAISON, scene.people.partner_branch)
    perform("confirm_goals", scene.agreement, seat=scene.people.filer, digest=current_digest(scene.agreement))
    html = sentences_of(log_in(client, liaison).get(scene.url("_goals")))
    assert 'value="confirm_and_submit"' not in html
    data = grid_of(scene.agreement, "confirm_and_submit")
    assert save(client, liaison, scene, data).status_code == 403
    assert scene.fresh().state == "drafting"


def test_only_the_parties_edit(client, scene):
    data = grid_of(scene.agreement) | {"g0-text": "外人写的"}
    for name in ("reviewer", "supervisor", "leader"):
        assert save(client, getattr(scene.people, name), scene, data).status_code == 403
    assert save(client, scene.people.stranger, scene, data).status_code == 404
    assert texts(scene)[0] == "目标文本1"


def test_the_grid_costs_the_same_with_2_and_with_10_goals(client, scene, django_assert_max_num_queries):
    log_in(client, scene.people.filer)
    client.get(scene.url("_goals"))
    with django_assert_max_num_queries(40) as first:
        client.get(scene.url("_goals"))
    count = len(first.captured_queries)
    data = grid_of(scene.agreement) | {"rows": 10}
    for index in range(2, 10):
        data |= row_data(
            scene.agreement,
            index,
            versions.Row(text=f"又一条{index}", owners={scene.agreement.initiator.pk: ("张", "")}),
        )
    save(client, scene.people.filer, scene, data)
    with django_assert_max_num_queries(count):
        assert sentences_of(client.get(scene.url("_goals"))).count("又一条") == 8


def test_no_listed_problem_is_lost_among_many_open_ones(client, scene, monkeypatch):
    monkeypatch.setattr(grid_page, "MOST_ADDED", 1)
    for number in range(3):
        world.create_problem(scene.programme, scene.people.filer, f"未列入{number}")
    save(client, scene.people.filer, scene, grid_of(scene.agreement), **{"g0-text": "改过"})
    assert {e.problem for e in scene.fresh().listed()} == set(scene.problems)


def test_the_remarks_of_a_return_stand_on_their_goals_until_these_have_changed(client):
    scene = create_scene("submitted")
    goal = scene.agreement.goals.get()
    opinion = {
        "goals": {goal.pk: {"verdict": "revise", "ground": "", "comment": "请写明抽查多少道口"}},
        "note": "请补充",
    }
    perform("opine", scene.agreement, seat=scene.people.reviewer, **opinion)

    def shown():
        page = log_in(client, scene.people.filer).get(scene.url("_goals"))
        assert "请写明抽查多少道口" in sentences_of(page)
        assert "请补充" in sentences_of(page)
        (row,) = [row for row, _near, _far in page.context["rows"] if row.id == goal.pk]
        return [item.comment for item in row.remarks], row.changed_since

    assert shown() == (["请写明抽查多少道口"], False)
    goals = world.goal_rows(scene.fresh())
    goals[0] |= {"id": goal.pk, "criterion": "抽查20道口，缺陷不超过2%"}
    version = versions.present(scene.fresh()).number
    perform("edit", scene.fresh(), seat=scene.people.filer, version=version, goals=goals, loose=[])
    assert shown() == (["请写明抽查多少道口"], True)
