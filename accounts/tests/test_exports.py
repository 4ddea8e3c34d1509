"""Spreadsheet, CSV and document of a table; what LibreOffice makes of them."""

import csv
from datetime import date
from io import BytesIO, StringIO

import pytest
from django.utils import translation
from docx import Document
from openpyxl import load_workbook

from accounts.exports import Column, Issue, Table, csv_lines, head_of, paper_for, write_docx, write_xlsx
from accounts.exports.limits import MOST_ROWS, refusal
from accounts.tests.office import cells_of, converted, printed

DAY = date(2021, 6, 3)
ADDRESS = "https://jiedui.example/reports/issued/3/"
RARE = "㛃䶮𠅤"
COLUMNS = (
    Column(name="index", label="序号", value=lambda row: row["n"], width=6, number=True),
    Column(name="title", label="问题", value=lambda row: row["title"], width=30, group="问题"),
    Column(name="raised", label="提出日期", value=lambda row: row["day"], width=15, group="问题"),
    Column(name="pair", label="结对", value=lambda row: row["pair"], width=16, group="结对", page=False),
    Column(name="late", label="逾期天数", value=lambda row: row["late"], width=9, group="成效", number=True),
    Column(name="effect", label="解决效果", value=lambda row: row["effect"], width=40, group="成效"),
)
FORMULA = '=HYPERLINK("http://example.com","看")'
ROWS = 120


def rows():
    for n in range(1, ROWS + 1):
        title = FORMULA if n == 1 else f"问题{n}{RARE}"
        yield {
            "n": n, "title": title, "day": DAY, "pair": f"结对〔2021〕{(n - 1) // 40 + 1}号",
            "late": n % 3, "effect": "缺陷率下降\n一次焊接合格率 98%" if n % 2 else None,
        }  # fmt: skip


