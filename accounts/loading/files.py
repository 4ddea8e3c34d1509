"""Files to rows of values: .xlsx with a sheet per kind, or .csv with one kind, known by its header."""

import csv
import unicodedata
import zipfile
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from accounts.loading import cells
from accounts.loading.template import EXPLANATION, IGNORED, SHEETS

HEADER_WITHIN = 5  # rows in which the header is looked for: people put a title above
LARGEST = 500_000_000  # bytes of an unpacked workbook


class UnreadableFileError(Exception):
    """The file as a whole cannot be read; says why in a sentence."""


@dataclass
class Row:
    """One row: the sheet's name and the row's number as people see them, and {key: value, None where empty}.

    `broken` are the keys whose cells could not be read; they are missing in `values`.
    """

    sheet: str
    number: int
    titles: dict
    values: dict = field(default_factory=dict)
    broken: set = field(default_factory=set)

    def __getitem__(self, key):
        return self.values.get(key)

    def complaint(self, key, sentence):
        """“Sheet 组织, row 7, 上级代码: …”; `key` "" for the row as a whole."""
        place = {"sheet": self.sheet, "row": self.number, "column": self.titles.get(key, ""), "text": sentence}
        if not place["column"]:
            return _("Sheet “%(sheet)s”, row %(row)s: %(text)s") % place
        return _("Sheet “%(sheet)s”, row %(row)s, “%(column)s”: %(text)s") % place


@dataclass
class Reading:
    """What a file contains: rows by sheet key, and a sentence for everything that could not be read."""

    rows: dict = field(default_factory=lambda: {sheet.key: [] for sheet in SHEETS})
    complaints: list = field(default_factory=list)


def read(path):
    """The Reading of a file; UnreadableFileError if it is none of ours."""
    path = Path(path)
    reading = Reading()
    try:
        tables = _tables(path)
        for name, lines in tables:
            _read_table(reading, name, lines)
    except OSError as error:
        raise UnreadableFileError(_("%(file)s cannot be opened: %(why)s") % {"file": path, "why": error}) from error
    except csv.Error as error:
        raise UnreadableFileError(_("%(file)s is no proper CSV: %(why)s") % {"file": path, "why": error}) from error
    if not any(reading.rows.values()) and not reading.complaints:
        raise UnreadableFileError(_("%(file)s contains no rows under a header.") % {"file": path})
    return reading


def _tables(path):
    """(name, lines of raw cells) of each sheet of a workbook, or of the one table of a .csv."""
    match path.suffix.lower():
        case ".xlsx":
            return _workbook(path)
        case ".csv":
            return [(path.name, csv.reader(StringIO(_decoded(path), newline="")))]
        case _:
            raise UnreadableFileError(_("Save the file as .xlsx or .csv; other kinds are not read."))


def _workbook(path):
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(part.file_size for part in packed.infolist())
        if size > LARGEST:
            raise UnreadableFileError(_("%(file)s is too large.") % {"file": path})
        book = load_workbook(path, read_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise UnreadableFileError(_("%(file)s is no proper .xlsx workbook.") % {"file": path}) from error
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # some programs write wrong ones
        yield sheet.title, sheet.iter_rows(values_only=True)
    book.close()


def _decoded(path):
    """The text of a .csv: UTF-8 with or without mark, else GB18030 as Chinese spreadsheets write it."""
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFileError(_("%(file)s is neither UTF-8 nor GB18030; save it again as CSV.") % {"file": path})


def _read_table(reading, name, lines):
    if name.strip() == EXPLANATION:
        return
    sheet, titles, seen = None, [], False
    for number, line in enumerate(lines, 1):
        if all(cells.is_empty(raw) for raw in line):
            continue
        if sheet:
            row = Row(name, number, {column.key: column.title for column in sheet.columns})
            reading.rows[sheet.key].append(row)
            reading.complaints += _read_row(row, sheet, titles, line)
            continue
        seen = True
        titles = [_title(raw) for raw in line]
        sheet = _sheet_of(titles)
        if sheet:
            reading.complaints += _wrong_titles(name, number, sheet, titles)
        elif number >= HEADER_WITHIN:
            break
    if seen and not sheet:
        reading.complaints.append(_("Sheet “%(sheet)s”: no header of the template was found.") % {"sheet": name})


def _title(raw):
    return unicodedata.normalize("NFKC", str("" if raw is None else raw)).strip(cells.OUTER + "*")


def _sheet_of(titles):
    """The Sheet whose needed columns are all there, with as few columns unknown to it as possible, or None."""
    fitting = [sheet for sheet in SHEETS if sheet.required <= set(titles)]
    return min(fitting, key=lambda sheet: len(set(titles) - {c.title for c in sheet.columns}), default=None)


def _wrong_titles(name, number, sheet, titles):
    known = {column.title for column in sheet.columns} | {IGNORED, ""}
    for title in titles:
        place = {"sheet": name, "row": number, "title": title}
        if title not in known:
            yield _("Sheet “%(sheet)s”, row %(row)s: column “%(title)s” is unknown.") % place
        elif title and titles.count(title) > 1:
            yield _("Sheet “%(sheet)s”, row %(row)s: column “%(title)s” stands there twice.") % place


def _read_row(row, sheet, titles, line):
    """Fill `row` from the cells of one line; yields a complaint for each bad cell."""
    columns = {column.title: column for column in sheet.columns}
    padded = [*line, *[None] * (len(titles) - len(line))]
    for title, raw in zip(titles, padded, strict=False):
        column = columns.get(title)
        if column is None:
            continue
        try:
            row.values[column.key] = _value(column, raw)
        except ValueError as error:
            row.broken.add(column.key)
            yield row.complaint(column.key, str(error))
    if any(not cells.is_empty(raw) for raw in line[len(titles) :]):
        yield row.complaint("", _("has more cells than the header."))


def _value(column, raw):
    """The value of a cell, None for an empty one."""
    if cells.is_empty(raw):
        if column.required:
            raise ValueError(_("is missing."))
        return None
    if isinstance(raw, str) and raw.startswith("="):
        raise ValueError(_("is a formula. Copy the column and paste it as values."))
    return column.read(raw)
