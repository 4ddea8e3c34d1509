"""Steps of problems and agreements: their pages, and the list of what somebody can do now."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.middleware import own_address
from accounts.models import Event
from accounts.models.seat import GROUP
from pairing.enums import Turn
from pairing.forms import agreement_steps, correction, extension  # noqa: F401  they fill the table of forms
from pairing.forms.steps import form_for
from pairing.models import Agreement, Extension, Party, Problem
from pairing.rules import recused
from pairing.views import correcting, ending, extending, looking_back, running  # noqa: F401  they name their questions
from pairing.views.acting import say_done
from pairing.views.questions import answers, question_of
from pairing.views.subjects import subject_of
from pairing.workflow.engine import (
    WORKFLOWS,
    NotNow,
    available,
    check_state,
    perform,
    plain,
    problems,
    transition_of,
)

# Steps of agreements with a page of their own: step -> URL name
DEDICATED = {
    "invite": "agreement_edit",
    **dict.fromkeys(("accept_invitation", "decline_invitation", "counter_propose"), "agreement_invitation"),
    **dict.fromkeys(("take_counter", "insist", "go_on", "withdraw"), "agreement_invitation"),
    **dict.fromkeys(("edit", "confirm_goals", "submit"), "agreement_goals"),
    "opine": "agreement_review",
    "follow_up": "agreement_follow_up",
    **dict.fromkeys(("sign", "decline_to_sign", "recall_signing"), "agreement_sign"),
    **dict.fromkeys(("propose_completion", "confirm_completion"), "agreement_completion"),
    **dict.fromkeys(("accept", "send_back"), "agreement_acceptance"),
}
OWN_PAGES = {"agreement": DEDICATED, "problem": {"file": "problem_edit"}}
# The step that brings the matter on, where it can be taken: the one filled button
FORWARD = (
    "file", "confirm", "confirm_claim", "claim", "write_off", "look_back", "rewrite",
    "invite", "accept_invitation", "take_counter", "go_on", "submit", "confirm_goals", "opine", "sign",
    "agree_termination", "confirm_completion", "grant_extension", "accept", "propose_completion", "follow_up",
    "edit", "resume",
)  # fmt: skip
OPPOSITE = {"mute": "unmute", "unmute": "mute"}  # where one can be taken, nobody asks why the other cannot
A_MOMENT = timedelta(seconds=15)  # the same entry by the same seat within it is a double click


def page_of(obj):
    """The address of the page of a problem or an agreement."""
    return obj.get_absolute_url()


def step_url(obj, name, **query):
    """Where a step is taken: the page it shares with others, else the address of its own. `query`: what the page has
    filled in, and `next`, the address to go on to."""
    kind = obj._meta.model_name
    own = OWN_PAGES[kind].get(name)
    if own:
        return reverse(f"pairing:{own}", args=[obj.pk], query=query)
    return reverse(f"pairing:{kind}_step", args=[obj.pk, question_of(obj, name).steps[0]], query=query)


@dataclass
class Offer:
    """A step that the seat may take in this state. `refused`: the sentences that stand against it now."""

    name: str
    label: str
    url: str
    consequence: str
    refused: list[str] = field(default_factory=list)


@dataclass
class Offers:
    """What can be done now: the one filled button, the quiet ones, those not possible now and why; and for somebody
    with several seats, what another one could do: [(seat, [label])]. `note` says why a reviewer is not asked."""

    forward: Offer | None
    others: list[Offer]
    refused: list[Offer]
    elsewhere: list
    note: str = ""

    def __bool__(self):
        return bool(self.forward or self.others or self.refused or self.elsewhere or self.note)


def offers(request, obj):
    """The Offers of the present seat for `obj`."""
    names = available(obj, request.seat) if request.seat else []
    found = _one_per_question(obj, [_offer(obj, name, request.seat) for name in names])
    possible = {offer.name: offer for offer in found if not offer.refused}
    forward = next((possible[name] for name in FORWARD if name in possible), None)
    return Offers(
        forward=forward,
        others=[offer for offer in possible.values() if offer is not forward],
        refused=[offer for offer in found if offer.refused and OPPOSITE.get(offer.name) not in possible],
        elsewhere=_elsewhere(request, obj, set(names)),
        note=_recusal(request.seat, obj),
    )


def _offer(obj, name, seat):
    transition = transition_of(obj, name)
    sentences = problems(obj, name, seat=seat)
    return Offer(name, transition.label, step_url(obj, name), transition.consequence, sentences)


def _one_per_question(obj, found):
    """Several answers to one question are one entry with the button of the question; possible when one of them is."""
    entries = {}
    for offer in found:
        asked = question_of(obj, offer.name)
        first = entries.setdefault(asked.steps[0], offer)
        if first is not offer:
            first.label, first.consequence = asked.button or asked.title, ""
            both = first.refused and offer.refused and first.refused + offer.refused
            first.refused = list(dict.fromkeys(both))
    return list(entries.values())


def _elsewhere(request, obj, own):
    """What the person's other seats could do, apart from what this one can do anyway."""
    found = []
    for seat in request.seats:
        if request.seat and seat.pk != request.seat.pk:
            names = [name for name in available(obj, seat) if name not in own]
            own.update(names)
            if names:
                found.append((seat, [transition_of(obj, name).label for name in names]))
    return found


