"""manage.py organisation_template FILE.xlsx: an empty file for load_organisations, each column explained."""

from pathlib import Path

import xlsxwriter
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.loading.template import EXPLANATION, SHEETS

ROWS = 2000  # how far down the lists to choose from reach


class Command(BaseCommand):
    help = "Write the empty template for load_organisations."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *args, file, **options):
        if file.suffix.lower() != ".xlsx":
            raise CommandError(_("The template is an .xlsx file; give a name that ends so."))
        try:
            with file.open("xb") as out, xlsxwriter.Workbook(out) as book:
                write_template(book)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        self.stdout.write(_("The template is in %(file)s.") % {"file": file})


def write_template(book):
    """The sheets of the template with their headers, and a sheet that explains them and is not read."""
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for sheet in SHEETS:
        page = book.add_worksheet(sheet.title)
        page.freeze_panes(1, 0)
        for place, column in enumerate(sheet.columns):
            page.write(0, place, column.title + ("*" if column.required else ""), bold)
            page.set_column(place, place, 24 if column.key == "name" else 14, text)
            if column.words:
                page.data_validation(1, place, ROWS, place, {"validate": "list", "source": list(column.words)})
    page = book.add_worksheet(EXPLANATION)
    page.set_column(0, 1, 14)
    page.set_column(2, 3, 44, wrapped)
    page.write_row(0, 0, [_("Sheet"), _("Column"), _("Meaning"), _("Example or possible words")], bold)
    lines = [(sheet, column) for sheet in SHEETS for column in sheet.columns]
    for number, (sheet, column) in enumerate(lines, 1):
        title = column.title + ("*" if column.required else "")
        page.write_row(number, 0, [sheet.title, title, str(column.help), "、".join(column.words) or column.example])
    page.write(len(lines) + 2, 0, _("Columns with * are needed in every row. A column 备注 may stand in every sheet."))
