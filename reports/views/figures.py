"""The figures of a programme as of a day, and the lists they open."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pairing.words import day_words
from reports import counting_rules, tables
from reports.briefing import briefing
from reports.questions import ask
from reports.rows import Viewer
from reports.saved import saved_by
from reports.selectors import FIGURES, LISTS, count_all, read_only
from reports.views.answers import (
    context_of,
    export,
    export_wanted,
    figure_shown,
    issue_address,
    lag_words,
    narrowed,
    without_answer,
)
from reports.whole import list_table, problems_scope, scope_words, shape, table_of, titled

PER_PAGE = 100
AT_ONCE = 5_000  # rows of a list on one page for printing; more are exported


@require_safe
def index(request):
    """The figures of a programme as of a day, each a link to its list."""
    with read_only() as caught_up:
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
            "saved": saved_by(request.user),
            "summary_url": question.address("summary"),
            "solved_url": question.address("solved"),
            "network_url": question.address("network"),
            "rules": counting_rules.asked_by(question, counting_rules.INDEX),
            "problems_scope": problems_scope(question),
            "second_line": tables.second_line(
                question.as_of, "", _since(question), scope_words(question), lag_words(caught_up)
            ),
        }
        return render(request, "reports/index.html", context)


def _since(question):
    return _("since %(day)s") % {"day": day_words(question.programme.starts_on)}


@require_safe
def figure_list(request, page):
    """The list that a figure opens: exactly the rows it counts, 100 on a page, all of them in print and export."""
    with read_only():
        form, question = ask(request, filters=True)
        suffix = export_wanted(request, form)
        if question is None or form.errors:
            return without_answer(request, form)
        figure = _figure(request, page)
        if not suffix:
            return _list_page(request, form, question, figure)
        count, table = table_of(f"{page}-{figure.what}", question, request.user)
    return export(request, form, question, suffix, table, count)


def _figure(request, page):
    """The figure named in the address; without a name the first of its page."""
    what = request.GET.get("what") or next(what for of, what in FIGURES if of == page)
    if (page, what) not in FIGURES:
        raise Http404
    return FIGURES[page, what]


def _list_page(request, form, question, figure):
    found = LISTS[figure.page](figure.rows(question, request.user), question)
    every = request.GET.get("rows") == "all"
    paginator = Paginator(found, AT_ONCE if every else PER_PAGE)
    total = paginator.count = count_all(question, request.user, [key := (figure.page, figure.what)])[key]
    page = paginator.get_page(request.GET.get("page"))
    table = list_table(question, figure, map(shape(question, Viewer(request.user), figure.page), page), total)
    columns = tables.shown(table.columns)
    context = context_of(form, question) | narrowed(request, question, figure.page, what=figure.what) | {
        "table": table, "columns": columns, "lines": [tables.cells(columns, row) for row in table.rows],
        "total": total, "page": page, "rules": table.rules, "hidden": [("what", figure.what)],
        "count": table.total(), "back_url": question.address("index"), "siblings": _siblings(question, figure),
        "all_url": question.address(figure.page, without=(), what=figure.what, rows="all"),
        "issue_url": issue_address(request, question, table.name),
    }  # fmt: skip
    return render(request, "reports/list.html", context)


def _siblings(question, figure):
    """The other lists of the same page: (title, address, whether it is this one)."""
    found = [other for other in FIGURES.values() if other.page == figure.page]
    return [
        (titled(other.label, question), question.address(other.page, without=(), what=other.what), other is figure)
        for other in found
    ]
