"""The page of the statistics table."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reports import counting_rules, tables
from reports.questions import ask, chips
from reports.rows import Viewer, signing_branches, solved_row
from reports.selectors import read_only, solved_episodes, with_signers
from reports.solved import part_of
from reports.views.answers import CHUNK, UNITS, context_of, export, export_wanted, exports_of, without_answer


@require_safe
def solved(request):
    """已解决问题统计表: per pair each solved problem with its effect, as of a day."""
    with read_only():
        form, question = ask(request, filters=True)
        suffix = export_wanted(request, form)
        if question is None or form.errors:
            return without_answer(request, form)
        if not suffix:
            return _solved_page(request, form, question)
        count = solved_episodes(question).count()
    return export(request, question, suffix, _solved_table(request, question), count)


def _solved_page(request, form, question):
    table = _solved_table(request, question)
    every = request.GET.get("rows") == "all"
    part = part_of(question, Viewer(request.user), request.GET.get("page"), every=every)
    context = context_of(form, question) | {
        "table": table, "columns": tables.shown(table.columns), "pairs": part.pairs, "sentence": part.sentence,
        "total": part.total, "part": part, "page": part.page, "chips": chips(question, "solved"),
        "all_url": question.address("solved", without=(), rows="all"), "rules": table.rules,
        "clear": question.address("solved"), "exports": exports_of(question, "solved"),
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
