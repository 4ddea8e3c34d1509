"""The frame in a real browser: the fixture `page` fails on a console error (CSP) or a request to another host."""

import re
from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Role
from accounts.tests.people import PASSWORD, create_personas, create_seat
from pairing.models import Agreement, Programme

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("pairing.tests.frame_urls"),
]


@pytest.fixture
def personas():
    personas = create_personas()
    create_seat(Role.LIAISON, personas.branch, person=personas.filer.person)
    return personas


@pytest.fixture
def signed_in(page: Page, personas, client, live_server) -> Page:
    """The filer's window on the form; the session is made without the log-in page, which has a test of its own."""
    client.force_login(personas.filer.person)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto("/s/filing/")
    return page


def test_log_in_leads_to_the_page_that_was_asked_for(page, personas):
    page.goto("/s/filing/")
    page.fill("[name=username]", "filer")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/s/filing/")
    expect(page.locator(".menu .who")).to_contain_text("filer同志")


def test_the_menu_opens_and_closes_without_leaving_inline_styles(signed_in):
    menu = signed_in.locator("details.menu")
    menu.locator("summary").click()
    expect(menu.get_by_text("当前席位")).to_be_visible()
    signed_in.keyboard.press("Escape")
    expect(menu.locator("summary")).to_be_focused()
    expect(menu).not_to_have_attribute("open", "")
    menu.locator("summary").click()
    menu.get_by_role("button", name=re.compile("党支部书记")).click()
    expect(signed_in.locator(".menu .who small")).to_contain_text("党支部书记")
    assert signed_in.locator("[style]").count() == 0


