"""The statistics table in pages of so many rows; numbers, subtotals and sentence are those of the whole table."""

from dataclasses import dataclass
from itertools import groupby

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from reports import tables
from reports.exports import subtotal_words
from reports.rows import solved_row
from reports.selectors import solved_episodes, solved_of, solved_totals
from reports.solved_groups import count_in, group_of

PER_PAGE, ORPHANS = 100, 20  # rows; so many more stay on the last page instead of making another
AT_ONCE = 5_000  # rows that are put on one page for printing, when asked; more are exported


@dataclass(frozen=True)
class Part:
    """What a page shows: the groups with their lines, of how many rows in all, and the sentence about the whole."""

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
    # one row more on either side tells whether its group goes on there
    before = 1 if first > 1 else 0
    episodes = paginator.object_list[max(first - 1 - before, 0) : last + 1]
    rows = [solved_row(episode, n, viewer, question.as_of) for n, episode in enumerate(episodes, first - before)]
    shown = page.object_list = rows[before : before + last - first + 1]  # else the pager would read them once more
    words = ""
    if page.has_other_pages():
        words = _("Rows %(first)s to %(last)s of %(total)s. The spreadsheet and the CSV file hold all rows.") % {
            "first": first, "last": last, "total": problems,
        }  # fmt: skip
    blocks = _blocks(question, shown, continued=rows[:before], goes_on=rows[before + len(shown) :])
    return Part(
        blocks, problems, tables.sentence(pairs, branches, problems), page, words, problems <= AT_ONCE,
    )  # fmt: skip


def _blocks(question, rows, *, continued, goes_on):
    """Per group: its first row here, its name, the lines with their cells, the subtotal in words.

    `continued`: the row before these or None, and `goes_on` those after; the subtotal stands where a group ends and
    counts all of it.
    """
    columns, group = tables.shown(tables.solved_columns(question)), group_of(question)
    groups = [(key, list(found)) for key, found in groupby(rows, key=group.key)]
    before = [group.key(row) for row in continued]
    after = [group.key(row) for row in goes_on]
    counts = count_in(solved_of(question), question, [key for key, _rows in groups if key in before])
    return [
        {
            "first": found[0],
            "words": group.words(found[0]),
            "of_pair": question.group in ("", "pair"),
            "continued": key in before,
            "signed": tables.signed_words(found[0]),
            "lines": [tables.cells(columns, row) for row in found],
            "subtotal": "" if key in after else subtotal_words(group.words(found[0]), counts.get(key, len(found))),
        }
        for key, found in groups
    ]
