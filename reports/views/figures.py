"""The figures of a programme as of a day, and the lists they open."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pairing.models import working_days
from pairing.words import day_words
from reports import counting_rules, tables
from reports.briefing import briefing
from reports.questions import ask
from reports.rows import Viewer, agreement_row, branch_row, problem_row
from reports.selectors import FIGURES, LISTS, count_all, read_only
from reports.views.answers import (
    CHUNK,
    UNITS,
    context_of,
    export,
    export_wanted,
    exports_of,
    figure_shown,
    scope_words,
    titled,
    without_answer,
)

PER_PAGE = 100
AT_ONCE = 5_000  # rows of a list on one page for printing; more are exported


@require_safe
def index(request):
    """The figures of a programme as of a day, each a link to its list."""
    with read_only():
        form, question = ask(request)
        if question is None:
            return without_answer(request, form)
        counts = count_all(question, request.user)
        figures = {f"{page}_{what}": figure_shown(question, page, what, n) for (page, what), n in counts.items()}
        context = context_of(form, question) | {
            "figures": figures,
            "apart": [figures[f"problems_{what}"] for what in ("refused", "withdrawn", "explained")],
            "relapsed": figures["problems_relapsed"],
            "briefing": briefing(question, counts),
            "solved_url": question.address("solved"),
            "rules": counting_rules.INDEX,
            "second_line": tables.second_line(question.as_of, "", _since(question), scope_words(question)),
        }
        return render(request, "reports/index.html", context)


def _since(question):
    return _("since %(day)s") % {"day": day_words(question.programme.starts_on)}


@require_safe
def figure_list(request, page):
    """The list that a figure opens: exactly the rows it counts, 100 on a page, all of them in print and export."""
    with read_only():
        form, question = ask(request)
        suffix = export_wanted(request, form)
        if question is None or form.errors:
            return without_answer(request, form)
        figure = _figure(request, page)
        found = LISTS[page](figure.rows(question, request.user), question)
        shape = _shape(request, question, page)
        if not suffix:
            return _list_page(request, form, question, figure, found, shape)
        count = found.count()
    rows = map(shape, found.iterator(chunk_size=CHUNK))
    return export(request, question, suffix, _list_table(question, figure, rows, count), count)


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
    context = context_of(form, question) | {
        "table": table, "columns": columns, "lines": [tables.cells(columns, row) for row in table.rows],
        "total": total, "page": page, "rules": table.rules, "hidden": [("what", figure.what)],
        "count": table.total(), "back_url": question.address("index"),
        "all_url": question.address(figure.page, what=figure.what, rows="all"),
        "siblings": _siblings(question, figure), "exports": exports_of(question, figure.page, what=figure.what),
    }  # fmt: skip
    return render(request, "reports/list.html", context)


def _siblings(question, figure):
    """The other lists of the same page: (title, address, whether it is this one)."""
    found = [other for other in FIGURES.values() if other.page == figure.page]
    return [
        (titled(other.label, question), question.address(other.page, what=other.what), other is figure)
        for other in found
    ]


def _list_table(question, figure, rows, total):
    columns = {"problems": tables.PROBLEMS, "agreements": tables.AGREEMENTS, "branches": tables.BRANCHES}
    words = {"problems": tables.problems_words, "agreements": tables.pairs_words, "branches": tables.branches_words}
    return tables.Table(
        name=f"{figure.page}-{figure.what}", as_of=question.as_of, title=titled(figure.title, question),
        columns=columns[figure.page],
        second_line=tables.second_line(
            question.as_of, UNITS[figure.page], question.programme.name, scope_words(question)
        ),
        rows=rows, rules=[str(rule) for rule in counting_rules.OF_LIST[figure.page]],
        total=lambda: words[figure.page](total),
    )  # fmt: skip
