"""The list of agreements and the page of one."""

from django.db.models import Exists, OuterRef, Q, Subquery
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from pairing.enums import PRIVATE_PROBLEM, RUNNING, SIGNED, AgreementState, PartyRole
from pairing.forms.files import FileForm
from pairing.models import Party, read_agreement_life
from pairing.services.finding import may_find
from pairing.views import deadline, glance
from pairing.views.acting import opened
from pairing.views.agreement_parts import goal_blocks
from pairing.views.completion import latest_progress
from pairing.views.due_history import due_history
from pairing.views.files import may_attach
from pairing.views.silence import group_clock, silence_of
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
    every = "all" in request.GET
    shown = read_agreement_life(obj, None if every else MOST_EVENTS + 1)
    more = not every and len(shown) > MOST_EVENTS
    blocks, before, running = goal_blocks(obj), _before_signing(obj), _running(obj)
    context = {
        "agreement": obj, "obj": obj, "offers": one_per_page(offers(request, obj)), "blocks": blocks,
        **_at_a_glance(obj, blocks, before, running),
        "events": shown[:MOST_EVENTS] if more else shown, "more_events": more,
        **before, **running,
        "files": [file for file in obj.attachments.all() if file.removed_at is None],
        "file_form": FileForm() if may_attach(request.seat, obj) else None,
        "add_file_url": reverse("pairing:agreement_add_file", args=[obj.pk]),
        "card": _card(request, obj),
        "silence": silence_of(obj, timezone.localdate()),
        "group_clock": group_clock(obj, timezone.localdate()),
        **_lineage(request, obj),
        "may_find": obj.state in RUNNING and may_find(request.seat, obj),
    }  # fmt: skip
    return render(request, "pairing/agreement.html", context)


def _card(request, obj):
    """The deadline-day card, for the parties; None where it is not near, or where a panel says what is awaited."""
    today = timezone.localdate()
    if obj.turn or obj.party_of(request.seat) is None:
        return None
    return next(iter(deadline.cards_for([obj], request.seat, today)), None)


def _at_a_glance(obj, blocks, before, running):
    today = timezone.localdate()
    goals, goal_count, problem_count = glance.goals_in_brief(blocks)
    return {
        "standings": glance.standings(obj, before.get("signatures", ()), running.get("progress", ())),
        "course": glance.course(obj, today, running.get("due_changes", ()), blocks),
        "leave_by": glance.to_be_left_by(obj, today),
        "due_dates": due_history(obj) if obj.signed_on else [],
        "goals": goals, "goal_count": goal_count, "problem_count": problem_count,
    }  # fmt: skip


def _lineage(request, obj):
    """The agreement that it continues, for who may open it, and those that continue it.

    Of the latter everybody learns who holds them (`holder`), as the page on which the end was agreed to has said;
    what they say is only for whom `opens` is true.
    """
    if not (obj.ended_on or obj.predecessor_id):
        return {}
    every, initiators = type(obj).objects, Party.objects.filter(role=PartyRole.INITIATOR, agreement=OuterRef("pk"))
    found = every.filter(Q(pk=obj.predecessor_id) | Q(predecessor=obj)).annotate(
        opens=Exists(every.visible_to(request.user).filter(pk=OuterRef("pk"))),
        holder=Subquery(initiators.values("organisation__short_name")[:1]),
    )
    related = list(found.order_by("pk"))
    return {
        "predecessor": next((other for other in related if other.pk == obj.predecessor_id and other.opens), None),
        "successors": [other for other in related if other.predecessor_id == obj.pk],
    }


def _before_signing(obj):
    """Answers, rounds of review and signatures, as far as there are any."""
    signatures = [signature for party in obj.all_parties for signature in party.signatures.all()]
    return {
        "counter_proposals": [found for party in obj.all_parties for found in party.counter_proposals.all()],
        "reviews": list(obj.reviews.all())[::-1],
        "signatures": sorted(signatures, key=_voided_first),
        "corrected": _corrected(obj, signatures),
    }


def _corrected(obj, signatures):
    """The last Signature, where the day of signing on record is another than that of its moment; else None."""
    last = max((s for s in signatures if s.voided_at is None), key=lambda s: s.signed_at, default=None)
    return last if last and obj.signed_on and timezone.localdate(last.signed_at) != obj.signed_on else None


def _voided_first(signature):
    return signature.voided_at is None, signature.voided_at or signature.signed_at, signature.signed_at


def _running(obj):
    """What happens from the signatures on: due dates, progress, follow-ups, extensions, intervals."""
    if obj.state not in SIGNED:
        return {}
    visits = list(obj.follow_ups.all())
    planned = [visit for visit in visits if not (visit.done_on or visit.skipped_on or obj.ended_on)]
    return {
        "pending": obj.pending_extension,
        "due_changes": list(obj.due_changes.all()),
        "progress": latest_progress(obj),
        "follow_ups": visits,
        "planned": planned,
        "extensions": list(obj.extensions.all()),
        "found_problems": [one for one in obj.found_problems.all() if one.state not in PRIVATE_PROBLEM],
        "sides": glance.sides(obj, latest_progress(obj), timezone.localdate()),
        "intervals": list(obj.intervals.all()), **_suspension(obj),
        "completion": [
            (party, bool(obj.completion_digest) and party.completion_digest == obj.completion_digest)
            for party in obj.present_parties
        ] if obj.state == AgreementState.ACTIVE and obj.completion_digest else [],
    }  # fmt: skip


def _suspension(obj):
    """The open suspension, and the due date if it ended today."""
    if obj.state != AgreementState.SUSPENDED:
        return {}
    stop = next(interval for interval in obj.intervals.all() if interval.to_on is None)
    return {"stop": stop, "due_if_resumed": obj.due_on + (timezone.localdate() - stop.from_on)}


def one_per_page(found):
    """Several steps of one page are one entry, called after the page; so are those that are not possible now."""
    entries = _by_page(filter(None, [found.forward, *found.others]))
    found.others = [offer for offer in entries.values() if offer is not found.forward]
    found.refused = list(_by_page(offer for offer in found.refused if offer.url not in entries).values())
    return found


def _by_page(offers):
    """{address: Offer}; a sentence that stands against several steps of a page is said once."""
    entries = {}
    for offer in offers:
        first = entries.setdefault(offer.url, offer)
        if first is not offer:
            first.consequence = ""
            first.refused = list(dict.fromkeys(first.refused + offer.refused))
        if first is not offer or offer.name == "edit":  # "save" is the button on the page, not the way to it
            first.label = PAGES.get(DEDICATED.get(offer.name), first.label)
    return entries
