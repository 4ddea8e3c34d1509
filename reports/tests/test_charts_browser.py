"""Charts in a real browser: drawn as SVG under the strict policy, in the dark, on paper, and without script."""

from unicodedata import normalize

import pytest
from pypdf import PdfReader

from reports.tests.years import create_years

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TREND = "#chart-trend"


@pytest.fixture
def as_leader(new_window, client, live_server):
    """Opens the leader's home in a window of the given options."""
    client.force_login(create_years().seats["leader"].person)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}

    def open_window(**options):
        page = new_window(**options)
        page.context.add_cookies([cookie])
        page.goto("/?as_of=2021-06-03")
        return page

    return open_window


def colour(page, mark):
    return page.evaluate("mark => getComputedStyle(mark).fill", mark.element_handle())


def test_a_picture_is_drawn_from_its_table(as_leader):
    page = as_leader()
    page.wait_for_selector(f"{TREND} svg")
    numbers = page.eval_on_selector_all(f"{TREND} td", "cells => cells.map(cell => cell.textContent.trim())")
    drawn = page.eval_on_selector_all(f"{TREND} svg text", "texts => texts.map(text => text.textContent)")
    assert len(numbers) == 36
    assert all(drawn.count(number) >= numbers.count(number) for number in numbers)


def test_the_point_is_red_and_follows_the_dark(as_leader):
    page = as_leader()
    red = page.locator(f"{TREND} svg path[fill='var(--chart-point)']").first
    light = colour(page, red)
    page.emulate_media(color_scheme="dark")
    assert (light, colour(page, red)) == ("rgb(180, 35, 42)", "rgb(202, 59, 66)")
    page.emulate_media(media="print")
    assert colour(page, red) == light


def test_on_paper_the_whole_picture_stands(as_leader):
    page = as_leader(viewport={"width": 1440, "height": 900})
    page.wait_for_selector(f"{TREND} svg")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 640, "height": 900})
    page.wait_for_function(
        """id => document.querySelector(`${id} svg`).getBoundingClientRect().width ===
        document.querySelector(`${id} .chart-picture`).getBoundingClientRect().width""",
        arg=TREND,
    )
    box = page.locator(f"{TREND} .chart-picture").bounding_box()
    drawn = page.locator(f"{TREND} svg").bounding_box()
    assert drawn["height"] <= box["height"] + 1


def test_the_pdf_holds_every_number(as_leader, tmp_path):
    """Before the print the pictures are drawn as wide as the sheet, afterwards as wide as the window again."""
    page = as_leader(viewport={"width": 1440, "height": 900})
    page.wait_for_selector(f"{TREND} svg")
    wide = page.locator(f"{TREND} svg").bounding_box()["width"]
    page.pdf(path=tmp_path / "overview.pdf", prefer_css_page_size=True)
    sheets = PdfReader(tmp_path / "overview.pdf").pages
    text = normalize("NFKC", "\n".join(sheet.extract_text() for sheet in sheets))  # fonts turn 月 into its radical
    assert "5 个党支部中有 4 个参加结对" in text
    assert all(f"{month}月" in text for month in range(1, 13))
    assert all(words in text for words in ("提出 7", "销号 3", "累计 2"))
    page.locator(f"{TREND} svg[width='{wide:.0f}']").wait_for()


def test_a_press_on_a_bar_opens_its_list(as_leader):
    page = as_leader(viewport={"width": 1440, "height": 900})
    bar = page.locator("#chart-by-category svg path[fill='var(--chart-context)']").first
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url("**/reports/problems/?*")
    number = page.locator("[data-total]").get_attribute("data-total")
    assert (number, "category=" in page.url, "what=raised" in page.url) == ("7", True, True)


def test_the_keyboard_goes_through_the_table(as_leader):
    page = as_leader()
    page.wait_for_selector(f"{TREND} svg")
    summary = page.locator(f"{TREND} summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.closest('.chart').id + document.activeElement.dataset.figure")
    assert focused == "chart-trend0"
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/problems/?*part=m7*")


def test_the_pages_fit_a_phone(as_leader):
    page = as_leader(viewport={"width": 320, "height": 640})
    page.wait_for_selector(f"{TREND} svg")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_script_the_table_stands_open(as_leader):
    page = as_leader(java_script_enabled=False)
    assert page.locator(f"{TREND} table").is_visible()
    assert not page.locator(f"{TREND} .chart-picture").is_visible()
