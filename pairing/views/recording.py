"""Recording a follow-up: on its page, or from the queue of a device that had no network (static/js/visits.js).

A record has a key from the device. However often it arrives, it is written once, and every arrival gets the answer of
the first. What is refused comes back with its sentences, so that the device keeps it.
"""

from datetime import datetime, time

from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Role
from pairing.deadlines import SHANGHAI
from pairing.enums import AgreementState
from pairing.forms.follow_up import FollowUpForm
from pairing.models import FollowUp
from pairing.rules import supervisor
from pairing.views.acting import opened, over, say_done
from pairing.views.board import UNCOUNTED, Board, chosen, pairs_with, programmes_of, with_parties
from pairing.views.completion import latest_progress
from pairing.views.steps import page_of, perform_once
from pairing.workflow.engine import NotNow, problems
from pairing.workflow.visiting import open_follow_ups

KEPT = 40  # pairs of each list that a device can record for without network


@require_http_methods(["GET", "HEAD", "POST"])
def record(request, pk=None):
    """The form for one pair; without a number for one to be chosen: this page a device keeps for days offline."""
    queued = "X-Queue" in request.headers
    if request.seat is None or request.seat.role != Role.SUPERVISOR:
        return (
            _refused([_("Follow-ups are recorded in the seat of a supervisor.")]) if queued else _show_switch(request)
        )
    if pk is None and request.POST.get("agreement", "").isdigit():
        pk = int(request.POST["agreement"])
    if pk is None:
        return _choose(request)
    pair = opened(request, pk)
    if not supervisor(request.seat, pair, {}):
        raise PermissionDenied(_("This pair belongs to another committee's supervisor."))
    if request.method == "POST":
        return _arrive(request, pair, queued)
    if pair.state != AgreementState.ACTIVE:
        return over(request, pair)
    return _show(request, pair, _form(request, pair))


def _show_switch(request):
    """Another seat of the person may: a button to act in it; else refused."""
    others = [seat for seat in request.seats if seat.role == Role.SUPERVISOR]
    if not others:
        raise PermissionDenied(_("Follow-ups are recorded in the seat of a supervisor."))
    return render(request, "pairing/follow_up_record.html", {"others": others, "form": None})


def _form(request, pair):
    planned = list(open_follow_ups(pair).filter(planned_on__isnull=False).order_by("planned_on"))
    initial = {"follow_up": request.GET.get("follow_up", "")}
    return FollowUpForm(request.POST or None, initial=initial, seat=request.seat, pair=pair, planned=planned)


def _arrive(request, pair, queued):
    form = _form(request, pair)
    if not form.is_valid():
        sentences = [error for errors in form.errors.values() for error in errors]
        return _refused(sentences) if queued else _show(request, pair, form)
    data, key = form.step_data(), form.cleaned_data["key"]
    try:
        if not _arrived(request, pair, key):
            perform_once("follow_up", pair, seat=request.seat, at=_at(form, pair), **data)
    except NotNow as refusal:
        if not _arrived(request, pair, key):
            return _refused(refusal.sentences) if queued else _show(request, pair, form, refusal.sentences)
    say_done(request, pair, "follow_up")
    return JsonResponse({"url": page_of(pair)}) if queued else redirect(page_of(pair))


def _arrived(request, pair, key):
    """Whether this very record is there already: of the same pair and the same person."""
    return bool(key) and FollowUp.objects.filter(key=key, agreement=pair, seat__person=request.user).exists()


def _at(form, pair):
    """Of a visit on paper, typed in later by a seat that may back-date: noon of its day, or after the last entry."""
    day = form.cleaned_data.get("happened_on")
    if not day or day >= timezone.localdate():
        return None
    noon = datetime.combine(day, time(12), SHANGHAI)
    last = pair.last_event_at
    return last if last and last > noon and timezone.localdate(last) == day else noon


def _refused(sentences):
    return JsonResponse({"sentences": [str(sentence) for sentence in sentences]}, status=409)


def _show(request, pair, form, sentences=()):
    last = pair.follow_ups.filter(done_on__isnull=False).order_by("done_on", "pk").last()
    words = {
        "form": form, "agreement": pair, "obj": pair, "sentences": sentences, "progress": latest_progress(pair),
        "last_visit": last, "blocked": problems(pair, "follow_up", seat=request.seat),
    }  # fmt: skip
    return render(request, "pairing/follow_up_record.html", words)


def _choose(request):
    """The pairs of this week's board, to choose from; reads no more than their names."""
    today = timezone.localdate()
    board = Board(request.user, programmes_of(request.user, request.seat), today)
    lists = chosen(week=(board.to_visit(), KEPT, UNCOUNTED), rest=(board.planned_only(), KEPT, UNCOUNTED))
    ids = [pk for ids, _all in lists.values() for pk in ids]
    pairs = pairs_with(ids, today)
    with_parties(pairs.values())
    found = [pairs[pk] for pk in ids if pk in pairs and pairs[pk].state == AgreementState.ACTIVE]
    form = FollowUpForm(seat=request.seat)
    return render(request, "pairing/follow_up_record.html", {"form": form, "pairs": found})


@require_safe
def worker(request):
    """The service worker of the pages below /follow-ups/: shows the kept form where the network is gone."""
    shell = reverse("pairing:follow_up_record")
    answer = render(request, "pairing/worker.js", {"shell": shell}, content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer
