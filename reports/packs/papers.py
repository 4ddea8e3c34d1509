"""The two files of a pack: a Word document to be read out and a spreadsheet with the same tables."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import pgettext_lazy

from accounts.exports import on_paper, paper_for, write_xlsx
from accounts.exports.docx import Paper
from reports import counting_rules, tables

FIGURES = (
    tables.Column(name="figure", label=_l("Figure"), value=lambda line: line.label, width=40),
    tables.Column(name="now", label=_l("This period"), value=lambda line: line.now, width=14, number=True),
    tables.Column(
        name="before", label=_l("Period before"), value=lambda line: line.before_words, width=14, number=True
    ),
    tables.Column(
        name="change",
        label=pgettext_lazy("between two periods", "Change"),
        value=lambda line: line.change,
        width=12,
        number=True,
    ),
)
GROUNDS = (
    tables.Column(name="ground", label=_l("Ground of refusal"), value=lambda row: row[0], width=40),
    tables.Column(
        name="n", label=pgettext_lazy("column", "Problems refused"), value=lambda row: row[1], width=14, number=True
    ),
)
CASES = (
    tables.Column(name="title", label=_l("Problem"), value=lambda row: row.title, width=30),
    tables.Column(name="owner", label=_l("Branch with the problem"), value=lambda row: row.owner, width=20),
    tables.Column(name="helper", label=_l("Branch that helped"), value=lambda row: row.helper, width=20),
    tables.Column(name="effect", label=_l("Effect"), value=lambda row: row.effect, width=60),
)


def write_document(file, contents):
    """Sentences, figures, table, cases, difficulties as .docx; `file` is a path or a binary file."""
    widest = contents.solved.columns if contents.solved else FIGURES
    paper = Paper(contents.title, size=paper_for(on_paper(widest)))
    paper.title(contents.title)
    paper.line(contents.second_line, align="CENTER", after=6)
    for sentence in contents.sentences:
        paper.line(sentence, size=14, indent=2)
    for number, (heading, parts) in enumerate(_chapters(contents), 1):
        paper.heading(f"{number}. {heading}")
        for part in parts:
            if isinstance(part, str):
                paper.line(part)
            else:
                head = paper.line(f"{part.title}　{part.second_line}", size=9, after=2)
                head.paragraph_format.keep_with_next = True
                paper.rows(part)
    paper.heading(_("Counting rules"))
    for number, rule in enumerate(rules_of(contents), 1):
        paper.line(f"{number}. {rule}", size=9, after=1)
    paper.save(file)


def write_spreadsheet(file, contents):
    """The same tables, one sheet each."""
    found = [part for _heading, parts in _chapters(contents) for part in parts if not isinstance(part, str)]
    write_xlsx(file, found)


def _chapters(contents):
    """(heading, [text or Table]) in the order in which they are reported."""
    yield _("Figures"), [_figures(contents)]
    if contents.solved:
        yield _("Solved problems"), [contents.solved] if contents.solved.rows else [_("None in this period.")]
    if contents.cases:
        more = _("%(n)s more stand in the table.") % {"n": contents.more_cases}
        yield _("Cases"), [_cases(contents), *([more] if contents.more_cases else [])]
    yield _("Difficulties"), list(_difficulties(contents))


def nothing_overdue(contents):
    """无超期事项 where it is so, else ""."""
    late = next(line.now for line in contents.standing if line.what == "overdue")
    return "" if late else _("No matter is past its date.")


def _difficulties(contents):
    if sentence := nothing_overdue(contents):
        yield sentence
    if contents.grounds:
        yield _table("grounds", contents, _("Problems refused, by ground"), GROUNDS, contents.grounds)
    yield from contents.lists
    yield from contents.too_long


def rules_of(contents):
    """The counting rules of all tables of a pack, each once."""
    rules = (*counting_rules.PROBLEMS[:-1], *counting_rules.AGREEMENTS[:-1], *counting_rules.BRANCHES)
    return list(dict.fromkeys(map(str, rules)))


def _figures(contents):
    rows = [*contents.flow, *contents.standing]
    return _table("figures", contents, _("Figures beside those of the period before"), FIGURES, rows)


def _cases(contents):
    return _table("cases", contents, _("Cases: problems solved and with what effect"), CASES, contents.cases)


def _table(name, contents, title, columns, rows):
    return tables.Table(
        name=name, as_of=contents.as_of, title=title, second_line=contents.second_line, columns=columns, rows=rows,
        rules=[], total=None,
    )  # fmt: skip
