"""The table of solved problems: its rows, subtotals, sentence, filters and what it answers to nonsense."""

import re
from datetime import date
from unittest.mock import patch

from django.test import TestCase

from accounts.models import Role
from accounts.tests import people
from pairing.models import Category, Extension, Problem
from reports.tests.years import create_years

SOLVED = "/reports/solved/"


class SolvedTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.years = create_years()

    def setUp(self):
        self.client.force_login(self.years.seats["leader"].person)

    def solved(self, **question):
        page = self.client.get(SOLVED, {"as_of": "2021-06-03"} | question)
        assert page.status_code == 200
        return page

    def numbers(self, **question):
        """Numbers of the problems in the table, in its order."""
        return re.findall(r'<span class="number">([^<]+)</span>', self.solved(**question).content.decode())

    def test_pair_after_pair_each_problem_once_with_subtotals_and_a_total(self):
        page = self.solved()
        html = page.content.decode()
        assert '<table class="register report solved" id="solved" data-total="3">' in html
        assert self.numbers() == ["问题〔2020〕1号", "问题〔2020〕2号", "问题〔2020〕3号"]
        assert [pair["subtotal"] for pair in page.context["pairs"]] == [
            "小计　结对〔2020〕1号　2 个问题",
            "小计　结对〔2021〕1号　1 个问题",
        ]
        assert "2 对、3 个党支部、3 个问题" in html
        assert "合计　2 对、3 个党支部、3 个问题" in html
        assert "截至2021年6月3日 · 单位：个 · 公司结对共建" in html

    def test_a_row_names_owner_helper_category_goal_dates_lateness_and_effect(self):
        (line,) = self.solved().context["pairs"][1]["lines"]
        assert [cell.text for cell in line] == [
            "3", "资质申报材料反复退回", "电气党支部", "廊坊党支部", "质量安全", "解决资质申报材料反复退回",
            "2020年12月1日", "2021年4月15日", "逾期 10 天", "缺陷率下降（late）",
        ]  # fmt: skip
        assert self.solved().context["pairs"][1]["signed"] == "2021年1月5日签约"

    def test_a_long_table_comes_in_pages_with_the_numbers_of_the_whole(self):
        whole = self.solved()
        with patch("reports.solved.PER_PAGE", 1), patch("reports.solved.ORPHANS", 0):
            pages = [self.solved(page=n) for n in (1, 2, 3)]
            every = self.solved(rows="all")
            assert "rows=all" in pages[0].content.decode()
            assert "第 2 至 2 行，共 3 行" in pages[1].content.decode()
        for page in pages:
            assert 'id="solved" data-total="3"' in page.content.decode()
            assert page.content.count(b"<tr data-row>") == 1
            assert page.context["sentence"] == whole.context["sentence"]
        blocks = [page.context["pairs"][0] for page in pages]
        lines = [line for pair in whole.context["pairs"] for line in pair["lines"]]
        assert [block["lines"][0] for block in blocks] == lines
        assert [block["continued"] for block in blocks] == [False, True, False]
        whole_words = [pair["subtotal"] for pair in whole.context["pairs"]]
        assert [block["subtotal"] for block in blocks] == ["", *whole_words]
        assert every.context["pairs"] == whole.context["pairs"]
        assert "rows=all" not in whole.content.decode()
        assert "共 3 行" not in whole.content.decode()

    def test_by_branch_category_and_month_each_problem_stands_once(self):
        expected = {
            "branch": [("质量安全部党支部", 2), ("电气党支部", 1)],
            "category": [("质量安全", 3)],
            "month": [("2021年1月", 2), ("2021年4月", 1)],
        }
        for group, groups in expected.items():
            page = self.solved(group=group)
            found = [(block["words"], len(block["lines"])) for block in page.context["pairs"]]
            assert found == groups, group
            assert [block["subtotal"] for block in page.context["pairs"]] == [
                f"小计　{words}　{n} 个问题" for words, n in groups
            ]  # fmt: skip
            assert "结对〔2021〕1号" in page.content.decode()  # each row names its pair
            with patch("reports.solved.PER_PAGE", 1), patch("reports.solved.ORPHANS", 0):
                second = self.solved(group=group, page=2).context["pairs"][0]
            assert (second["words"], second["continued"]) == (groups[0][0], True)
            answer = self.client.get(SOLVED, {"as_of": "2021-06-03", "group": group, "export": "csv"})
            assert len(b"".join(answer.streaming_content).splitlines()) == 1 + 3

    def test_in_a_period_a_pair_is_new_or_carried_over_and_says_its_extensions(self):
        blocks = self.solved(year="2021").context["pairs"]
        assert [block["signed"] for block in blocks] == ["2020年11月10日签约、上期结转", "2021年1月5日签约、新签"]
        Extension.objects.create(
            agreement=self.years.pairs["late"], party=self.years.pairs["late"].initiator, asked_on=date(2021, 3, 1),
            timely=True, old_due_on=date(2021, 4, 5), new_due_on=date(2021, 4, 6), decided_on=date(2021, 3, 2),
            decision="granted",
        )  # fmt: skip
        assert self.solved().context["pairs"][1]["signed"] == "2021年1月5日签约、延期 1 次"

    def test_exports_hold_all_rows_whatever_the_page(self):
        with patch("reports.solved.PER_PAGE", 1), patch("reports.solved.ORPHANS", 0):
            answer = self.client.get(SOLVED, {"as_of": "2021-06-03", "export": "csv", "page": "2"})
            assert len(b"".join(answer.streaming_content).splitlines()) == 1 + 3

    def test_no_cell_is_blank(self):
        Problem.objects.update(category=None)
        self.years.pairs["first"].goals.all().delete()
        for pair in self.solved().context["pairs"]:
            assert all(cell.text for line in pair["lines"] for cell in line)
        assert ">—</td>" in self.solved().content.decode()

    def test_the_table_grows_with_the_days(self):
        rows = {day: len(self.numbers(as_of=day)) for day in ("2021-01-19", "2021-01-20", "2021-04-14", "2021-04-15")}
        assert rows == {"2021-01-19": 0, "2021-01-20": 2, "2021-04-14": 2, "2021-04-15": 3}

    def test_names_are_those_of_the_signing(self):
        branch = self.years.body("廊坊")
        branch.name = branch.short_name = "华北党支部"
        branch.save()
        html = self.solved().content.decode()
        assert "廊坊党支部" in re.sub(r"<select.*?</select>", "", html, flags=re.S)
        assert "华北党支部" not in re.sub(r"<select.*?</select>", "", html, flags=re.S)

    def test_a_relapse_is_noted_and_changes_no_number(self):
        problem = self.years.problems[1]
        self.years.take("look_back", problem, "质量安全部", "2021-05-01", verdict="relapsed", note="又出现了")
        assert len(self.numbers(as_of="2021-04-30")) == len(self.numbers()) == 3
        assert "按期、2021年5月1日复发" in self.solved().content.decode()
        assert "复发" not in self.solved(as_of="2021-04-30").context["pairs"][0]["lines"][0][7].text

    def test_written_off_ahead_of_its_pair_is_measured_by_itself(self):
        problem = self.years.problems[5]
        self.years.take("claim", problem, "测绘", "2021-05-25", effect="图纸统一编号")
        self.years.take("write_off", problem, "reviewer", "2021-05-28")
        last = self.solved().context["pairs"][-1]["lines"][0]
        assert [cell.text for cell in last][-3:] == ["2021年5月28日", "逾期 5 天", "图纸统一编号"]

    def test_filters_narrow_the_table_and_stand_in_the_address(self):
        langfang = self.years.body("廊坊")
        party_work = Category.objects.get(name="党建")
        cases = {
            ("year", "2021"): 3,
            ("year", "2020"): 0,
            ("organisation", str(self.years.body("电气").pk)): 1,
            ("organisation", langfang.code): 3,
            ("organisation", "质量安全部党支部"): 2,
            ("organisation", str(self.years.body("测绘").pk)): 0,
            ("category", str(Category.objects.get(name="质量安全").pk)): 3,
            ("category", str(party_work.pk)): 0,
            ("class", "business"): 3,
            ("class", "party_work"): 0,
            ("direction", "hq_gr"): 2,
            ("direction", "gr_gr"): 1,
            ("level", "post"): 1,
            ("level", "unit"): 2,
        }
        found = {(name, value): len(self.numbers(**{name: value})) for name, value in cases}
        assert found == cases

    def test_filters_are_said_in_words_and_can_be_taken_away(self):
        page = self.solved(year="2021", level="post")
        assert page.context["table"].second_line.endswith("时段：2021年 · 结对层级：岗位对岗位")
        addresses = dict(page.context["chips"])
        assert addresses["时段：2021年"] == f"{SOLVED}?level=post&as_of=2021-06-03"
        assert "1 对、2 个党支部、1 个问题" in page.content.decode()

    def test_nonsense_gets_a_sentence_and_keeps_what_was_typed(self):
        cases = {
            ("as_of", "2021-02-30"): "不是有效日期",
            ("as_of", "32日"): "不是有效日期",
            ("as_of", "2999-01-01"): "2999年1月1日还没有到",
            ("as_of", "２０２１０２３０"): "不是有效日期",
            ("as_of", "2021-01-01\x00"): "",
            ("as_of", "9" * 5000): "不是有效日期",
            ("year", "21"): "四位数字",
            ("year", "二〇二一"): "四位数字",
            ("year", "9" * 400): "四位数字",
            ("organisation", "没有这个"): "没有“没有这个”这个组织",
            ("organisation", "9" * 30): "这个组织",
            ("category", "0"): "不在可选范围内",
            ("class", "x' OR 1=1"): "不在可选范围内",
            ("direction", "up"): "不在可选范围内",
            ("level", "<b>"): "不在可选范围内",
            ("programme", "999999"): "不在可选范围内",
            ("export", "exe"): "没有“exe”这种导出格式",
        }
        for (name, value), sentence in cases.items():
            page = self.client.get(SOLVED, {name: value})
            html = page.content.decode()
            assert page.status_code == (400 if name == "export" else 200), (name, value)
            assert "error-summary" in html, (name, value)
            assert sentence in html, (name, value)
            assert "<title>错误：" in html, (name, value)
            assert "改正前不显示统计结果" in html, (name, value)
            assert "您填写的内容都还在" not in html, (name, value)
            assert '<table class="register' not in html, (name, value)
        assert 'value="2021-02-30"' in self.client.get(SOLVED, {"as_of": "2021-02-30"}).content.decode()
        wrong = self.client.get(SOLVED, {"year": "2021", "level": "moon", "export": "csv"}).content.decode()
        assert f'<a href="{SOLVED}?year=2021">去掉有误的条件后显示</a>' in wrong
        assert self.client.get("/reports/problems/", {"what": "everything"}).status_code == 404
        assert self.client.get("/reports/problems/", {"page": "x", "what": "raised"}).status_code == 200

    def test_days_are_understood_as_people_write_them(self):
        for text in ("2021年6月3日", "20210603", "2021.6.3", "２０２１－６－３", " 2021/6/3 "):
            assert "截至2021年6月3日" in self.solved(as_of=text).content.decode(), text

    def test_the_programme_of_the_day_answers_unless_another_is_chosen(self):
        committee = self.years.committee
        later = type(self.years.programme).objects.create(
            name="今年的结对共建", committee=committee, starts_on=date(2022, 1, 1)
        )
        self.years.programme.ends_on = date(2021, 12, 31)
        self.years.programme.save()
        assert self.solved().context["question"].programme == self.years.programme
        assert self.client.get(SOLVED).context["question"].programme == later
        assert self.solved(as_of="2019-05-01").context["question"].programme == later  # none then: the present one
        chosen = self.client.get(SOLVED, {"programme": self.years.programme.pk})
        assert len(chosen.context["pairs"]) == 2
        assert f"programme={self.years.programme.pk}" in chosen.context["exports"]["xlsx"]

    def test_without_any_programme_the_page_says_so(self):
        other = people.create_committee("另一公司党委")
        seat = people.create_seat(Role.LEADER, other)
        self.client.force_login(seat.person)
        for address in (SOLVED, "/reports/", "/reports/problems/", f"{SOLVED}?export=xlsx"):
            page = self.client.get(address)
            assert page.status_code == 200
            assert "还没有结对共建活动" in page.content.decode()
