"""Log-in, lock, log-out, password: what the person reads and what the record keeps."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event, Role
from accounts.tests.people import PASSWORD, create_branch, create_seat, create_user

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
NEW = "Another-word-2026"


@pytest.fixture
def secretary():
    return create_seat(Role.SECRETARY, create_branch(), person=create_user("dangzhibushuji", name="书记甲"))


def log_in(client, username="dangzhibushuji", password=PASSWORD, **more):
    return client.post(LOGIN, {"username": username, "password": password} | more)


def actions():
    return list(Event.objects.order_by("pk").values_list("action", "result"))


def test_log_in_leads_on_and_is_recorded_with_the_seat(client, secretary):
    answer = log_in(client, next="/problems/?page=2")
    assert (answer.status_code, answer.url) == (302, "/problems/?page=2")
    event = Event.objects.get()
    assert (event.action, event.seat, event.person_name) == ("log_in", secretary, "书记甲")
    assert event.details == {"ip": "127.0.0.1"}


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_log_in_never_leads_to_another_site(client, secretary, elsewhere):
    assert log_in(client, next=elsewhere).url == "/"


def test_every_page_asks_for_log_in_and_comes_back(client):
    answer = client.get("/accounts/password/?x=1")
    assert answer.url == "/accounts/login/?next=/accounts/password/%3Fx%3D1"


def test_a_form_sent_after_log_out_leads_back_to_its_page(client):
    page = "http://testserver/accounts/password/"
    assert client.post("/accounts/seat/", headers={"referer": page}).url == "/accounts/login/?next=/accounts/password/"


def test_a_part_of_a_page_is_told_so_and_the_page_stays(client):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/problems/"}
    answer = client.get("/accounts/password/", headers=headers)
    assert answer.status_code == 401


def test_an_autosave_after_log_out_is_told_so_and_stays(client):
    answer = client.post("/accounts/seat/", headers={"X-Autosave": "1"})
    assert answer.status_code == 401
    assert "重新登录" in answer.content.decode()


def test_wrong_password_keeps_the_user_name_and_is_recorded(client, secretary):
    answer = log_in(client, password="wrong")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="dangzhibushuji"' in text
    assert "用户名或密码不正确" in text
    assert actions() == [("log_in_failed", "refused")]


@pytest.mark.parametrize("odd", ["", "x" * 1000, "a\0b", "㛃䶮𠅤", "ｓｈｕｊｉ'; --"])
def test_odd_user_names_are_refused_in_words(client, secretary, odd):
    answer = log_in(client, username=odd)
    assert answer.status_code == 200
    assert answer.context["form"].errors


def test_a_closed_account_cannot_log_in(client, secretary):
    secretary.person.is_active = False
    secretary.person.save()
    assert log_in(client).status_code == 200
    assert "_auth_user_id" not in client.session


def test_five_failures_lock_for_ten_minutes(client, secretary):
    for _count in range(4):
        assert log_in(client, password="wrong").status_code == 200
    locked = log_in(client, password="wrong")
    until = timezone.localtime(AccessAttempt.objects.get().attempt_time + timedelta(minutes=10))
    assert locked.status_code == 429
    assert f"已锁定至 {until:%H:%M}" in locked.content.decode()

    right_password = log_in(client)
    assert right_password.status_code == 429
    assert f"{until:%H:%M}" in right_password.content.decode()
    assert [action for action, _result in actions()] == ["log_in_failed"] * 4 + ["log_in_locked"] * 2

    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=9))
    assert log_in(client).status_code == 429
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=10, seconds=1))
    assert log_in(client).status_code == 302


def test_no_failed_password_is_kept_anywhere(client, secretary):
    log_in(client, password="my-secret-word")
    assert "my-secret-word" not in str(list(AccessAttempt.objects.values())) + str(list(Event.objects.values()))


def test_log_out_by_post_alone(client, secretary):
    client.force_login(secretary.person)
    assert client.get("/accounts/logout/").status_code == 405
    assert "_auth_user_id" in client.session
    answer = client.post("/accounts/logout/", secure=True)
    assert answer.status_code == 302
    assert answer["Clear-Site-Data"] == '"cache"'
    assert "_auth_user_id" not in client.session
    assert actions() == [("log_out", "done")]
    assert client.post("/accounts/logout/").status_code == 302


def change(client, old=PASSWORD, new=NEW, again=None):
    return client.post(
        reverse("accounts:password"), {"old_password": old, "new_password1": new, "new_password2": again or new}
    )


def test_an_initial_password_is_changed_before_anything_else(client, secretary):
    secretary.person.must_change_password = True
    secretary.person.save()
    client.force_login(secretary.person)
    assert client.post("/accounts/seat/", {"seat": secretary.pk}).url == "/accounts/password/"
    assert "初始密码" in client.get("/accounts/password/").content.decode()
    assert change(client).status_code == 302
    secretary.person.refresh_from_db()
    assert not secretary.person.must_change_password
    assert secretary.person.check_password(NEW)
    assert client.post("/accounts/seat/", {"seat": secretary.pk}).url == "/"
    assert actions() == [("password_changed", "done")]


def test_an_old_password_is_changed_too(client, secretary, settings):
    settings.PASSWORD_MAX_AGE_DAYS = 90
    person = secretary.person
    person.password_changed_at = timezone.now() - timedelta(days=91)
    person.save()
    client.force_login(person)
    assert client.post("/accounts/seat/", {"seat": secretary.pk}).url == "/accounts/password/"
    settings.PASSWORD_MAX_AGE_DAYS = 0
    assert client.post("/accounts/seat/", {"seat": secretary.pk}).url == "/"


@pytest.mark.parametrize(
    ("old", "new", "again", "sentence"),
    [
        ("wrong", NEW, None, "当前密码不正确"),
        (PASSWORD, NEW, "Another-word-2027", "不一致"),
        (PASSWORD, PASSWORD, None, "新密码不能与当前密码相同"),
        (PASSWORD, "Kurz-1", None, "至少 10 个字符，须同时包含字母"),
        (PASSWORD, "7391648205", None, "须同时包含字母"),
        (PASSWORD, "onlyletters", None, "须同时包含字母"),
        (PASSWORD, "dangzhibushuji-1", None, "用户名"),
    ],
)
def test_bad_new_passwords_are_refused_in_words(client, secretary, old, new, again, sentence):
    client.force_login(secretary.person)
    answer = change(client, old, new, again)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    secretary.person.refresh_from_db()
    assert secretary.person.check_password(PASSWORD)


def test_a_changed_password_ends_the_other_sessions(client, secretary):
    other = type(client)()
    other.force_login(secretary.person)
    client.force_login(secretary.person)
    change(client)
    assert client.get("/accounts/password/").status_code == 200
    assert other.get("/accounts/password/").status_code == 302
