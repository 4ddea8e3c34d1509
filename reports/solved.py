"""The statistics table in pages of so many rows; numbers, subtotals and sentence are those of the whole table."""

from dataclasses import dataclass
from itertools import groupby

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from pairing.words import day_words
from reports import tables
from reports.exports import subtotal_words
from reports.rows import solved_row
from reports.selectors import solved_episodes, solved_in_pairs, solved_totals

PER_PAGE, ORPHANS = 100, 20  # rows; so many more stay on the last page instead of making another
AT_ONCE = 5_000  # rows that are put on one page for printing, when asked; more are exported


@dataclass(frozen=True)
class Part:
    """What a page shows: the pairs with their lines, of how many rows in all, and the sentence about the whole."""

    pairs: list
    total: int
    sentence: str
    page: Page
    rows_words: str  # which rows of a longer table these are, else ""
    all_fits: bool  # the whole of it may be put on one page


def part_of(question, viewer, number, *, every=False):
    """The Part with the page `number` (as asked, perhaps nonsense); `every`: up to AT_ONCE rows on it."""
    pairs, branches, problems = solved_totals(question)
    paginator = Paginator(solved_episodes(question), AT_ONCE if every else PER_PAGE, orphans=ORPHANS)
    paginator.count = problems
    page = paginator.get_page(number)
    first, last = page.start_index(), page.end_index()
    # one row more on either side tells whether its pair goes on there
    before = 1 if first > 1 else 0
    episodes = paginator.object_list[max(first - 1 - before, 0) : last + 1]
    rows = [solved_row(episode, n, viewer, question.as_of) for n, episode in enumerate(episodes, first - before)]
    shown = rows[before : before + last - first + 1]
    beyond = [row.agreement_pk for row in (*rows[:before], *rows[before + len(shown) :])]
    words = ""
    if page.has_other_pages():
        words = _("Rows %(first)s to %(last)s of %(total)s. The spreadsheet and the CSV file hold all rows.") % {
            "first": first, "last": last, "total": problems,
        }  # fmt: skip
    return Part(
        _blocks(question, shown, continued=rows[0].agreement_pk if before else None, goes_on=beyond[before:]),
        problems, tables.sentence(pairs, branches, problems), page, words, problems <= AT_ONCE,
    )  # fmt: skip


def _blocks(question, rows, *, continued, goes_on):
    """Per pair: its first row here, when it was signed, the lines with their cells, the subtotal in words.

    `continued`: the pair of the row before these, and `goes_on` that of the row after; the subtotal stands where a
    pair ends and counts all of it.
    """
    columns = tables.shown(tables.SOLVED)
    groups = [(pk, list(found)) for pk, found in groupby(rows, key=lambda row: row.agreement_pk)]
    counts = solved_in_pairs(question, [pk for pk, _rows in groups if pk == continued])
    return [
        {
            "first": found[0],
            "continued": pk == continued,
            "signed": _("signed on %(day)s") % {"day": day_words(found[0].signed_on)},
            "lines": [tables.cells(columns, row) for row in found],
            "subtotal": "" if pk in goes_on else subtotal_words(found[0].pair, counts.get(pk, len(found))),
        }
        for pk, found in groups
    ]