def table(**more):
    words = {
        "name": "solved", "as_of": DAY, "title": "已解决问题统计表", "second_line": "截至2021年6月3日 · 单位：个",
        "columns": COLUMNS, "rows": rows(), "rules": ["一个问题只计一次。"], "total": lambda: "3 对",
        "group": lambda row: (row["pair"], row["pair"]), "group_head": lambda row: f"{row['pair']} 甲党支部、乙党支部",
        "subtotal": "小计 {} {} 个问题".format, "unit": "公司党委",
        "issue": Issue(number="〔2026〕3号", digest="ab" * 32, words="2026年9月1日 张三 签发", address=ADDRESS),
    }  # fmt: skip
    return Table(**words | more)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The files of the table, and of one that needs A3: {"table": path of .xlsx, ...}."""
    folder = tmp_path_factory.mktemp("made")
    with translation.override("zh-hans"):
        wide = tuple(Column(name=f"c{n}", label=f"列{n}", value=lambda row: "值", width=20) for n in range(15))
        write_xlsx(folder / "table.xlsx", [table()])
        write_xlsx(folder / "wide.xlsx", [table(columns=wide)])
        write_docx(folder / "document.docx", table())
        write_docx(folder / "wide_document.docx", table(columns=wide, rows=list(rows())[:3]))
    return folder


@pytest.fixture(scope="module")
def opened(made, tmp_path_factory):
    """{name: Printed} of all files, and the cells of the spreadsheet, after two starts of LibreOffice."""
    folder = tmp_path_factory.mktemp("opened")
    papers = converted([*made.glob("*.xlsx"), *made.glob("*.docx")], "pdf", folder)
    cells = converted([made / "table.xlsx"], "fods", folder)["table"]
    return {name: printed(path) for name, path in papers.items()} | {"cells": cells_of(cells)}


@pytest.mark.office
def test_libreoffice_finds_a_head_of_two_merged_lines(opened):
    upper, lower = opened["cells"][2:4]
    assert [(cell.value, cell.columns, cell.lines) for cell in upper if cell.value] == [
        ("序号", 1, 2), ("问题", 2, 1), ("结对", 1, 1), ("成效", 2, 1),
    ]  # fmt: skip
    assert [cell.value for cell in lower if cell.value] == ["问题", "提出日期", "结对", "逾期天数", "解决效果"]
    assert (opened["cells"][0][0].value, opened["cells"][0][0].columns) == ("已解决问题统计表", len(COLUMNS))


@pytest.mark.office
def test_libreoffice_reads_real_dates_and_numbers_and_runs_nothing(opened):
    first = [cell.value for cell in opened["cells"][4]]
    assert first[:5] == [1, FORMULA, DAY, "结对〔2021〕1号", 1]
    assert not any(cell.formula for line in opened["cells"] for cell in line)
    values = [line[1].value for line in opened["cells"] if len(line) > 1]
    assert f"问题{ROWS}{RARE}" in values
    assert "小计 结对〔2021〕2号 40 个问题" in [line[0].value for line in opened["cells"]]


@pytest.mark.office
def test_a_spreadsheet_prints_on_a4_or_a3_with_its_head_on_every_page(opened):
    paper = opened["table"]
    assert set(paper.sizes) == {(297, 210)}
    assert len(paper.sizes) > 2
    assert all("提出日期" in text for text in paper.texts[:-1])
    assert all(f"第{n}页，共{len(paper.texts)}页" in text for n, text in enumerate(paper.texts, 1))
    assert set(opened["wide"].sizes) == {(420, 297)}


@pytest.mark.office
def test_a_document_prints_every_row_under_its_head_with_rules_number_and_signature(opened):
    paper = opened["document"]
    assert set(paper.sizes) == {(297, 210)}
    assert len(paper.sizes) > 2
    full = [text for text in paper.texts if "问题" in text.partition("统计口径")[0].replace("个问题", "")]
    assert all("提出日期" in text for text in full)
    assert all(f"第{n}页，共{len(paper.texts)}页" in text for n, text in enumerate(paper.texts, 1))
    assert all(f"问题{n}{RARE}" in paper.text for n in range(2, ROWS + 1))
    for words in (
        "已解决问题统计表",
        "截至2021年6月3日·单位：个",
        "合计3对",
        "一个问题只计一次",
        "〔2026〕3号",
        "ab" * 32,
    ):
        assert words in paper.text
    assert "填报单位：公司党委填报人：审核人：日期：" in paper.text
    assert set(opened["wide_document"].sizes) == {(420, 297)}


def test_a_document_names_the_faces_of_the_office(made):
    document = Document(made / "document.docx")
    title = document.paragraphs[0].runs[0]._r.xml
    assert 'w:eastAsia="黑体"' in title
    assert 'w:eastAsia="仿宋"' in document.styles.element.xml
    assert "Theme=" not in document.styles.element.xml.partition("</w:docDefaults>")[0]
    assert [row._tr.xml.count("<w:tblHeader/>") for row in document.tables[0].rows[:3]] == [1, 1, 0]
    assert document.core_properties.title == "已解决问题统计表"
    assert document.inline_shapes  # the QR code


def test_a_spreadsheet_takes_any_text_for_a_text(tmp_path):
    typed = ["<r>&</r>", "<r><t>别的</t></r>", '& < > "引号" \'', " 前后有空格 ", "一行\n二行", RARE, FORMULA]
    write_xlsx(tmp_path / "typed.xlsx", [table(rows=[next(rows()) | {"title": text} for text in typed])])
    lines = list(load_workbook(tmp_path / "typed.xlsx").active.iter_rows(min_row=5, max_row=4 + len(typed)))
    assert [line[1].value for line in lines] == typed
    assert {(line[2].value.date(), line[2].is_date, line[1].data_type) for line in lines} == {(DAY, True, "s")}


def test_what_no_spreadsheet_may_hold_is_written_with_its_escape(tmp_path):
    typed = {"铃\x07声": "铃_x0007_声", "_x0041_": "_x005F_x0041_"}
    write_xlsx(tmp_path / "typed.xlsx", [table(rows=[next(rows()) | {"title": text} for text in typed])])
    lines = load_workbook(tmp_path / "typed.xlsx").active.iter_rows(min_row=5, max_row=6, min_col=2, max_col=2)
    assert [line[0].value for line in lines] == list(typed.values())


def test_csv_begins_with_the_mark_and_holds_the_columns_in_order():
    text = "".join(csv_lines(table(), "zh-hans"))
    assert text.startswith("\ufeff序号,问题,提出日期")
    lines = list(csv.reader(StringIO(text.removeprefix("\ufeff"))))
    assert len(lines) == ROWS + 1
    assert lines[1] == ["1", "'" + FORMULA, "2021-06-03", "结对〔2021〕1号", "1", "缺陷率下降\n一次焊接合格率 98%"]
    assert lines[2][5] == "—"


def test_a_head_has_one_line_where_no_column_has_a_group():
    assert [len(line) for line in head_of(COLUMNS)] == [4, 5]
    [only] = head_of([COLUMNS[0]])
    assert (only[0].label, only[0].lines) == ("序号", 1)
    assert paper_for(COLUMNS) == "A4"


def test_sheets_of_one_title_get_names_of_their_own_and_controls_do_not_break_a_file():
    file = BytesIO()
    write_xlsx(file, [table(title="台账[1]:" + "很" * 40), table(title="台账[1]:" + "很" * 40)])
    names = load_workbook(file).sheetnames
    assert len(set(names)) == 2
    assert all(len(name) <= 31 and "[" not in name for name in names)
    file = BytesIO()
    write_docx(file, table(title="控制\x0b符", rows=[], rules=["\x00"]))
    assert "控制符" in "".join(paragraph.text for paragraph in Document(file).paragraphs)


def test_too_long_a_table_gets_a_sentence_that_says_what_to_take():
    assert refusal("csv", 10**7) == ""
    assert refusal("xlsx", MOST_ROWS["xlsx"]) == ""
    with translation.override("zh-hans"):
        assert "CSV" in refusal("xlsx", MOST_ROWS["xlsx"] + 1)
        assert "3,001 行" in refusal("docx", MOST_ROWS["docx"] + 1)
