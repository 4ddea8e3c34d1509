"""Pages of reports: figures, the lists they open, the statistics table. They read and record exports, nothing else."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from pairing.models import working_days
from pairing.words import day_words
from reports import counting_rules, tables
from reports.briefing import briefing
from reports.exports import FORMATS, csv_response, note_export, xlsx_response
from reports.questions import ask, chips
from reports.rows import Viewer, agreement_row, branch_row, problem_row, signing_branches, solved_row
from reports.selectors import FIGURES, LISTS, count_all, read_only, solved_episodes, with_signers
from reports.solved import part_of

PER_PAGE = 100
AT_ONCE = 5_000  # rows of a list on one page for printing; more are exported
CHUNK = 1_000  # rows fetched at once by exports
UNITS = {
    "problems": pgettext_lazy("unit", "problems"),
    "agreements": pgettext_lazy("unit", "pairs"),
    "branches": pgettext_lazy("unit", "branches"),
}


@require_safe
def index(request):
    """The figures of a programme as of a day, each a link to its list."""
    with read_only():
        form, question = ask(request)
        if question is None:
            return without_answer(request, form)
        counts = count_all(question, request.user)
        figures = {f"{page}_{what}": figure_shown(question, page, what, n) for (page, what), n in counts.items()}
        context = _context(form, question) | {
            "figures": figures,
            "apart": [figures[f"problems_{what}"] for what in ("refused", "withdrawn", "explained")],
            "relapsed": figures["problems_relapsed"],
            "briefing": briefing(question, counts),
            "solved_url": question.address("solved"),
            "rules": counting_rules.INDEX,
            "second_line": tables.second_line(question.as_of, "", _since(question), _scope(question)),
        }
        return render(request, "reports/index.html", context)


def figure_shown(question, page, what, n):
    """A figure for templates/reports/_figure.html: n, label, the address of its list."""
    label = _titled(FIGURES[page, what].label, question)
    return {"n": n, "label": label, "url": question.address(page, what=what)}


@require_safe
def solved(request):
    """已解决问题统计表: per pair each solved problem with its effect, as of a day."""
    with read_only():
        form, question = ask(request, filters=True)
        suffix = _export_wanted(request, form)
        if question is None or form.errors:
            return without_answer(request, form)
        if not suffix:
            return _solved_page(request, form, question)
        count = solved_episodes(question).count()
    return _export(request, question, suffix, _solved_table(request, question), count)


def _solved_page(request, form, question):
    table = _solved_table(request, question)
    every = request.GET.get("rows") == "all"
    part = part_of(question, Viewer(request.user), request.GET.get("page"), every=every)
    context = _context(form, question) | {
        "table": table, "columns": tables.shown(table.columns), "pairs": part.pairs, "sentence": part.sentence,
        "total": part.total, "part": part, "page": part.page, "chips": chips(question, "solved"),
        "all_url": question.address("solved", without=(), rows="all"), "rules": table.rules,
        "clear": question.address("solved"), "exports": _exports(question, "solved"),
    }  # fmt: skip
    return render(request, "reports/solved.html", context)


def _solved_table(request, question):
    viewer, tally = Viewer(request.user), tables.Tally()
    episodes = with_signers(solved_episodes(question)).iterator(chunk_size=CHUNK)
    rows = (
        tally.add(solved_row(episode, index, viewer, question.as_of), signing_branches(episode))
        for index, episode in enumerate(episodes, 1)
    )
    return tables.Table(
        name="solved", as_of=question.as_of, title=_("Table of solved problems"), columns=tables.SOLVED, rows=rows,
        second_line=tables.second_line(
            question.as_of, UNITS["problems"], question.programme.name, *question.words.values()
        ),
        rules=[str(rule) for rule in counting_rules.SOLVED], total=lambda: str(tally),
        group=lambda row: (row.agreement_pk, row.pair),
    )  # fmt: skip


@require_safe
def figure_list(request, page):
    """The list that a figure opens: exactly the rows it counts, 100 on a page, all of them in print and export."""
    with read_only():
        form, question = ask(request)
        suffix = _export_wanted(request, form)
        if question is None or form.errors:
            return without_answer(request, form)
        figure = _figure(request, page)
        found = LISTS[page](figure.rows(question, request.user), question)
        shape = _shape(request, question, page)
        if not suffix:
            return _list_page(request, form, question, figure, found, shape)
        count = found.count()
    rows = map(shape, found.iterator(chunk_size=CHUNK))
    return _export(request, question, suffix, _list_table(question, figure, rows, count), count)


def _figure(request, page):
    """The figure named in the address; without a name the first of its page."""
    what = request.GET.get("what") or next(what for of, what in FIGURES if of == page)
    if (page, what) not in FIGURES:
        raise Http404
    return FIGURES[page, what]


def _shape(request, question, page):
    """The function from a model of the list to its row."""
    viewer = Viewer(request.user)
    if page == "problems":
        return lambda problem: problem_row(problem, viewer)
    if page == "agreements":
        calendar = working_days()
        return lambda agreement: agreement_row(agreement, viewer, question.as_of, calendar)
    return branch_row


def _list_page(request, form, question, figure, found, shape):
    every = request.GET.get("rows") == "all"
    page = Paginator(found, AT_ONCE if every else PER_PAGE).get_page(request.GET.get("page"))
    total = page.paginator.count
    table = _list_table(question, figure, map(shape, page), total)
    columns = tables.shown(table.columns)
    context = _context(form, question) | {
        "table": table, "columns": columns, "lines": [tables.cells(columns, row) for row in table.rows],
        "total": total, "page": page, "rules": table.rules, "hidden": [("what", figure.what)],
        "count": table.total(), "back_url": question.address("index"),
        "all_url": question.address(figure.page, what=figure.what, rows="all"),
        "siblings": _siblings(question, figure), "exports": _exports(question, figure.page, what=figure.what),
    }  # fmt: skip
    return render(request, "reports/list.html", context)


def _siblings(question, figure):
    """The other lists of the same page: (title, address, whether it is this one)."""
    found = [other for other in FIGURES.values() if other.page == figure.page]
    return [
        (_titled(other.label, question), question.address(other.page, what=other.what), other is figure)
        for other in found
    ]


def _list_table(question, figure, rows, total):
    columns = {"problems": tables.PROBLEMS, "agreements": tables.AGREEMENTS, "branches": tables.BRANCHES}
    words = {"problems": tables.problems_words, "agreements": tables.pairs_words, "branches": tables.branches_words}
    return tables.Table(
        name=f"{figure.page}-{figure.what}", as_of=question.as_of, title=_titled(figure.title, question),
        columns=columns[figure.page],
        second_line=tables.second_line(
            question.as_of, UNITS[figure.page], question.programme.name, _scope(question)
        ),
        rows=rows, rules=[str(rule) for rule in counting_rules.OF_LIST[figure.page]],
        total=lambda: words[figure.page](total),
    )  # fmt: skip


# What the pages have in common
def _context(form, question):
    return {"form": form, "question": question}


def _titled(text, question):
    return str(text) % {"year": question.as_of.year}


def _since(question):
    return _("since %(day)s") % {"day": day_words(question.programme.starts_on)}


def _scope(question):
    return _("Own branches only") if question.own_scope else ""


def without_answer(request, form):
    """The question cannot be answered: a bad value in the address, or there is no programme yet.

    A page says so and keeps what was typed; who asked for a file must not take the sentence for one.
    """
    status = 400 if form.errors and request.GET.get("export") else 200
    return render(request, "reports/no_answer.html", {"form": form}, status=status)


def _export_wanted(request, form):
    suffix = request.GET.get("export", "")
    if suffix and suffix not in FORMATS:
        form.add_error(None, _("There is no export “%(format)s”. Choose xlsx or csv.") % {"format": suffix[:20]})
    return suffix


def _exports(question, page, **more):
    return {suffix: question.address(page, without=(), **more, export=suffix) for suffix in FORMATS}


def _export(request, question, suffix, table, count):
    note_export(request, question, table.name, suffix, count)
    return xlsx_response(table) if suffix == "xlsx" else csv_response(table)
