"""The cells of a spreadsheet, written as plainly as they are.

What the library does for every cell costs most of the time of a long table: it escapes and joins attributes one by one.
And it takes a text that begins with <r> and ends with </r> for markup of its own: a title typed like that would break
the file for everybody. Here a text is a text.
"""

from html import escape

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet


class Cells(Worksheet):
    """A sheet in constant memory whose texts, numbers and blanks have a format each, and which holds nothing else."""

    def __init__(self):
        super().__init__()
        self.letters = {}

    def _write_cell(self, row, col, cell):
        name = self.letters.get(col) or self.letters.setdefault(col, xl_col_to_name(col))
        head = f'<c r="{name}{row + 1}" s="{cell.format._get_xf_index()}"'
        kind = type(cell).__name__
        if kind == "String":
            text = cell.string
            if not text.isprintable() or "_x" in text:  # control characters get the escape _x0007_; so who types it
                text = self._escape_control_characters(text)
            space = ' xml:space="preserve"' if text != text.strip() else ""
            self.fh.write(f'{head} t="inlineStr"><is><t{space}>{escape(text, quote=False)}</t></is></c>')
        elif kind == "Number":
            self.fh.write(f"{head}><v>{cell.number:.16G}</v></c>")
        else:
            self.fh.write(f"{head}/>")
