"""The network of pairs against the hand-made world: lines, years, categories, mergers, three parties, its lists."""

import re
from datetime import date
from unittest.mock import patch

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation, Role
from accounts.tests import people
from pairing.models import Category
from pairing.services import hand_over_closed
from pairing.tests import world
from pairing.tests.world import moment
from reports import rollups
from reports.network import parts
from reports.tests.test_figures import assert_list_has
from reports.tests.years import create_years

FIGURE = re.compile(r'href="([^"]+)" data-figure="(\d+)"')
DAY = "2021-06-03"


def pair(first, second):
    return frozenset((first, second))


OF_THE_DAY = {
    pair("质量安全部", "廊坊"): (1, 2),
    pair("电气", "廊坊"): (1, 1),
    pair("测绘", "电气"): (1, 0),
    pair("质量安全部", "纪委"): (1, 0),
}


def short(node):
    return node.name.removesuffix("党支部").removeprefix("公司")


class NetworkTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.years = create_years()

    def setUp(self):
        self.client.force_login(self.years.seats["leader"].person)

    def page(self, **asked):
        page = self.client.get("/reports/network/", {"as_of": DAY} | asked)
        assert page.status_code == 200
        return page

    def picture(self, **asked):
        return self.page(**asked).context["picture"]

    def lines(self, **asked):
        """{two names: (pairs, solved)} of the picture; names without 党支部."""
        picture = self.picture(**asked)
        names = [short(node) for node in picture.nodes]
        return {frozenset((names[a], names[b])): numbers for (a, b), numbers in picture.counts.lines.items()}

    def signed(self, initiator, partners, problem, day):
        """A pair of `initiator` and `partners` signed on `day`."""
        years = self.years
        bodies = [years.body(name) for name in partners]
        agreement = world.create_agreement(
            years.programme, years.seats[initiator], bodies, [problem], at=moment(day), aim="另一对"
        )
        return world.bring_to("active", agreement, reviewer=years.seats["reviewer"], at=moment(day))

    def test_the_lines_of_the_day(self):
        assert self.lines() == OF_THE_DAY

    def test_a_pair_belongs_to_the_year_of_its_signing_and_its_solved_problems_with_it(self):
        """Problems 1 and 2 were written off in 2021, under the pair signed in 2020."""
        assert self.lines(year="2020") == {pair("质量安全部", "廊坊"): (1, 2)}
        assert self.lines(year="2021") == {ends: n for ends, n in OF_THE_DAY.items() if n != (1, 2)}
        assert self.lines(as_of="2020-11-09") == {}
        assert self.lines(as_of="2020-11-10") == {pair("质量安全部", "廊坊"): (1, 0)}

    def test_the_last_day_of_a_year_is_not_the_first_of_the_next(self):
        self.signed("廊坊", ["测绘"], self.years.problems[8], "2021-12-31")
        assert pair("廊坊", "测绘") in self.lines(as_of="2022-01-31", year="2021")
        assert self.lines(as_of="2022-01-31", year="2022") == {}

    def test_the_row_of_years_counts_pairs_and_stays_when_a_year_is_chosen(self):
        for asked in ({}, {"year": "2020"}):
            years = [(label, n, here) for label, n, _url, here, _id in self.page(**asked).context["years"]]
            assert [(label, n) for label, n, _here in years] == [("全部年度", 4), ("2020年", 1), ("2021年", 3)]
            assert [here for _label, _n, here in years] == [not asked, bool(asked), False]

    def test_a_category_takes_its_pairs_and_counts_its_problems_alone(self):
        party_work = Category.objects.get(name="党建")
        assert self.lines(category=party_work.pk) == {pair("质量安全部", "纪委"): (1, 0)}
        safety = Category.objects.get(name="质量安全")
        below = Category.objects.create(name="焊接", parent=safety)
        self.years.problems[1].category = below
        self.years.problems[1].save(update_fields=["category"])
        assert self.lines(category=below.pk) == {pair("质量安全部", "廊坊"): (1, 1)}
        assert self.lines(category=safety.pk)[pair("质量安全部", "廊坊")] == (1, 2)

    def test_of_three_parties_each_two_are_a_line_and_the_pair_is_counted_once(self):
        before = self.page().context["pairs"]
        self.signed("廊坊", ["测绘", "综合"], self.years.problems[8], "2021-06-01")
        lines = self.lines()
        assert {ends for ends in lines if lines[ends] == (1, 0)} >= {
            pair("廊坊", "测绘"), pair("廊坊", "综合"), pair("测绘", "综合"),
        }  # fmt: skip
        page = self.page()
        assert page.context["pairs"] == before + 1
        nodes = page.context["picture"].counts.nodes
        names = [short(node) for node in page.context["picture"].nodes]
        assert {names[index]: pairs for index, (pairs, _n) in nodes.items()} == {
            "质量安全部": 2, "廊坊": 3, "电气": 2, "测绘": 2, "综合": 1, "纪委": 1,
        }  # fmt: skip

    def test_a_merged_branch_stays_where_it_signed_and_its_open_pairs_go_to_the_successor(self):
        merged, heir = self.years.body("电气"), self.years.body("综合")
        Organisation.objects.filter(pk=merged.pk).update(closed_on=date(2021, 6, 2), successor=heir)
        hand_over_closed(date(2021, 6, 2), at=moment("2021-06-02"))
        assert self.lines() == {
            pair("质量安全部", "廊坊"): (1, 2),
            pair("电气", "廊坊"): (1, 1),  # ended before the merger
            pair("测绘", "综合"): (1, 0),
            pair("质量安全部", "纪委"): (1, 0),
        }
        assert self.lines(as_of="2021-06-01") == OF_THE_DAY
        assert self.page().context["coverage"].taking_part_count == 4

    def test_coverage_with_numerator_and_denominator_and_who_was_never_in_a_pair(self):
        page = self.page()
        coverage = page.context["coverage"]
        assert (coverage.taking_part_count, coverage.existing_count, coverage.never_count) == (4, 5, 1)
        assert [branch.name for branch in page.context["never"]] == ["综合党支部"]
        assert "2020年1月1日设立" in page.content.decode()
        page = self.page(as_of="2021-07-01")
        assert [branch.name for branch in page.context["never"]] == ["综合党支部", "新党支部"]

    def test_every_figure_opens_a_list_of_so_many_rows(self):
        party_work = Category.objects.get(name="党建")
        for who in ("leader", "reviewer", "电气", "综合", "纪委"):
            self.client.force_login(self.years.seats[who].person)
            for asked in ({}, {"year": "2021"}, {"category": party_work.pk}, {"as_of": ""}):
                found = FIGURE.findall(self.page(**asked).content.decode())
                assert len(found) >= (4 if who in ("leader", "reviewer") else 2)  # the own scope has no coverage
                for address, n in found:
                    assert_list_has(self.client, address.replace("&amp;", "&"), int(n))

    def test_the_matrix_and_the_drawing_say_the_same(self):
        picture = self.picture()
        of_matrix = {
            pair(short(row.node), short(other)): (entry.pairs, entry.solved)
            for row in picture.matrix
            for other, entry in row.cells
            if entry
        }
        names = [short(dot.node) for dot in picture.drawing.dots]
        of_drawing = {
            pair(names[line.first], names[line.second]): (line.pairs, line.solved) for line in picture.drawing.lines
        }
        assert of_matrix == of_drawing == OF_THE_DAY
        links = picture.data["links"]
        assert [(first, second) for first, second, *_rest in links] == [
            (line.first, line.second) for line in picture.drawing.lines
        ]

    def test_no_place_changes_with_the_year_or_the_category(self):
        def places(**asked):
            return [(dot.node.name, dot.x, dot.y) for dot in self.picture(**asked).drawing.dots]

        party_work = Category.objects.get(name="党建").pk
        assert places() == places(year="2020") == places(year="2021", category=party_work)

    def test_a_branch_sees_its_own_part_and_the_page_says_so(self):
        self.client.force_login(self.years.seats["电气"].person)
        assert self.lines() == {pair("电气", "廊坊"): (1, 1), pair("测绘", "电气"): (1, 0)}
        page = self.page()
        assert "本支部范围" in page.content.decode()
        assert "本支部已参加结对" in page.content.decode()
        assert "所有党支部都" not in page.content.decode()
        assert (page.context["coverage"].taking_part_count, page.context["coverage"].existing_count) == (1, 1)
        lists = self.client.get("/reports/network/pairs/", {"as_of": DAY}).content.decode()
        assert "第first对" not in lists

    def test_who_was_never_in_a_pair_is_led_to_inviting(self):
        assert "/agreements/new/" not in self.page().content.decode()
        self.client.force_login(self.years.seats["综合"].person)
        assert 'href="/agreements/new/"' in self.page().content.decode()

    def test_what_is_no_part_year_or_node_is_said(self):
        other = people.create_committee("另一公司党委")
        for wrong in ({"within": other.pk}, {"within": "x"}, {"run": "3-1"}, {"run": "x"}):
            assert self.client.get("/reports/network/", wrong).status_code == 404, wrong
        for wrong in ({"a": "99999"}, {"a": "x"}):
            assert self.client.get("/reports/network/pairs/", wrong).status_code == 404, wrong
        assert self.client.get("/reports/network/branches/", {"what": "best"}).status_code == 404
        assert "四位数" in self.page(year="x").content.decode()
        assert "1900年没有签约的结对" in self.page(year="1900").content.decode()


