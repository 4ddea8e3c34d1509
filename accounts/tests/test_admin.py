"""The admin: role × table × action, what is recorded, and what nobody gets."""

import csv
import io
from datetime import timedelta

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from accounts import record
from accounts.admin_site import site
from accounts.models import Event, FailedLogIn, Organisation, Role, Seat, User
from accounts.tests.people import PASSWORD, create_branch, create_personas, create_seat, create_user
from pairing.workflow.engine import label_of

pytestmark = [pytest.mark.django_db, pytest.mark.pages]

# Written by hand: what each role may do in each table. Everything else is refused.
RIGHTS = {
    "sysadmin": dict.fromkeys(("user", "organisation", "unitlink", "post"), "list view add change"),
    "secadmin": dict.fromkeys(("user", "organisation", "unitlink", "post", "failedlogin"), "list view")
    | {"seat": "list view add change"},
    "auditor": {"event": "list view"},
}
TABLES = ("user", "organisation", "unitlink", "post", "seat", "failedlogin", "event")
ACTIONS = ("list", "view", "add", "change", "delete", "history")


@pytest.fixture
def personas():
    return create_personas()


@pytest.fixture
def objects(personas):
    unit = Organisation.objects.create(
        code="D1", name="某单位", short_name="某单位", kind="unit", parent=personas.committee
    )
    attempt = FailedLogIn.objects.create(username="filer", ip_address="127.0.0.1", failures_since_start=5)
    return {
        "user": personas.filer.person,
        "organisation": personas.branch,
        "unitlink": unit.branch_links.create(branch=personas.branch, from_on="2020-01-01"),
        "post": unit.posts.create(name="某岗"),
        "seat": personas.filer,
        "failedlogin": attempt,
        "event": record.write("log_in", person=personas.filer.person),
    }


def address(table, action, obj):
    name = {"list": "changelist", "view": "change"}.get(action, action)
    return reverse(f"admin:accounts_{table}_{name}", args=[] if action in ("list", "add") else [obj.pk])


def answers(client, seat, table, objects):
    """{action: True if the seat's person may}."""
    client.force_login(seat.person)
    found = {}
    for action in ACTIONS:
        url = address(table, action, objects[table])
        found[action] = (client.post if action == "change" else client.get)(url).status_code == 200
    return found


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("persona", [*RIGHTS, "filer", "reviewer", "supervisor", "leader"])
def test_rights(client, personas, objects, persona, table):
    allowed = RIGHTS.get(persona, {}).get(table, "").split()
    found = answers(client, getattr(personas, persona), table, objects)
    assert found == {action: action in allowed for action in ACTIONS}


def test_nothing_of_pairing_and_no_groups_are_there_for_anybody():
    assert {model._meta.label for model in site._registry} == {
        f"accounts.{name}" for name in ("User", "Organisation", "UnitLink", "Post", "Seat", "FailedLogIn", "Event")
    }
    assert not any(model in site._registry for model in apps.get_app_config("pairing").get_models())


@pytest.mark.parametrize(
    ("persona", "names"),
    [
        ("sysadmin", ["组织", "单位所属支部", "岗位", "账号"]),
        ("secadmin", ["组织", "单位所属支部", "岗位", "账号", "任职", "登录失败"]),
        ("auditor", ["操作记录"]),
    ],
)
def test_the_first_page_shows_what_the_seat_looks_after(client, personas, persona, names):
    client.force_login(getattr(personas, persona).person)
    areas = client.get("/admin/").context["areas"]
    assert sorted(area["name"] for area in areas) == sorted(names)


def test_rights_follow_the_seat_chosen(client, personas):
    person = personas.sysadmin.person
    secretary = create_seat(Role.SECRETARY, personas.branch, person=person)
    client.force_login(person)
    client.post("/accounts/seat/", {"seat": secretary.pk})
    assert client.get("/admin/accounts/user/").status_code == 302
    assert client.get("/admin/accounts/user/", follow=True).status_code == 403
    client.post("/accounts/seat/", {"seat": personas.sysadmin.pk})
    assert client.get("/admin/accounts/user/").status_code == 200


def test_strangers_are_sent_to_the_log_in(client):
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/accounts/login/?next=/admin/"
    assert client.get("/admin/login/?next=/admin/accounts/user/").url.startswith("/accounts/login/?next=/admin/")


def test_an_account_is_made_with_an_initial_password_shown_once(client, personas):
    client.force_login(personas.sysadmin.person)
    data = {"username": "neu", "name": "新同志", "email": "", "is_active": "on", "initial_password": ""}
    said = client.post("/admin/accounts/user/add/", data, follow=True).content.decode()
    user = User.objects.get(username="neu")
    password = said.split("新同志 的初始密码：")[1].split("（")[0]
    assert user.check_password(password)
    assert user.must_change_password
    event = Event.objects.get(action="added")
    assert (event.seat, event.object_id) == (personas.sysadmin, user.pk)
    assert event.details["username"] == [None, "neu"]
    assert password not in str(list(Event.objects.values()))


