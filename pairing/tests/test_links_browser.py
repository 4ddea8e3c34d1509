"""A link of a message in a browser: log-in first, then one press; the form passes with the strict referrer policy."""

import re

import pytest
from playwright.sync_api import expect

from accounts.tests.people import PASSWORD
from pairing.tests.scenes import create_scene
from pairing.tests.test_links import link_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_message_to_the_answer(new_window, scripts):
    scene = create_scene("invited")
    window = new_window(viewport={"width": 390, "height": 800}, java_script_enabled=scripts)
    seen = []
    window.on("request", lambda request: seen.append((request.url, request.headers.get("referer", ""))))
    url = link_for(scene.people.partner, scene.agreement)
    window.goto(url)
    window.fill("[name=username]", scene.people.partner.person.username)
    window.fill("[name=password]", PASSWORD)
    window.click("main button.btn-primary")
    window.wait_for_url(re.compile(r"/m/"))
    expect(window.locator("h1")).to_contain_text("邀请贵支部结对")
    seen.clear()
    window.click("button[value=accept_invitation]")
    window.wait_for_url(re.compile(r"/agreements/\d+/$"))
    assert scene.fresh().state == "drafting"
    assert not [referer for _url, referer in seen if "/m/" in referer]
    window.goto(url)
    expect(window.locator("main")).to_contain_text("通过这个链接已没有需要您决定的事项")
    expect(window.locator("button[value=accept_invitation]")).to_have_count(0)


def test_somebody_else_changes_the_account_and_comes_back(page):
    scene = create_scene("invited")
    url = link_for(scene.people.partner, scene.agreement)
    page.goto(url)
    for seat, heading in ((scene.people.stranger, "这个链接是发给其他人的"), (scene.people.partner, "邀请贵支部结对")):
        page.fill("main [name=username]", seat.person.username)
        page.fill("main [name=password]", PASSWORD)
        page.click("main button.btn-primary")
        page.wait_for_url(re.compile(r"/m/"))
        expect(page.locator("h1")).to_contain_text(heading)
        if seat == scene.people.stranger:
            page.click("button[form=other-account]")
            page.wait_for_url(re.compile(r"/accounts/login/"))
