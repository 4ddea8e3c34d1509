"""A form sent after its sender was logged out, without script: carried over the log-in, for its sender alone."""

import html
import re

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.carried import COOKIE
from accounts.models import Role
from accounts.tests.people import PASSWORD, create_personas, create_seat

pytestmark = pytest.mark.django_db
LOG_IN = "/accounts/login/"


@pytest.fixture
def people():
    people = create_personas()
    create_seat(Role.LIAISON, people.branch, person=people.filer.person)
    return people


@pytest.fixture
def browser(people):
    """Logged in once as the filer; then the session ended."""
    browser = Client(enforce_csrf_checks=True)
    log_in(browser, "filer")
    return browser


def token(browser):
    return browser.get("/accounts/session/").json()["csrf"]


def log_in(browser, name, **data):
    return browser.post(LOG_IN, data | {"username": name, "password": PASSWORD, "csrfmiddlewaretoken": token(browser)})


def send_late(browser, **data):
    """Send a form with the token of its page, after the session has ended."""
    data = {"csrfmiddlewaretoken": token(browser), "language_note": "焊缝返工多<b>"} | data
    Session.objects.all().delete()
    del browser.cookies["sessionid"]
    return browser.post("/accounts/seat/?x=1", data)


def packed(answer):
    found = re.search(r'name="carried" value="([^"]+)"', answer.content.decode())
    return html.unescape(found.group(1)) if found else ""


def test_it_is_sent_after_log_in_with_one_press(browser, people):
    seat = people.filer.person.current_seats[1]
    answer = send_late(browser, seat=seat.pk, next="/problems/")
    assert answer.status_code == 401
    assert "没有丢失" in answer.content.decode()
    page = log_in(browser, "filer", carried=packed(answer)).content.decode()
    assert 'action="/accounts/seat/?x=1"' in page
    assert "焊缝返工多&lt;b&gt;" in page
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert fields["seat"] == str(seat.pk)
    sent = browser.post("/accounts/seat/?x=1", fields)
    assert sent.url == "/problems/"


def test_a_wrong_password_loses_nothing(browser):
    first = packed(send_late(browser))
    data = {"username": "filer", "password": "wrong", "carried": first, "csrfmiddlewaretoken": token(browser)}
    assert packed(browser.post(LOG_IN, data)) == first


def test_another_person_neither_sees_nor_sends_it(browser):
    first = packed(send_late(browser))
    answer = log_in(browser, "partner", carried=first)
    assert answer.status_code == 302
    assert "焊缝" not in browser.get("/accounts/password/").content.decode()


def test_what_was_changed_on_the_way_is_dropped(browser):
    first = packed(send_late(browser))
    assert log_in(browser, "filer", carried=first[:-3] + "xyz").status_code == 302


def test_after_signing_out_nothing_is_carried(browser):
    browser.post("/accounts/logout/", {"csrfmiddlewaretoken": token(browser)})
    assert not browser.cookies[COOKIE].value
    data = {"csrfmiddlewaretoken": token(browser), "seat": "1"}
    assert browser.post("/accounts/seat/", data).url == "/accounts/login/?next=/"


def test_a_forged_form_is_carried_nowhere(browser):
    Session.objects.all().delete()
    assert browser.post("/accounts/seat/", {"seat": "1"}).status_code == 403
