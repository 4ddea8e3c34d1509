"""Filing in a browser: suggestions, autosave, errors in focus, a photograph; and nothing wider than a phone."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from accounts.tests.people import PASSWORD, create_personas
from pairing.models import Problem
from pairing.tests import world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people():
    return create_personas()


@pytest.fixture
def programme(people):
    world.create_category()
    return world.create_programme(people.committee)


def log_in(page, seat):
    page.goto("/accounts/login/")
    page.fill("[name=username]", seat.person.username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit], main button.btn-primary")
    page.wait_for_url(lambda address: "/accounts/" not in address)


def test_a_problem_is_filed_without_losing_a_word(page, people, programme):
    log_in(page, people.filer)
    page.click("text=提出问题")
    page.fill("[name=title]", "罐区焊接缺陷率升高")
    page.keyboard.press("Enter")  # a long form is not sent by Enter
    page.fill("[name=wished_partner]", "廊坊")
    suggested = page.locator("#id_wished_partner_options option")
    expect(suggested).to_have_count(1)
    expect(suggested).to_have_attribute("value", "廊坊分公司党支部")
    expect(page.locator("[data-saved]")).to_contain_text(re.compile(r"\d\d:\d\d"))
    assert Problem.objects.get().title == "罐区焊接缺陷率升高"

    page.click("button[name=file]")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page).to_have_title(re.compile("^错误"))
    assert page.input_value("[name=title]") == "罐区焊接缺陷率升高"

    page.select_option("[name=category]", label="质量安全")
    with page.expect_event("requestfinished", lambda request: quote("廊坊分公司党支部") in request.url):
        page.fill("[name=wished_partner]", "廊坊分公司党支部")  # a search under way would be broken off, and say so
    page.click("button[name=file]")
    expect(page.locator("h1")).to_contain_text("罐区焊接缺陷率升高")
    problem = Problem.objects.get()
    assert (problem.state, problem.wished_partner) == ("open", people.partner_branch)


def test_nothing_is_wider_than_a_phone(new_window, people, programme):
    problem = world.create_problem(programme, people.filer, "超长标题" * 30)
    window = new_window(viewport={"width": 390, "height": 844})
    log_in(window, people.filer)
    page = problem.get_absolute_url()
    for address in ("/", "/problems/", "/problems/new/", "/inbox/", "/organisations/", page, f"{page}step/withdraw/"):
        window.goto(address)
        assert window.evaluate("document.documentElement.scrollWidth") <= 390, address


def test_filing_works_without_javascript(new_window, people, programme):
    window = new_window(java_script_enabled=False)
    log_in(window, people.filer)
    window.goto("/problems/new/")
    window.fill("[name=title]", "半句话")
    window.click("button[name=save]")
    window.wait_for_url(re.compile(r"/problems/\d+/"))
    assert Problem.objects.get().state == "draft"
    window.select_option("[name=category]", label="质量安全")
    window.click("button[name=file]")
    window.wait_for_url(re.compile(r"/problems/\d+/$"))
    assert Problem.objects.get().state == "open"