def test_a_password_is_reset_and_the_person_logged_out(client, personas):
    other = type(client)()
    other.force_login(personas.filer.person)
    client.force_login(personas.sysadmin.person)
    url = f"/admin/accounts/user/{personas.filer.person_id}/change/"
    data = {"name": "书记", "email": "", "is_active": "on"}
    weak = client.post(url, data | {"initial_password": "short"})
    assert "至少 10 个字符" in weak.content.decode()
    client.post(url, data | {"initial_password": "Initial-2026-x"})
    user = User.objects.get(pk=personas.filer.person_id)
    assert user.check_password("Initial-2026-x")
    assert user.must_change_password
    assert other.get("/accounts/password/").status_code == 302
    assert list(Event.objects.order_by("pk").values_list("action", flat=True)) == ["password_reset", "changed"]
    assert "Initial-2026-x" not in str(list(Event.objects.values()))


def test_closing_an_account_ends_its_seats(client, personas):
    client.force_login(personas.sysadmin.person)
    past = create_seat(Role.MEMBER, personas.branch, person=personas.filer.person, to_on="2020-12-31")
    url = f"/admin/accounts/user/{personas.filer.person_id}/change/"
    client.post(url, {"name": "书记", "email": "", "initial_password": ""})
    assert not User.objects.get(pk=personas.filer.person_id).is_active
    assert Seat.objects.get(pk=personas.filer.pk).to_on == timezone.localdate()
    assert f"{Seat.objects.get(pk=past.pk).to_on}" == "2020-12-31"
    assert Event.objects.filter(action="changed", object_type="seat", object_id=personas.filer.pk).exists()


def organisation_data(branch, **changes):
    data = {"name": branch.name, "short_name": branch.short_name, "code": branch.code, "side": branch.side}
    data |= {
        "parent": branch.parent_id,
        "order": branch.order,
        "opened_on": "2020-01-01",
        "closed_on": "",
        "successor": "",
    }
    return data | changes


def test_a_change_is_recorded_with_old_and_new(client, personas):
    client.force_login(personas.sysadmin.person)
    url = f"/admin/accounts/organisation/{personas.branch.pk}/change/"
    changes = {"name": "工程部党支部", "closed_on": "2026-01-01", "successor": personas.other_branch.pk}
    assert client.post(url, organisation_data(personas.branch, **changes)).status_code == 302
    event = Event.objects.get(action="changed")
    assert event.details["name"] == ["工程管理部党支部", "工程部党支部"]
    assert event.details["successor"] == [None, f"{personas.other_branch.pk} 电气事业部党支部"]
    assert (event.seat, event.object_label) == (personas.sysadmin, "工程部党支部")
    client.post(url, organisation_data(personas.branch, **changes))
    assert Event.objects.filter(action="changed").count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"parent": "self"}, "不能隶属于自身"),
        ({"successor": "other"}, "请同时填写撤销日期"),
        ({"side": ""}, "属于机关还是基层"),
        ({"opened_on": "2021-02-30"}, "日期"),
        ({"name": "甲\0乙"}, "空字符"),
    ],
)
def test_a_bad_organisation_is_refused_in_words(client, personas, changes, sentence):
    client.force_login(personas.sysadmin.person)
    ids = {"self": personas.branch.pk, "other": personas.other_branch.pk}
    data = organisation_data(personas.branch, **{name: ids.get(value, value) for name, value in changes.items()})
    answer = client.post(f"/admin/accounts/organisation/{personas.branch.pk}/change/", data)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"unit": "branch"}, "请选择单位"),
        ({"branch": "committee"}, "请选择党支部"),
        ({"to_on": "2020-01-01"}, "早于起始日期"),
        ({}, "请先为该所属关系填写截止日期"),
    ],
)
def test_a_bad_link_of_a_unit_is_refused_in_words(client, personas, objects, changes, sentence):
    client.force_login(personas.sysadmin.person)
    data = {"unit": objects["unitlink"].unit_id, "branch": personas.other_branch.pk, "from_on": "2022-01-01"}
    data |= {name: value if name == "to_on" else getattr(personas, value).pk for name, value in changes.items()}
    answer = client.post("/admin/accounts/unitlink/add/", data)
    assert sentence in answer.content.decode()


def seat_data(person, role, organisation, **more):
    return {"person": person.pk, "role": role, "organisation": organisation.pk, "from_on": "2026-01-01"} | more


def test_the_security_administrator_gives_and_ends_seats(client, personas):
    client.force_login(personas.secadmin.person)
    person = create_user("neu")
    answer = client.post("/admin/accounts/seat/add/", seat_data(person, Role.LIAISON, personas.branch))
    assert answer.status_code == 302
    seat = Seat.objects.get(person=person)
    moved = seat_data(personas.filer.person, Role.SECRETARY, personas.other_branch, to_on="2026-06-30")
    client.post(f"/admin/accounts/seat/{seat.pk}/change/", moved)
    seat.refresh_from_db()
    assert (seat.person, seat.role, seat.organisation) == (person, Role.LIAISON, personas.branch)
    assert f"{seat.to_on}" == "2026-06-30"
    assert list(Event.objects.order_by("pk").values_list("action", flat=True)) == ["added", "changed"]


