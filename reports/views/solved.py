"""The page of the statistics table."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports import tables
from reports.grouping import SOLVED_GROUPS
from reports.questions import ask
from reports.rows import Viewer
from reports.selectors import read_only, solved_episodes
from reports.solved import part_of
from reports.views.answers import context_of, export, export_wanted, groupings, issue_address, narrowed, without_answer
from reports.whole import solved_table


@require_safe
def solved(request):
    """已解决问题统计表: per pair each solved problem with its effect, as of a day."""
    with read_only():
        form, question = ask(request, filters=True, groups=SOLVED_GROUPS)
        suffix = export_wanted(request, form)
        if question is None or form.errors:
            return without_answer(request, form)
        if not suffix:
            return _solved_page(request, form, question)
        count = solved_episodes(question).count()
    return export(request, form, question, suffix, solved_table(question), count)


def _solved_page(request, form, question):
    table = solved_table(question)
    every = request.GET.get("rows") == "all"
    part = part_of(question, Viewer(request.user), request.GET.get("page"), every=every)
    context = context_of(form, question) | narrowed(request, question, "solved") | {
        "table": table, "columns": tables.shown(table.columns), "pairs": part.pairs, "sentence": part.sentence,
        "total": part.total, "part": part, "page": part.page, "rules": table.rules,
        "all_url": question.address("solved", without=(), rows="all"),
        "groupings": groupings(question, "solved", SOLVED_GROUPS),
        "issue_url": issue_address(request, question, "solved"),
    }  # fmt: skip
    return render(request, "reports/solved.html", context)