def test_the_first_press_of_tab_offers_to_skip(signed_in):
    signed_in.keyboard.press("Tab")
    skip = signed_in.locator(".skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    signed_in.keyboard.press("Enter")
    expect(signed_in.locator("#main")).to_be_focused()


def test_dates_are_read_as_people_type_them(signed_in):
    for typed in ("2026-8-15", "2026.8.15", "2026年8月15日", "20260815", "２０２６．８．１５"):
        signed_in.fill("[name=day]", typed)
        signed_in.press("[name=day]", "Tab")
        expect(signed_in.locator("[name=day]")).to_have_value("2026-08-15")


def test_a_day_without_a_year_is_the_nearest(signed_in):
    for typed in ("0815", "8.15", "8月15日"):
        signed_in.fill("[name=day]", typed)
        signed_in.press("[name=day]", "Tab")
        value = date.fromisoformat(signed_in.input_value("[name=day]"))
        assert (value.month, value.day) == (8, 15)
        assert abs((value - timezone.localdate()).days) <= 183


def test_what_is_no_day_stays_for_the_server_to_answer(signed_in):
    signed_in.fill("[name=day]", "2月32日")
    signed_in.press("[name=day]", "Tab")
    expect(signed_in.locator("[name=day]")).to_have_value("2月32日")


def test_typing_is_saved_and_the_version_comes_back(signed_in):
    signed_in.fill("[name=title]", "焊缝返工多")
    expect(signed_in.locator("[data-saved]")).to_have_text("已保存 14:03")
    assert signed_in.input_value("[name=version]") == "2"
    assert signed_in.evaluate("localStorage.length") == 0


def test_ctrl_s_saves_at_once_and_a_refusal_is_shown_and_kept(signed_in):
    with signed_in.expect_response("**/s/autosave/"):
        signed_in.fill("[name=title]", "冲突")
        signed_in.press("[name=title]", "Control+s")
    expect(signed_in.locator("[data-saved]")).to_have_text("对方刚刚改过，请比较后再存。")
    assert signed_in.evaluate("localStorage.length") == 1


def test_what_the_server_did_not_take_is_offered_again(signed_in, browser_troubles):
    signed_in.route("**/s/autosave/", lambda route: route.fulfill(body="the page of a proxy"))
    signed_in.fill("[name=title]", "断网时写下的标题")
    signed_in.check("[name=urgency][value=b]")
    signed_in.keyboard.press("Control+s")
    expect(signed_in.locator("[data-saved]")).to_have_text("未能保存，内容暂存在本机")
    signed_in.unroute("**/s/autosave/")
    signed_in.reload()
    meant = [trouble for trouble in browser_troubles if "not saved" in trouble]  # one for each try to save
    assert meant
    browser_troubles[:] = [trouble for trouble in browser_troubles if trouble not in meant]
    expect(signed_in.locator("[name=title]")).to_have_value("")
    bar = signed_in.locator("[data-restore]")
    expect(bar).to_contain_text("填写但未保存的内容")
    bar.get_by_role("button", name="恢复").click()
    expect(signed_in.locator("[name=title]")).to_have_value("断网时写下的标题")
    expect(signed_in.locator("[name=urgency][value=b]")).to_be_checked()
    expect(bar).to_be_hidden()


def test_a_lost_network_is_said(signed_in):
    note = signed_in.locator("#offline")
    expect(note).to_be_hidden()
    signed_in.context.set_offline(True)
    expect(note).to_be_visible()
    signed_in.context.set_offline(False)
    expect(note).to_be_hidden()


def test_enter_does_not_submit_a_long_form(signed_in):
    signed_in.fill("[name=title]", "焊缝返工多")
    signed_in.press("[name=title]", "Enter")
    assert signed_in.locator(".error-summary").count() == 0
    assert signed_in.input_value("[name=title]") == "焊缝返工多"


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(signed_in):
    signed_in.get_by_role("button", name="提交").click()
    expect(signed_in).to_have_title(re.compile("^错误："))
    summary = signed_in.locator(".error-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    expect(signed_in.locator("[name=title]")).to_be_focused()


def test_one_filled_button_a_page(signed_in):
    colour = "element => getComputedStyle(element).backgroundColor"
    bar, own = signed_in.locator(".bar-file"), signed_in.get_by_role("button", name="提交")
    assert bar.evaluate(colour) != own.evaluate(colour)
    signed_in.goto("/s/agreements/")
    assert bar.evaluate(colour) == "rgb(180, 35, 42)"


def test_rows_are_walked_with_j_and_k_and_opened_with_enter(signed_in, personas):
    programme = Programme.objects.create(name="结对共建", committee=personas.committee, starts_on="2020-01-01")
    for number in (1, 2):
        Agreement.objects.create(programme=programme, aim=f"事项{number}")
    signed_in.goto("/s/agreements/")
    for key in "jjk":
        signed_in.keyboard.press(key)
    first = signed_in.locator("tbody a").first
    expect(first).to_be_focused()
    signed_in.keyboard.press("Enter")
    expect(signed_in).to_have_url(re.compile(r"\?row="))


def test_the_list_of_keys(signed_in):
    signed_in.goto("/s/agreements/")
    signed_in.keyboard.press("?")
    expect(signed_in.get_by_role("dialog", name="快捷键")).to_be_visible()
    signed_in.keyboard.press("Escape")
    expect(signed_in.get_by_role("dialog")).to_have_count(0)


def test_nothing_is_cut_off_on_a_phone(signed_in):
    signed_in.set_viewport_size({"width": 390, "height": 844})
    for address in ("/s/filing/", "/s/agreements/", "/accounts/password/"):
        signed_in.goto(address)
        assert signed_in.evaluate("document.documentElement.scrollWidth") <= 390
        for target in signed_in.locator(".bottom a, .bar a, .bar summary, main .btn").all():
            if target.is_visible():
                assert target.bounding_box()["height"] >= 44, target.inner_text()


def test_the_page_follows_the_dark_mode_without_javascript(new_window):
    page = new_window(color_scheme="dark", java_script_enabled=False)
    page.goto("/accounts/login/")
    colours = page.locator("body").evaluate("e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]")
    assert colours == ["rgb(27, 25, 23)", "rgb(235, 231, 227)"]
