"""The leader's home: three sentences, four figures, the table, the network. Everything opens, everything prints."""

from django.db.models import Prefetch
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pairing.enums import RUNNING
from pairing.models import Agreement, Party
from reports import briefing
from reports.network import teaser
from reports.questions import ask
from reports.rows import Viewer, solved_row
from reports.selectors import count_all, read_only, solved_episodes
from reports.trends import trend
from reports.views.answers import figure_shown, without_answer

SHOWN = (("agreements", "signed"), ("problems", "raised"), ("problems", "solved"), ("agreements", "overdue"))
LATEST, NEAREST = 8, 6  # lines of the table of solved problems, and of the pairs to look at


@require_safe
def home(request):
    """As of today, of the programme that runs."""
    with read_only():
        form, question = ask(request)
        if question is None:
            return without_answer(request, form)
        counts = count_all(question, request.user, briefing.FIGURES)
        running = Agreement.objects.visible_to(request.user).filter(state__in=RUNNING).order_by("due_on", "pk")
        parties = Party.objects.select_related("organisation")
        context = {
            "question": question, "briefing": briefing.briefing(question, counts), "today": timezone.localdate(),
            "figures": [figure_shown(question, *key, counts[key]) for key in SHOWN],
            "trend": trend(question, request.user),
            "solved": _latest_solved(question, request.user), "solved_url": question.address("solved"),
            "solved_count": counts["problems", "solved"], "index_url": question.address("index"),
            "network": teaser(question, request.user), "network_url": question.address("network"),
            "nearest": list(running.prefetch_related(Prefetch("parties", parties))[:NEAREST]),
        }  # fmt: skip
        return render(request, "reports/leader.html", context)


def _latest_solved(question, user):
    """The SolvedRows of the problems written off last, the latest first."""
    viewer = Viewer(user)
    latest = solved_episodes(question).order_by("-written_off_on", "-pk")[:LATEST]
    return [solved_row(episode, index, viewer, question.as_of) for index, episode in enumerate(latest, 1)]
