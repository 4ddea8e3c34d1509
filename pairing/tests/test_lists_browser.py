"""Lists in a real browser: which columns are shown is remembered, home on one screen, what can be done comes first."""

import pytest
from playwright.sync_api import Page, expect

from accounts.tests.people import create_personas
from pairing.tests import world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LAPTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}


@pytest.fixture
def people():
    return create_personas()


@pytest.fixture
def programme(people):
    return world.create_programme(people.committee)


@pytest.fixture
def signed_in(page: Page, people, client, live_server) -> Page:
    client.force_login(people.filer.person)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    return page


def test_a_column_taken_away_stays_away(signed_in, people, programme):
    world.create_problem(programme, people.filer, "焊接缺陷率偏高")
    signed_in.goto("/problems/")
    heading = signed_in.locator("thead th", has_text="紧急程度")
    expect(heading).to_be_visible()
    signed_in.locator(".columns-menu summary").click()
    signed_in.get_by_label("紧急程度").last.uncheck()
    expect(heading).to_be_hidden()
    signed_in.reload()
    expect(signed_in.locator("tbody tr")).to_have_count(1)
    expect(heading).to_be_hidden()
    signed_in.locator(".columns-menu summary").click()
    signed_in.get_by_label("紧急程度").last.check()
    expect(heading).to_be_visible()


def test_the_home_of_a_busy_secretary_fits_one_screen(signed_in, people, programme):
    """Ten duties, none of them folded away."""
    for number in range(9):
        problem = world.create_problem(programme, people.partner, f"第{number}段电缆沟积水")
        agreement = world.create_agreement(programme, people.partner, [people.branch], [problem])
        world.bring_to("invited", agreement, reviewer=people.reviewer)
    world.create_problem(programme, people.filer, "焊接缺陷率偏高")
    signed_in.set_viewport_size(LAPTOP)
    signed_in.goto("/")
    buttons = signed_in.locator(".duties:visible .btn")
    expect(buttons).to_have_count(10)
    expect(buttons.last).to_be_in_viewport(ratio=1)
    assert signed_in.evaluate("document.documentElement.scrollWidth") <= LAPTOP["width"]


def test_on_a_phone_what_can_be_done_comes_before_the_goals(signed_in, people, programme):
    problem = world.create_problem(programme, people.filer, "焊接缺陷率偏高")
    agreement = world.create_agreement(programme, people.filer, [people.partner_branch], [problem])
    world.bring_to("active", agreement, reviewer=people.reviewer)
    signed_in.set_viewport_size(PHONE)
    signed_in.goto(agreement.get_absolute_url())
    steps, goals = (signed_in.locator(f"#{name}-heading").bounding_box() for name in ("steps", "goals"))
    assert steps["y"] < goals["y"]
    expect(signed_in.locator(".glance")).to_be_in_viewport()
    signed_in.set_viewport_size(LAPTOP)
    steps, goals = (signed_in.locator(f"#{name}-heading").bounding_box() for name in ("steps", "goals"))
    assert steps["x"] > goals["x"]
    assert steps["y"] < LAPTOP["height"]
