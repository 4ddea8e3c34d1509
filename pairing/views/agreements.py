"""The list of agreements and the page of one."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import Event
from pairing.enums import SIGNED, AgreementState
from pairing.forms.files import FileForm
from pairing.models import CounterProposal, Signature
from pairing.views import glance
from pairing.views.acting import opened
from pairing.views.agreement_parts import goal_blocks
from pairing.views.completion import latest_progress
from pairing.views.files import may_attach
from pairing.views.steps import DEDICATED, offers

MOST_EVENTS = 40  # of the timeline; the rest on request
PAGES = {  # names of pages that hold several steps
    "agreement_invitation": _("Open the invitation"),
    "agreement_goals": _("Write goals and list"),
    "agreement_sign": _("Read and sign"),
    "agreement_completion": _("Report completion"),
    "agreement_acceptance": _("Check and accept"),
}


@require_safe
def agreement(request, pk):
    obj = opened(request, pk)
    events = Event.objects.of(obj).order_by("-happened_at", "-pk")
    shown = events if "all" in request.GET else events[: MOST_EVENTS + 1]
    shown = list(shown)
    more = "all" not in request.GET and len(shown) > MOST_EVENTS
    blocks, before, running = goal_blocks(obj), _before_signing(obj), _running(obj)
    context = {
        "agreement": obj, "obj": obj, "offers": one_per_page(offers(request, obj)), "blocks": blocks,
        **_at_a_glance(obj, blocks, before, running),
        "events": shown[:MOST_EVENTS] if more else shown, "more_events": more,
        **before, **running,
        "files": obj.attachments.filter(removed_at__isnull=True).select_related("uploaded_by"),
        "file_form": FileForm() if may_attach(request.seat, obj) else None,
        "add_file_url": reverse("pairing:agreement_add_file", args=[obj.pk]),
        "successors": obj.successors.visible_to(request.user) if obj.ended_on else (),
        "predecessor": _predecessor(request, obj) if obj.predecessor_id else None,
    }  # fmt: skip
    return render(request, "pairing/agreement.html", context)


def _at_a_glance(obj, blocks, before, running):
    today = timezone.localdate()
    goals, goal_count, problem_count = glance.goals_in_brief(blocks)
    return {
        "standings": glance.standings(obj, before.get("signatures", ()), running.get("progress", ())),
        "course": glance.course(obj, today, running.get("due_changes", ()), blocks),
        "leave_by": glance.to_be_left_by(obj, today),
        "goals": goals, "goal_count": goal_count, "problem_count": problem_count,
    }  # fmt: skip


def _predecessor(request, obj):
    return type(obj).objects.visible_to(request.user).filter(pk=obj.predecessor_id).first()


def _before_signing(obj):
    """Answers, rounds of review and signatures, as far as there are any."""
    found = {}
    if obj.invited_on:
        found["counter_proposals"] = CounterProposal.objects.filter(party__agreement=obj).select_related(
            "party__organisation"
        )
    if obj.round:
        found["reviews"] = obj.reviews.order_by("-round").prefetch_related("opinions__goals")
    if obj.state == AgreementState.SIGNING or obj.submitted_on:
        signatures = Signature.objects.filter(party__agreement=obj).select_related("party__organisation")
        found["signatures"] = list(signatures.order_by("voided_at", "signed_at"))
    return found


def _running(obj):
    """What happens from the signatures on: due dates, progress, follow-ups, extensions, intervals."""
    if obj.state not in SIGNED:
        return {}
    visits = list(obj.follow_ups.select_related("seat__person"))
    planned = [visit for visit in visits if not (visit.done_on or visit.skipped_on or obj.ended_on)]
    extensions = list(obj.extensions.select_related("party__organisation"))
    return {
        "pending": next((extension for extension in extensions if extension.decided_on is None), None),
        "due_changes": list(obj.due_changes.all()),
        "progress": latest_progress(obj),
        "follow_ups": visits,
        "planned": planned,
        "extensions": extensions,
        "intervals": list(obj.intervals.all()),
        "completion": [
            (party, bool(obj.completion_digest) and party.completion_digest == obj.completion_digest)
            for party in obj.present_parties
        ] if obj.state == AgreementState.ACTIVE and obj.completion_digest else [],
    }  # fmt: skip


def one_per_page(found):
    """Several steps of one page are one entry, called after the page."""
    entries = {}
    for offer in filter(None, [found.forward, *found.others]):
        if offer.url in entries:
            entries[offer.url].label = PAGES.get(DEDICATED.get(offer.name), offer.label)
            entries[offer.url].consequence = ""
        else:
            entries[offer.url] = offer
    found.others = [offer for offer in entries.values() if offer is not found.forward]
    found.refused = [offer for offer in found.refused if offer.url not in entries]
    return found
