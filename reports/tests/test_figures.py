"""Each figure against a hand-made world, and each figure equal to the rows of the list it opens."""

import re

import pytest

from pairing.tests.world import moment
from pairing.workflow.engine import perform
from reports.tests.years import create_years

pytestmark = pytest.mark.django_db
FIGURE = re.compile(r'href="([^"]+)" data-figure="(\d+)"')


@pytest.fixture
def years():
    return create_years()


@pytest.fixture
def leader(client, years):
    client.force_login(years.seats["leader"].person)
    return client


def figures(client, as_of):
    """{(page, what): number} of the page of figures."""
    page = client.get("/reports/", {"as_of": as_of})
    assert page.status_code == 200
    return {(f["url"].split("/")[2], _what(f["url"])): f["n"] for f in page.context["figures"].values()}


def _what(address):
    return re.search(r"what=(\w+)", address)[1]


def test_every_figure_of_the_day(leader):
    assert figures(leader, "2021-06-03") == {
        ("problems", "raised"): 8,
        ("problems", "solved"): 3,
        ("problems", "relapsed"): 0,
        ("problems", "refused"): 1,
        ("problems", "withdrawn"): 1,
        ("problems", "explained"): 0,
        ("agreements", "signed"): 3,
        ("agreements", "running"): 2,
        ("agreements", "due_soon"): 1,
        ("agreements", "overdue"): 1,
        ("agreements", "solving"): 2,
        ("branches", "taking_part"): 4,
        ("branches", "existing"): 5,
        ("branches", "solving"): 3,
    }


def test_every_figure_begins_and_ends_on_its_day(leader):
    expected = {
        "2019-12-31": {"raised": 0, "signed": 0, "running": 0, "taking_part": 0},
        "2020-11-09": {"raised": 2, "signed": 0, "running": 0, "taking_part": 0},
        "2020-11-10": {"raised": 2, "signed": 1, "running": 1, "taking_part": 2},
        "2021-01-04": {"raised": 3, "signed": 0, "running": 1, "taking_part": 2, "existing": 6},
        "2021-01-19": {"solved": 0, "running": 2},
        "2021-01-20": {"solved": 2, "running": 1},
        "2021-02-01": {"refused": 1, "withdrawn": 0, "existing": 5},
        "2021-04-05": {"overdue": 0, "due_soon": 1},
        "2021-04-06": {"overdue": 1, "due_soon": 0},
        "2021-04-15": {"overdue": 0, "solved": 3},
        "2021-05-05": {"due_soon": 0},
        "2021-05-06": {"due_soon": 1},
        "2021-05-20": {"overdue": 0, "due_soon": 1},
        "2021-05-21": {"overdue": 1, "due_soon": 0},
        "2021-07-01": {"raised": 9, "existing": 6, "overdue": 2},
    }
    found = {}
    for day, figures_of_day in expected.items():
        every = {what: n for (_page, what), n in figures(leader, day).items() if what != "solving"}
        found[day] = {what: every[what] for what in figures_of_day}
    assert found == expected


def test_every_figure_opens_a_list_of_so_many_rows(client, years):
    for role in ("leader", "reviewer", "supervisor", "质量安全部", "综合"):
        client.force_login(years.seats[role].person)
        for day in ("2020-11-10", "2021-02-10", "2021-06-03", ""):
            page = client.get("/reports/", {"as_of": day})
            found = FIGURE.findall(page.content.decode())
            assert len(found) == 14
            for address, n in found:
                assert_list_has(client, address.replace("&amp;", "&"), int(n))
                assert not day or f"as_of={day}" in address


def assert_list_has(client, address, n):
    opened = client.get(address).content.decode()
    assert f'data-total="{n}"' in opened, address
    body = re.search(r"<tbody>(.*)</tbody>", opened, re.S)
    assert (body[1].count("<tr") if body else 0) == n, address


def test_a_long_list_is_cut_into_pages_and_its_total_is_not(leader, monkeypatch):
    monkeypatch.setattr("reports.views.PER_PAGE", 3)
    address = "/reports/problems/?what=raised&as_of=2021-06-03"
    first = leader.get(address)
    assert 'data-total="8"' in first.content.decode()
    assert len(first.context["lines"]) == 3
    assert len(leader.get(f"{address}&page=3").context["lines"]) == 2
    assert len(leader.get(f"{address}&rows=all").context["lines"]) == 8


def test_a_late_correction_changes_the_table_of_the_past(leader, years):
    assert figures(leader, "2021-01-20")["problems", "solved"] == 2
    perform(
        "correct", years.problems[1], seat=years.seats["lead"], field="written_off_on", new="2021-01-25", note="补正",
        at=moment("2021-06-01"),
    )  # fmt: skip
    assert figures(leader, "2021-01-20")["problems", "solved"] == 1
    assert figures(leader, "2021-01-25")["problems", "solved"] == 2


def test_suspended_is_never_overdue(leader, years):
    perform("suspend", years.pairs["overdue"], seat=years.seats["lead"], at=moment("2021-05-10"), note="停工")
    assert figures(leader, "2021-06-03")["agreements", "overdue"] == 0
    perform("resume", years.pairs["overdue"], seat=years.seats["lead"], at=moment("2021-06-10"), note="复工")
    assert figures(leader, "2021-06-03")["agreements", "overdue"] == 0
    assert figures(leader, "2021-06-20")["agreements", "overdue"] == 1  # "soon" alone: the other moved by 31 days
    assert figures(leader, "2021-06-21")["agreements", "overdue"] == 2


def test_a_merger_does_not_change_who_took_part_before(leader, years):
    old, new = years.body("测绘"), years.body("综合")
    before = figures(leader, "2021-06-03")
    old.closed_on, old.successor = moment("2021-08-01").date(), new
    old.save()
    perform("hand_over", years.pairs["overdue"], seat=None, at=moment("2021-08-01"), old=old, new=new)
    assert figures(leader, "2021-06-03") == before
    after = figures(leader, "2021-08-01")
    assert after["branches", "taking_part"] == 4  # the successor stands in
    assert after["branches", "existing"] == 5


def test_a_refused_problem_being_rewritten_stays_raised(leader, years):
    perform("rewrite", years.problems[6], seat=years.seats["测绘"], at=moment("2021-06-01"))
    found = figures(leader, "2021-06-03")
    assert (found["problems", "raised"], found["problems", "refused"]) == (8, 0)
    rows = leader.get("/reports/problems/?what=raised").content.decode()
    assert f'href="/problems/{years.problems[6].pk}/"' not in rows  # nobody but the owner reads a draft
