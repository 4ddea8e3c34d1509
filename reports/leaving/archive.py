"""The .zip to leave with: a spreadsheet per kind, the signed texts, the uploaded files, and what is what."""

import shutil
import tempfile
import zipfile
from itertools import islice

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.exports import Table, safe, write_xlsx
from accounts.reading import read_only
from pairing.words import exact_words
from reports.leaving.kinds import KINDS, agreements_of, attachments_of

PARTS = len(KINDS) + 2  # the kinds, the signed texts, the files
MOST_ROWS = 1_000_000  # of one spreadsheet; the format ends at 1,048,576


def write_archive(file, programme, tell=lambda done, words: None):
    """Write everything of `programme` into `file` (a path or a binary file), all of one moment.

    `tell` hears how many of PARTS are done and what comes next. Answers the lines of the table of contents.
    """
    contents = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, read_only():
        for done, kind in enumerate(KINDS):
            tell(done, str(kind.title))
            contents += _sheets(archive, programme, kind)
        tell(len(KINDS), pgettext("folder", "Texts of agreements"))
        contents.append(_texts(archive, programme))
        tell(len(KINDS) + 1, pgettext("folder", "Files"))
        contents += _files(archive, programme)
        readme = _readme(programme, contents).replace("\n", "\r\n")
        archive.writestr(pgettext("file", "README") + ".txt", "\ufeff" + readme)
    return contents


def _sheets(archive, programme, kind):
    """The spreadsheets of a kind, several where one cannot hold all rows."""
    rows = kind.rows(programme)
    count, values, columns = rows.count(), kind.values(rows), kind.columns(rows.model)
    for number in range(1, max(1, -(-count // MOST_ROWS)) + 1):
        title = str(kind.title) if count <= MOST_ROWS else f"{kind.title}-{number}"
        here = min(MOST_ROWS, count - (number - 1) * MOST_ROWS)
        words = ngettext("%(n)s row", "%(n)s rows", here) % {"n": here}
        table = Table(
            name=title, as_of=timezone.localdate(), title=title, second_line=programme.name, columns=columns,
            rows=islice(values, MOST_ROWS), rules=[], total=lambda words=words: words,
        )  # fmt: skip
        with tempfile.TemporaryFile() as sheet:
            write_xlsx(sheet, [table])
            sheet.seek(0)
            _add(archive, f"{title}.xlsx", sheet, stored=True)
        yield f"{title}.xlsx　{words}"


def _texts(archive, programme):
    """The text of each agreement under its digest, as its parties confirmed and signed it."""
    folder, count = pgettext("folder", "Texts of agreements"), 0
    rows = agreements_of(programme).exclude(text="").order_by("pk")
    for pk, number, text, digest in rows.values_list("pk", "number", "text", "text_digest").iterator():
        words = f"{text}\n\nSHA-256: {digest}\n"
        archive.writestr(f"{folder}/{safe(number or str(pk))}.txt", "\ufeff" + words.replace("\n", "\r\n"))
        count += 1
    words = ngettext("%(n)s text", "%(n)s texts", count) % {"n": count}
    return f"{folder}/　{words}"


def _files(archive, programme):
    """The uploaded files below the number of their matter; a name that is there already gets a number."""
    folder, taken, missing, count = pgettext("folder", "Files"), set(), [], 0
    for attachment in attachments_of(programme).select_related("problem", "agreement").iterator():
        matter = attachment.problem or attachment.agreement
        name = _free(f"{folder}/{safe(matter.number or str(matter.pk))}/{safe(attachment.name)}", taken)
        try:
            with attachment.file.open("rb") as content:
                _add(archive, name, content, stored=attachment.content_type.startswith("image/"))
                count += 1
        except FileNotFoundError:
            missing.append(_("missing: %(name)s") % {"name": name})
    words = ngettext("%(n)s uploaded file", "%(n)s uploaded files", count) % {"n": count}
    return [f"{folder}/　{words}", *missing]


def _add(archive, name, content, *, stored):
    """Copy a file into the archive piece by piece; `stored`: it is compressed already."""
    info = zipfile.ZipInfo(name, timezone.localtime().timetuple()[:6])
    info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with archive.open(info, "w", force_zip64=True) as target:
        shutil.copyfileobj(content, target)


def _free(name, taken):
    stem, dot, suffix = name.rpartition(".")
    number = 2
    while name.lower() in taken:
        name, number = f"{stem}-{number}{dot}{suffix}", number + 1
    taken.add(name.lower())
    return name


def _readme(programme, contents):
    """What is what, for somebody who has never seen the programme."""
    head = _(
        "%(programme)s: everything that is kept of this programme\n"
        "Made: %(at)s\n\n"
        "Each .xlsx file is one kind of thing, one row each; open it with Excel, WPS or LibreOffice. Numbers "
        "tie the files together: the column “Pair” names the agreement, “Problem number” the problem. "
        "Times are those of Beijing. The texts of the agreements are those that the parties signed, with their "
        "SHA-256 digest; uploaded files lie below the number of their problem or agreement.\n\n"
        "Not in it: drafts that were never sent, files that were taken away, passwords and log-ins, messages and "
        "settings of single persons.\n\n"
        "Contents:\n"
    ) % {"programme": programme.name, "at": exact_words(timezone.now())}
    return head + "\n".join(contents) + "\n"