class LargeNetworkTest(TestCase):
    """Too many branches for one picture: first the bodies above them, then what lies below one of these."""

    @classmethod
    def setUpTestData(cls):
        cls.root = people.create_committee("集团党委")
        cls.programme = world.create_programme(cls.root)
        cls.leader = people.create_seat(Role.LEADER, cls.root)
        cls.reviewer = people.create_seat(Role.REVIEWER, cls.root, may_backdate=True)
        cls.companies = [people.create_committee(f"第{n}公司", parent=cls.root) for n in range(1, 4)]
        cls.seats = [
            [
                people.create_seat(
                    Role.SECRETARY, people.create_branch(f"{n}-{k}党支部", parent=company), may_backdate=True
                )
                for k in range(3)
            ]
            for n, company in enumerate(cls.companies, 1)
        ]
        cls.sign(cls.seats[0][0], cls.seats[0][1], "2026-01-05")  # inside the first company
        cls.sign(cls.seats[0][0], cls.seats[1][0], "2026-02-05")
        cls.sign(cls.seats[1][1], cls.seats[2][0], "2025-02-05")

    @classmethod
    def sign(cls, first, second, day):
        problem = world.create_problem(cls.programme, first, at=moment(day))
        agreement = world.create_agreement(
            cls.programme, first, [second.organisation], [problem], at=moment(day), aim=f"{day}的一对"
        )
        world.bring_to("active", agreement, reviewer=cls.reviewer, at=moment(day))

    def setUp(self):
        self.client.force_login(self.leader.person)
        few = patch.object(parts, "MOST_NODES", 5)
        few.start()
        self.addCleanup(few.stop)

    def picture(self, address="/reports/network/?as_of=2026-03-01"):
        page = self.client.get(address)
        for figure, n in FIGURE.findall(page.content.decode()):
            assert_list_has(self.client, figure.replace("&amp;", "&"), int(n))
        return page, page.context["picture"]

    def named(self, picture):
        names = [node.name for node in picture.nodes]
        return {(names[a], names[b]): pairs for (a, b), (pairs, _n) in picture.counts.lines.items()}

    def test_companies_first(self):
        page, picture = self.picture()
        assert [(node.name, node.branches) for node in picture.nodes] == [
            ("第1公司", 3), ("第2公司", 3), ("第3公司", 3),
        ]  # fmt: skip
        assert self.named(picture) == {("第1公司", "第1公司"): 1, ("第1公司", "第2公司"): 1, ("第2公司", "第3公司"): 1}
        assert [dot.inside for dot in picture.drawing.dots] == [1, 0, 0]
        assert len(picture.drawing.lines) == 2
        assert page.context["pairs"] == 3
        assert (page.context["coverage"].taking_part_count, page.context["coverage"].existing_count) == (5, 9)

    def test_coverage_from_the_facts_is_that_of_the_rows(self):
        live = self.picture()[0]
        rollups.rebuild(self.programme)
        summed = self.picture()[0]
        for page in (live, summed):
            coverage = page.context["coverage"]
            assert (coverage.taking_part_count, coverage.existing_count) == (5, 9)
            assert [branch.name for branch in page.context["never"]] == [
                "1-2党支部",
                "2-2党支部",
                "3-1党支部",
                "3-2党支部",
            ]
            assert {branch.name for branch in coverage.taking_part()} == {
                "1-0党支部", "1-1党支部", "2-0党支部", "2-1党支部", "3-0党支部",
            }  # fmt: skip

    def test_a_company_is_opened_and_the_rest_of_the_programme_is_one_dot(self):
        _page, above = self.picture()
        page, picture = self.picture(above.data["nodes"][0]["url"])
        assert "as_of=2026-03-01" in above.data["nodes"][0]["url"]
        assert [node.name for node in picture.nodes] == ["1-0党支部", "1-1党支部", "1-2党支部", "范围以外"]
        assert self.named(picture) == {("1-0党支部", "1-1党支部"): 1, ("范围以外", "1-0党支部"): 1}
        assert page.context["pairs"] == 2
        assert (page.context["coverage"].taking_part_count, page.context["coverage"].existing_count) == (2, 3)
        assert page.context["back_url"] == "/reports/network/?as_of=2026-03-01"

    def test_too_many_companies_stand_in_runs_that_open(self):
        with patch.object(parts, "MOST_NODES", 2), patch.object(parts, "RUNS", 2):
            _page, picture = self.picture()
            assert [(node.key, node.branches) for node in picture.nodes] == [
                ("1-2", 6), (str(self.companies[2].pk), 3),
            ]  # fmt: skip
            assert sorted(self.named(picture).values()) == [1, 2]
            page, picture = self.picture(picture.data["nodes"][0]["url"])
            assert [node.name for node in picture.nodes] == ["第1公司", "第2公司", "范围以外"]
            assert page.context["pairs"] == 3
            assert (page.context["coverage"].taking_part_count, page.context["coverage"].existing_count) == (4, 6)

    def test_the_data_stays_bounded(self):
        with patch.object(parts, "MOST_NODES", 60):
            _page, picture = self.picture()
        assert len(picture.nodes) == 9
        with patch("reports.network.picture.MOST_LINES", 1), patch("reports.network.picture.MATRIX_MOST", 2):
            page, picture = self.picture()
        assert len(picture.data["links"]) == 1
        assert picture.drawing.left_out == 1
        assert "略去较细的 1 条线" in page.content.decode()
        assert not picture.matrix
        assert page.content.decode().count('<tr><th scope="row">') == 3

    def test_as_many_queries_whatever_the_number_of_pairs(self):
        def queries():
            self.client.force_login(self.leader.person)
            self.client.get("/reports/network/")  # the session has been written
            with CaptureQueriesContext(connection) as caught:
                self.client.get("/reports/network/?as_of=2026-03-01")
            return [one["sql"] for one in caught if one["sql"].lstrip().startswith(("SELECT", "WITH"))]

        few = queries()
        assert len(few) <= 12, few
        for n in range(3):
            self.sign(self.seats[2][n], self.seats[0][n], "2026-02-06")
        assert len(queries()) == len(few)
