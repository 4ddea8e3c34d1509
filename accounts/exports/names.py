"""Names of files: in the words of who takes them along, as every system takes them."""

from django.utils.http import content_disposition_header

UNSAFE = str.maketrans(dict.fromkeys('/\\:*?"<>|\r\n\t', "_"))


def safe(name):
    """`name` as every system takes it for a file."""
    return name.translate(UNSAFE).strip(". ") or "_"


def file_name(table):
    """已解决问题统计表-20210603, without the suffix; an issued table has its number before it."""
    number = f"{table.issue.number}-" if table.issue else ""
    return safe(f"{number}{table.title}-{table.as_of:%Y%m%d}")


def attached(name):
    """The header of an answer that is kept as a file `name`."""
    return {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)}