def _recusal(seat, obj):
    asked = seat and seat.role in GROUP and obj.turn in (Turn.GROUP, Turn.LEAD)
    if asked and seat.person_id in recused(obj, timezone.localdate()):
        return _("You belong to one of the branches concerned, so somebody else of the working group decides.")
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
def problem_step(request, pk, name):
    """A step of a problem. Who sees it on the market only may join it, no more."""
    seen = Problem.objects.visible_to(request.user).select_related("owner", "filer", "programme__committee")
    problem = seen.filter(pk=pk).first()
    if problem is None and name == "join":
        problem = get_object_or_404(Problem, pk__in=Problem.objects.market_for(request.user).filter(pk=pk).values("pk"))
    if problem is None:
        raise Http404
    return take_step(request, problem, name)


@require_http_methods(["GET", "HEAD", "POST"])
def agreement_step(request, pk, name):
    """A step of an agreement that has no page of its own."""
    seen = Agreement.objects.visible_to(request.user).select_related("programme__committee", "rule_version")
    loaded = seen.prefetch_related(
        "intervals",
        Prefetch("parties", Party.objects.select_related("organisation", "unit", "post")),
        Prefetch("extensions", Extension.objects.select_related("party__organisation")),
    )  # what rules, guards and words ask for again and again
    return take_step(request, get_object_or_404(loaded, pk=pk), name)


def take_step(request, obj, name):
    """GET shows the question and acts on nothing; POST takes the step."""
    if name not in WORKFLOWS[type(obj)].transitions:
        raise Http404
    if name in OWN_PAGES[obj._meta.model_name]:
        return redirect(step_url(obj, name))
    if request.seat is None:
        raise PermissionDenied
    posted = request.method == "POST"
    if not posted and not _may(obj, name, request.seat):
        return _show_switch(request, obj, name)
    if not posted and obj.state not in transition_of(obj, name).sources:
        return _show(request, obj, name, None, _too_late(obj, name))
    data, known = (request.POST, None) if posted else (None, request.GET.dict())  # a link may fill something in
    steps = question_of(obj, name).steps
    form = form_for(obj, name)(data, initial=known, obj=obj, seat=request.seat, name=name, steps=steps)
    if not posted or not form.is_valid():
        return _show(request, obj, name, form)
    try:
        perform_once(name, obj, seat=request.seat, note=form.reason, at=form.at, **form.step_data())
    except NotNow as refusal:
        return _show(request, obj, name, form, refusal.sentences)
    except PermissionDenied:
        return _show_switch(request, obj, name)
    say_done(request, obj, name)
    if request.POST.get("then") == "home":
        return redirect("pairing:home")
    return redirect(own_address(request, request.POST.get("next"), _after(obj, name)))


@transaction.atomic
def perform_once(name, obj, *, seat, note="", at=None, **data):
    """`perform`, but the second press of a double click gets NotNow also where the state stays.

    `obj` is locked first, so two presses at the same time take turns.
    """
    transition = transition_of(obj, name)
    if transition.target is None:
        WORKFLOWS[type(obj)].lock(obj, data)
        same = Event.objects.of(obj).filter(action=name, seat=seat, note=note.strip())
        last = same.filter(recorded_at__gt=timezone.now() - A_MOMENT).last()
        if last and plain(data).items() <= last.details.items():
            raise NotNow([_("The same entry was made a moment ago; it stands in the history.")])
    return perform(name, obj, seat=seat, note=note, at=at, **data)


def _may(obj, name, seat):
    return transition_of(obj, name).who(seat, obj, {"at": timezone.now()})


def _too_late(obj, name):
    try:
        check_state(transition_of(obj, name), obj)
    except NotNow as refusal:
        return refusal.sentences
    return []


def _after(obj, name):
    """Where to go on: a draft to its form, a discarded one home, everything else to its page."""
    if name == "discard":
        return reverse("pairing:home")
    return step_url(obj, "file") if name == "rewrite" else page_of(obj)


def _show_switch(request, obj, name):
    """The seat may not: say which other seat of the person may, with a button to act in it; else refuse."""
    others = [seat for seat in request.seats if seat.pk != request.seat.pk and _may(obj, name, seat)]
    if not others:
        raise PermissionDenied(_("“%(label)s” is not for your seat.") % {"label": transition_of(obj, name).label})
    return _show(request, obj, name, None, others=others)


def _show(request, obj, name, form, sentences=(), others=()):
    """The page of the question; where nothing can be answered yet it says why and has no button."""
    asked, seat = question_of(obj, name), request.seat
    given = [] if others else answers(obj, asked, form, seat)
    fresh = form is not None and not form.is_bound
    came_from = own_address(request, (request.POST or request.GET).get("next"), "")
    words = {
        "obj": obj,
        "title": asked.title or transition_of(obj, name).label,
        "form": form,
        "answers": given,
        "sentences": sentences,
        "blocked": _said_once(given) if fresh and _all_refused(given) else [],
        "others": others,
        "subject": subject_of(obj, name),
        "back": page_of(obj),
        "came_from": came_from,
        "known": name != "join" or type(obj).objects.visible_to(request.user).filter(pk=obj.pk).exists(),
    }
    if asked.facts and not others:
        words |= asked.facts(obj, seat, form)
    return render(request, asked.template, words)


def _said_once(given):
    """What stands against all answers, each sentence once."""
    return list(dict.fromkeys(line for answer in given for line in answer.refused))


def _all_refused(given):
    return all(answer.refused for answer in given)
