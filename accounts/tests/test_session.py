"""Log-in over an open page, and the question who is logged in."""

import pytest
from django.test import Client

from accounts.middleware import SEAT_KEY
from accounts.models import Event, Role
from accounts.tests.people import PASSWORD, create_branch, create_seat, create_user

pytestmark = pytest.mark.django_db
IN_PLACE = {"X-In-Place": "1"}
STATE, LOG_IN = "/accounts/session/", "/accounts/login/"


@pytest.fixture
def person():
    person = create_user("filer")
    for name in ("甲支部", "乙支部"):
        create_seat(Role.SECRETARY, create_branch(name), person=person)
    return person


@pytest.fixture
def browser():
    return Client(enforce_csrf_checks=True)


def token(browser):
    return browser.get(STATE).json()["csrf"]


def log_in(browser, password=PASSWORD, **data):
    data |= {"username": "filer", "password": password, "csrfmiddlewaretoken": token(browser)}
    return browser.post(LOG_IN, data, headers=IN_PLACE)


def test_nobody_then_the_person_with_a_token_that_serves(browser, person):
    assert browser.get(STATE).json()["user"] is None
    answer = log_in(browser)
    assert answer.json() | {"csrf": ""} == {"user": person.pk, "csrf": "", "must_change": False}
    data = {"seat": person.current_seats[0].pk, "csrfmiddlewaretoken": answer.json()["csrf"]}
    assert browser.post("/accounts/seat/", data).status_code == 302
    assert browser.get(STATE).headers["Cache-Control"].count("no-store") == 1


def test_the_question_is_no_activity(client, person):
    client.force_login(person)
    client.get(STATE, headers={"X-Autosave": "1"})
    assert "active_at" not in client.session


def test_the_seat_of_the_page_is_taken_up_again_and_a_foreign_one_is_not(browser, person):
    second = person.current_seats[1]
    log_in(browser, seat=second.pk)
    assert browser.session[SEAT_KEY] == second.pk
    assert Event.objects.filter(action="log_in").last().seat_id == second.pk
    stranger = create_seat(Role.SECRETARY, create_branch("丙支部"))
    log_in(browser, seat=stranger.pk)
    assert browser.session.get(SEAT_KEY) != stranger.pk


def test_what_is_wrong_is_said_and_recorded(browser, person):
    answer = log_in(browser, "wrong")
    assert answer.status_code == 400
    assert "用户名或密码不正确" in answer.json()["message"]
    for _ in range(4):
        answer = log_in(browser, "wrong")
    assert answer.status_code == 429
    assert "锁定" in answer.json()["message"]
    assert Event.objects.filter(action="log_in_failed").count() == 4
    assert Event.objects.filter(action="log_in_locked").count() == 1


def test_an_outdated_password_is_told(browser, person):
    person.must_change_password = True
    person.save()
    assert log_in(browser).json()["must_change"] is True
    assert browser.get(STATE).json()["must_change"] is True


def test_over_the_session_of_somebody_else(browser, person):
    other = create_user("other")
    browser.force_login(other)
    assert log_in(browser).json()["user"] == person.pk


def test_without_a_token_nobody_logs_in(browser, person):
    answer = browser.post(LOG_IN, {"username": "filer", "password": PASSWORD}, headers=IN_PLACE)
    assert answer.status_code == 403
