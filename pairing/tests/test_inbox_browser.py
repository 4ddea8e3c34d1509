"""The inbox in a real browser: 已阅 without a new page, the number at the bell with it."""

import pytest
from playwright.sync_api import Page, expect

from accounts.tests.people import create_personas
from pairing.tests.test_delivery import tell

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def inbox(page: Page, client, live_server) -> Page:
    person = create_personas().filer.person
    tell(person, 3, step="before-7", level="blue")
    client.force_login(person)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.goto("/inbox/?kind=reminder")
    page.evaluate("window.same = true")
    return page


def test_one_is_acknowledged_and_taken_back_without_a_new_page(inbox):
    first = inbox.locator(".notices > li").first
    first.get_by_role("button", name="已阅：").click()
    expect(inbox.locator("#bell .count")).to_have_text("2")
    expect(inbox.locator(".notices > li.unread")).to_have_count(2)
    back = first.get_by_role("button", name="撤销已阅")
    expect(back).to_be_focused()
    back.click()
    expect(inbox.locator("#bell .count")).to_have_text("3")
    assert inbox.evaluate("window.same")


def test_all_are_acknowledged_without_a_new_page(inbox):
    inbox.get_by_role("button", name="全部已阅").click()
    expect(inbox.locator(".notices > li.unread")).to_have_count(0)
    expect(inbox.locator("#bell .count")).to_have_count(0)
    assert inbox.evaluate("window.same")
