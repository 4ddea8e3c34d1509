"""The frame of every page in a real browser: the kit is there, and the fixture `page` hears what goes wrong."""

import time

import pytest

pytestmark = pytest.mark.browser


def test_the_kit_is_served_from_here(page):
    page.goto("/accounts/login/")
    assert page.evaluate("getComputedStyle(document.body).getPropertyValue('--tblr-primary')")
    assert page.evaluate("typeof window.htmx") == "object"


def test_whatever_goes_wrong_is_heard(page, browser_troubles):
    page.goto("/accounts/login/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">red</p>')")
    page.evaluate("fetch('http://127.0.0.1:9/elsewhere').catch(() => 0)")
    page.evaluate("console.info('only an aside'), setTimeout(() => nothing.is.here)")
    parts = {
        "console, error: Content-Security-Policy: style-src-attr",
        "Content-Security-Policy: connect-src forbids http://127.0.0.1:9/elsewhere",
        "console, info: only an aside",
        "script: nothing is not defined",
    }
    deadline = time.monotonic() + 30
    while missed := {part for part in parts if part not in "\n".join(browser_troubles)}:
        assert time.monotonic() < deadline, missed
        page.wait_for_timeout(50)
    page.wait_for_timeout(200)  # whatever else is said of them
    browser_troubles.clear()
