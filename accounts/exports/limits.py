"""How long a table may be for each format: a file that keeps its reader waiting is not begun."""

from django.utils.translation import gettext as _

from accounts.exports import docx, xlsx

MOST_ROWS = {"docx": docx.MOST_ROWS, "xlsx": xlsx.MOST_ROWS}  # CSV streams and takes any number


def refusal(suffix, count):
    """What to do instead where `count` rows are too many for a file of the format `suffix`; else ""."""
    if count <= MOST_ROWS.get(suffix, count):
        return ""
    sentences = {
        "docx": _(
            "The table has %(count)s rows; a Word document holds %(most)s at most. Narrow the question, or take the "
            "spreadsheet or the CSV file."
        ),
        "xlsx": _(
            "The table has %(count)s rows; a spreadsheet is made of %(most)s at most. Take the CSV file, which begins "
            "at once and opens in Excel and WPS, or narrow the question."
        ),
    }
    return sentences[suffix] % {"count": f"{count:,}", "most": f"{MOST_ROWS[suffix]:,}"}
