"""The statistics table in pages: as a whole while it is short, else some pairs at a time.

The numbers of the rows, the subtotals and the sentence are those of the whole table on every page.
"""

from dataclasses import dataclass
from itertools import groupby

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from pairing.words import day_words
from reports import tables
from reports.exports import subtotal_words
from reports.rows import solved_row
from reports.selectors import solved_before, solved_episodes, solved_of, solved_pairs, solved_totals

WHOLE = 120  # rows up to which the table stands on one page
PAIRS = 30  # pairs on a page of a longer one
AT_ONCE = 5_000  # rows that are put on one page for printing, when asked; more are exported


@dataclass(frozen=True)
class Part:
    """What a page shows: the pairs with their lines, of how many rows in all, the sentence; `page` of a long table."""

    pairs: list
    total: int
    sentence: str
    page: Page | None = None
    all_fits: bool = False  # the whole of a long table may be put on one page


def part_of(question, viewer, number, *, every=False):
    """The Part with the page `number` (as asked, perhaps nonsense); `every`: the whole table up to AT_ONCE rows."""
    most = AT_ONCE if every else WHOLE
    if solved_of(question)[: most + 1].count() <= most:
        tally = tables.Tally()
        pairs = _blocks(map(tally.add, _rows(solved_episodes(question), question, viewer, 1)))
        return Part(pairs, tally.problems, str(tally))
    count, branches, problems = solved_totals(question)
    paginator = Paginator(solved_pairs(question), PAIRS)
    paginator.count = count
    page = paginator.get_page(number)
    before = page.start_index() - 1
    first = 1 + (solved_before(question, solved_pairs(question)[:before]) if before else 0)
    episodes = solved_episodes(question, list(page.object_list.values_list("pk", flat=True)))
    sentence = tables.sentence(count, branches, problems)
    return Part(_blocks(_rows(episodes, question, viewer, first)), problems, sentence, page, problems <= AT_ONCE)


def _rows(episodes, question, viewer, first):
    return (solved_row(episode, index, viewer, question.as_of) for index, episode in enumerate(episodes, first))


def _blocks(rows):
    """Per pair: its first row, when it was signed, the lines with their cells, the subtotal in words."""
    columns = tables.shown(tables.SOLVED)
    blocks = []
    for _pk, found in groupby(rows, key=lambda row: row.agreement_pk):
        found = list(found)
        blocks.append({
            "first": found[0],
            "signed": _("signed on %(day)s") % {"day": day_words(found[0].signed_on)},
            "lines": [tables.cells(columns, row) for row in found],
            "subtotal": subtotal_words(found[0].pair, len(found)),
        })  # fmt: skip
    return blocks
