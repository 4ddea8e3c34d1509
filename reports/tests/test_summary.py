"""The summary table against the hand-made world, and each of its numbers equal to the rows of the list it opens."""

import re
from datetime import date
from html import unescape
from itertools import cycle
from unittest.mock import patch

from django.http import QueryDict
from django.test import RequestFactory, TestCase
from django.urls import resolve

from pairing.enums import ProblemClass
from pairing.models import Category
from pairing.tests import world
from reports.models import SummedBody
from reports.questions import ask
from reports.rollups import rebuild
from reports.selectors import FIGURES, LISTS
from reports.summary import MEASURES
from reports.tests.test_reading import queries
from reports.tests.years import create_years
from reports.views.summary import PARTS

SUMMARY = "/reports/summary/"
FIGURE = re.compile(r'href="([^"]+)" data-figure="(\d+)"')
DAY = "2021-06-03"
GROUPINGS = ("branch", "category", "class", "month", "direction", "level", "side")


def rows_of(address, user):
    """Number of rows of the list at `address` for `user`, by the QuerySet of its page."""
    path, _mark, query = address.partition("?")
    request = RequestFactory().get(address)
    request.user = user
    form, question = ask(request, filters=True)
    assert form.is_valid(), (address, form.errors)
    page, what = resolve(path).kwargs["page"], QueryDict(query)["what"]
    return LISTS[page](FIGURES[page, what].rows(question, user), question).count()


def test_each_measure_stands_in_one_part_of_the_phone():
    assert sorted(name for _part, _label, names in PARTS for name in names) == sorted(m.name for m in MEASURES)
    assert max(len(names) for _part, _label, names in PARTS) <= 5  # as many as fit beside the names


class SummaryTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.years = create_years()

    def setUp(self):
        self.client.force_login(self.years.seats["leader"].person)

    def table(self, **question):
        """{row: {measure: n}} without the zeros; the total under its name."""
        page = self.client.get(SUMMARY, {"as_of": DAY} | question)
        assert page.status_code == 200
        assert "error-summary" not in page.content.decode(), page.context["form"].errors
        rows = {group.label: _numbers(counts) for group, _address, counts in page.context["rows"]}
        return rows | {"合计": _numbers(page.context["total"])}

    def assert_figures_are_rows(self, question, least=1):
        user = self.years.seats["leader"].person
        found = FIGURE.findall(self.client.get(SUMMARY, question).content.decode())
        assert len(found) >= least
        for address, n in set(found):
            assert rows_of(unescape(address), user) == int(n), (question, address)

    def test_by_branch_as_of_a_day(self):
        table = self.table()
        assert list(table) == [
            "质量安全部党支部", "廊坊党支部", "电气党支部", "测绘党支部", "综合党支部", "合计",
        ]  # fmt: skip
        assert table["质量安全部党支部"] == {
            "raised": 3, "in_pairing": 1, "solved": 2, "new": 2, "ended": 1, "on_time": 1, "running": 1,
        }  # fmt: skip
        assert table["廊坊党支部"] == {
            "raised": 2, "withdrawn": 1, "open": 1, "new": 2, "ended": 2, "on_time": 1, "late": 1, "days_late": 10,
        }  # fmt: skip
        assert table["综合党支部"] == {}
        assert table["合计"] == {
            "raised": 8, "refused": 1, "withdrawn": 1, "open": 1, "in_pairing": 2, "solved": 3, "new": 4, "ended": 2,
            "on_time": 1, "late": 1, "days_late": 10, "running": 2,
        }  # fmt: skip

    def test_a_pair_counts_under_each_branch_and_once_in_the_total(self):
        table = self.table()
        total = table.pop("合计")
        assert sum(row.get("new", 0) for row in table.values()) == 7  # one of eight seats is a discipline committee's
        assert total["new"] == 4
        assert sum(row.get("raised", 0) for row in table.values()) == total["raised"]

    def test_within_a_period_newly_signed_and_carried_over(self):
        assert self.table(year="2021")["合计"] == {
            "raised": 5, "refused": 1, "withdrawn": 1, "open": 1, "in_pairing": 2, "solved": 3, "carried": 1, "new": 3,
            "ended": 2, "on_time": 1, "late": 1, "days_late": 10, "running": 2,
        }  # fmt: skip
        assert self.table(year="2020")["合计"] == {"raised": 3, "open": 1, "in_pairing": 2, "new": 1, "running": 1}
        quarter = self.table(year="2021", part="q1")["合计"]
        assert (quarter["carried"], quarter["new"], quarter["ended"], quarter["running"]) == (1, 3, 1, 3)
        days = self.table(**{"from": "2021-2-1", "to": "20210331"})["合计"]
        assert (days["carried"], days["new"], days["running"]) == (1, 2, 3)
        half = self.table(year="2021", part="h1", as_of="")["合计"]
        assert half["raised"] == 5  # problem 9 was raised in July

    def test_carried_over_and_new_less_ended_are_running(self):
        for question in ({"year": "2021"}, {"year": "2021", "part": "m4"}, {"from": "2021-01-06", "to": "2021-04-30"}):
            for row in self.table(**question).values():
                n = row.get
                assert n("carried", 0) + n("new", 0) - n("ended", 0) == n("running", 0), question
                assert n("on_time", 0) + n("late", 0) + n("terminated", 0) == n("ended", 0), question

    def test_by_category_class_direction_level_and_side(self):
        assert self.table(group="category")["质量安全"]["raised"] == 7
        assert self.table(group="category")["党建"] == {"raised": 1, "in_pairing": 1, "new": 1, "running": 1}
        assert self.table(group="class")[str(ProblemClass.PARTY_WORK.label)]["new"] == 1
        direction = self.table(group="direction")
        assert direction["机关对基层"]["solved"] == 2
        assert direction["尚未结对"].items() >= {"raised": 3, "refused": 1, "withdrawn": 1, "open": 1}.items()
        assert self.table(group="level")["岗位对岗位"] == {
            "raised": 1, "solved": 1, "new": 1, "ended": 1, "late": 1, "days_late": 10,
        }  # fmt: skip
        assert self.table(group="side")["机关"]["new"] == 2

    def test_by_month_the_states_are_those_of_the_end_of_each_month(self):
        table = self.table(group="month", year="2021")
        assert list(table) == [*(f"2021年{n}月" for n in range(1, 7)), "合计"]
        assert table["2021年1月"]["carried"] == 1
        assert table["2021年1月"]["running"] == 1
        assert table["2021年2月"]["refused"] == 1
        assert table["2021年5月"]["raised"] == 1
        months = [row for label, row in table.items() if label != "合计"]
        for flow in ("raised", "solved", "new", "ended"):
            assert sum(row.get(flow, 0) for row in months) == table["合计"][flow], flow

    def test_every_number_opens_a_list_of_so_many_rows(self):
        child = Category.objects.create(name="焊接", kind="business", parent=Category.objects.get(name="质量安全"))
        type(self.years.problems[1]).objects.filter(pk=self.years.problems[1].pk).update(category=child)
        type(self.years.problems[8]).objects.filter(pk=self.years.problems[8].pk).update(category=None)
        for group in GROUPINGS:
            period = {"year": "2021", "part": "q1"} if group in ("branch", "month") else {}
            self.assert_figures_are_rows({"as_of": DAY, "group": group} | period, least=40)

    def test_every_filter_stays_in_the_lists(self):
        safety = Category.objects.get(name="质量安全").pk
        filters = (
            {"organisation": self.years.body("廊坊").pk}, {"organisation": self.years.body("纪委").pk},
            {"category": safety}, {"class": "party_work"}, {"direction": "hq_gr"}, {"direction": "none"},
            {"level": "post"}, {"side": "headquarters"}, {"state": "in_pairing"}, {"state": "refused"},
            {"category": safety, "level": "unit", "state": "closed", "year": "2021"},
        )  # fmt: skip
        for group, narrowed in zip(cycle(("class", "direction", "category")), filters, strict=False):
            self.assert_figures_are_rows({"as_of": DAY, "group": group} | narrowed)

    def test_filters_narrow(self):
        assert self.table(organisation=self.years.body("廊坊").pk)["合计"]["new"] == 2
        assert self.table(level="post")["合计"] == self.table(group="level")["岗位对岗位"]
        assert self.table(state="closed")["合计"]["raised"] == 3
        assert self.table(state="in_pairing")["合计"]["running"] == 2
        assert self.table(side="grassroots")["合计"]["new"] == 2
        assert self.table(category="none")["合计"] == {}

    def test_many_branches_are_summed_up_by_what_lies_above_and_a_click_goes_down(self):
        with patch("reports.grouping.bodies.PER_PAGE", 3):
            first = self.client.get(SUMMARY, {"as_of": DAY})
            assert len(first.context["rows"]) == 3
            assert first.context["pages"]["next"].endswith("page=2")
            second = self.client.get(SUMMARY, {"as_of": DAY, "page": 2})
            labels = [group.label for page in (first, second) for group, _a, _c in page.context["rows"]]
            assert labels == ["质量安全部党支部", "廊坊党支部", "电气党支部", "测绘党支部", "综合党支部", "公司纪委"]
            assert _numbers(first.context["total"]) == self.table()["合计"]
            self.assert_figures_are_rows({"as_of": DAY, "page": 2})
            export = self.client.get(SUMMARY, {"as_of": DAY, "export": "csv"})
            assert len(b"".join(export.streaming_content).splitlines()) == 1 + 6 + 1

    def test_large_bodies_are_read_from_their_sums_with_the_same_numbers(self):
        questions = ({}, {"year": "2021"}, {"year": "2021", "part": "m2"}, {"page": "2"})
        with patch("reports.grouping.bodies.PER_PAGE", 3):
            before = [self.table(**question) for question in questions]
            with patch("reports.rollups.folding.LARGE", 1):
                rebuild(self.years.programme)
            assert SummedBody.objects.filter(body=self.years.body("廊坊").pk).exists()
            assert [self.table(**question) for question in questions] == before

    def test_own_scope_is_said_and_kept(self):
        seat = self.years.seats["电气"]
        self.client.force_login(seat.person)
        page = self.client.get(SUMMARY, {"as_of": DAY})
        html = page.content.decode()
        assert "本支部范围" in html
        assert _numbers(page.context["total"])["raised"] == 2
        assert "质量安全部党支部" not in [group.label for group, _a, _c in page.context["rows"]]
        for group in ("branch", "category"):
            found = FIGURE.findall(self.client.get(SUMMARY, {"as_of": DAY, "group": group}).content.decode())
            for address, n in found:
                assert rows_of(unescape(address), seat.person) == int(n), (group, address)

    def test_nonsense_gets_a_sentence_beside_the_field(self):
        cases = {
            ("part", "q2"): "请选择是哪一年",
            ("from", "32日"): "不是有效日期",
            ("state", "draft"): "不在可选范围内",
            ("side", "left"): "不在可选范围内",
            ("group", "colour"): "不在可选范围内",
        }
        for (name, value), sentence in cases.items():
            html = self.client.get(SUMMARY, {name: value}).content.decode()
            assert sentence in html, name
            assert "error-summary" in html, name
        both = self.client.get(SUMMARY, {"year": "2021", "from": "2021-01-01"}).content.decode()
        assert "只填一种" in both
        assert 'value="2021-01-01"' in both
        assert "早于" in self.client.get(SUMMARY, {"from": "2021-02-01", "to": "2021-01-01"}).content.decode()

    def test_no_cell_is_blank_and_the_export_holds_the_same(self):
        page = self.client.get(SUMMARY, {"as_of": DAY})
        assert all(len(counts) == len(MEASURES) for _g, _a, counts in page.context["rows"])
        assert not re.search(r'<td class="num"[^>]*>\s*</td>', page.content.decode())
        answer = self.client.get(SUMMARY, {"as_of": DAY, "export": "csv"})
        lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
        assert lines[1].startswith("质量安全部党支部,3,0,0,0,0,0,0,1,0,2,0,0,2,1,1,0,0,0,1,0")
        assert lines[-1].startswith("合计,8,1,1,0,0,1,0,2,0,3,0,0,4,2,1,1,10,0,2,0")

    def test_extended_and_terminated_pairs(self):
        soon = self.years.pairs["soon"]
        asked = {"progress": "七成", "new_due_on": date(2021, 8, 1), "note": "设备晚到"}
        self.years.take("ask_extension", soon, "质量安全部", "2021-06-01", **asked)
        self.years.take("grant_extension", soon, "reviewer", "2021-06-02", note="同意")
        assert self.table()["合计"]["extended"] == 1
        assert "extended" not in self.table(as_of="2021-06-01")["合计"]


def _numbers(counts):
    return {count.name: count.n for count in counts if count.n}


class SummaryCostTest(TestCase):
    def test_few_and_many_rows_cost_the_same(self):
        years = create_years()
        self.client.force_login(years.seats["leader"].person)
        addresses = [f"{SUMMARY}?group={group}" for group in GROUPINGS]
        before = {address: queries(self.client, address) for address in addresses}
        for n in range(12):
            world.create_category(f"门类{n}")
            years_body = years.body("综合")
            type(years_body).objects.create(
                code=f"N{n}", name=f"第{n}党支部", short_name=f"第{n}", kind="party_branch", side="grassroots",
                parent=years.committee,
            )  # fmt: skip
        assert before == {address: queries(self.client, address) for address in addresses}
        assert max(before.values()) <= 12 + 4  # the transaction, its mode, its end, and whether the sums are up to date
