"""The page behind a link of a message: shows the matter, acts by POST alone, once, for its person alone."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.signing import BadSignature
from django.db.models import Exists
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.middleware import SEAT_KEY
from pairing import links
from pairing.enums import BEFORE_SIGNING
from pairing.models import read_agreement_life, read_problem_life
from pairing.views.acting import say_done
from pairing.views.agreement_parts import goal_blocks
from pairing.views.at_once import AT_ONCE, LOOK_BACK, choices, facts_of, ways
from pairing.views.duties import words_of
from pairing.views.steps import offers
from pairing.words import exact_words
from pairing.workflow.engine import NotNow, label_of

READ = "read"
BESIDE = {"agreement": ("programme__committee", "rule_version", "end_asked_by"),
          "problem": ("programme__committee", "owner", "filer")}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def link(request, token):
    answer = _answer(request, token)
    # With no-referrer a browser sends "Origin: null" with the form, which the protection of forms refuses; this one
    # tells no address either, not even to our own pages
    answer.headers["Referrer-Policy"] = "strict-origin"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _answer(request, token):
    try:
        found = links.read(token)
    except BadSignature:
        return render(request, "pairing/link_broken.html", status=404)
    if found.person_id != request.user.pk:
        return render(request, "pairing/link_of_other.html", status=403)
    model = links.MATTERS[found.object_type]
    visible = model.objects.visible_to(request.user).select_related(*BESIDE[found.object_type])
    marked = visible.annotate(link_used=Exists(found.uses()), unread=Exists(found.told()))
    matter = marked.filter(pk=found.object_id).first()
    if matter is None:
        return render(request, "pairing/link_gone.html", status=404)
    page = Page(request, found, matter)
    return page.act() if request.method == "POST" else page.show()


class Page:
    """The matter as it stands for the person of the link, and what may be pressed."""

    def __init__(self, request, found, matter):
        self.request, self.link, self.matter = request, found, matter
        kind = matter._meta.model_name
        latest_first = read_agreement_life(matter) if kind == "agreement" else read_problem_life(matter)
        self.events = latest_first[::-1]
        self.since = found.later(self.events)
        self.used = matter.link_used
        self.closed = self.used or found.is_old or any(links.asks(event) for event in self.since)
        seats = sorted(request.seats, key=lambda seat: seat != request.seat)  # the present one first
        self.seat, self.choices = choices(matter, [] if self.closed else seats)

    def act(self):
        pressed = self.request.POST.get("decide", "")
        if pressed == READ:
            return self._mark_read()
        if pressed not in AT_ONCE[self.matter._meta.model_name] and not pressed.startswith(LOOK_BACK):
            raise BadRequest("decide")
        choice = next((choice for choice in self.choices if choice.value == pressed), None)
        if choice is None:
            return self.show()
        if choice.shown != self.request.POST.get("shown", ""):
            return self.show([_("The text has changed since you opened the page. Read it again, then decide.")])
        try:
            links.use(self.link, choice.name, self.matter, seat=self.seat, **choice.data)
        except links.Used:
            return redirect(self.request.path)  # which says what the other press has done
        except NotNow as refusal:
            return self.show(refusal.sentences)
        self.request.seat, self.request.session[SEAT_KEY] = self.seat, self.seat.pk
        say_done(self.request, self.matter, choice.name)
        return redirect(self.matter)

    def _mark_read(self):
        if self.link.told().update(read_at=timezone.now()):
            messages.success(self.request, _("Marked as read."))
        return redirect(self.request.path)

    def show(self, sentences=()):
        matter, is_agreement = self.matter, self.matter._meta.model_name == "agreement"
        offered = None
        if self.seat and not self.choices and not self.closed:
            offered = offers(self.request, matter).forward
        settled = not self.choices and bool(self.since)
        facts, asked = facts_of(matter), self._asked()
        words = {
            "matter": matter, "title": self._title(), "sentences": sentences, "closed": self._why_closed(settled),
            "since": self.since[::-1] if self.closed or settled else [], "asked": asked,
            "facts": facts, "blocks": goal_blocks(matter) if is_agreement else [],
            "note_is_fact": bool(asked) and asked.note in dict(facts).values(),
            "describe": matter.state in BEFORE_SIGNING, "choices": self.choices, "offered": offered,
            "ways": ways(matter, self.seat, self.choices) if self.choices else [], "seat": self.seat,
            "other_seat": self.seat != self.request.seat, "unread": self.matter.unread, "READ": READ,
        }  # fmt: skip
        return render(self.request, "pairing/link.html", words)

    def _title(self):
        asked = self.matter.turn or any(choice.name == LOOK_BACK for choice in self.choices)
        return words_of(self.matter)[0] if asked and not self.closed else self.matter.headline

    def _asked(self):
        """The Event that put the question, None where the matter has moved on from it."""
        return None if self.closed else next((event for event in self.events[::-1] if links.asks(event)), None)

    def _why_closed(self, settled):
        """Why nothing can be decided through the link, in one sentence; "" where something can, or nothing is asked."""
        if self.used or (self.closed and not self.link.is_old) or settled:
            decided = [event for event in self.since if links.asks(event)] or self.since or self.events
            return _decided(decided[-1], self.matter)
        if self.link.is_old:
            return _("The link of this message is older than 14 days. Go on from the page of the matter.")
        return ""


def _decided(event, matter):
    """Who has entered what and when, and how the matter stands."""
    words = {
        "label": label_of(event.object_type, event.action), "at": exact_words(event.happened_at),
        "who": event.person_name, "seat": event.seat_title, "state": matter.get_state_display(),
    }  # fmt: skip
    if not event.person_name:
        return _("“%(label)s” by the clock, %(at)s. Now: %(state)s.") % words
    return _("%(who)s (%(seat)s) has entered “%(label)s”, %(at)s. Now: %(state)s.") % words
