"""The leader's dashboard: one page to open and to trust. Everything opens its list, everything prints."""

from collections import defaultdict

from django.contrib import messages
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models.together import read_together
from pairing.models import Agreement, Category, Episode, Party, working_days
from reports import briefing, counting_rules, delays, trends, yearly
from reports.network import teaser
from reports.rows import Viewer, agreement_row, solved_row
from reports.selectors import FIGURES, named_parties, read_only, solved_of
from reports.views.answers import context_of, figure_shown, without_answer
from reports.views.group import ask_group

LATEST, LATE = 6, 6  # lines of the tables: problems solved last, pairs overdue
NAMES_THEN = ("name_then", "unit_then", "post_then")


@require_safe
def home(request):
    """The dashboard as the first page; who oversees no programme is led to the figures of the own branches."""
    try:
        return dashboard(request)
    except PermissionDenied:
        return redirect("reports:index")


@require_safe
def dashboard(request):
    """Of a programme as of a day, for who oversees it; today and the programme that runs, unless asked otherwise."""
    with read_only():
        form, question = ask_group(request)
        if question is None:
            return without_answer(request, form)
        standing = yearly.standing(question)
        if standing is None:
            messages.info(request, _("The sums of the overview are being made. Until then these are the figures."))
            return redirect("reports:index")
        return render(request, "reports/leader.html", _context(form, question, request.user, standing))


@require_safe
def network(request):
    """The network on the dashboard, which fetches it when it stands: of a programme of any size the rest waits not."""
    with read_only() as caught_up:
        form, question = ask_group(request)
        if question is None:
            return without_answer(request, form)
        drawn = {
            "network": teaser(question, request.user, caught_up=caught_up),
            "network_url": question.address("network"),
        }
        return render(request, "reports/_network_teaser.html", drawn)


def _context(form, question, user, standing):
    waits = delays.Delays(question, user, working_days())
    categories, solved = _read(question, user)
    moved = trends.Movements(question, categories)
    overdue = {key: figure["url"] for key, figure in _figures(question, standing)}["agreements", "overdue"]
    week = {"from": f"{yearly.monday_of(question.as_of):%Y-%m-%d}", "to": f"{question.as_of:%Y-%m-%d}"}
    signed = standing.new, question.address("agreements", what="new", **week)
    told = briefing.not_begun(question) or briefing.for_leader(standing.now, signed, overdue, waits.longest("review"))
    return context_of(form, question) | {
        "briefing": told,
        "figures": [figure for _key, figure in _figures(question, standing)],
        "trend": trends.trend(moved), "by_category": trends.by_category(moved, categories),
        "by_direction": trends.by_direction(moved), "delays": delays.chart(waits),
        "solved": solved, "late": _overdue(question, user), "overdue_url": overdue, "is_today": waits.is_today,
        "counts": {f"{page}_{what}": n for (page, what), n in standing.now.items()},
        "solved_url": question.address("solved"), "table_file": question.address("solved", export="xlsx"),
        "index_url": question.address("index"),
        "network_url": question.address("network"), "teaser_url": question.address("leader_network"),
        "rules": (*(() if standing.before is None else (counting_rules.YEAR_EARLIER,)), *counting_rules.LEADER),
    }  # fmt: skip


def _figures(question, standing):
    """The four figures: each as figure_shown, with `before` = the same of a year earlier, where the programme ran."""
    earlier = f"{yearly.year_before(question.as_of):%Y-%m-%d}"
    for key in yearly.SHOWN:
        page, what = key
        shown = figure_shown(question, page, what, standing.now[key])
        if standing.before is not None:
            shown["before"] = {"n": standing.before[key], "url": question.address(page, what=what, as_of=earlier)}
        yield key, shown


def _read(question, user):
    """({id: Category}, [SolvedRow] of the problems written off last); one query."""
    latest = solved_of(question).order_by("-written_off_on", "-pk")
    episodes = Episode.objects.filter(pk__in=latest.values("pk")[:LATEST])
    pairs = Agreement.objects.filter(episodes__in=episodes)
    found = read_together(
        question.programme, categories=Category.objects.all(),
        solved=episodes.select_related("agreement", "problem__owner", "problem__category", "goal", "helper"),
        parties=named_parties("parties").queryset.filter(agreement__in=pairs),
    )  # fmt: skip
    viewer = Viewer(user)
    of_pair = defaultdict(list)
    for party in found["parties"]:
        of_pair[party.agreement_id].append(party)
    rows = []
    for episode in sorted(found["solved"], key=lambda episode: (episode.written_off_on, episode.pk), reverse=True):
        episode.agreement.named_parties = of_pair[episode.agreement_id]
        episode.late, episode.carried, episode.extended = None, None, 0  # columns of the whole table alone
        rows.append(solved_row(episode, len(rows) + 1, viewer, question.as_of))
    return {category.pk: category for category in found["categories"]}, rows


def _overdue(question, user):
    """[(AgreementRow, whose turn)] of the pairs overdue longest; one query."""
    viewer, calendar = Viewer(user), working_days()
    named = named_parties("parties").queryset.filter(agreement=OuterRef("pk"))
    names = ArraySubquery(named.values(then=JSONObject(**{name: name for name in NAMES_THEN})))
    late = FIGURES["agreements", "overdue"].rows(question, user).annotate(names=names).order_by("due_then", "pk")
    rows = []
    for agreement in late[:LATE]:
        agreement.named_parties = [Party(**then) for then in agreement.names]
        turn = agreement.whose_turn() or _("The parties")
        rows.append((agreement_row(agreement, viewer, question.as_of, calendar), turn))
    return rows
