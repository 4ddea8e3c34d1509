"""Spreadsheet and CSV: the same rows and columns as the page, real values, nothing that runs, and on record."""

import csv
from datetime import datetime
from io import BytesIO, StringIO
from urllib.parse import quote

from django.test import TestCase
from django.utils import translation
from openpyxl import load_workbook

from accounts import record
from accounts.models import Event
from reports.tests.years import create_years

A3, A4 = 8, 9
QUESTION = "/reports/solved/?as_of=2021-06-03"
HEADER = [
    "序号", "结对", "参与方", "问题编号", "问题", "问题所属支部", "协助解决支部", "业务门类", "目标", "提出日期",
    "签约日期", "销号日期", "是否按期", "逾期天数", "延期次数", "解决效果",
]  # fmt: skip


class ExportTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.years = create_years()

    def setUp(self):
        self.seat = self.years.seats["reviewer"]
        self.client.force_login(self.seat.person)

    def sheet(self, address):
        response = self.client.get(address)
        assert response.status_code == 200
        assert response["Content-Type"].startswith("application/vnd.openxmlformats")
        assert "attachment" in response["Content-Disposition"]
        return load_workbook(BytesIO(b"".join(response.streaming_content))).active

    def lines(self, address):
        response = self.client.get(address)
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        text = b"".join(response.streaming_content).decode()
        assert text.startswith("\ufeff序号" if "solved" in address else "\ufeff")
        return list(csv.reader(StringIO(text.removeprefix("\ufeff"))))

    def test_the_name_of_the_file_says_as_of_which_day_it_is(self):
        for suffix in ("xlsx", "csv"):
            response = self.client.get(f"/reports/solved/?as_of=2021-06-03&export={suffix}")
            b"".join(response.streaming_content)
            assert f"{quote('已解决问题统计表')}-20210603.{suffix}" in response["Content-Disposition"]

    def test_the_spreadsheet_holds_titles_real_dates_numbers_subtotals_and_rules(self):
        sheet = self.sheet(f"{QUESTION}&export=xlsx")
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert rows[0][0] == "已解决问题统计表"
        assert rows[1][0] == "截至2021年6月3日 · 单位：个 · 公司结对共建"
        assert rows[2] == HEADER
        assert rows[3][0] == 1
        assert rows[3][9:12] == [datetime(2020, 9, 1), datetime(2020, 11, 10), datetime(2021, 1, 20)]  # noqa: DTZ001
        assert rows[3][13] == 0
        assert rows[6][12:14] == ["逾期 10 天", 10]
        assert rows[5][0] == "小计　结对〔2020〕1号　2 个问题"
        assert rows[8][0] == "合计　2 对、3 个党支部、3 个问题"
        assert rows[9][0].startswith("1. 对、党支部、单位")
        assert all(value not in (None, "") for row in rows[2:5] for value in row)

    def test_the_spreadsheet_is_laid_out_for_paper_and_runs_nothing(self):
        sheet = self.sheet(f"{QUESTION}&export=xlsx")
        assert sheet.freeze_panes == "C4"
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", A3)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0  # as many pages as it takes; one page wide is the format's default
        assert sheet.print_title_rows == "$3:$3"
        assert sheet.oddFooter.center.text.endswith("第 &P 页，共 &N 页")
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert "=SUM(A1)式的标题" in [cell.value for cell in cells]
        assert not [cell for cell in cells if cell.data_type == "f"]
        assert "yyyy" in sheet["J4"].number_format
        assert not sheet._hyperlinks

    def test_csv_has_a_mark_for_chinese_one_header_and_one_line_per_problem(self):
        rows = self.lines(f"{QUESTION}&export=csv")
        assert rows[0] == HEADER
        assert len(rows) == 4
        assert rows[2][4] == "'=SUM(A1)式的标题"
        assert rows[1][9:12] == ["2020-09-01", "2020-11-10", "2021-01-20"]
        assert all(value for row in rows for value in row)

    def test_lists_are_exported_whole_whatever_page_is_shown(self):
        for page, what, n in (("problems", "raised", 8), ("agreements", "signed", 3), ("branches", "existing", 5)):
            address = f"/reports/{page}/?what={what}&as_of=2021-06-03&page=7"
            assert len(self.lines(f"{address}&export=csv")) == n + 1
            assert self.sheet(f"{address}&export=xlsx").max_row > n + 3

    def test_filters_hold_for_the_export(self):
        assert len(self.lines(f"{QUESTION}&level=post&export=csv")) == 2
        assert "岗位对岗位" in self.sheet(f"{QUESTION}&level=post&export=xlsx")["A2"].value

    def test_an_export_of_nothing_has_its_header(self):
        assert len(self.lines("/reports/solved/?as_of=2020-01-01&export=csv")) == 1
        sheet = self.sheet("/reports/solved/?as_of=2020-01-01&export=xlsx")
        assert sheet["A4"].value == "合计　0 对、0 个党支部、0 个问题"

    def test_every_export_is_on_record_and_a_mere_look_is_not(self):
        self.client.get(QUESTION)
        assert not Event.objects.filter(action="export").exists()
        self.lines(f"{QUESTION}&level=post&export=csv")
        event = Event.objects.get(action="export")
        with translation.override("zh-hans"):
            assert record.name_of(event.action, event.object_type) == "导出统计表"
        assert (event.person, event.seat, event.object_label) == (self.seat.person, self.seat, "公司结对共建")
        assert event.details == {
            "table": "solved", "format": "csv", "rows": 1, "question": {"as_of": "2021-06-03", "level": "post"},
        }  # fmt: skip
        self.client.get("/reports/solved/?as_of=2021-02-30&export=csv")
        assert Event.objects.filter(action="export").count() == 1

    def test_exports_speak_the_language_of_the_person(self):
        self.seat.person.language = "en"
        self.seat.person.save()
        rows = self.lines_in_english()
        assert rows[0][:3] == ["No.", "Pair", "Parties"]
        assert rows[3][12] == "10 days late"

    def lines_in_english(self):
        response = self.client.get(f"{QUESTION}&export=csv")
        return list(csv.reader(StringIO(b"".join(response.streaming_content).decode().removeprefix("\ufeff"))))
