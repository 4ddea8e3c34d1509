"""The seat acted in, the language, and the clock of the session."""

import pytest
from django.conf import settings as django_settings
from django.utils import timezone, translation

from accounts.middleware import ACTIVE_KEY, SEAT_KEY
from accounts.models import Role
from accounts.tests.people import create_branch, create_seat, create_user

pytestmark = pytest.mark.django_db
PAGE = "/accounts/password/"


@pytest.fixture(autouse=True)
def _back_to_chinese():
    yield
    translation.activate(django_settings.LANGUAGE_CODE)


@pytest.fixture
def person():
    return create_user("twohats")


def seat_of(client):
    return client.get(PAGE).wsgi_request.seat


def test_who_holds_no_seat_acts_in_none(client, person):
    client.force_login(person)
    request = client.get(PAGE).wsgi_request
    assert (request.seat, request.seats) == (None, [])


def test_the_first_seat_until_another_is_chosen(client, person):
    first = create_seat(Role.SECRETARY, create_branch("甲支部"), person=person)
    second = create_seat(Role.SECRETARY, create_branch("乙支部"), person=person)
    client.force_login(person)
    assert seat_of(client) == first
    answer = client.post("/accounts/seat/", {"seat": second.pk, "next": "/problems/?q=1"})
    assert answer.url == "/problems/?q=1"
    assert seat_of(client) == second


def test_a_chosen_seat_that_has_ended_is_left(client, person):
    first = create_seat(Role.SECRETARY, create_branch("甲支部"), person=person)
    second = create_seat(Role.SECRETARY, create_branch("乙支部"), person=person)
    client.force_login(person)
    client.post("/accounts/seat/", {"seat": second.pk})
    second.to_on = timezone.localdate() - timezone.timedelta(days=1)
    second.save()
    assert seat_of(client) == first


@pytest.mark.parametrize("wished", ["foreign", "", "abc", "999999999999999999999", "1\0"])
def test_a_foreign_seat_is_refused(client, person, wished):
    own = create_seat(Role.SECRETARY, create_branch("甲支部"), person=person)
    foreign = create_seat(Role.SECRETARY, create_branch("乙支部"))
    client.force_login(person)
    answer = client.post("/accounts/seat/", {"seat": foreign.pk if wished == "foreign" else wished})
    assert answer.status_code == 403
    assert SEAT_KEY not in client.session
    assert seat_of(client) == own


@pytest.mark.parametrize("path", ["/accounts/seat/", "/accounts/language/"])
def test_small_steps_by_post_alone_and_only_to_own_pages(client, person, path):
    seat = create_seat(Role.SECRETARY, create_branch(), person=person)
    client.force_login(person)
    assert client.get(path).status_code == 405
    answer = client.post(path, {"seat": seat.pk, "language": "en", "next": "//elsewhere.example/"})
    assert answer.url == "/"


def test_chinese_unless_asked_for_english(client):
    english_browser = {"Accept-Language": "en-US,en"}
    assert "登录" in client.get("/accounts/login/", headers=english_browser).content.decode()
    client.post("/accounts/language/", {"language": "en"})
    answer = client.get("/accounts/login/")
    assert "Log in" in answer.content.decode()
    assert answer.headers["Content-Language"] == "en"
    client.post("/accounts/language/", {"language": "xx"})
    assert client.get("/accounts/login/").headers["Content-Language"] == "en"


def test_the_language_stays_with_the_account(client, person):
    client.force_login(person)
    client.post("/accounts/language/", {"language": "en"})
    person.refresh_from_db()
    assert person.language == "en"
    elsewhere = type(client)()
    assert elsewhere.get("/accounts/login/").headers["Content-Language"] == "zh-hans"
    elsewhere.force_login(person)
    assert elsewhere.get(PAGE).headers["Content-Language"] == "en"


def test_only_what_a_person_does_keeps_the_session(client, person):
    client.force_login(person)
    client.get(PAGE, headers={"X-Autosave": "1"})
    assert ACTIVE_KEY not in client.session
    client.get(PAGE)
    before = client.session[ACTIVE_KEY]
    client.get(PAGE)
    assert client.session[ACTIVE_KEY] == before

    session = client.session
    session[ACTIVE_KEY] = before - 31
    session.save()
    client.get(PAGE)
    assert client.session[ACTIVE_KEY] >= before


def test_a_page_costs_three_queries_of_who_is_there(client, person, django_assert_num_queries):
    for number in range(3):
        create_seat(Role.SECRETARY, create_branch(f"第{number}支部"), person=person)
    client.force_login(person)
    client.get(PAGE)
    with django_assert_num_queries(3):  # session, user, seats
        assert client.get("/accounts/seat/").status_code == 405
