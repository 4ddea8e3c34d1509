"""Spreadsheets of Tables (domain.md §7): real dates and numbers, and no cell that runs as a formula."""

import tempfile
from datetime import date
from functools import lru_cache

from django.http import FileResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from xlsxwriter import Workbook

from accounts.exports.cells import Cells
from accounts.exports.table import NOTHING, head_of, paper_for, width_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767  # characters that a spreadsheet cell holds
MOST_ROWS = 20_000  # of a spreadsheet made while its reader waits, about two seconds; CSV takes any number
FIRST_DAY = date(1899, 12, 30).toordinal()  # spreadsheets count days from here on
PAPER = {"A3": 8, "A4": 9}  # by the numbering of spreadsheets
OPTIONS = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip


def xlsx_answer(table, name):
    """The finished workbook `name`.xlsx; its temporary file is gone when the answer is closed."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    write_xlsx(file, [table])
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


def write_xlsx(file, tables):
    """Write a workbook with one sheet per Table, in order; `file` is a path or a binary file."""
    tables = list(tables)
    book = Workbook(file, OPTIONS)
    book.set_properties({"title": tables[0].title})
    formats = _formats(book)
    taken = set()
    for table in tables:
        with table.reading():
            Sheet(book, formats, table, sheet_name(table.title, taken)).write()
    book.close()


def sheet_name(title, taken=frozenset()):
    """A sheet name: at most 31 characters, none of []:*?/\\, no apostrophe at the ends, none of `taken` (added to)."""
    name = "".join(c for c in title if c not in "[]:*?/\\")[:31].strip("'") or "1"
    number = 2
    while name.lower() in taken:
        name, number = f"{name[:27]} {number}", number + 1
    if isinstance(taken, set):
        taken.add(name.lower())
    return name


def _formats(book):
    font = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True}
    box = font | {"border": 1}
    kinds = {
        "title": font | {"font_name": "黑体", "font_size": 18, "align": "center"},
        "line": font | {"align": "center"},
        "rule": font | {"font_size": 9},
        "head": box | {"bold": True, "align": "center", "bg_color": "#F1EEEA"},
        "text": box,
        "number": box | {"align": "right", "num_format": "0"},
        "date": box | {"align": "center", "num_format": pgettext("spreadsheet date format", "d mmm yyyy")},
        "sum": box | {"bold": True},
    }
    return {kind: book.add_format(properties) for kind, properties in kinds.items()}


class Sheet:
    """One table on one sheet, written row by row: title, second line, head, rows in groups, total, rules."""

    def __init__(self, book, formats, table, name):
        self.table, self.columns, self.formats = table, table.columns, formats
        self.sheet = book.add_worksheet(name, Cells)
        self.values = [column.value for column in self.columns]
        self.last, self.row = len(self.columns) - 1, 0

    def write(self):
        self._set_page()
        self._line(self.table.title, "title", 34)
        self._line(self.table.second_line, "line", 20)
        self._head()
        self.sheet.freeze_panes(self.row, min(2, self.last))
        for words, rows in self.table.groups():
            count = self._rows(rows)
            if words is not None:
                self._line(self.table.subtotal(words, count), "sum", 18)
        if self.table.total:
            self._line(_("Total: %(words)s") % {"words": self.table.total()}, "sum", 22)
        for number, rule in enumerate(self.table.rules, 1):
            self._grown(f"{number}. {rule}")
        if issue := self.table.issue:
            self._grown(f"{issue.number} {issue.words} {issue.digest}")

    def _set_page(self):
        sheet = self.sheet
        for index, column in enumerate(self.columns):
            sheet.set_column(index, index, column.width)
        sheet.set_landscape()
        sheet.set_paper(PAPER[paper_for(self.columns)])
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        page = _("Page %(n)s of %(all)s") % {"n": "&P", "all": "&N"}
        sheet.set_footer(f"&C&9{page}")

    def _head(self):
        first, lines = self.row, head_of(self.columns)
        below = iter(lines[-1])
        upper = []  # of each column: what stands above it
        for cell in lines[0]:
            upper += [cell] * cell.columns
        for line in range(len(lines)):
            for index, cell in enumerate(upper):
                text = cell.label if line == 0 else "" if cell.lines > 1 else next(below).label
                self.sheet.write_string(self.row, index, text, self.formats["head"])
            self.row += 1
        self._merge_head(first, lines[0])
        self.sheet.repeat_rows(first, self.row - 1)

    def _merge(self, *corners):
        """Into the list of the sheet itself: merge_range() would go back to lines that are written already, and look
        at every cell for other ranges over it, of which there are none."""
        self.sheet.merge.append(list(corners))

    def _merge_head(self, first, cells):
        index = 0
        for cell in cells:
            if cell.columns > 1 or cell.lines > 1:
                self._merge(first, index, first + cell.lines - 1, index + cell.columns - 1)
            index += cell.columns

    def _line(self, text, kind, height):
        """A merged line over all columns."""
        self.sheet.set_row(self.row, height)
        self.sheet.write_string(self.row, 0, text, self.formats[kind])
        if self.last:
            for index in range(1, self.last + 1):  # the cells that are covered carry their part of the border
                self.sheet.write_blank(self.row, index, None, self.formats[kind])
            self._merge(self.row, 0, self.row, self.last)
        self.row += 1

    def _grown(self, text):
        """A merged line as high as its text needs: merged cells do not grow by themselves."""
        width = sum(column.width for column in self.columns)
        self._line(text, "rule", 14 * (1 + width_of(text) // width))

    def _rows(self, rows):
        """Write the rows; answers how many."""
        before = self.row
        for row in rows:
            for index, value in enumerate(self.values):
                self._cell(index, value(row))
            self.row += 1
        return self.row - before

    def _cell(self, index, value):
        sheet, formats = self.sheet, self.formats
        if isinstance(value, date):
            sheet.write_number(self.row, index, _day_number(value), formats["date"])
        elif isinstance(value, int):
            sheet.write_number(self.row, index, value, formats["number"])
        else:
            text = str(value)[:LONGEST_CELL] if value else NOTHING
            sheet.write_string(self.row, index, text, formats["text"])


@lru_cache(maxsize=4096)  # tables name few days many times
def _day_number(day):
    return day.toordinal() - FIRST_DAY
