"""CSV of a Table: streams from the first line on; memory does not grow with the rows."""

import csv
from datetime import date
from itertools import islice

from django.http import StreamingHttpResponse
from django.utils import translation

from accounts.exports.names import attached
from accounts.exports.table import NOTHING
from accounts.spreadsheet import FORMULA_STARTS, harmless

CHUNK = 500  # lines sent at once


class _Line:
    """A file for csv.writer that hands the line back."""

    def write(self, text):
        return text


def csv_value(value):
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return value
    text = "" if value is None else str(value)
    return harmless(text) if text else NOTHING


def _values(values):
    """csv_value of each; the plain texts, which are most of them, without a call."""
    return [
        value if type(value) is str and value and value[0] not in FORMULA_STARTS else csv_value(value)
        for value in values
    ]


def csv_lines(table, language):
    """Lines of the file: UTF-8 with BOM, one header, one line per row, days as 2021-06-03."""
    write = csv.writer(_Line()).writerow
    values = [column.value for column in table.columns]
    with translation.override(language), table.reading():
        yield "\ufeff" + write([str(column.label) for column in table.columns])
        lines = (write(_values([value(row) for value in values])) for row in table.rows)
        while chunk := "".join(islice(lines, CHUNK)):
            yield chunk


def csv_answer(table, name):
    """The answer that sends the file `name`.csv row by row."""
    lines = csv_lines(table, translation.get_language())
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=attached(f"{name}.csv"))
