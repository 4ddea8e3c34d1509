"""The invitation: what, why me, how much time, until when; the answers, and the next move of the initiator."""

from django.core.exceptions import BadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import Event
from pairing.deadlines import clock_day
from pairing.enums import INVITING, RUNNING, PartyRole
from pairing.forms.agreement import CounterForm, DeclineForm, ReasonForm
from pairing.models import Agreement, Episode, working_days
from pairing.views.acting import act, opened, other_seats, over
from pairing.views.agreement_parts import goal_blocks
from pairing.views.silence import silence_of
from pairing.words import countdown
from pairing.workflow.engine import available, problems, transition_of
from pairing.workflow.invitation import pending_counter

ANSWERS = ("accept_invitation", "counter_propose", "decline_invitation")
MOVES = ("take_counter", "insist", "go_on", "withdraw")


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request, pk):
    agreement = opened(request, pk)
    if agreement.state not in INVITING:
        return over(request, agreement)
    step = request.POST.get("step", "") if request.method == "POST" else ""
    if request.method == "POST" and step not in ANSWERS + MOVES:
        raise BadRequest("step")
    forms = _forms(agreement, step, request.POST)
    form = forms.get(step)
    sentences = []
    if step and (form is None or form.is_valid()):
        sentences = act(request, agreement, step, **_data(step, form))
        if not sentences:
            return redirect("pairing:agreement", agreement.pk)
    context = _card(request, agreement) | {"form": form, "sentences": sentences, "step": step}
    context |= {
        "decline": forms["decline_invitation"],
        "counter": forms["counter_propose"],
        "reason": forms["withdraw"],
    }
    return render(request, "pairing/agreement_invitation.html", context)


def _forms(agreement, step, post):
    def data(name):
        return post if step == name else None

    return {
        "decline_invitation": DeclineForm(data("decline_invitation"), prefix="decline"),
        "counter_propose": CounterForm(data("counter_propose"), agreement=agreement, prefix="counter"),
        "withdraw": ReasonForm(data("withdraw"), prefix="withdraw"),
    }


def _data(step, form):
    if step == "decline_invitation":
        return {"note": form.reason}
    if step == "counter_propose":
        return {"note": form.cleaned_data["note"], **form.proposal}
    return {"note": form.cleaned_data["note"]} if form else {}


def _card(request, agreement):
    """What the page shows; the steps by name, each with its transition and the sentences against it."""
    own, today = agreement.party_of(request.seat), timezone.localdate()
    may = available(agreement, request.seat)
    steps = {
        name: {"transition": transition_of(agreement, name), "refused": problems(agreement, name, seat=request.seat)}
        for name in may
        if name in ANSWERS + MOVES
    }
    last = clock_day(agreement.state_since, agreement.rules(today).invitation_lapse, working_days())
    invited = own is not None and own.role == PartyRole.INVITEE
    return {
        "agreement": agreement, "own": own, "steps": steps, "last_day": last,
        "days_left": countdown(last, today, working_days()), "invited": invited,
        "silence": silence_of(agreement, today), **_offered(agreement, own),
        "answered": any(party.answer for party in agreement.present_parties if party.role == PartyRole.INVITEE),
        "answering": bool(invited and steps.get("accept_invitation") and not own.answer),
        "reasons": reasons_for(agreement, own) if invited else [], "load": load_of(agreement, own) if invited else "",
        "counter_proposal": pending_counter(agreement), "blocks": goal_blocks(agreement),
        "other_seats": other_seats(request, agreement, ANSWERS + MOVES) if not steps else [],
    }  # fmt: skip


def _offered(agreement, own):
    """Whether it is an offer of help (揭榜): the initiator owns none of the problems; and what it says about itself."""
    sentence = Event.objects.of(agreement).filter(action="invite").values_list("note", flat=True).last() or ""
    owners = {episode.problem.owner_id for episode in agreement.listed()}
    mine = own is not None and own.organisation_id in owners
    return {"offered": mine and agreement.initiator.organisation_id not in owners, "sentence": sentence}


def reasons_for(agreement, party):
    """Why this partner, in sentences read from the record (domain.md §1: for a problem they look for who can help)."""
    listed = [episode.problem for episode in agreement.listed()]
    sentences = []
    if wished := [p for p in listed if p.wished_partner_id == party.organisation_id]:
        names = "、".join(problem.number for problem in wished)
        sentences.append(
            _("Your branch was named as the wished partner when %(problems)s was filed.") % {"problems": names}
        )
    categories = {problem.category_id for problem in listed}
    solved = Episode.objects.filter(
        helper=party.organisation_id, written_off_on__isnull=False, problem__category__in=categories
    ).count()
    if solved:
        text = ngettext(
            "Your branch has helped to solve %(n)s problem of the same kind.",
            "Your branch has helped to solve %(n)s problems of the same kind.", solved,
        )  # fmt: skip
        sentences.append(text % {"n": solved})
    before = _pairs_with(party.organisation_id).filter(parties__organisation=agreement.initiator.organisation_id)
    if paired := before.exclude(pk=agreement.pk).distinct().count():
        text = ngettext("You have been paired %(n)s time before.", "You have been paired %(n)s times before.", paired)
        sentences.append(text % {"n": paired})
    return sentences


def load_of(agreement, party):
    """How many pairs of the party are running, and whether that is many (rule parameter)."""
    running = _pairs_with(party.organisation_id).filter(state__in=RUNNING).count()
    if not running:
        return _("Your branch has no running pair now.")
    text = ngettext(
        "Your branch has %(n)s running pair now.", "Your branch has %(n)s running pairs now.", running
    ) % {"n": running}  # fmt: skip
    if running >= agreement.rules(timezone.localdate()).open_pairs_warning:
        text += _(" Consider whether you have the capacity.")
    return text


def _pairs_with(organisation_id):
    """Signed agreements in which the organisation takes or took part."""
    signed = Agreement.objects.filter(signed_on__isnull=False)
    return signed.filter(pk__in=signed.filter(parties__organisation=organisation_id).values("pk"))
