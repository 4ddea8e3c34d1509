"""The leader's dashboard: sentences, figures beside those of a year before, charts, lists, the network."""

import re
from datetime import date
from unittest.mock import patch

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from pairing.tests.world import moment
from reports.models import Touched
from reports.network import parts
from reports.tests.years import create_years

FIGURE = re.compile(r'href="([^"]+)" data-figure="(\d+)"')
TOTAL = re.compile(r'data-total="(\d+)"')
MOST_BYTES, MOST_QUERIES = 150_000, 11
TRANSACTION = ("SAVEPOINT", "RELEASE", "SET TRANSACTION")


class LeaderTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.years = create_years()

    def setUp(self):
        self.client.force_login(self.years.seats["leader"].person)

    def page(self, as_of="2021-06-03", address="/"):
        return self.client.get(address, {"as_of": as_of} if as_of else {})

    def sentences(self, as_of):
        return [strip_tags(sentence) for sentence in self.page(as_of).context["briefing"]]

    def chart(self, name, as_of="2021-06-03"):
        """{label: [numbers]} of a chart, and the chart."""
        chart = self.page(as_of).context[name]
        return {label: [cell.n for cell in cells] for label, _short, cells, _point in chart.rows()}, chart

    # Sentences and figures
    def test_three_sentences(self):
        assert self.sentences("2021-06-03") == [
            "本周没有新签，逾期 1 对，无待审核事项。",
            "5 个党支部中有 4 个参加结对，共提出问题 8 个。",
            "已解决：2 对、3 个党支部、3 个问题。",
        ]

    def test_the_week_begins_on_monday(self):
        """2021-03-15, the day of the fourth pair, is a Monday."""
        assert self.sentences("2021-03-15")[0] == "本周新签 1 对，无超期事项，无待审核事项。"
        assert self.sentences("2021-03-21")[0].startswith("本周新签 1 对")
        assert self.sentences("2021-03-22")[0] == "本周没有新签，无超期事项，无待审核事项。"

    def test_the_longest_wait_for_review_is_that_of_the_day(self):
        """The reviews of the world were decided at once; of one, the decision is taken away or moved."""
        review = self.years.pairs["soon"].reviews.get()
        review.submitted_at, review.decided_at = moment("2021-03-01"), moment("2021-03-12")
        review.save()
        assert self.sentences("2021-03-09")[0].endswith("最久等待审核 6 个工作日。")
        assert self.sentences("2021-03-12")[0].endswith("无待审核事项。")

    def test_nothing_yet_is_said_plainly(self):
        assert self.sentences("2020-08-31") == [
            "本周没有新签，无超期事项，无待审核事项。",
            "6 个党支部中有 0 个参加结对，共提出问题 0 个。",
            "尚无问题销号。",
        ]
        assert self.chart("trend", "2020-08-31")[1].is_empty

    def test_before_the_programme_one_sentence_says_so(self):
        assert self.sentences("2019-12-31") == ["截至2019年12月31日，活动尚未开始；活动自2020年1月1日起开展。"]
        assert len(self.sentences("2020-01-01")) == 3

    def test_four_figures_beside_those_of_a_year_before(self):
        figures = self.page().context["figures"]
        assert [figure["n"] for figure in figures] == [3, 8, 3, 1]
        assert [figure["before"]["n"] for figure in figures] == [0, 0, 0, 0]
        later = self.page("2022-06-03").context["figures"]
        assert [figure["before"]["n"] for figure in later] == [3, 8, 3, 1]

    def test_before_the_programme_there_is_no_year_before(self):
        assert all("before" not in figure for figure in self.page("2020-12-01").context["figures"])
        assert "上年同日：" not in self.page("2020-12-01").content.decode()
        assert "上年同日：" in self.page("2021-12-01").content.decode()

    def test_every_figure_opens_a_list_of_as_many_rows(self):
        for as_of in ("2021-06-03", "2021-02-10", ""):
            html = self.page(as_of).text
            found = {(address.replace("&amp;", "&"), int(n)) for address, n in FIGURE.findall(html)}
            assert len(found) > 30
            for address, n in found:
                total = TOTAL.search(self.client.get(address).text)
                assert total, address
                assert int(total[1]) == n, address

    # Charts
    def test_the_trend_is_that_of_the_last_twelve_months(self):
        rows, chart = self.chart("trend")
        assert list(rows) == [*(f"2020年{n}月" for n in range(7, 13)), *(f"2021年{n}月" for n in range(1, 7))]
        assert rows["2020年9月"] == [2, 0, 0]
        assert rows["2021年1月"] == [4, 1, 2]
        assert rows["2021年4月"] == [0, 0, 1]
        assert chart.labels[chart.point] == "2021年6月"
        assert chart.axis[6] == "1月\n2021"

    def test_a_young_programme_shows_the_months_it_has(self):
        rows, _chart = self.chart("trend", "2020-03-10")
        assert list(rows) == ["2020年1月", "2020年2月", "2020年3月"]

    def test_problems_by_category(self):
        rows, chart = self.chart("by_category")
        assert rows == {"质量安全": [7, 3], "党建": [1, 0]}
        assert chart.sentence == "“质量安全”提出最多：提出 7 个，销号 3 个。"

    def test_pairs_by_direction(self):
        rows, chart = self.chart("by_direction")
        assert rows == {"机关对基层": [1, 0], "基层之间": [2, 2], "机关之间": [1, 1]}
        assert chart.sentence.startswith("累计签约 4 对")

    def test_where_matters_wait_now(self):
        """Of a past day only what the steps took; of today also what waits, with its list."""
        rows, _chart = self.chart("delays")
        assert rows["审核"] == [0, 0, 4]
        assert rows["验收"][2] == 2
        now, _chart = self.chart("delays", "")
        assert now["审核"][:3] == [0, None, None]

    # Lists
    def test_what_was_solved_last_stands_on_top_with_its_effect(self):
        rows = self.page().context["solved"]
        days = [row.written_off_on for row in rows]
        assert len(rows) == 3
        assert days == sorted(days, reverse=True)
        assert all(row.effect for row in rows)

    def test_what_is_overdue_with_its_lateness(self):
        [(row, _turn)] = self.page().context["late"]
        assert (row.aim, row.due_on, row.standing) == ("第overdue对", date(2021, 5, 20), "逾期 14 天")
        assert "待谁办理" not in self.page().text
        assert "无超期事项。" in self.page("2020-12-01").text

    # Cost, access
    def test_the_page_is_small_and_asks_little(self):
        self.page()
        with patch("accounts.middleware.ACTIVE_EVERY", 3600), CaptureQueriesContext(connection) as caught:
            page = self.page()
        asked = [query["sql"] for query in caught if not query["sql"].startswith(TRANSACTION)]
        assert len(asked) == MOST_QUERIES, "\n".join(sql[:100] for sql in asked)
        assert len(page.content) < MOST_BYTES

    def test_who_oversees_opens_it_and_others_do_not(self):
        for name, status in {"reviewer": 200, "lead": 200, "supervisor": 200, "廊坊": 403, "sysadmin": 403}.items():
            self.client.force_login(self.years.seats[name].person)
            assert self.page(address="/reports/leader/").status_code == status, name

    def test_others_are_led_to_their_work(self):
        self.client.force_login(self.years.seats["reviewer"].person)
        assert "briefing" not in self.client.get("/").context

    def test_until_the_sums_are_made_the_counted_figures_are_shown(self):
        Touched.objects.create(kind="programme", object_id=self.years.programme.pk)
        with patch("reports.rollups.catch_up"):
            page = self.client.get("/", follow=True)
        assert page.request["PATH_INFO"] == "/reports/"
        assert "总览的汇总数正在生成" in page.text

    def test_a_day_that_does_not_exist_keeps_what_was_typed(self):
        assert "0001-01-01" in self.page("0001-01-01").text
        page = self.page("2021-02-30")
        assert "2021-02-30" in page.text
        assert "briefing" not in page.context

    # The network, which the page fetches when it stands
    def network(self):
        page = self.page()
        assert 'data-hx-get="/reports/leader/network/?as_of=2021-06-03"' in page.text
        return self.client.get(page.context["teaser_url"])

    def test_the_network_of_the_whole_programme_is_drawn(self):
        drawn = self.network().context["network"].drawing
        assert len(drawn.dots) == 6
        assert sum(dot.node.shape == "branch" for dot in drawn.dots) == 5
        assert [dot.node.name for dot in drawn.dots if dot.alone] == ["综合党支部"]
        assert sorted((line.pairs, line.solved) for line in drawn.lines) == [(1, 0), (1, 0), (1, 1), (1, 2)]

    def test_the_picture_does_not_jump(self):
        assert self.network().context["network"] == self.network().context["network"]

    def test_a_network_too_large_to_read_is_left_out(self):
        with patch.object(parts, "MOST_NODES", 4):
            page = self.network()
        assert page.context["network"] is None
        assert "/reports/network/" in page.text

    def test_the_network_is_for_who_oversees(self):
        self.client.force_login(self.years.seats["廊坊"].person)
        assert self.client.get("/reports/leader/network/").status_code == 403
