"""Pages of steps in a browser: the extension with two taps, on a phone, and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from accounts.tests.people import PASSWORD
from pairing.deadlines import add_months
from pairing.tests.scenes import create_scene

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def log_in(page, seat):
    page.goto("/accounts/login/")
    page.fill("[name=username]", seat.person.username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit], main button.btn-primary")
    page.wait_for_url(lambda address: "/accounts/" not in address)


def address(scene, name):
    return f"{scene.url()}step/{name}/"


def test_an_extension_is_asked_for_with_two_taps(page):
    scene = create_scene("active")
    log_in(page, scene.people.filer)
    page.goto(address(scene, "ask_extension"))
    expect(page.locator(".dates-more:visible")).to_have_count(1)
    expect(page.locator(".dates-more-1")).to_be_visible()
    page.check("[name=until][value='2']", force=True)
    expect(page.locator(".dates-more-2")).to_be_visible()
    expect(page.locator(".dates-more-1")).to_be_hidden()
    expect(page.locator("[name=new_due_on]")).to_be_hidden()
    page.check("[name=until][value='other']", force=True)
    expect(page.locator("[name=new_due_on]")).to_be_visible()
    page.click("text=申请延期 >> nth=-1")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#id_new_due_on_error")).to_contain_text("请填写新的到期日")
    page.check("[name=until][value='3']", force=True)
    page.check("[name=why_ask_extension][value='0']", force=True)
    page.click("text=申请延期 >> nth=-1")
    page.wait_for_url(re.compile(r"/agreements/\d+/$"))
    request = scene.fresh().pending_extension
    assert request.new_due_on == add_months(request.old_due_on, 3)


def test_the_pages_fit_a_phone_and_work_without_javascript(new_window):
    scene = create_scene("active")
    window = new_window(viewport={"width": 320, "height": 700}, java_script_enabled=False)
    log_in(window, scene.people.partner)
    for name in ("ask_extension", "propose_termination", "report_progress", "note"):
        window.goto(address(scene, name))
        box = window.locator("main").bounding_box()
        assert box["x"] + box["width"] <= 320, name
    window.goto(address(scene, "report_progress"))
    window.check("[name=percent][value='40']", force=True)
    window.click("main .btn-primary")
    window.wait_for_url(re.compile(r"/agreements/\d+/$"))
    assert scene.agreement.progress_reports.get().percent == 40