@pytest.mark.parametrize(
    ("who", "role", "where", "more", "sentence"),
    [
        ("secadmin", Role.SECRETARY, "branch", {}, "不能为自己设置任职"),
        ("auditor", Role.SYSADMIN, "committee", {}, "须由不同的人担任"),
        ("filer", Role.REVIEWER, "branch", {}, "须在党委任职"),
        ("filer", Role.LIAISON, "committee", {}, "须在支部任职"),
        ("filer", Role.LIAISON, "branch", {"matter": "problem 7"}, "只有审核人"),
        ("filer", Role.REVIEWER, "committee", {"matter": "problem seven"}, "请填写"),
        ("filer", Role.LIAISON, "branch", {"deputy_of": "partner"}, "须与被代理的任职一致"),
        ("filer", Role.LIAISON, "branch", {"to_on": "2025-01-01"}, "早于起始日期"),
    ],
)
def test_a_bad_seat_is_refused_in_words(client, personas, who, role, where, more, sentence):
    client.force_login(personas.secadmin.person)
    more = {name: getattr(personas, value).pk if name == "deputy_of" else value for name, value in more.items()}
    data = seat_data(getattr(personas, who).person, role, getattr(personas, where), **more)
    answer = client.post("/admin/accounts/seat/add/", data)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()


def test_nobody_changes_own_seats(client, personas):
    client.force_login(personas.secadmin.person)
    url = f"/admin/accounts/seat/{personas.secadmin.pk}/change/"
    assert client.post(url, {"from_on": "2020-01-01", "may_backdate": "on"}).status_code == 403
    assert not Seat.objects.get(pk=personas.secadmin.pk).may_backdate


def test_a_locked_account_is_unlocked(client, personas):
    visitor = type(client)()
    for _count in range(5):
        visitor.post("/accounts/login/", {"username": "filer", "password": "wrong"})
    client.force_login(personas.secadmin.person)
    chosen = {"action": "unlock", "_selected_action": [FailedLogIn.objects.get().pk]}
    said = client.post("/admin/accounts/failedlogin/", chosen, follow=True).content.decode()
    assert "已解锁 1 个账号" in said
    event = Event.objects.get(action="unlocked")
    assert (event.seat, event.object_id) == (personas.secadmin, personas.filer.person_id)
    assert visitor.post("/accounts/login/", {"username": "filer", "password": PASSWORD}).status_code == 302


@pytest.fixture
def log(personas):
    now = timezone.now()
    record.write("log_in", seat=personas.filer, obj=personas.filer.person, at=now - timedelta(days=9))
    record.write("changed", seat=personas.sysadmin, obj=personas.branch, note="=1+1", details={"name": ["甲", "乙"]})
    return record.write("file", seat=personas.filer, obj=create_branch("丙支部"))


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 3),
        ({"who": "filer"}, 2),
        ({"did": "changed"}, 1),
        ({"what": "丙支"}, 1),
        ({"from_day": "today"}, 2),
        ({"to_day": "yesterday"}, 1),
        ({"from_day": "2021-02-30"}, 3),
        ({"to_day": "9999-12-31"}, 3),
        ({"who": "a\0b"}, 0),
        ({"who": "filer", "from_day": "today"}, 1),
    ],
)
def test_the_log_is_filtered_by_day_person_action_object(client, personas, log, query, count):
    today = timezone.localdate()
    days = {"today": f"{today}", "yesterday": f"{today - timedelta(days=1)}"}
    client.force_login(personas.auditor.person)
    answer = client.get("/admin/accounts/event/", {name: days.get(text, text) for name, text in query.items()})
    assert answer.status_code == 200
    assert answer.context["cl"].result_count == count


def test_the_log_is_exported_as_streamed_csv_and_that_is_recorded(client, personas, log):
    client.force_login(personas.auditor.person)
    answer = client.get("/admin/accounts/event/export/", {"did": "changed"})
    assert answer.streaming
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff编号,发生时间")
    lines = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(lines) == 1
    line = lines[0]
    assert (line["操作"], line["对象类型"], line["说明"]) == ("修改", "组织", "'=1+1")
    assert line["详情"] == '{"name": ["甲", "乙"]}'
    event = Event.objects.get(action="exported")
    assert (event.seat, event.details["filter"]) == (personas.auditor, {"did": "changed"})


def test_only_the_auditor_exports(client, personas):
    for name, seat in personas.seats().items():
        client.force_login(seat.person)
        status = client.get("/admin/accounts/event/export/").status_code
        assert status == {"auditor": 200, "sysadmin": 403, "secadmin": 403}.get(name, 302)


def test_actions_are_called_by_their_names(monkeypatch):
    monkeypatch.setattr(record, "_names", dict(record._names))
    record.name_actions("user", {"something": "某事"})
    assert record.name_of("log_in", "user") == "登录"
    assert record.name_of("something", "user") == "某事"
    assert record.name_of("something", "post") == "something"


def test_the_steps_of_the_workflow_have_their_names_in_the_log():
    assert record.name_of("write_off", "problem") == label_of("problem", "write_off")
    assert record.name_of("write_off", "problem") != "write_off"
