"""The article's programme on the real pages: its figures as of 3 June 2021, each with the list it opens."""

import re
from datetime import date

import pytest

from accounts.models import Event, User
from pairing.deadlines import day_of
from pairing.demo.world import ARTICLE
from pairing.models import Problem
from pairing.tests.demo_worlds import played
from reports.tests.test_figures import FIGURE, assert_list_has, figures
from reports.tests.walk import walk

pytestmark = [pytest.mark.django_db, pytest.mark.replay]
DAY = "2021-06-03"
MONTH_ENDS = [date(2020 + n // 12, n % 12 + 1, 28) for n in range(24)]


@pytest.fixture(scope="module", autouse=True)
def _world(django_db_setup, django_db_blocker):
    with played(django_db_blocker, only=ARTICLE):
        yield


@pytest.fixture
def reader(client):
    """Logs a demo account in: reader("leader")."""

    def log_in(username):
        client.force_login(User.objects.get(username=username))
        return client

    return log_in


@pytest.mark.parametrize("username", ["leader", "reviewer", "lead", "supervisor"])
def test_the_figures_of_the_article(reader, username):
    found = figures(reader(username), DAY)
    expected = {
        ("problems", "raised"): 54,
        ("problems", "solved"): 32,
        ("agreements", "signed"): 14,
        ("agreements", "overdue"): 0,
        ("agreements", "solving"): 5,
        ("branches", "taking_part"): 19,
        ("branches", "existing"): 19,
        ("branches", "solving"): 7,
    }
    assert {key: found[key] for key in expected} == expected


def test_every_figure_of_every_month_opens_its_rows(reader):
    client = reader("leader")
    for day in [DAY, *(f"{day:%Y-%m-%d}" for day in MONTH_ENDS[3::4])]:
        page = client.get("/reports/", {"as_of": day}).content.decode()
        assert len(FIGURE.findall(page)) == 14
        for address, n in FIGURE.findall(page):
            assert_list_has(client, address.replace("&amp;", "&"), int(n))


@pytest.mark.parametrize("username", ["leader", "secretary", "liaison", "partner"])
def test_the_table_of_the_article(reader, username):
    page = reader(username).get("/reports/solved/", {"as_of": DAY})
    html = page.content.decode()
    assert "5 对、7 个党支部、32 个问题" in html
    assert 'id="solved" data-total="32"' in html
    assert html.count("<tr data-row>") == 32
    subtotals = [int(re.search(r"(\d+) 个问题", pair["subtotal"])[1]) for pair in page.context["pairs"]]
    assert (len(subtotals), sum(subtotals), max(subtotals)) == (5, 32, 15)
    assert all(cell.text for pair in page.context["pairs"] for line in pair["lines"] for cell in line)
    assert all(cell.text != "—" for pair in page.context["pairs"] for line in pair["lines"] for cell in line)


def test_all_solved_problems_of_the_article_are_business(reader):
    client = reader("leader")
    for kind, n in (("business", 32), ("party_work", 0)):
        page = client.get("/reports/solved/", {"as_of": DAY, "class": kind})
        assert f'data-total="{n}"' in page.content.decode()


def test_filters_split_the_table_without_remainder(reader):
    client = reader("leader")

    def total(**question):
        return client.get("/reports/solved/", question).context["total"]

    last = {"as_of": "2021-12-31"}
    everything = total(**last)
    assert everything > 32
    assert sum(total(**last, year=str(year)) for year in (2020, 2021)) == everything
    assert sum(total(**last, level=level) for level in ("unit", "post")) == everything
    assert sum(total(**last, **{"class": kind}) for kind in ("business", "party_work")) == everything


def test_the_state_of_every_problem_on_every_month_end_is_that_of_the_record():
    """Apart from reports of "done" that were sent back later: they leave no date on the rows (Problem.as_of)."""
    steps = list(Event.objects.filter(object_type="problem").order_by("happened_at", "pk"))
    sent_back = {step.object_id for step in steps if step.action == "send_back"}
    seen = set()
    for day in MONTH_ENDS:
        recorded = {event.object_id: event.target for event in steps if day_of(event.happened_at) <= day}
        states = {problem.pk: problem.state_then for problem in Problem.objects.raised_on(day).as_of(day)}
        differing = {pk: (state, recorded[pk]) for pk, state in states.items() if state != recorded[pk]}
        assert set(differing) <= sent_back, day
        assert set(differing.values()) <= {("in_pairing", "done")}, day
        seen |= set(states.values())
    assert seen >= {"open", "matched", "in_pairing", "closed", "refused"}


@pytest.mark.parametrize("username", ["leader", "reviewer", "secretary"])
def test_every_figure_of_every_page_opens_its_list(reader, username):
    known = {}  # the walks meet on most pages
    for start, least in (("/reports/", 14), ("/reports/?as_of=2021-06-03", 14), ("/", 3)):
        assert walk(reader(username), start, known) >= least, start
