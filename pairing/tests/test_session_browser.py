"""The session ends while somebody writes: the page asks for the password and goes on, and sends nothing for others."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.tests.people import PASSWORD, create_personas

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("pairing.tests.frame_urls"),
]


@pytest.fixture
def personas():
    return create_personas()


@pytest.fixture
def meant_troubles() -> tuple[str, ...]:
    """A browser notes every refusal and lost request in its console; the last one is what our own scripts note."""
    return "status of 4", "net::ERR", "console, warning: not "


def give_session(page: Page, client, person, live_server):
    client.force_login(person)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])


@pytest.fixture
def writing(page: Page, personas, client, live_server) -> Page:
    """The filer has typed a title; then the session ended."""
    give_session(page, client, personas.filer.person, live_server)
    page.clock.install()
    page.goto("/s/filing/")
    page.fill("[name=title]", "焊缝返工多")
    end_session(page)
    return page


def end_session(page):
    page.context.clear_cookies(name="sessionid")
    Session.objects.all().delete()


def dialog_of(page):
    return page.get_by_role("dialog", name="您已退出登录")


def password_of(page):
    return page.get_by_role("textbox", name="密码")


def log_in(page, password=PASSWORD):
    password_of(page).fill(password)
    page.get_by_role("button", name="登录并继续").click()


def log_in_as(name, other):
    """In another window of the same browser, by the page, which makes the tokens of older pages void."""
    other.fill("[name=username]", name)
    other.fill("[name=password]", PASSWORD)
    other.click("main button")
    other.wait_for_url(lambda address: "/accounts/" not in address)


def save(page):
    page.locator("form#filing").dispatch_event("save-now")


def test_the_save_that_failed_goes_through_after_log_in(writing):
    save(writing)
    expect(dialog_of(writing)).to_be_visible()
    expect(password_of(writing)).to_be_focused()
    expect(writing.get_by_label("用户名")).to_have_value("filer")
    with writing.expect_response("**/s/autosave/") as saved:
        log_in(writing)
    assert saved.value.status == 200
    expect(dialog_of(writing)).to_be_hidden()
    expect(writing.locator("[data-saved]")).to_have_text("已保存 14:03")
    assert writing.input_value("[name=title]") == "焊缝返工多"
    assert writing.evaluate("localStorage.length") == 0


def test_a_wrong_password_and_a_locked_account_are_said_by_the_server(writing):
    save(writing)
    log_in(writing, "wrong")
    expect(writing.get_by_role("alert")).to_contain_text("用户名或密码不正确")
    for _ in range(4):
        with writing.expect_response("**/accounts/login/"):
            log_in(writing, "wrong")
    expect(writing.get_by_role("alert")).to_contain_text("锁定")
    assert writing.input_value("[name=title]") == "焊缝返工多"


def test_an_outdated_password_is_changed_first(writing, personas):
    User.objects.filter(pk=personas.filer.person.pk).update(must_change_password=True)
    save(writing)
    log_in(writing)
    link = writing.get_by_role("link", name="在新窗口中修改密码")
    expect(link).to_be_focused()
    User.objects.filter(pk=personas.filer.person.pk).update(must_change_password=False)
    writing.get_by_role("button", name="已修改，继续").click()
    expect(writing.locator("[data-saved]")).to_have_text("已保存 14:03")


def test_escape_leaves_the_text_and_asks_no_more_by_itself(writing):
    save(writing)
    expect(dialog_of(writing)).to_be_visible()
    writing.keyboard.press("Escape")
    expect(dialog_of(writing)).to_be_hidden()
    expect(writing.locator("#signed-out")).to_be_visible()
    writing.fill("[name=title]", "焊缝返工多了")
    with writing.expect_response("**/s/autosave/"):
        save(writing)
    expect(dialog_of(writing)).to_be_hidden()
    assert "焊缝返工多了" in writing.evaluate("Object.values(localStorage).join()")
    writing.locator("#signed-out button").click()
    log_in(writing)
    expect(writing.locator("[data-saved]")).to_have_text("已保存 14:03")
    expect(writing.locator("#signed-out")).to_be_hidden()


def test_a_form_sent_after_the_session_ended_arrives(writing):
    writing.fill("[name=day]", "2026-8-15")
    writing.check("[name=urgency][value=b]")
    writing.clock.fast_forward("20:00")
    expect(dialog_of(writing)).to_be_visible()  # the page has noticed by itself
    writing.keyboard.press("Escape")
    with writing.expect_request(lambda r: r.method == "POST" and r.url.endswith("/s/filing/")) as sent:
        writing.get_by_role("button", name="提交", exact=True).click()
        log_in(writing)
    assert "2026-08-15" in sent.value.post_data
    expect(writing.locator("[name=title]")).to_have_value("焊缝返工多")
    expect(writing.locator(".fault")).to_have_count(0)


def test_a_form_with_the_token_of_an_earlier_log_in_arrives(page, personas, client, live_server):
    give_session(page, client, personas.filer.person, live_server)
    page.clock.install()
    page.goto("/s/filing/")
    page.fill("[name=title]", "焊缝返工多")
    other = page.context.new_page()
    other.goto("/accounts/password/")
    other.evaluate("document.querySelector('[data-sign-out]').submit()")
    other.wait_for_url("**/accounts/login/**")
    log_in_as("filer", other)
    page.clock.fast_forward("02:00")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator("[name=title]")).to_have_value("焊缝返工多")
    expect(page.locator(".fault")).to_have_count(0)


def test_nothing_is_sent_when_another_person_has_logged_in(writing):
    other = writing.context.new_page()
    other.goto("/accounts/login/")
    log_in_as("partner", other)
    answers = []
    writing.on("response", lambda answer: answers.append(answer) if answer.request.method == "POST" else None)
    writing.clock.fast_forward("02:00")
    expect(writing.get_by_role("alert")).to_contain_text("他人登录")  # the page has noticed by itself
    writing.keyboard.press("Escape")
    writing.get_by_role("button", name="提交", exact=True).click()
    expect(writing.get_by_role("alert")).to_contain_text("他人登录")
    writing.keyboard.press("Escape")
    assert [answer.status for answer in answers] == [403]
    assert writing.url.endswith("/s/filing/")
    assert writing.input_value("[name=title]") == "焊缝返工多"


def test_the_seat_acted_in_stays(writing, personas, client):
    save(writing)
    log_in(writing)
    expect(writing.locator("[data-saved]")).to_have_text("已保存 14:03")
    data = Session.objects.get().get_decoded()
    assert data["seat"] == personas.filer.pk


def test_without_network_the_form_stays(page, personas, client, live_server):
    give_session(page, client, personas.filer.person, live_server)
    page.clock.install()
    page.goto("/s/filing/")
    page.fill("[name=title]", "焊缝返工多")
    page.clock.fast_forward("02:00")
    page.context.set_offline(True)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator("#offline")).to_be_visible()
    expect(page.locator("button + .unsent")).to_contain_text("尚未提交")
    assert page.input_value("[name=title]") == "焊缝返工多"


def test_a_copy_is_left_on_no_device_after_signing_out(page, personas, client, live_server):
    give_session(page, client, personas.filer.person, live_server)
    page.route("**/s/autosave/", lambda route: route.abort())
    page.goto("/s/filing/")
    page.fill("[name=title]", "焊缝返工多")
    save(page)
    expect(page.locator("[data-saved]")).to_contain_text("暂存在本机")
    assert page.evaluate("localStorage.length") == 1
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/accounts/login/**")
    assert page.evaluate("localStorage.length") == 0
