"""The network in a real browser: drawn under the CSP, filtered without reload, opened by click, printed, on a phone."""

import json
import re

import pytest
from playwright.sync_api import expect

from accounts.tests.office import printed
from reports.tests.test_print import plain
from reports.tests.years import create_years

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADDRESS = "/reports/network/?as_of=2021-06-03"


@pytest.fixture
def open_as_leader(new_window, client, live_server):
    """Opens the network in a window of a given size for the leader of a hand-made world."""
    client.force_login(create_years().seats["leader"].person)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}

    def open_window(**options):
        page = new_window(**options)
        page.context.add_cookies([cookie])
        page.goto(ADDRESS)
        return page

    return open_window


def drawn(page):
    """What was given to the picture, once it stands."""
    page.wait_for_selector(".network-live[data-links] svg")
    return json.loads(page.locator("#network-data").text_content())


def place(page, data, x, y):
    """A place of the drawing in the window."""
    box = page.locator(".network-live").bounding_box()
    return box["x"] + x * box["width"] / data["width"], box["y"] + y * box["height"] / data["height"]


def dot(data, name):
    return next(node for node in data["nodes"] if name in node["name"])


def line(data, first, second):
    """(index of the first end, of the second) of the line between two names."""
    names = [node["name"] for node in data["nodes"]]
    return next(ends for ends in data["links"] if {names[ends[0]], names[ends[1]]} == {first, second})


def cells(page):
    """{(row, column): (pairs, solved)} of the table."""
    return page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".matrix tbody tr")].flatMap((row) =>
          [...row.querySelectorAll("td.on")].map((cell) => [
            [row.cells[0].textContent, cell.dataset.label].sort().join("–"),
            [...cell.querySelectorAll(".numbers > *")].map((n) => Number(n.textContent)),
          ])))"""
    )


def test_drawn_with_the_numbers_of_the_table(open_as_leader):
    page = open_as_leader(viewport={"width": 1440, "height": 1000})
    data = drawn(page)
    assert page.locator(".network-live").get_attribute("data-links") == "4"
    assert not page.locator(".network-still").is_visible()
    names = [node["name"] for node in data["nodes"]]
    said = {"–".join(sorted((names[a], names[b]))): words for a, b, *_rest, words in data["links"]}
    assert {ends: f"{pairs} 对，已解决 {solved} 个问题" for ends, (pairs, solved) in cells(page).items()} == said
    assert page.evaluate("performance.getEntriesByName('network-drawn').length") == 1


def test_a_year_and_a_category_without_reload_and_the_address_keeps_them(open_as_leader):
    page = open_as_leader(viewport={"width": 1440, "height": 1000})
    before = drawn(page)
    page.evaluate("window.notReloaded = true")
    entries = page.evaluate("history.length")
    page.click("#year-2020")
    page.wait_for_selector(".network-live[data-links='1'] svg")
    expect(page).to_have_url(re.compile("year=2020"))
    expect(page.locator("#year-2020")).to_be_focused()
    after = drawn(page)
    assert [(node["x"], node["y"]) for node in after["nodes"]] == [(node["x"], node["y"]) for node in before["nodes"]]
    assert list(cells(page).values()) == [[1, 2]]
    page.click("#year-all")
    page.wait_for_selector(".network-live[data-links='4'] svg")
    page.select_option("#id_category", label="党建")
    page.wait_for_selector(".network-live[data-links='1'] svg")
    assert page.evaluate("window.notReloaded && history.length") == entries
    address = page.url
    page.reload()
    assert page.url == address
    assert page.locator(".result-count").text_content() == "结对 1 对；已解决问题 0 个"


def test_a_click_opens_the_branch_or_the_pairs(open_as_leader):
    page = open_as_leader(viewport={"width": 1440, "height": 1000})
    data = drawn(page)
    hit = dot(data, "测绘")
    page.mouse.click(*place(page, data, hit["x"], hit["y"]))
    page.wait_for_url("**/organisations/*/")
    page.go_back()
    data = drawn(page)
    first, second, _width, bend, *_rest = line(data, "质量安全部党支部", "廊坊党支部")
    a, b = data["nodes"][first], data["nodes"][second]
    middle = [  # of the curve: half of what its control point stands off
        (a["x"] + b["x"]) / 2 + bend * (b["y"] - a["y"]) / 2,
        (a["y"] + b["y"]) / 2 + bend * (a["x"] - b["x"]) / 2,
    ]
    spot = place(page, data, *middle)
    page.mouse.move(*spot)
    page.wait_for_selector(".network-live svg path[stroke-opacity='0.08']")  # the others step back
    assert page.evaluate("([x, y]) => document.elementFromPoint(x, y).tagName", spot) == "path"  # the line itself stays
    page.mouse.click(*spot)
    page.wait_for_url("**/reports/network/pairs/**")
    expect(page.locator("section[data-total='1'] tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text("第first对")


def test_without_a_script_the_picture_stands_and_the_filters_work(open_as_leader):
    page = open_as_leader(java_script_enabled=False, viewport={"width": 1440, "height": 1000})
    assert page.locator(".network-still path").count() == 5  # four lines and the diamond of the committee
    page.click("#year-2020")
    expect(page.locator(".network-still path")).to_have_count(2)
    page.select_option("#id_category", label="党建")
    page.click(".network-filter button")
    expect(page.locator(".result-count")).to_have_text("结对 0 对；已解决问题 0 个")


def test_print_shows_the_still_picture_and_the_whole_table(open_as_leader, tmp_path):
    page = open_as_leader(viewport={"width": 1440, "height": 1000})
    drawn(page)
    page.emulate_media(media="print")
    assert page.locator(".network-still").is_visible()
    assert not page.locator(".network-live").is_visible()
    assert not page.locator(".years").is_visible()
    box = page.evaluate(
        "(({scrollWidth, clientWidth}) => [scrollWidth, clientWidth])(document.querySelector('.matrix-box'))"
    )
    assert box[0] <= box[1]
    path = tmp_path / "network.pdf"
    page.pdf(path=path, prefer_css_page_size=True)
    assert b"/MediaBox [0 0 841.91998 594.95996]" in path.read_bytes()


def test_on_a_phone_nothing_is_cut_and_the_list_comes_first(open_as_leader):
    page = open_as_leader(viewport={"width": 390, "height": 844})
    drawn(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    top = "selector => document.querySelector(selector).getBoundingClientRect().top"
    assert page.evaluate(top, ".network-gaps") < page.evaluate(top, ".network-picture")
    assert page.evaluate("(box => box.scrollWidth > box.clientWidth)(document.querySelector('.network-picture'))")


def test_on_paper_the_picture_is_one_page_and_the_table_with_its_rules_another(open_as_leader, tmp_path):
    page = open_as_leader(viewport={"width": 1440, "height": 1000})
    drawn(page)
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    paper = printed(tmp_path / "page.pdf")
    assert set(paper.sizes) == {(297, 210)}  # A4 landscape
    pages = [plain(text) for text in paper.texts]
    assert len(pages) == 2
    assert "综合党支部2020年1月1日设立" in pages[0]  # who was never in a pair, beside the picture
    assert "以表格查看" in pages[1]
    assert "统计口径" in pages[1]
