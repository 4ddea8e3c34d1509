"""Signing: the canonical text, its digest, who has signed; what is read is what is signed. And the text for print."""

from django.core.exceptions import BadRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from pairing.enums import AgreementState
from pairing.forms.agreement import ReasonForm, SignForm
from pairing.models import Signature
from pairing.views.acting import act, opened, other_seats, over
from pairing.workflow.contract import digest
from pairing.workflow.contract import render as canonical
from pairing.workflow.engine import available, problems, transition_of

STEPS = ("sign", "decline_to_sign", "recall_signing")


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request, pk):
    agreement = opened(request, pk)
    if agreement.state != AgreementState.SIGNING:
        return over(request, agreement)
    step = request.POST.get("step", "") if request.method == "POST" else ""
    if request.method == "POST" and step not in STEPS:
        raise BadRequest("step")
    form = SignForm(request.POST if step == "sign" else None, obj=agreement, seat=request.seat, name="sign")
    reason = ReasonForm(request.POST if step in STEPS[1:] else None)
    used, sentences = form if step == "sign" else reason, []
    if step and used.is_valid():
        sentences = act(request, agreement, step, **_data(step, used))
        if not sentences:
            return redirect("pairing:agreement", agreement.pk)
    return render(request, "pairing/agreement_sign.html", _context(request, agreement, step, form, reason, sentences))


def _data(step, form):
    return {"at": form.at, **form.step_data()} if step == "sign" else {"note": form.cleaned_data["note"]}


def _context(request, agreement, step, form, reason, sentences):
    may = available(agreement, request.seat)
    own = agreement.party_of(request.seat)
    return {
        "agreement": agreement, "form": form, "reason": reason, "sentences": sentences, "step": step, "own": own,
        "signatures": signatures_by_party(agreement), "voided": _signatures(agreement).filter(voided_at__isnull=False),
        "steps": {name: transition_of(agreement, name) for name in STEPS if name in may},
        "refused": problems(agreement, "sign", seat=request.seat) if "sign" in may else [],
        "other_seats": [] if may else other_seats(request, agreement, STEPS), "digest": agreement.text_digest,
    }  # fmt: skip


def _signatures(agreement):
    return Signature.objects.filter(party__agreement=agreement).select_related("party__organisation")


def signatures_by_party(agreement):
    """[(Party, its valid Signature or None)] in the order of the parties."""
    valid = {s.party_id: s for s in _signatures(agreement).filter(voided_at__isnull=True)}
    return [(party, valid.get(party.pk)) for party in agreement.all_parties if not party.left_on or party.pk in valid]


@require_safe
def text(request, pk):
    """The agreement as a document: the stored text once approved, before that a draft of it."""
    agreement = opened(request, pk)
    approved = bool(agreement.text)
    words = agreement.text or canonical(agreement)
    context = {
        "agreement": agreement, "text": words, "approved": approved,
        "digest": agreement.text_digest if approved else digest(words),
        "signatures": signatures_by_party(agreement) if approved else [],
    }  # fmt: skip
    return render(request, "pairing/agreement_text.html", context)
