"""Each figure against a hand-made world, and each figure equal to the rows of the list it opens."""

import re
from datetime import date
from unittest.mock import patch

from django.test import TestCase

from reports.tests.years import create_years

FIGURE = re.compile(r'href="([^"]+)" data-figure="(\d+)"')


def figures(client, as_of):
    """{(page, what): number} of the page of figures."""
    page = client.get("/reports/", {"as_of": as_of})
    assert page.status_code == 200
    return {(f["url"].split("/")[2], _what(f["url"])): f["n"] for f in page.context["figures"].values()}


def _what(address):
    return re.search(r"what=(\w+)", address)[1]


def assert_list_has(client, address, n):
    opened = client.get(address).content.decode()
    assert f'data-total="{n}"' in opened, address
    body = re.search(r"<tbody>(.*)</tbody>", opened, re.S)
    assert (body[1].count("<tr") if body else 0) == n, address


class FiguresTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.years = create_years()

    def setUp(self):
        self.client.force_login(self.years.seats["leader"].person)

    def test_every_figure_of_the_day(self):
        assert figures(self.client, "2021-06-03") == {
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

    def test_every_figure_begins_and_ends_on_its_day(self):
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
            every = {what: n for (_page, what), n in figures(self.client, day).items() if what != "solving"}
            found[day] = {what: every[what] for what in figures_of_day}
        assert found == expected

    def test_every_figure_opens_a_list_of_so_many_rows(self):
        for role in ("leader", "reviewer", "supervisor", "质量安全部", "综合"):
            self.client.force_login(self.years.seats[role].person)
            for day in ("2020-11-10", "2021-02-10", "2021-06-03", ""):
                page = self.client.get("/reports/", {"as_of": day})
                found = FIGURE.findall(page.content.decode())
                assert len(found) == (12 if role in ("质量安全部", "综合") else 14)  # branches are counted of the whole
                for address, n in found:
                    assert_list_has(self.client, address.replace("&amp;", "&"), int(n))
                    assert not day or f"as_of={day}" in address

    def test_a_long_list_is_cut_into_pages_and_its_total_is_not(self):
        address = "/reports/problems/?what=raised&as_of=2021-06-03"
        with patch("reports.views.figures.PER_PAGE", 3):
            first = self.client.get(address)
            last = self.client.get(f"{address}&page=3")
        assert 'data-total="8"' in first.content.decode()
        assert (len(first.context["lines"]), len(last.context["lines"])) == (3, 2)
        assert len(self.client.get(f"{address}&rows=all").context["lines"]) == 8

    def test_a_late_correction_changes_the_table_of_the_past(self):
        assert figures(self.client, "2021-01-20")["problems", "solved"] == 2
        new = {"field": "written_off_on", "new": "2021-01-25"}
        self.years.take("correct", self.years.problems[1], "lead", "2021-06-01", note="补正", **new)
        assert figures(self.client, "2021-01-20")["problems", "solved"] == 1
        assert figures(self.client, "2021-01-25")["problems", "solved"] == 2

    def test_suspended_is_never_overdue(self):
        self.years.take("suspend", self.years.pairs["overdue"], "lead", "2021-05-10", note="停工")
        assert figures(self.client, "2021-06-03")["agreements", "overdue"] == 0
        self.years.take("resume", self.years.pairs["overdue"], "lead", "2021-06-10", note="复工")
        assert figures(self.client, "2021-06-03")["agreements", "overdue"] == 0
        assert figures(self.client, "2021-06-20")["agreements", "overdue"] == 1  # "soon": the other moved by 31 days
        assert figures(self.client, "2021-06-21")["agreements", "overdue"] == 2

    def test_a_merger_does_not_change_who_took_part_before(self):
        old, new = self.years.body("测绘"), self.years.body("综合")
        before = figures(self.client, "2021-06-03")
        old.closed_on, old.successor = date(2021, 8, 1), new
        old.save()
        self.years.take("hand_over", self.years.pairs["overdue"], "", "2021-08-01", old=old, new=new)
        assert figures(self.client, "2021-06-03") == before
        after = figures(self.client, "2021-08-01")
        assert after["branches", "taking_part"] == 4  # the successor stands in
        assert after["branches", "existing"] == 5

    def test_a_refused_problem_being_rewritten_stays_raised(self):
        self.years.take("rewrite", self.years.problems[6], "测绘", "2021-06-01")
        found = figures(self.client, "2021-06-03")
        assert (found["problems", "raised"], found["problems", "refused"]) == (8, 1)  # refused until it is filed again
        rows = self.client.get("/reports/problems/?what=raised").content.decode()
        assert f'href="/problems/{self.years.problems[6].pk}/"' not in rows  # nobody but the owner reads a draft

    def test_a_list_says_how_a_pair_stood_on_that_day(self):
        late, soon = self.years.pairs["overdue"], self.years.pairs["soon"]
        asked = {"progress": "七成", "new_due_on": date(2021, 8, 1), "note": "设备晚到"}
        self.years.take("ask_extension", soon, "质量安全部", "2021-06-01", **asked)
        self.years.take("suspend", late, "lead", "2021-06-10", note="停工")
        assert self.standing("2021-05-31") == {"结对〔2021〕2号": "逾期 11 天", "结对〔2021〕3号": "还有约 11 个工作日"}
        assert self.standing("2021-06-20") == {"结对〔2021〕2号": "中止", "结对〔2021〕3号": "延期待批"}
        assert figures(self.client, "2021-06-20")["agreements", "overdue"] == 0
        self.years.take("refuse_extension", soon, "reviewer", "2021-06-21", note="抓紧完成")
        assert self.standing("2021-06-20")["结对〔2021〕3号"] == "延期待批"
        assert self.standing("2021-06-21")["结对〔2021〕3号"] == "逾期 6 天"

    def standing(self, day):
        page = self.client.get("/reports/agreements/", {"what": "running", "as_of": day})
        return {line[0].above: line[4].text for line in page.context["lines"]}
