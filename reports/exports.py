"""Files of the reports' tables: their place in the record; the formats are those of accounts.exports."""

from django.utils.translation import gettext_lazy as _l

from accounts import exports, record
from reports.tables import subtotal_words

__all__ = ["FORMATS", "csv_response", "docx_response", "note_export", "subtotal_words", "xlsx_response"]
FORMATS = ("xlsx", "csv", "docx")
record.name_actions("programme", {"export": _l("Export a report")})


def note_export(request, question, name, suffix, count):
    """The record of an export; outside the read-only transaction, before the first byte."""
    details = {"table": name, "format": suffix, "question": question.given, "rows": count}
    record.write("export", seat=request.seat, person=request.user, obj=question.programme, details=details)


def csv_response(table):
    """Streams from the first line on; memory does not grow with the rows."""
    return exports.csv_answer(table, exports.file_name(table))


def xlsx_response(table):
    """The finished workbook, of MOST_ROWS rows at most (accounts/exports/xlsx.py)."""
    return exports.xlsx_answer(table, exports.file_name(table))


def docx_response(table):
    """The official document, of MOST_ROWS rows at most (accounts/exports/docx.py)."""
    return exports.docx_answer(table, exports.file_name(table))


RESPONSES = {"xlsx": xlsx_response, "csv": csv_response, "docx": docx_response}
