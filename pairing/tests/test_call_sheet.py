"""The call sheet: what a supervisor takes along on paper, for one pair or for the week."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from pairing import standings
from pairing.models import FollowUp
from pairing.tests.scenes import create_scene, log_in
from pairing.workflow.engine import perform

pytestmark = [pytest.mark.django_db, pytest.mark.pages]


def test_it_names_what_is_needed_on_the_way(client):
    scene = create_scene("active")
    perform("report_progress", scene.fresh(), seat=scene.people.filer, percent=40)
    perform(
        "follow_up", scene.fresh(), seat=scene.people.supervisor, kind="call", progress="材料已到", obstacle="吊车未定",
        next_on=timezone.localdate() + timedelta(days=10),
    )  # fmt: skip
    page = log_in(client, scene.people.supervisor).get(
        reverse("pairing:agreement_call_sheet", args=[scene.agreement.pk])
    )
    html = page.content.decode()
    today = timezone.localdate()
    told = f"40%（{today.year}年{today.month}月{today.day}日）"
    for words in (
        scene.agreement.number, scene.people.filer.person.name, scene.people.partner.person.name, "解决问题之1",
        "责任人", told, "尚未填报", "材料已到", "吊车未定", 'class="qr"', "签字、日期",
    ):  # fmt: skip
        assert words in html, words


def test_all_of_the_week_with_the_same_number_of_queries(client, django_assert_max_num_queries):
    scenes = [create_scene("active")]
    for _n in range(4):
        scenes.append(create_scene("active", people=scenes[0].people, programme=scenes[0].programme))
    for scene in scenes:
        FollowUp.objects.create(agreement=scene.agreement, planned_on=timezone.localdate())
    standings.refresh(timezone.localdate())
    log_in(client, scenes[0].people.supervisor).get(reverse("pairing:follow_up_sheets"))
    with django_assert_max_num_queries(16):
        page = client.get(reverse("pairing:follow_up_sheets"))
    assert {sheet.pair.pk for sheet in page.context["sheets"]} == {scene.agreement.pk for scene in scenes}
