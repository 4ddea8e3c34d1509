"""A new problem found on the way: its own problem, linked with the pair, one click from the follow-up."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pairing.enums import RUNNING
from pairing.forms.finding import FoundForm
from pairing.services import file_found
from pairing.services.finding import may_find
from pairing.views.acting import opened, outcome, over
from pairing.workflow.engine import NotNow


@require_http_methods(["GET", "HEAD", "POST"])
def found(request, pk):
    pair = opened(request, pk)
    if not may_find(request.seat, pair):
        raise PermissionDenied(_("What comes up in a pair is filed by its parties or the supervisor."))
    if pair.state not in RUNNING:
        return over(request, pair)
    listed = [episode.problem for episode in pair.listed()]
    form = FoundForm(request.POST or None, parties=pair.present_parties, listed=listed)
    sentences = []
    if request.method == "POST" and form.is_valid():
        try:
            problem = file_found(pair, seat=request.seat, **form.columns())
        except NotNow as refusal:
            sentences = refusal.sentences
        else:
            messages.success(request, outcome(problem, "file"))
            return redirect("pairing:problem", problem.pk)
    return render(request, "pairing/found.html", {"form": form, "agreement": pair, "obj": pair, "sentences": sentences})
