"""Filing: the form of seven fields with its autosaved draft. Without JavaScript the button saves the draft."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models.seat import ACTING_FOR_A_BRANCH
from pairing.attachments import attach
from pairing.enums import ProblemState
from pairing.forms.problem import ProblemForm
from pairing.models import Problem, Programme
from pairing.rules import filer_side
from pairing.services import save_problem_draft
from pairing.views.acting import outcome, over
from pairing.views.drafts import Stale, draft_of, keep, new_key
from pairing.workflow.engine import NotNow, perform, transition_of


@require_http_methods(["GET", "HEAD", "POST"])
def problem_new(request):
    """An empty form; ?wished=…, ?category=… and ?title=… fill it in. The draft exists from the first save on."""
    draft = _draft_begun(request) or _new_draft(request)
    return _fill_in(request, draft)


@require_http_methods(["GET", "HEAD", "POST"])
def problem_edit(request, pk):
    """The form of a stored draft."""
    draft = get_object_or_404(_readable(request), pk=pk)
    if draft.state != ProblemState.DRAFT:
        return over(request, draft)
    if not filer_side(request.seat, draft, {}):
        raise PermissionDenied(_("A draft is edited by the branch that writes it."))
    return _fill_in(request, draft)


@require_POST
def problem_autosave(request, pk=None):
    """What the page sends by itself; answers JSON (static/js/autosave.js), also where nothing could be saved."""
    draft = _draft_begun(request) or _new_draft(request)
    if pk is not None:
        draft = get_object_or_404(_readable(request), pk=pk)
    if draft.state != ProblemState.DRAFT or (draft.pk and not filer_side(request.seat, draft, {})):
        return JsonResponse({"message": _("Not saved: this is no draft of yours any more.")})
    form = _form(request, draft, for_draft=True, files=False)
    if not form.is_valid():
        return JsonResponse({"message": _("Not saved yet: something has to be put right first.")})
    try:
        saved = _save(request, form)
    except Stale:
        return JsonResponse({"message": _("Not saved: somebody else has changed this draft.")})
    except NotNow as refusal:
        return JsonResponse({"message": " ".join(refusal.sentences)})
    time = timezone.localtime().strftime("%H:%M")
    answer = {"saved_at": time, "fields": {"version": saved.text_version}}
    if pk is None:  # after another log-in the session no longer knows which draft this form has made
        autosave = reverse("pairing:problem_autosave", args=[saved.pk])
        answer["address"] = {"page": reverse("pairing:problem_edit", args=[saved.pk]), "autosave": autosave}
    return JsonResponse(answer)


def _readable(request):
    found = Problem.objects.visible_to(request.user)
    return found.select_related("programme__committee", "owner", "wished_partner")


def _draft_begun(request):
    """The draft that this very form has made already, when the browser does not know it yet."""
    pk = draft_of(request, request.POST.get("key", "")) if request.method == "POST" else None
    return _readable(request).filter(pk=pk).first() if pk else None


def _new_draft(request):
    seat = request.seat
    if seat is None or seat.role not in ACTING_FOR_A_BRANCH:
        raise PermissionDenied(_("Problems are filed by the secretary or the liaison of a branch."))
    programme = running_programme(seat, timezone.localdate())
    if programme is None:
        raise PermissionDenied(_("No programme is running for your branch at present."))
    return Problem(programme=programme)


def running_programme(seat, day):
    """The programme in which `seat` files on `day`: the latest one that runs, of the nearest committee."""
    above = [int(part) for part in seat.organisation.path.strip("/").split("/")]
    running = Programme.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=day), committee__in=above, starts_on__lte=day
    ).select_related("committee")
    return max(running, key=lambda programme: (len(programme.committee.path), programme.starts_on), default=None)


def _form(request, draft, *, for_draft=False, files=True):
    own = draft.filer if draft.filer_id else request.seat.organisation
    initial = ProblemForm.initial_of(draft, own) | {"key": new_key()}
    if request.method != "POST":
        hints = {name: request.GET[name] for name in ("title", "category", "wished_partner") if name in request.GET}
        return ProblemForm(initial=hints | initial, problem=draft, own=own)
    data, sent = request.POST, request.FILES if files else None
    return ProblemForm(data, sent, initial=initial, problem=draft, own=own, for_draft=for_draft)


def _save(request, form):
    """Store the columns of a valid form, and its photograph."""
    saved = keep(
        request, form.cleaned_data["key"], form.problem, find=lambda pk: _readable(request).get(pk=pk),
        version=form.cleaned_data["version"],
        save=lambda draft: save_problem_draft(draft, seat=request.seat, **form.columns()),
    )  # fmt: skip
    if form.cleaned_data.get("photo"):
        attach(saved, form.cleaned_data["photo"], seat=request.seat)
    return saved


def _fill_in(request, draft):
    """GET: the form. POST: save the draft, and with the button “file” file it."""
    if request.method != "POST":
        return _show(request, draft, _form(request, draft))
    if draft.state != ProblemState.DRAFT:
        return over(request, draft)
    filing = "file" in request.POST
    form = _form(request, draft, for_draft=not filing)
    complete = form.is_valid()
    kept = form if complete else _form(request, draft, for_draft=True)
    if not complete and not (filing and kept.is_valid() and (draft.pk or kept.has_words)):
        return _show(request, draft, form)
    try:
        saved = _save(request, kept)  # also what is not yet complete: a photograph cannot be typed again
        if not complete:
            return _show(request, saved, _again(form, saved))
        if not filing:
            messages.success(request, _("The draft is saved. Nobody else sees it before it is filed."))
            return redirect("pairing:problem_edit", saved.pk)
        draft = saved
        perform("file", saved, seat=request.seat)
    except Stale as stale:
        return _show(request, stale.draft, _again(form, stale.draft), theirs=stale.draft)
    except NotNow as refusal:
        begun = _draft_begun(request) or draft
        if begun.state != ProblemState.DRAFT:  # the second press of a double click
            return over(request, begun)
        return _show(request, begun, _again(form, begun), refusal.sentences)
    messages.success(request, outcome(saved, "file"))
    return redirect("pairing:problem", saved.pk)


def _again(form, draft):
    """The form as typed, for another try: it carries the version now stored."""
    form.data = form.data.copy()
    form.data["version"] = draft.text_version
    return form


def _show(request, draft, form, sentences=(), theirs=None):
    stored = draft.pk is not None
    words = {
        "form": form,
        "draft": draft,
        "stored": stored,
        "sentences": sentences,
        "theirs": theirs,
        "files": list(draft.attachments.filter(removed_at__isnull=True)) if stored else [],
        "file_step": transition_of(draft, "file"),
        "may_discard": stored and not draft.number,
    }
    return render(request, "pairing/problem_form.html", words)
