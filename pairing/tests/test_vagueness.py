"""Hints on vague goals: what they find, and what they leave alone."""

import pytest

from pairing.tests.scenes import create_scene, grid_of, log_in, post, sentences_of
from pairing.vagueness import vague_places


def places(**texts):
    goal = {"text": "电缆沟无积水", "measure": "加装水位报警", "criterion": "抽查3次", "date": "2026-12-1"}
    return set(vague_places(**goal | texts))


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        ({}, set()),
        ({"criterion": ""}, {"criterion"}),
        ({"criterion": "明显好转"}, {"criterion"}),
        ({"text": "合格率达到98%", "criterion": ""}, set()),
        ({"criterion": "三次大雨后均无积水"}, set()),
        ({"criterion": "统一、一致"}, {"criterion"}),
        ({"text": "进一步加强焊接管理", "criterion": ""}, {"text"}),
        ({"text": "进一步加强焊接管理", "criterion": "合格率98%"}, set()),
        ({"measure": "加强管理"}, {"measure"}),
        ({"measure": "加强巡检，每周一次"}, set()),
        ({"date": " "}, {"date"}),
        ({"text": " ", "measure": "加强", "criterion": "", "date": ""}, set()),
    ],
)
def test_what_is_vague(texts, found):
    assert places(**texts) == found


@pytest.mark.django_db
def test_hints_stand_beside_the_cells_and_block_nothing(client):
    scene = create_scene("drafting")
    vague = {"rows": 1, "g0-text": "加强焊接管理", "g0-measure": "每周检查", "g0-criterion": "", "g0-date": ""}
    data = grid_of(scene.agreement) | vague | {"g0-problems": [scene.problems[0].pk]}
    assert post(client, scene.people.filer, scene.url("_goals"), **data).status_code == 302
    html = sentences_of(log_in(client, scene.people.filer).get(scene.url("_goals")))
    assert 'id="g0-text_hint">只写“加强”难以衡量' in html
    assert 'id="g0-date_hint">请写明完成时间' in html
    assert 'id="g0-measure_hint"></p>' in html


@pytest.mark.django_db
def test_hints_while_typing_save_nothing_and_are_for_those_concerned(client):
    scene = create_scene("drafting")
    data = {"rows": 2, "g0-text": "", "g0-date": "", "g1-text": "推进共建", "g1-date": "", "g1-measure": "x" * 100_000}
    html = sentences_of(post(client, scene.people.partner, scene.url("_goals_hints"), **data))
    assert 'id="g0-text_hint" data-hx-swap-oob="true"></p>' in html
    assert 'id="g1-text_hint" data-hx-swap-oob="true">只写“推进”' in html
    assert scene.fresh().goals.count() == 0
    assert "edit" not in scene.actions()
    assert post(client, scene.people.stranger, scene.url("_goals_hints"), **data).status_code == 404
