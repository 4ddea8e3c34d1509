"""Charts in a real browser: drawn as SVG under the strict policy, in the dark, on paper, and without script."""

import pytest

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
    box = page.locator(f"{TREND} .chart-picture").bounding_box()
    drawn = page.locator(f"{TREND} svg").bounding_box()
    assert drawn["width"] == box["width"]
    assert drawn["height"] <= box["height"] + 1


def test_without_script_the_table_stands_open(as_leader):
    page = as_leader(java_script_enabled=False)
    assert page.locator(f"{TREND} table").is_visible()
    assert not page.locator(f"{TREND} .chart-picture").is_visible()
