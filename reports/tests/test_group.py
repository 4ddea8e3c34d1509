"""The working group's dashboard against the hand-made world: who sees it, each figure equal to its list."""

import re
from datetime import date, timedelta
from html import unescape
from unittest.mock import patch

from django.test import TestCase
from django.utils import timezone

from accounts.models import Role
from accounts.tests import people
from pairing.models import Problem, working_days
from pairing.tests import world
from pairing.tests.world import moment
from reports.rollups.checking import differences
from reports.tests.test_figures import FIGURE, assert_list_has
from reports.tests.test_reading import queries
from reports.tests.years import create_years

DAY = "2021-06-03"
PAGE = "/reports/group/"


class GroupTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.years = create_years()

    def log_in(self, who):
        self.client.force_login(self.years.seats[who].person)

    def setUp(self):
        self.log_in("reviewer")

    def page(self, day=""):
        page = self.client.get(PAGE, {"as_of": day})
        assert page.status_code == 200
        return page

    def refusals(self, day):
        """{ground: [in the year, in all]} of the chart."""
        chart = self.page(day).context["refusals"]
        return {label: [cell.n for cell in cells] for label, _short, cells, _point in chart.rows()}

    def names(self, **question):
        lines = self.client.get(f"{PAGE}list/", question).context["lines"]
        return [next(cell.text for cell in line if cell.name == "title") for line in lines]

    def test_those_who_oversee_read_it_and_nobody_else(self):
        for who, status in (
            ("reviewer", 200), ("lead", 200), ("supervisor", 200), ("leader", 200), ("廊坊", 403), ("纪委", 403),
            ("sysadmin", 403), ("secadmin", 403), ("auditor", 403),
        ):  # fmt: skip
            self.log_in(who)
            for address in (PAGE, f"{PAGE}list/?what=never_paired"):
                assert self.client.get(address).status_code == status, (who, address)

    def test_another_company_reads_nothing_of_this_one(self):
        other = people.create_committee("另一公司党委")
        self.client.force_login(people.create_seat(Role.REVIEWER, other).person)
        page = self.client.get(PAGE, {"programme": self.years.programme.pk})
        assert "廊坊" not in page.content.decode()

    def test_the_page_of_each_day_and_each_figure_opens_its_list(self):
        for who in ("reviewer", "leader"):
            self.log_in(who)
            for day in ("2020-11-10", DAY, ""):
                found = FIGURE.findall(self.page(day).content.decode())
                assert len(found) >= 4
                for address, n in found:
                    assert_list_has(self.client, unescape(address), int(n))

    def test_branches_of_the_day(self):
        coverage = {name: figure["n"] for name, figure in self.page(DAY).context["coverage"].items()}
        assert coverage == {"taking": 4, "existing": 5, "never": 1, "nothing": 3}
        assert "5 个党支部中 4 个参加" in self.page(DAY).content.decode()
        assert self.names(what="never_paired", as_of=DAY) == ["综合党支部"]

    def test_who_only_had_its_own_problems_solved_has_offered_nothing(self):
        """Of the first pair 廊坊 is the one that does not own the problem; 质量安全部 helped nobody."""
        assert self.names(what="offered_nothing", as_of="2020-12-31") == [
            "质量安全部党支部", "电气党支部", "测绘党支部", "综合党支部", "旧党支部",
        ]  # fmt: skip
        assert self.names(what="never_paired", as_of="2020-12-31") == [
            "电气党支部", "测绘党支部", "综合党支部", "旧党支部",
        ]  # fmt: skip

    def test_refusals_by_ground_of_the_year_and_in_all(self):
        assert self.refusals(DAY) == {"薪酬事项": [1, 1]}
        assert self.page("2021-01-31").context["refusals"] is None
        assert self.names(what="refusals", of="pay", as_of=DAY) == ["奖金分配"]

    def test_the_ground_of_a_problem_filed_again_stays(self):
        problem = self.years.problems[6]
        self.years.take("rewrite", problem, "测绘", "2021-06-10")
        problem.refresh_from_db()
        self.years.take("file", problem, "测绘", "2021-06-11")
        assert Problem.objects.get(pk=problem.pk).ground == ""
        assert self.names(what="refusals", of="pay", as_of="2021-07-01") == ["奖金分配"]

    def test_goals_refused_in_a_review_and_a_whole_refused_are_counted(self):
        years = self.years
        problems = [years.problems[8], years.problems[9]]
        for problem, ground in zip(problems, ("no_measure", "personnel"), strict=True):
            agreement = world.create_agreement(
                years.programme, years.seats["廊坊"], [years.body("综合")], [problem], at=moment("2021-07-02")
            )
            world.bring_to("submitted", agreement, at=moment("2021-07-05"))
            goal = agreement.goals.get()
            if ground == "no_measure":
                data = {"goals": {goal.pk: {"verdict": "refuse", "ground": ground, "comment": "没有措施"}}}
                years.take("opine", agreement, "reviewer", "2021-07-06", **data)
            else:
                years.take("refuse", agreement, "lead", "2021-07-06", note="属人事事项", ground=ground)
        assert list(self.refusals("2021-07-06").items()) == [
            ("人事事项", [1, 1]), ("薪酬事项", [1, 1]), ("没有具体措施", [1, 1]),
        ]  # fmt: skip
        assert differences(years.programme, [date(2021, 7, day) for day in (5, 6)]) == []
        kinds = self.client.get(f"{PAGE}list/?what=refusals&of=personnel").context["lines"]
        assert [[cell.text for cell in line if cell.name == "refused"] for line in kinds] == [["整份协议"]]

    def test_the_past_says_nothing_of_what_waits_now(self):
        page = self.page(DAY)
        assert page.context["queue"] == []
        refused = self.client.get(f"{PAGE}list/?what=unmatched&as_of={DAY}")
        assert "这份清单只反映当前情况" in refused.content.decode()
        assert 'href="/reports/group/list/?what=unmatched"' in refused.content.decode()

    def test_unknown_lists_are_not_found(self):
        for query in ("what=nothing", "what=waiting&of=moon", "what=unmatched_in&of=x", "what=unmatched_in&of=999999"):
            assert self.client.get(f"{PAGE}list/?{query}").status_code == 404, query

    def test_lists_are_exported(self):
        response = self.client.get(f"{PAGE}list/?what=never_paired&as_of={DAY}&export=csv")
        assert "综合党支部" in b"".join(response.streaming_content).decode("utf-8-sig")


