"""A branch's own page against the hand-made world: figures, pairs, effects, what it helped with, who may read it."""

from html import unescape

from django.test import TestCase

from accounts.models import Role, UnitLink
from accounts.tests import people
from pairing.tests import world
from pairing.tests.world import moment
from reports.tests.test_figures import FIGURE, assert_list_has
from reports.tests.test_reading import queries
from reports.tests.years import create_years


class BranchTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.years = create_years()

    def log_in(self, who):
        self.client.force_login(self.years.seats[who].person)

    def page(self, name, who="", **question):
        self.log_in(who or name)
        page = self.client.get(self.address(name), {"as_of": "2021-06-03"} | question)
        assert page.status_code == 200
        return page

    def address(self, name):
        return f"/reports/branch/{self.years.body(name).pk}/"

    def figures(self, *args, **question):
        return {figure["what"]: figure["n"] for figure in self.page(*args, **question).context["figures"]}

    def test_the_figures_of_a_year(self):
        assert self.figures("质量安全部") == {"raised": 1, "solved": 2, "new": 1, "running": 1, "overdue": 0}
        assert self.figures("质量安全部", year="2020") == {
            "raised": 2, "solved": 0, "new": 1, "running": 1, "overdue": 0,
        }  # fmt: skip
        assert self.figures("质量安全部", year="all") == {
            "raised": 3, "solved": 2, "new": 2, "running": 1, "overdue": 0,
        }  # fmt: skip
        assert self.figures("测绘") == {"raised": 2, "solved": 0, "new": 1, "running": 1, "overdue": 1}

    def test_its_people_and_those_above_read_the_same_figures(self):
        for year in ("2020", "2021", "all"):
            assert self.figures("廊坊", year=year) == self.figures("廊坊", "leader", year=year)

    def test_every_figure_opens_a_list_of_so_many_rows(self):
        for name in ("质量安全部", "廊坊", "综合", "纪委"):
            for who in (name, "reviewer"):
                for year in ("", "2020", "all"):
                    found = FIGURE.findall(self.page(name, who, year=year).content.decode())
                    assert len(found) == 5
                    for address, n in found:
                        assert_list_has(self.client, unescape(address), int(n))

    def test_the_sentences(self):
        text = "".join(self.page("测绘").context["briefing"])
        assert text == "2021年，本支部提出 2 个问题，销号 0 个。新签 1 对，至2021年6月3日共建中 1 对。有 1 对逾期。"
        text = "".join(self.page("廊坊").context["briefing"])
        assert text.endswith("无逾期事项。帮助其他支部解决 3 个问题。")

    def test_the_sentences_are_no_errors(self):
        page = self.page("廊坊").content.decode()
        assert "错误" not in page
        assert "请先改正" not in page

    def test_the_pairs_with_partner_lateness_and_result(self):
        pairs = self.page("廊坊").context["pairs"]
        assert [(pair.partners, pair.row.standing, pair.solved, pair.listed) for pair in pairs] == [
            ("质量安全部党支部", "已完成、按期", 2, 2),
            ("电气党支部", "已完成、逾期 10 天", 1, 1),
        ]
        assert [pair.row.aim for pair in self.page("廊坊", year="2020").context["pairs"]] == ["第first对"]

    def test_own_problems_and_those_of_others(self):
        context = self.page("廊坊").context
        assert context["own"] == []
        assert sorted(row.title for row in context["helped"]) == [
            "=SUM(A1)式的标题",
            "焊接缺陷率偏高",
            "资质申报材料反复退回",
        ]
        rows = self.page("电气").context["own"]
        assert [(row.title, row.late, row.helper, row.effect) for row in rows] == [
            ("资质申报材料反复退回", 10, "廊坊党支部", "缺陷率下降（late）")
        ]

    def test_the_head_names_units_and_secretary_of_the_day(self):
        unit = people.create_unit("廊坊分公司")
        UnitLink.objects.create(unit=unit, branch=self.years.body("廊坊"), from_on="2020-01-01")
        page = self.page("廊坊").content.decode()
        assert "廊坊分公司" in page
        assert self.years.seats["廊坊"].person.name in page

    def test_open_matters_are_of_today_only(self):
        assert not self.page("廊坊").context["now"]
        self.log_in("廊坊")
        page = self.client.get(self.address("廊坊"))
        assert page.context["now"]
        assert [item.headline for item in page.context["waiting"]] == ["现场培训不足", "备件库存"]

    def test_other_branches_and_administrators_do_not_read_it(self):
        for who, status in (("电气", 404), ("纪委", 404), ("廊坊", 200), ("supervisor", 200), ("auditor", 403)):
            self.log_in(who)
            assert self.client.get(self.address("廊坊")).status_code == status, who
        stranger = people.create_seat(Role.REVIEWER, people.create_committee("另一公司党委"))
        world.create_programme(stranger.organisation)
        self.client.force_login(stranger.person)
        assert self.client.get(self.address("廊坊")).status_code == 404

    def test_wrong_years_and_what_is_no_branch_are_not_found(self):
        self.log_in("leader")
        for year in ("1999", "2099", "x", "²"):
            assert self.client.get(self.address("廊坊"), {"year": year}).status_code == 404, year
        assert self.client.get(f"/reports/branch/{self.years.committee.pk}/").status_code == 404

    def test_the_cost_does_not_grow(self):
        self.log_in("廊坊")
        address = f"{self.address('廊坊')}?year=all"
        first = queries(self.client, address)
        for n in range(3):
            at = moment("2021-08-01")
            problem = world.create_problem(self.years.programme, self.years.seats["廊坊"], f"问题{n}", at=at)
            agreement = world.create_agreement(
                self.years.programme, self.years.seats["廊坊"], [self.years.body("综合")], [problem], at=at
            )
            world.bring_to("closed", agreement, reviewer=self.years.seats["reviewer"], at=at)
        assert queries(self.client, address) == first
        assert first <= 15  # the transaction, its mode and its end count as three
