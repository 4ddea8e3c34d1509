"""Packs: what stands in them, both files, progress, who reads, makes and subscribes."""

from datetime import date, timedelta
from io import BytesIO
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import TestCase
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook

from accounts.models import Event
from pairing.models import Notice
from reports.models import Pack, Subscription
from reports.packs import making, schedule
from reports.packs.contents import FLOW, STANDING, read
from reports.packs.spans import Span, span_of
from reports.tests.walk import figures_of, press
from reports.tests.years import create_years

FEBRUARY, MAY = span_of("month", date(2021, 2, 3)), span_of("month", date(2021, 5, 3))
YEAR = span_of("year", date(2021, 6, 3))
TODAY = date(2021, 6, 3)


@pytest.fixture(autouse=True)
def own_folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.usefixtures("own_folder")
class PacksTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.years = create_years()

    def log_in(self, who):
        self.client.force_login(self.years.seats[who].person)

    def made(self, span=YEAR, *, who="leader", without=()):
        pack = making.ask(self.years.programme, span, person=self.years.seats[who].person, without=without)
        assert making.make(pack.pk)
        pack.refresh_from_db()
        return pack

    def bytes_of(self, field):
        with field.open("rb") as file:
            return file.read()

    def status(self, address):
        response = self.client.get(address)
        if response.streaming:
            assert b"".join(response.streaming_content)
        return response.status_code

    def words_of(self, pack):
        document = Document(BytesIO(self.bytes_of(pack.docx)))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)

    def test_three_sentences_with_the_period_before(self):
        found = read(self.years.programme, YEAR, TODAY)
        assert found.title == "2021年年报"
        assert found.second_line == "截至2021年6月3日 · 公司结对共建"
        assert found.sentences == [
            "2021年，提出问题 5 个（上期 3 个），解决问题 3 个（上期 0 个）。",
            "新签 3 对（上期 1 对），按期验收 1 对，逾期验收 1 对；期末正在共建 2 对。",
            "期末逾期 1 对；待结对问题 1 个。",
        ]

    def test_figures_stand_beside_those_of_the_period_before(self):
        found = read(self.years.programme, YEAR, TODAY)
        lines = {(line.page, line.what): (line.now, line.before, line.change) for line in found.flow + found.standing}
        assert lines["problems", "solved"] == (3, 0, "+3")
        assert lines["agreements", "running"] == (2, 1, "+1")
        assert lines["problems", "raised"] == (5, 3, "+2")
        assert found.grounds == [("薪酬事项", 1)]

    def test_a_period_before_the_programme_is_no_nought(self):
        self.years.programme.starts_on = date(2021, 1, 1)
        found = read(self.years.programme, YEAR, TODAY)
        assert found.sentences[:2] == [
            "2021年，提出问题 5 个，解决问题 3 个（上期活动尚未开始）。",
            "新签 3 对，按期验收 1 对，逾期验收 1 对；期末正在共建 2 对。",
        ]
        assert {(line.before_words, line.change) for line in found.flow + found.standing} == {("—", "—")}

    def test_where_nothing_is_overdue_it_is_said(self):
        found = read(self.years.programme, FEBRUARY, TODAY)
        assert found.sentences[2].startswith("无超期事项")
        pack = self.made(FEBRUARY)
        assert "无超期事项。" in self.words_of(pack)
        late = self.made(MAY)
        assert "无超期事项" not in self.words_of(late)
        assert "第overdue对" in self.words_of(late)

    def test_both_files_open_and_hold_the_same(self):
        pack = self.made()
        words = self.words_of(pack)
        for text in ("2021年年报", "缺陷率下降（late）", "困难与问题", "焊接缺陷率偏高", "薪酬事项", "统计口径"):
            assert text in words, text
        fonts = Document(BytesIO(self.bytes_of(pack.docx))).element.xml
        assert 'w:eastAsia="黑体"' in fonts
        book = load_workbook(BytesIO(self.bytes_of(pack.xlsx)))
        assert len(book.sheetnames) == 6
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert not [cell for cell in cells if cell.data_type == "f"]
        assert "=SUM(A1)式的标题" in [cell.value for cell in cells]
        assert (pack.state, pack.parts_done, pack.parts) == ("done", 3, 3)
        assert pack.sentences == read(self.years.programme, YEAR, timezone.localdate()).sentences

    def test_a_case_without_its_tick_stays_out_and_the_table_keeps_it(self):
        self.log_in("reviewer")
        page = self.client.get("/reports/packs/preview/?period=year&first=2021-01-01")
        ids = [row.problem_pk for row in page.context["contents"].cases]
        assert len(ids) == 3
        response = self.client.post("/reports/packs/preview/?period=year&first=2021-01-01", {"case": ids[1:]})
        pack = Pack.objects.get()
        assert response.url == f"/reports/packs/{pack.pk}/"
        assert pack.without == ids[:1]
        making.make(pack.pk)
        pack.refresh_from_db()
        book = load_workbook(BytesIO(self.bytes_of(pack.xlsx)))
        titles = {sheet["A1"].value: sheet for sheet in book}
        cases = [row[0].value for row in titles["案例：解决的问题与解决效果"].iter_rows(min_row=4)]
        assert len(cases) == 2
        assert "焊接缺陷率偏高" in [row[4].value for row in titles["已解决问题统计表"].iter_rows()]

    def test_a_look_at_the_preview_asks_for_nothing_and_two_presses_ask_once(self):
        self.log_in("leader")
        address = "/reports/packs/preview/?period=month&first=2021-05-01"
        assert "期末逾期 1 对" in self.client.get(address).content.decode()
        assert not Pack.objects.exists()
        assert {self.client.post(address).url for _press in range(2)} == {f"/reports/packs/{Pack.objects.get().pk}/"}
        for wrong in ("period=month&first=2021-05-02", "period=day&first=2021-05-01", "period=month&first=2999-01-01",
                      "period=month&first=2021-02-30", "period=month"):  # fmt: skip
            assert self.client.get(f"/reports/packs/preview/?{wrong}").status_code == 404, wrong

    def test_every_figure_of_the_preview_opens_its_list_also_those_of_the_period_before(self):
        self.log_in("leader")
        address = "/reports/packs/preview/?period=year&first=2021-01-01"
        found = figures_of(self.client.get(address).content.decode(), address)
        assert len(found) >= 2 * len(FLOW + STANDING)
        assert any("to=2020-12-31" in url for _n, url in found)
        for number, url in found:
            press(self.client, url, number, address)

    def test_the_page_shows_how_far_it_is_and_then_the_files(self):
        pack = making.ask(self.years.programme, YEAR, person=self.years.seats["leader"].person)
        self.log_in("supervisor")
        html = self.client.get(pack.get_absolute_url()).content.decode()
        assert 'data-hx-trigger="every 2s"' in html
        assert '<progress class="pack-progress" max="3" value="0"' in html
        assert self.client.get(f"{pack.get_absolute_url()}docx/").status_code == 404
        Pack.objects.filter(pk=pack.pk).update(state="running", parts_done=1, part_words="正在生成 Word 文档")
        html = self.client.get(pack.get_absolute_url()).content.decode()
        assert "正在生成 Word 文档" in html
        assert 'value="1"' in html
        Pack.objects.filter(pk=pack.pk).update(state="waiting")
        making.make(pack.pk)
        html = self.client.get(pack.get_absolute_url()).content.decode()
        assert "data-hx-trigger" not in html.partition('id="pack"')[2]
        for suffix, kind in (("docx", "wordprocessing"), ("xlsx", "spreadsheet")):
            response = self.client.get(f"{pack.get_absolute_url()}{suffix}/")
            assert kind in response["Content-Type"]
            assert quote(f"{YEAR.title()}.{suffix}") in response["Content-Disposition"]
            assert b"".join(response.streaming_content).startswith(b"PK")
        assert Event.objects.filter(action="export", object_type="pack").count() == 2

    def test_packs_are_for_who_oversees_the_programme(self):
        pack = self.made()
        addresses = ("/reports/packs/", "/reports/packs/preview/?period=year&first=2021-01-01")
        own = (pack.get_absolute_url(), f"{pack.get_absolute_url()}docx/", f"{pack.get_absolute_url()}xlsx/")
        for who in ("leader", "reviewer", "lead", "supervisor"):
            self.log_in(who)
            assert {self.status(address) for address in (*addresses, *own)} == {200}, who
        for who in ("电气", "综合"):
            self.log_in(who)
            assert {self.status(address) for address in addresses} == {403}, who
            assert {self.status(address) for address in own} == {404}, who
            assert self.client.post(f"{pack.get_absolute_url()}again/").status_code == 404
        for who in ("sysadmin", "secadmin", "auditor"):
            self.log_in(who)
            assert {self.status(address) for address in (*addresses, *own)} == {403}, who

    def test_a_failure_is_said_and_can_be_tried_again(self):
        pack = making.ask(self.years.programme, YEAR, person=self.years.seats["leader"].person)
        with self.settings(MEDIA_ROOT="/proc/nowhere"), pytest.raises(OSError, match="nowhere"):
            making.make(pack.pk)
        self.log_in("leader")
        assert "未能生成" in self.client.get(pack.get_absolute_url()).content.decode()
        self.client.post(f"{pack.get_absolute_url()}again/")
        assert making.make(pack.pk)
        assert "导出 Word" in self.client.get(pack.get_absolute_url()).content.decode()

    def test_a_worker_that_died_is_followed_by_another_one(self):
        pack = making.ask(self.years.programme, YEAR, person=self.years.seats["leader"].person)
        Pack.objects.filter(pk=pack.pk).update(state="running", started_at=timezone.now())
        assert not making.make(pack.pk)
        Pack.objects.filter(pk=pack.pk).update(started_at=timezone.now() - timedelta(minutes=11))
        assert making.make(pack.pk)

    def test_files_go_after_ninety_days_and_the_pack_can_be_made_anew(self):
        pack = self.made()
        folder = settings.MEDIA_ROOT
        assert len([path for path in folder.rglob("*") if path.is_file()]) == 2
        assert making.forget_old(timezone.now() + timedelta(days=89)) == 0
        assert making.forget_old(timezone.now() + timedelta(days=91)) == 1
        assert not [path for path in folder.rglob("*") if path.is_file()]
        self.log_in("leader")
        assert "文件保存 90 天后已清理" in self.client.get(pack.get_absolute_url()).content.decode()
        assert self.client.get(f"{pack.get_absolute_url()}docx/").status_code == 404
        self.client.post(f"{pack.get_absolute_url()}again/")
        making.make(pack.pk)
        pack.refresh_from_db()
        assert pack.is_ready
        pack.make_again()
        making.make(pack.pk)
        assert len([path for path in folder.rglob("*") if path.is_file()]) == 2

    def test_subscriptions_are_off_until_turned_on(self):
        self.log_in("leader")
        assert {on for _period, _label, on in self.client.get("/reports/packs/").context["subscriptions"]} == {False}
        for _press in range(2):
            self.client.post("/reports/packs/subscribe/", {"period": "month", "on": "1"})
        assert Subscription.objects.get().period == "month"
        self.client.post("/reports/packs/subscribe/", {"period": "month", "on": "0"})
        assert not Subscription.objects.exists()
        assert self.client.post("/reports/packs/subscribe/", {"period": "day", "on": "1"}).status_code == 404
        assert self.client.get("/reports/packs/subscribe/").status_code == 405

    def test_subscribers_hear_of_a_pack_that_was_asked_for_when_they_are_told(self):
        for who in ("leader", "supervisor"):
            schedule.subscribe(self.years.seats[who].person, self.years.programme, "year", on=True)
        pack = self.made(who="reviewer")
        assert not Notice.objects.filter(object_type="pack").exists()
        self.log_in("reviewer")
        for _press in range(2):
            self.client.post(f"{pack.get_absolute_url()}tell/")
        found = Notice.objects.filter(object_type="pack")
        assert {notice.person for notice in found} == {self.years.seats[who].person for who in ("leader", "supervisor")}
        assert found.count() == 2
        self.log_in("leader")
        html = self.client.get("/inbox/").content.decode()
        assert "定期报告已生成" in html
        assert "您订阅了定期报告" in html or "2021年年报" in html


def test_spans():
    assert span_of("week", date(2026, 11, 26)) == Span("week", date(2026, 11, 23), date(2026, 11, 29))
    assert span_of("month", date(2024, 2, 29)) == Span("month", date(2024, 2, 1), date(2024, 2, 29))
    assert span_of("month", date(2026, 12, 31)).last == date(2026, 12, 31)
    assert span_of("month", date(2026, 1, 5)).before == Span("month", date(2025, 12, 1), date(2025, 12, 31))
    assert span_of("year", date(2026, 1, 1)).before.first == date(2025, 1, 1)
    assert span_of("week", date(2026, 1, 1)).before.last == date(2025, 12, 28)
