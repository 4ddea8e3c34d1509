"""The end of a pair: one party reports what was achieved, the others confirm the same report, the group accepts."""

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pairing.enums import AgreementState
from pairing.forms.agreement import CompletionForm, SendBackForm
from pairing.views.acting import act, opened, other_seats, over
from pairing.views.agreement_parts import goal_blocks
from pairing.views.review import recusal_words
from pairing.workflow.completion import open_work
from pairing.workflow.engine import available, problems, transition_of

REPORT = ("propose_completion", "confirm_completion")
DECISION = ("accept", "send_back")


@require_http_methods(["GET", "HEAD", "POST"])
def completion(request, pk):
    agreement = opened(request, pk)
    if agreement.state != AgreementState.ACTIVE:
        return over(request, agreement)
    step = request.POST.get("step", "") if request.method == "POST" else ""
    if request.method == "POST" and step not in REPORT:
        raise BadRequest("step")
    form = _report_form(agreement, request.POST if step == "propose_completion" else None)
    sentences = []
    if step == "confirm_completion":
        sentences = act(request, agreement, step, digest=request.POST.get("digest", ""))
    elif step and form.is_valid():
        sentences = _propose(request, agreement, form)
    if step and not sentences and not form.errors:
        return redirect("pairing:agreement", agreement.pk)
    context = _report_context(request, agreement, form, step) | {"sentences": sentences}
    return render(request, "pairing/agreement_completion.html", context)


def _report_form(agreement, data):
    return CompletionForm(data, goals=agreement.goals.all(), episodes=open_work(agreement))


def _propose(request, agreement, form):
    """A report that says what is reported already clears no confirmation."""
    if "propose_completion" not in available(agreement, request.seat):
        raise PermissionDenied
    if request.POST.get("digest", "") != agreement.completion_digest and not form.says_the_same():
        return [_("Another report was made since you opened the page; it stands beside yours. Choose, and send again.")]
    if agreement.completion_digest and form.says_the_same():
        messages.info(request, _("Nothing had changed; confirmations stay as they are."))
        return []
    return act(request, agreement, "propose_completion", **form.data_of_step())


def _report_context(request, agreement, form, step):
    may = available(agreement, request.seat)
    confirmed = [
        (party, bool(party.completion_digest) and party.completion_digest == agreement.completion_digest)
        for party in agreement.present_parties
    ]
    return {
        "agreement": agreement, "form": form, "step": step, "may": may, "confirmed": confirmed,
        "own": agreement.party_of(request.seat), "blocks": list(_with_fields(agreement, form)),
        "steps": {name: transition_of(agreement, name) for name in REPORT if name in may},
        "refused": problems(agreement, "confirm_completion", seat=request.seat) if "confirm_completion" in may else [],
        "other_seats": [] if set(REPORT) & set(may) else other_seats(request, agreement, REPORT),
    }  # fmt: skip


def _with_fields(agreement, form):
    """[(GoalBlock, field of the goal's result or None, [(episode, result field, effect field)])]; the fields are None
    where the problem is reported as done and confirmed already."""
    open_ones = {episode.problem_id for episode in form.episodes}
    for block in goal_blocks(agreement):
        rows = [
            (e, *(form.problem_fields(e) if e.problem_id in open_ones else (None, None))) for e in block.episodes
        ]  # fmt: skip
        yield block, form.goal_field(block.goal) if block.goal else None, rows


@require_http_methods(["GET", "HEAD", "POST"])
def acceptance(request, pk):
    agreement = opened(request, pk)
    if agreement.state != AgreementState.ACCEPTANCE:
        return over(request, agreement)
    posted = request.method == "POST"
    step = request.POST.get("step", "") if posted else ""
    if posted and step not in DECISION:
        raise BadRequest("step")
    held = agreement.episodes.held().select_related("problem")
    form, sentences = SendBackForm(request.POST if posted else None, episodes=held), []
    if posted and form.is_valid():
        sentences = _decide(request, agreement, step, form)
        if not sentences:
            return redirect("pairing:agreement", agreement.pk)
    context = _acceptance_context(request, agreement, form) | {"sentences": sentences}
    return render(request, "pairing/agreement_acceptance.html", context)


def _decide(request, agreement, step, form):
    if request.POST.get("digest", "") != agreement.completion_digest:
        return [_("The report has changed since you opened the page. Read it again.")]
    reasons = {"reasons": form.reasons()} if step == "send_back" else {}
    return act(request, agreement, step, note=form.cleaned_data["note"], **reasons)


def _acceptance_context(request, agreement, form):
    may = available(agreement, request.seat)
    held = {episode.problem_id for episode in form.episodes}
    blocks = [
        (block, [(e, form.reason_field(e) if e.problem_id in held else None) for e in block.episodes])
        for block in goal_blocks(agreement)
    ]
    return {
        "agreement": agreement, "form": form, "blocks": blocks,
        "steps": {name: transition_of(agreement, name) for name in DECISION if name in may},
        "refused": problems(agreement, "accept", seat=request.seat) if "accept" in may else [],
        "recusal": recusal_words(request.seat, agreement), "progress": latest_progress(agreement),
        "visits": agreement.follow_ups.filter(done_on__isnull=False).order_by("done_on"),
        "other_seats": [] if may else other_seats(request, agreement, DECISION),
    }  # fmt: skip


def latest_progress(agreement):
    """[(Party, its latest ProgressReport or None)] in the order of the parties; one query.

    Each Party gets `earlier_reports`: those before, the newest first.
    """
    reports = list(agreement.progress_reports.all())[::-1]
    found = []
    for party in agreement.present_parties:
        latest, *party.earlier_reports = [report for report in reports if report.party_id == party.pk] or [None]
        found.append((party, latest))
    return found
