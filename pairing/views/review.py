"""Review: an opinion on each goal, the goals in full, and on top what has changed since the last return."""

from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Seat, UnitLink
from accounts.models.seat import GROUP
from pairing.enums import AgreementState
from pairing.forms.agreement import OpinionForm
from pairing.models.programme import path_under
from pairing.rules import recused
from pairing.views.acting import act, opened, over
from pairing.views.agreement_parts import described, goal_blocks
from pairing.views.remarks import changes_since, remarks_on_goals
from pairing.workflow.contract import current_digest
from pairing.workflow.engine import available, problems


@dataclass
class JudgedGoal:
    """A goal as the review page shows it: its block, the controls of this opinion, the remarks of the round before."""

    block: object
    verdict: object
    ground: object
    comment: object
    earlier: list
    changed: bool


@require_http_methods(["GET", "HEAD", "POST"])
def review(request, pk):
    agreement = opened(request, pk)
    if agreement.state != AgreementState.SUBMITTED:
        return over(request, agreement)
    form, sentences = _form(request, agreement), []
    if request.method == "POST":
        if request.POST.get("decision") not in ("pass", "return"):
            raise BadRequest("decision")
        if form.is_valid():
            sentences = _changed_meanwhile(request, agreement) or act(request, agreement, "opine", **_data(form))
            if not sentences:
                return redirect("pairing:agreement", agreement.pk)
    return render(request, "pairing/agreement_review.html", _context(request, agreement, form, sentences))


def _form(request, agreement):
    rules = agreement.rules(timezone.localdate())
    return OpinionForm(
        request.POST if request.method == "POST" else None, goals=agreement.goals.all(), grounds=rules.grounds,
        over_cap=agreement.term_months > rules.term_months,
    )  # fmt: skip


def _changed_meanwhile(request, agreement):
    if request.POST.get("digest") == current_digest(agreement):
        return []
    return [_("The goals have changed since you opened the page. Read them again and give your opinion.")]


def _data(form):
    exception = {"approve_exception": True} if form.cleaned_data.get("approve_exception") else {}
    return {"note": form.cleaned_data["note"], "goals": form.opinions(), **exception}


def _context(request, agreement, form, sentences):
    may = available(agreement, request.seat)
    blocks = goal_blocks(agreement)
    past = list(agreement.reviews.filter(round__lt=agreement.round).prefetch_related("opinions__goals"))
    changes = changes_since(agreement, past[-1]) if past else []
    remarks = remarks_on_goals(past[-1]) if past else {}
    here = [e.problem for block in blocks for e in block.episodes]
    return {
        "agreement": agreement, "form": form, "sentences": sentences,
        "digest": current_digest(agreement), "rules": agreement.rules(timezone.localdate()),
        "goals": [_judged(block, form, remarks, changes) for block in blocks if block.goal],
        "loose": [block for block in blocks if block.goal is None],
        "past": past, "changes": list(described(changes, agreement, here)),
        "may_opine": "opine" in may, "may_refuse": "refuse" in may,
        "refused": problems(agreement, "opine", seat=request.seat) if "opine" in may else [],
        "recusal": recusal_words(request.seat, agreement),
        "given": agreement.reviews.filter(round=agreement.round).values_list("opinions__person_name", flat=True),
    }  # fmt: skip


def _judged(block, form, remarks, changes):
    changed = any(change.goal_id == block.goal.pk for change in changes)
    return JudgedGoal(block, *form.parts(block.goal), earlier=remarks.get(block.goal.pk, []), changed=changed)


def recusal_words(seat, agreement):
    """Why a member of the working group does not decide here: the own seat in a party or below it; "" otherwise."""
    today = timezone.localdate()
    if not seat or seat.role not in GROUP or seat.person_id not in recused(agreement, today):
        return ""
    paths = [party.organisation.path for party in agreement.present_parties]
    bodies = [party.organisation_id for party in agreement.present_parties]
    paths += UnitLink.objects.filter(branch__in=bodies, to_on__isnull=True).values_list("unit__path", flat=True)
    own = Seat.objects.on(today).filter(path_under(paths, "organisation__path"), person=seat.person_id)
    titles = "、".join(other.title for other in own.for_header())
    return _("You hold a seat in a party of this agreement (%(seats)s), so you take no part in its decisions.") % {
        "seats": titles
    }
