"""What pages have in common: open an agreement, take a step, say what has become of it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pairing.enums import EndCode
from pairing.models import Agreement
from pairing.workflow.engine import NotNow, available, perform, problems, transition_of

# What takes a step back: (kind, step) -> step
REVERSE = {
    ("agreement", "submit"): "recall",
    ("agreement", "suspend"): "resume",
    ("agreement", "mute"): "unmute",
    ("problem", "park"): "resume",
}


def opened(request, pk):
    """The Agreement with what every page of it shows; 404 for whom it does not concern."""
    found = Agreement.objects.visible_to(request.user).select_related("programme__committee", "rule_version")
    return get_object_or_404(found, pk=pk)


def act(request, obj, name, **data):
    """Take a step in the seat of the request: answers the sentences against it, and [] when it is taken.

    PermissionDenied passes; what has become of the matter is said in a message.
    """
    try:
        perform(name, obj, seat=request.seat, **data)
    except NotNow as refusal:
        return refusal.sentences
    say_done(request, obj, name)
    return []


def say_done(request, obj, name, *, saved=False):
    """A message with what has become of the matter, and the way back where the workflow has one for this seat now.

    `saved`: the same press has saved a text. Who has acted on a matter has read what the inbox said of it.
    """
    told = request.user.notices.unread().filter(object_type=obj._meta.model_name, object_id=obj.pk)
    told.update(read_at=timezone.now())
    back = REVERSE.get((obj._meta.model_name, name))
    possible = back and back in available(obj, request.seat) and not problems(obj, back, seat=request.seat)
    url = reverse(f"pairing:{obj._meta.model_name}_step", args=[obj.pk, back]) if possible else ""
    way = f"undo-page {url} {transition_of(obj, back).label}" if possible else ""
    words = outcome(obj, name)
    if draft := _carried_on(obj, name):
        words += " " + _("What is not done goes on in a new draft, held by %(name)s.") % {
            "name": draft.initiator.organisation.short_name}  # fmt: skip
        if type(obj).objects.visible_to(request.user).filter(pk=draft.pk).exists():
            label = _("Open the draft")
            way = f"undo-page {draft.get_absolute_url()} {label}"  # in the place of a way back, which there is none of
    messages.success(request, _("Saved. %(outcome)s") % {"outcome": words} if saved else words, extra_tags=way)


def _carried_on(obj, name):
    """The draft that this step has made of what was not done, where it ended the pair in favour of another; or None."""
    if name not in ("agree_termination", "terminate") or obj.end_code != EndCode.REMATCH or not obj.ended_on:
        return None
    return obj.successors.order_by("pk").last()


def outcome(obj, name):
    """The result in words: what was done, the state now, whose turn it is."""
    words = {"label": transition_of(obj, name).label, "state": obj.get_state_display(), "turn": obj.whose_turn()}
    if not words["turn"]:
        return _("“%(label)s” is recorded. Now: %(state)s.") % words
    return _("“%(label)s” is recorded. Now: %(state)s. %(turn)s.") % words


def over(request, obj):
    """The page was for another state: go to the page of the problem or agreement and say how it stands."""
    words = {"matter": obj, "state": obj.get_state_display()}
    messages.info(request, _("%(matter)s is now “%(state)s”; the page you called is of another time.") % words)
    return redirect(f"pairing:{obj._meta.model_name}", obj.pk)


def other_seats(request, obj, names):
    """Seats of the person, other than the one acted in, that may take one of these steps now."""
    return [
        seat
        for seat in request.seats
        if request.seat and seat.pk != request.seat.pk and set(names) & set(available(obj, seat))
    ]
