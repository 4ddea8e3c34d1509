"""The frame of every page in a real browser: the kit is there, and the fixture `page` hears what goes wrong."""

import pytest

pytestmark = pytest.mark.browser


def test_the_kit_is_served_from_here(page):
    page.goto("/accounts/login/")
    assert page.evaluate("getComputedStyle(document.body).getPropertyValue('--tblr-primary')")
    assert page.evaluate("typeof window.htmx") == "object"


def test_a_blocked_script_is_heard(page, live_server, browser_troubles):
    page.goto("/accounts/login/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">red</p>')")
    page.evaluate("fetch('http://127.0.0.1:9/elsewhere').catch(() => 0)")
    assert any("style" in trouble for trouble in browser_troubles)
    assert any("127.0.0.1:9" in trouble for trouble in browser_troubles)
    browser_troubles.clear()
