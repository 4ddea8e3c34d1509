"""The draft of an agreement and its invitation: nothing is taken before it is sent."""

import hashlib
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Kind
from accounts.models.seat import ACTING_FOR_A_BRANCH
from pairing.enums import AgreementState, ProblemState
from pairing.forms.draft import DraftForm, PlaceForm, chosen_partners, partner_forms
from pairing.models import Agreement, Problem, Programme
from pairing.rules import initiator_secretary, initiator_side
from pairing.services import save_agreement_draft
from pairing.views.acting import act, opened, over
from pairing.views.drafts import draft_of, keep, new_key
from pairing.workflow.engine import NotNow, problems, transition_of

MOST_PROBLEMS = 100  # of the own branch that are offered
BODIES = (Kind.PARTY_BRANCH, Kind.DISCIPLINE_COMMITTEE)


@dataclass
class Page:
    """The forms of the page, and what speaks against saving or sending."""

    main: DraftForm
    own: PlaceForm
    partners: list
    sentences: list

    def is_valid(self):
        answers = [form.is_valid() for form in (self.main, self.own, *self.partners)]  # each shows its errors
        return all(answers)


@require_http_methods(["GET", "HEAD", "POST"])
def agreement_new(request):
    """?problem=<pk>: the problem to begin with, an own one or one of the market; its owner becomes a party."""
    seat = _drafting_seat(request)
    begun = draft_of(request, request.POST.get("key", ""))
    if begun:  # a second press of the same form
        return agreement_edit(request, begun)
    wanted = _wished_problem(request)
    programmes = _programmes(request, seat)
    programme = wanted.programme if wanted else _chosen_programme(request, programmes)
    return _edit(request, Agreement(programme=programme), programmes, wanted)


@require_http_methods(["GET", "HEAD", "POST"])
def agreement_edit(request, pk):
    agreement = opened(request, pk)
    if agreement.state != AgreementState.DRAFT:
        if "X-Autosave" in request.headers:
            return JsonResponse({"message": _("Not saved: this is no draft of yours any more.")})
        return over(request, agreement)
    if not initiator_side(request.seat, agreement, {}):
        raise PermissionDenied
    return _edit(request, agreement, Programme.objects.none(), None)


def _drafting_seat(request):
    """The seat that begins agreements: secretary or liaison of a body that can be a party."""
    seat = request.seat
    if seat is None or seat.role not in ACTING_FOR_A_BRANCH or seat.organisation.kind not in BODIES:
        raise PermissionDenied(_("Agreements are begun by the secretary or the liaison of a branch."))
    return seat


def _wished_problem(request):
    pk = request.GET.get("problem", "")
    if not (pk.isascii() and pk.isdecimal() and len(pk) < 12):
        return None
    own = Problem.objects.visible_to(request.user).filter(pk=pk)
    market = Problem.objects.market_for(request.user).filter(pk=pk)
    seen = Problem.objects.filter(Q(pk__in=own.values("pk")) | Q(pk__in=market.values("pk")))
    return get_object_or_404(seen.select_related("owner", "programme__committee"))


def _programmes(request, seat):
    today = timezone.localdate()
    running = Programme.objects.for_user(request.user).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))
    above = [int(part) for part in seat.organisation.path.strip("/").split("/")]
    return running.filter(starts_on__lte=today, committee__in=above).select_related("committee")


def _chosen_programme(request, programmes):
    typed = request.POST.get("programme", "")
    found = list(programmes)
    if not found:
        raise PermissionDenied(_("No programme is running for your branch now."))
    return next((programme for programme in found if str(programme.pk) == typed), found[0])


def _edit(request, agreement, programmes, wanted):
    posted = request.method == "POST"
    page = _page(request, agreement, programmes, wanted)
    seen = fingerprint(agreement)
    if posted and "X-Autosave" in request.headers:
        return JsonResponse(_autosaved(request, agreement, page, seen))
    if posted and page.is_valid():
        if request.POST.get("seen") != seen:
            page.sentences = [_("A colleague has saved this draft meanwhile (see below). Compare, and save again.")]
        elif saved := _save(request, agreement, page):
            return saved
    return render(request, "pairing/agreement_draft.html", _context(request, agreement, page, seen))


def _page(request, agreement, programmes, wanted):
    post = request.POST if request.method == "POST" else None
    seat, rules = request.seat, agreement.programme.rules_on(timezone.localdate())
    within = agreement.programme.committee.path
    own, present = _stored_partners(agreement, seat, wanted)
    listed = list(agreement.episodes.values_list("problem_id", flat=True)) if agreement.pk else []
    initial = {
        "aim": agreement.aim, "term_months": agreement.term_months if agreement.pk else rules.term_months,
        "exception_reason": agreement.exception_reason, "programme": agreement.programme_id,
        "problems": listed or ([wanted.pk] if wanted else []),
    }  # fmt: skip
    choices = _problems(request, agreement, [*listed, *([wanted.pk] if wanted else [])])
    main = DraftForm(post, initial=initial, programmes=programmes, problems=choices, cap=rules.term_months)
    place = PlaceForm(post, prefix="own", initial=own, body=seat.organisation, with_posts=rules.post_to_post)
    return Page(main, place, partner_forms(post, within=within, own=seat.organisation, present=present), [])


def _stored_partners(agreement, seat, wanted):
    """({unit, post} of the own party, [(body, unit, post)] of the partners); of a new draft the owner and the wish."""
    if agreement.pk:
        parties = agreement.all_parties
        own = next(party for party in parties if party.organisation_id == seat.organisation_id)
        others = [(p.organisation, p.unit, p.post) for p in parties if p is not own]
        return {"unit": own.unit, "post": own.post}, others
    proposed = [wanted.owner, wanted.wished_partner] if wanted else []
    return {}, [(body, None, None) for body in proposed if body and body.pk != seat.organisation_id][:1]


