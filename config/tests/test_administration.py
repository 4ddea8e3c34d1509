"""The administrators' home: each finds what to put right, in words, and the way there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import record
from accounts.models import FailedLogIn, Role
from accounts.tests.people import create_branch, create_personas, create_seat, create_user
from pairing.tests import world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people():
    personas = create_personas()
    world.create_programme(personas.committee)
    return personas


def checks(client, seat):
    """{name: (well, words)} of the page."""
    client.force_login(seat.person)
    page = client.get("/")
    assert page.status_code == 200
    assert "/admin/" in page.content.decode()
    return {check.name: (check.well, check.words) for check in page.context["checks"]}


def test_the_system_administrator_sees_what_is_silent_and_who_has_no_seat(client, people):
    create_user("idle")
    found = checks(client, people.sysadmin)
    assert "数据库" not in found  # what is well stands on the page of operations
    assert not found["后台服务"][0]
    assert "后台服务" in found["后台服务"][1]
    well, words = found["没有席位的账号"]
    assert not well
    assert "idle" in words


def test_the_security_administrator_sees_vacant_and_ending_seats(client, people):
    before = checks(client, people.secadmin)
    assert before["30 天内到期的席位"] == (True, "无")
    assert not before["工作组组长"][0]  # nobody is the lead in this world
    create_seat(Role.LEAD, people.committee, person=create_user("lead"))
    vacant = create_branch("测绘党支部")
    people.partner.to_on = timezone.localdate() + timedelta(days=3)
    people.partner.save(update_fields=["to_on"])
    FailedLogIn.objects.create(username="filer", ip_address="127.0.0.1", failures_since_start=5)
    found = checks(client, people.secadmin)
    assert found["工作组组长"][0]
    assert vacant.short_name in found["没有书记的党支部"][1]
    assert "partner" in found["30 天内到期的席位"][1]
    assert "filer" in found["登录失败"][1]


def test_many_are_named_in_part_and_counted(client, people):
    for number in range(8):
        create_branch(f"第{number}项目部党支部")
    words = checks(client, people.secadmin)["没有书记的党支部"][1]
    assert words.count("项目部") == 5
    assert words.endswith("等，共 8 个")


def test_the_audit_administrator_sees_the_day_and_each_number_opens_so_many_entries(client, people):
    client.force_login(people.leader.person)
    client.get("/reports/solved/?export=csv")
    record.write("exported", seat=people.auditor)
    record.write("added", seat=people.secadmin, obj=people.filer)
    found = checks(client, people.auditor)
    assert found["今天的导出"] == (True, "2 条")
    assert found["今天新增的账号和任职"] == (True, "1 条")
    for check in client.get("/").context["checks"]:
        entries = client.get(check.url).context["cl"].result_count
        assert check.words == f"{entries} 条", check


def test_queries_do_not_grow(client, people, django_assert_max_num_queries):
    for seat in (people.sysadmin, people.secadmin, people.auditor):
        checks(client, seat)
        with django_assert_max_num_queries(12):
            client.get("/")
