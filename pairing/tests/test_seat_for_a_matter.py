"""A reviewer appointed for one matter: the security administrator gives the number that people know."""

import pytest

from accounts.models import Role, Seat
from pairing.tests.scenes import create_scene

pytestmark = pytest.mark.django_db
ADD = "/admin/accounts/seat/add/"


@pytest.fixture
def scene(client):
    scene = create_scene("submitted")
    client.force_login(scene.people.secadmin.person)
    return scene


def seat_data(scene, matter, role=Role.REVIEWER):
    people = scene.people
    return {
        "person": people.stranger.person.pk,
        "role": role, "organisation": people.committee.pk, "from_on": "2026年8月1日", "matter": matter,
    }  # fmt: skip


def kept(answer):
    assert answer.status_code == 302, answer.content.decode()
    return Seat.objects.latest("pk")


def test_the_number_of_an_agreement_or_a_problem_is_understood(client, scene):
    for matter in (scene.agreement, scene.problems[0]):
        matter.refresh_from_db()
        typed = f"{matter.number[:2]} [{matter.year}] {matter.sequence} 号"
        for written in (matter.number, typed):
            seat = kept(client.post(ADD, seat_data(scene, written)))
            assert seat.matter == f"{matter._meta.model_name} {matter.pk}"
            assert f"{seat.from_on:%Y-%m-%d}" == "2026-08-01"


def test_it_is_shown_as_the_number_again_and_stays_when_saved(client, scene):
    seat = kept(client.post(ADD, seat_data(scene, scene.agreement.number or scene.fresh().number)))
    address = f"/admin/accounts/seat/{seat.pk}/change/"
    number = scene.fresh().number
    assert f'value="{number}"' in client.get(address).content.decode()
    client.post(address, {"from_on": "2026.8.2", "matter": number})
    seat.refresh_from_db()
    assert seat.matter == f"agreement {scene.agreement.pk}"
    assert f"{seat.from_on:%Y-%m-%d}" == "2026-08-02"


def test_a_number_that_nothing_has_is_refused_in_words(client, scene):
    answer = client.post(ADD, seat_data(scene, "结对〔2026〕9999号")).content.decode()
    assert "没有编号为“结对〔2026〕9999号”的协议或问题" in answer
    assert not Seat.objects.exclude(matter="").exists()


def test_a_number_of_two_matters_asks_for_one_of_them(client, scene):
    agreement, problem = scene.fresh(), scene.problems[0]
    problem.refresh_from_db()
    number = {"year": agreement.year, "sequence": agreement.sequence}
    type(problem).objects.filter(pk=problem.pk).update(**number)
    answer = client.post(ADD, seat_data(scene, f"{agreement.year}-{agreement.sequence}")).content.decode()
    assert f"agreement {agreement.pk}、problem {problem.pk}" in answer
    seat = kept(client.post(ADD, seat_data(scene, f"problem {problem.pk}")))
    assert seat.matter == f"problem {problem.pk}"


def test_a_day_without_a_year_says_how_to_write_it(client, scene):
    answer = client.post(ADD, seat_data(scene, "") | {"from_on": "11.26"}).content.decode()
    assert "请连同年份填写日期" in answer
    answer = client.post(ADD, seat_data(scene, "") | {"from_on": ""}).content.decode()
    assert "请填写“自”" in answer
