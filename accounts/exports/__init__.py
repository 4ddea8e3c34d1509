"""Files of tables, the same wherever a list is taken along: spreadsheet, CSV, Word. Knows no list and no report."""

from accounts.exports.csv import csv_answer, csv_lines, csv_value
from accounts.exports.docx import docx_answer, write_docx
from accounts.exports.limits import refusal
from accounts.exports.names import attached, file_name, safe
from accounts.exports.table import NOTHING, Column, Issue, Table, head_of, in_words, on_paper, paper_for
from accounts.exports.xlsx import XLSX, write_xlsx, xlsx_answer

__all__ = [
    "NOTHING",
    "XLSX",
    "Column",
    "Issue",
    "Table",
    "attached",
    "csv_answer",
    "csv_lines",
    "csv_value",
    "docx_answer",
    "file_name",
    "head_of",
    "in_words",
    "on_paper",
    "paper_for",
    "refusal",
    "safe",
    "write_docx",
    "write_xlsx",
    "xlsx_answer",
]