def _problems(request, agreement, fixed):
    """Open problems of the own branch, and those named already."""
    seat = request.seat
    own = Q(owner__path__startswith=seat.organisation.path) | Q(joiners__organisation=seat.organisation)
    open_ones = Problem.objects.filter(own, state=ProblemState.OPEN, programme=agreement.programme_id)
    ids = [*fixed, *open_ones.order_by("-pk").values_list("pk", flat=True).distinct()[:MOST_PROBLEMS]]
    return Problem.objects.filter(pk__in=ids).select_related("owner").order_by("pk")


# Saving and sending
def _autosaved(request, agreement, page, seen):
    """What the page sends by itself: saved where it is complete. Answers what static/js/autosave.js reads."""
    if not page.is_valid():
        return {"message": _("Not saved yet: something has to be put right first.")}
    if request.POST.get("seen") != seen:
        return {"message": _("Not saved: somebody else has changed this draft.")}
    begins = agreement.pk is None
    try:
        draft = _store(request, agreement, page)
    except NotNow as refusal:
        return {"message": " ".join(refusal.sentences)}
    answer = {"saved_at": timezone.localtime().strftime("%H:%M"), "fields": {"seen": fingerprint(draft)}}
    if begins:  # after another log-in the session no longer knows which draft this form has made
        address = reverse("pairing:agreement_edit", args=[draft.pk])
        answer["address"] = {"page": address, "autosave": address}
    return answer


def _store(request, agreement, page):
    """Save the draft once; NotNow where it cannot be saved."""
    clean = page.main.cleaned_data
    own = {"organisation": request.seat.organisation, **page.own.place()}
    values = {
        "partners": [own, *chosen_partners(page.partners)], "goals": _goals(agreement),
        **{name: clean[name] for name in ("problems", "aim", "term_months", "exception_reason")},
    }  # fmt: skip
    return keep(
        request, request.POST.get("key", ""), agreement, version=agreement.text_version,
        find=lambda pk: Agreement.objects.get(pk=pk),
        save=lambda draft: save_agreement_draft(draft, seat=request.seat, **values),
    )  # fmt: skip


def _save(request, agreement, page):
    """Save, and send where asked for. Answers the redirect, or None with the sentences on the page."""
    if request.POST.get("step") == "invite" and _is_alone(request.seat, page):
        page.partners[0].add_error("organisation", _("Name the partner to be invited."))
        return None
    try:
        draft = _store(request, agreement, page)
    except NotNow as refusal:
        page.sentences = refusal.sentences
        return None
    if request.POST.get("step") != "invite":
        messages.success(request, _("The draft is saved. Nobody else sees it before the invitation is sent."))
        return redirect("pairing:agreement_edit", draft.pk)
    if guessed := [row.guess() for row in page.partners if row.guess()]:
        words = {"names": "；".join(f"“{typed}” → {name}" for typed, name in guessed)}
        messages.warning(request, _("Not sent yet. Read as %(names)s: check it, and press once more.") % words)
        return redirect("pairing:agreement_edit", draft.pk)
    sentences = act(request, draft, "invite")
    if not sentences:
        return redirect("pairing:agreement", draft.pk)
    messages.warning(request, _("The draft is saved, but the invitation was not sent:") + " " + " ".join(sentences))
    return redirect("pairing:agreement_edit", draft.pk)


def _is_alone(seat, page):
    """Whether nobody is named, and no owner of a problem takes part either."""
    owners = {problem.owner_id for problem in page.main.cleaned_data["problems"]}
    return not chosen_partners(page.partners) and owners <= {seat.organisation_id}


def _goals(agreement):
    """Goals carried over from an earlier pair stay in the draft."""
    if not agreement.pk:
        return []
    names = ("text", "measure", "criterion", "date")
    return [{"id": goal.pk, **{name: getattr(goal, name) for name in names}} for goal in agreement.goals.all()]


def fingerprint(agreement):
    """What the draft holds now, as a short digest; "" for a new one."""
    if not agreement.pk:
        return ""
    parties = list(agreement.parties.order_by("organisation").values_list("organisation", "unit", "post"))
    listed = sorted(agreement.episodes.values_list("problem_id", flat=True))
    whole = [agreement.aim, agreement.term_months, agreement.exception_reason, parties, listed]
    return hashlib.sha256(repr(whole).encode()).hexdigest()[:16]


def _context(request, agreement, page, seen):
    secretary = agreement.pk is None or initiator_secretary(request.seat, agreement, {})
    return {
        "agreement": agreement, "page": page, "form": page.main, "own": page.own, "partners": page.partners,
        "wrong_forms": [form for form in (page.own, *page.partners) if form.errors],
        "sentences": page.sentences, "seen": seen, "invite": transition_of(agreement, "invite"),
        "secretary": secretary and request.seat.role == "secretary", "own_body": request.seat.organisation,
        "key": request.POST.get("key") or new_key(), "stored": agreement if agreement.pk and page.sentences else None,
        "refused": problems(agreement, "invite", seat=request.seat) if agreement.pk and not page.sentences else [],
    }  # fmt: skip


@require_safe
def partner_place(request):
    """The unit and post of a partner just typed, as a part of the page (htmx); ?row=: its row."""
    seat = _drafting_seat(request)
    row = request.GET.get("row", "")
    index = int(row) if row in {str(n) for n in range(6)} else 0
    within = "/" + seat.organisation.path.strip("/").split("/")[0] + "/"
    forms = partner_forms(request.GET, within=within, own=seat.organisation, present=[])
    return render(request, "pairing/part_partner_place.html", {"row": forms[index]})