class WaitingTest(TestCase):
    """What waits now: ages in working days, the queue, where drafts stand."""

    @classmethod
    def setUpTestData(cls):
        world.know_the_years()
        cls.years = create_years()
        cls.today = timezone.localdate()

    def setUp(self):
        self.client.force_login(self.years.seats["lead"].person)

    def ago(self, n):
        """The latest moment that lies n working days back."""
        calendar, day = working_days(), self.today
        while calendar.worked_by(self.today) - calendar.worked_by(day) < n:
            day -= timedelta(days=1)
        return moment(day)

    def test_problems_without_partner_by_age(self):
        for n in (0, 10, 11, 20, 21, 40):
            world.create_problem(self.years.programme, self.years.seats["综合"], f"等了{n}天", at=self.ago(n))
        (ages,) = self.client.get(PAGE).context["ages"].series
        assert ages.values == (2, 2, 4)  # with those of the world, open for years
        listed = self.client.get(f"{PAGE}list/?what=unmatched_age&of=to_20").content.decode()
        assert "等了11天" in listed
        assert "等了20天" in listed

    def test_the_queue_and_where_drafts_wait(self):
        years = self.years
        for n, (state, days) in enumerate((("invited", 3), ("invited", 5), ("invited", 9), ("submitted", 6))):
            at = self.ago(days)
            problem = world.create_problem(years.programme, years.seats["综合"], f"问题{n}", at=at)
            agreement = world.create_agreement(
                years.programme, years.seats["综合"], [years.body("电气")], [problem], at=at
            )
            world.bring_to(state, agreement, at=at)
        page = self.client.get(PAGE)
        stages = {row["figure"]["label"]: row for row in page.context["stages"]}
        partner, review = stages["等待对方答复"], stages["等待审核"]
        assert (partner["figure"]["n"], partner["median"], partner["longest"]) == (3, 5, 9)
        assert (review["figure"]["n"], review["median"], review["longest"]) == (1, 6, 6)
        assert [row["figure"]["n"] for row in page.context["queue"]] == [1, 0, 0, 0]
        assert "6 个工作日" in page.content.decode()

    def test_requests_for_extension_wait_for_the_group(self):
        pair = self.years.pairs["soon"]
        asked = {"note": "材料未到", "progress": "一半", "new_due_on": date(2021, 8, 1)}
        self.years.take("ask_extension", pair, "质量安全部", "2021-06-10", **asked)
        page = self.client.get(PAGE)
        assert [row["figure"]["n"] for row in page.context["queue"]] == [0, 0, 0, 1]

    def test_categories_without_solver_come_first_and_the_others_name_their_solvers(self):
        rare = world.create_category("信息化")
        world.create_problem(self.years.programme, self.years.seats["综合"], "系统卡顿", category=rare)
        rows = [row for row, _figure in self.client.get(PAGE).context["categories"]]
        found = [(row["name"], row["waiting"], row["known"], row["solvers"]) for row in rows]
        assert found[0] == ("信息化", 1, False, [])
        assert found[1][:3] == ("质量安全", 2, True)
        assert found[1][3] == [self.years.body("廊坊").short_name]
        text = self.client.get(PAGE).content.decode()
        assert "信息化" in re.search(r'class="advice".*?</section>', text, re.S)[0]

    def test_the_cost_does_not_grow(self):
        first = queries(self.client, PAGE)
        for n in range(30):
            people.create_branch(f"第{n}党支部", parent=self.years.committee)
            category = world.create_category(f"门类{n}")
            world.create_problem(self.years.programme, self.years.seats["综合"], f"问题{n}", category=category)
        with patch("reports.views.group.NAMED", 3):
            assert queries(self.client, PAGE) == first
        assert first <= 15  # the transaction, its mode and its end count as three
