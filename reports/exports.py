"""Spreadsheets and CSV of a Table (domain.md §7): real dates and numbers, and no cell that runs as a formula."""

import csv
import tempfile
from datetime import date
from itertools import groupby, islice

from django.http import FileResponse, StreamingHttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import pgettext
from xlsxwriter import Workbook

from accounts import record
from accounts.spreadsheet import harmless
from reports.selectors import read_only
from reports.tables import NOTHING, problems_words

FORMATS = ("xlsx", "csv")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767  # characters that a spreadsheet cell holds
A4 = 9  # paper size by the numbering of spreadsheets
CHUNK = 500  # CSV lines sent at once
record.name_actions("programme", {"export": _l("Export a report")})


def file_name(table, suffix):
    return f"{table.name}-{table.as_of:%Y%m%d}.{suffix}"


def note_export(request, question, name, suffix, count):
    """The record of an export; outside the read-only transaction, before the first byte."""
    details = {"table": name, "format": suffix, "question": question.given, "rows": count}
    record.write("export", seat=request.seat, person=request.user, obj=question.programme, details=details)


# CSV
class _Line:
    """A file for csv.writer that hands the line back."""

    def write(self, text):
        return text


def csv_value(value):
    if value in (None, ""):
        return NOTHING
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, int) else harmless(str(value))


def csv_lines(table, language):
    """Lines of the file: UTF-8 with BOM, one header, one line per row, days as 2021-06-03."""
    writer = csv.writer(_Line())
    with translation.override(language), read_only():
        yield "\ufeff" + writer.writerow([str(column.label) for column in table.columns])
        lines = (writer.writerow([csv_value(column.value(row)) for column in table.columns]) for row in table.rows)
        while chunk := "".join(islice(lines, CHUNK)):
            yield chunk


def csv_response(table):
    """Streams from the first line on; memory does not grow with the rows."""
    lines = csv_lines(table, translation.get_language())
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    return _attached(response, file_name(table, "csv"))


# Spreadsheet
def xlsx_response(table):
    """The finished workbook; its temporary file is gone when the response is closed."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    with read_only():
        Sheet(file, table).write()
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=file_name(table, "xlsx"), content_type=XLSX)


class Sheet:
    """One table on one sheet, written row by row: title, second line, header, rows in groups, total, rules."""

    def __init__(self, file, table):
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.table, self.columns = table, table.columns
        self.book = Workbook(file, options | {"strings_to_numbers": False})
        self.book.set_properties({"title": table.title})
        self.sheet = self.book.add_worksheet(_valid_name(table.title))
        self.last, self.row = len(self.columns) - 1, 0
        font = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True}
        box = font | {"border": 1}
        head = box | {"bold": True, "align": "center", "bg_color": "#F1EEEA"}
        day_format = pgettext("spreadsheet date format", "d mmm yyyy")
        self.formats = {
            "title": self.book.add_format(font | {"font_name": "黑体", "font_size": 18, "align": "center"}),
            "line": self.book.add_format(font | {"align": "center"}),
            "rule": self.book.add_format(font | {"font_size": 9}),
            "head": self.book.add_format(head),
            "text": self.book.add_format(box),
            "number": self.book.add_format(box | {"align": "right", "num_format": "0"}),
            "date": self.book.add_format(box | {"align": "center", "num_format": day_format}),
            "sum": self.book.add_format(box | {"bold": True}),
        }

    def write(self):
        self._set_page()
        self._line(self.table.title, "title", 34)
        self._line(self.table.second_line, "line", 20)
        for index, column in enumerate(self.columns):
            self.sheet.write_string(self.row, index, str(column.label), self.formats["head"])
        self.sheet.repeat_rows(self.row)
        self.row += 1
        self.sheet.freeze_panes(self.row, 2)
        self._rows()
        self._line(_("Total: %(words)s") % {"words": self.table.total()}, "sum", 22)
        width = sum(column.width for column in self.columns)
        for number, rule in enumerate(self.table.rules, 1):
            text = f"{number}. {rule}"
            lines = 1 + _width(text) // width  # merged cells do not grow by themselves
            self._line(text, "rule", 14 * lines)
        self.book.close()

    def _set_page(self):
        sheet = self.sheet
        for index, column in enumerate(self.columns):
            sheet.set_column(index, index, column.width)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        page = _("Page %(n)s of %(all)s") % {"n": "&P", "all": "&N"}
        sheet.set_footer(f"&C&9{page}")

    def _line(self, text, name, height):
        """A merged line over all columns."""
        self.sheet.set_row(self.row, height)
        self.sheet.merge_range(self.row, 0, self.row, self.last, "", self.formats[name])
        self.sheet.write_string(self.row, 0, text, self.formats[name])
        self.row += 1

    def _rows(self):
        if self.table.group is None:
            for row in self.table.rows:
                self._row(row)
            return
        for (_key, words), rows in groupby(self.table.rows, key=self.table.group):
            count = 0
            for row in rows:
                self._row(row)
                count += 1
            self._line(subtotal_words(words, count), "sum", 18)

    def _row(self, row):
        for index, column in enumerate(self.columns):
            self._cell(index, column.value(row))
        self.row += 1

    def _cell(self, index, value):
        if isinstance(value, date):
            self.sheet.write_datetime(self.row, index, value, self.formats["date"])
        elif isinstance(value, int):
            self.sheet.write_number(self.row, index, value, self.formats["number"])
        else:
            text = str(value)[:LONGEST_CELL] if value else NOTHING
            self.sheet.write_string(self.row, index, text, self.formats["text"])


def subtotal_words(words, count):
    """小计：结对〔2021〕3号 15 个问题."""
    return _("Subtotal %(pair)s: %(problems)s") % {"pair": words, "problems": problems_words(count)}


def _valid_name(title):
    """A sheet name: at most 31 characters, none of []:*?/\\ and no apostrophe at the ends."""
    return "".join(c for c in title if c not in "[]:*?/\\")[:31].strip("'") or "1"


def _width(text):
    """Width in Latin characters; a Chinese one takes two."""
    return sum(2 if ord(c) > 0x2E80 else 1 for c in text)


def _attached(response, name):
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
