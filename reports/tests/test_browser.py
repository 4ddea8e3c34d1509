"""The reports in a real browser: no console error, nothing cut off on a phone, A4 in print."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from reports.tests.years import create_years

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = (
    "/reports/?as_of=2021-06-03",
    "/reports/solved/?as_of=2021-06-03",
    "/reports/summary/?as_of=2021-06-03",
    "/reports/summary/?as_of=2021-06-03&group=month&year=2021&level=unit",
    "/reports/problems/?what=raised&as_of=2021-06-03",
    "/reports/agreements/?what=running&as_of=2021-06-03",
    "/reports/branches/?what=taking_part&as_of=2021-06-03",
    "/reports/solved/?as_of=2021-02-30",
    "/reports/summary/?part=q1&from=32",
)


@pytest.fixture
def open_as_leader(new_window, client, live_server):
    """Opens a window of a given size for the leader of a hand-made world."""
    client.force_login(create_years().seats["leader"].person)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}

    def open_window(**options):
        page = new_window(**options)
        page.context.add_cookies([cookie])
        return page

    return open_window


def test_pages_fit_a_desk_and_a_phone(open_as_leader):
    for width, height in ((1440, 900), (390, 844)):
        page = open_as_leader(viewport={"width": width, "height": height})
        for address in PAGES:
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (width, address)
            assert page.locator("h1").count() == 1


def test_from_a_figure_to_its_list_to_another_day_and_into_a_spreadsheet(open_as_leader):
    page = open_as_leader()
    page.goto(PAGES[0])
    page.click("a[href*='what=signed']")
    expect(page.locator("section[data-total='3'] tbody tr")).to_have_count(3)
    page.fill("[name=as_of]", "2021-1-31")
    page.click(".question button.btn")
    page.wait_for_url("**as_of=2021-01-31*")
    expect(page.locator("section[data-total='1'] tbody tr")).to_have_count(1)
    with page.expect_download() as download:
        page.click("text=导出 Excel")
    file = BytesIO(download.value.path().read_bytes())
    assert load_workbook(file).active["A1"].value == "2021年新签的结对"


def test_the_table_prints_on_a4_landscape(open_as_leader, tmp_path):
    page = open_as_leader()
    page.goto(PAGES[1])
    path = tmp_path / "solved.pdf"
    page.pdf(path=path, prefer_css_page_size=True)
    content = path.read_bytes()
    assert b"/MediaBox [0 0 841.91998 594.95996]" in content
    page.emulate_media(media="print")
    assert not page.locator(".question form").is_visible()
    assert page.locator("#solved").is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('#solved thead')).display") == "table-header-group"


def test_a_number_opens_its_list_and_the_link_to_share_is_copied(open_as_leader):
    page = open_as_leader(permissions=["clipboard-read", "clipboard-write"])
    page.goto("/reports/summary/?as_of=2021-06-03")
    page.click("text=保存或分享本查询")
    page.click("text=复制链接")
    page.wait_for_selector("text=已复制链接")
    link = page.locator("#keep-link").input_value()
    assert page.evaluate("navigator.clipboard.readText()") == link
    page.goto(link)
    page.click("tfoot a[href*='what=new']")
    expect(page.locator("section[data-total='4'] tbody tr")).to_have_count(4)


def test_on_a_phone_the_columns_of_the_summary_are_chosen(open_as_leader):
    page = open_as_leader(viewport={"width": 390, "height": 844})
    page.goto("/reports/summary/?as_of=2021-06-03")
    page.wait_for_selector("#summary")
    shown = "cells => cells.filter((cell) => cell.offsetWidth).map((cell) => cell.textContent.trim())"
    heads = "#summary thead .num"
    assert page.eval_on_selector_all(heads, shown) == ["提出", "已销号", "新签", "期末在建"]
    page.check("text=按期与逾期")
    assert page.eval_on_selector_all(heads, shown) == ["按期验收", "逾期验收", "逾期天数合计"]
    assert page.eval_on_selector_all("#summary tfoot .num", shown) == ["1", "1", "10"]
    page.set_viewport_size({"width": 1440, "height": 900})
    assert len(page.eval_on_selector_all(heads, shown)) == 20
