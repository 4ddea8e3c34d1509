"""The calendar of a person: a month, a day, and the private feed for other calendar programs."""

from datetime import date, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Role
from pairing import agenda, feed, month
from pairing.deadlines import add_months
from pairing.models import working_days
from pairing.services import meetings, private_feed

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_OF_DAY = 200  # of a kind


@require_safe
def calendar(request, year=None, number=None):
    """A month; without one the present."""
    today = timezone.localdate()
    first = _day(year, number, 1) if year else today.replace(day=1)
    weeks = month.weeks_around(first)
    of = agenda.around(request.user, weeks[0][0], weeks[-1][-1])
    days = month.days_of(request.user, of, weeks[0][0], weeks[-1][-1], _makes_visits(request))
    special = {row.day: row for row in of.special}
    works = working_days().works
    words = {
        "first": first, "today": today, "before": add_months(first, -1), "after": add_months(first, 1),
        "weeks": [[Cell(day, first, days.get(day), special.get(day), works(day)) for day in week] for week in weeks],
        "something": any(day.month == first.month for day in days), "may_call": _may_call(request),
        **_addresses(request, of.feed_key),
    }  # fmt: skip
    return render(request, "pairing/calendar.html", words)


class Cell:
    """One day of the table: what lies on it, whether it is worked and, in a word, why not."""

    def __init__(self, day, first, found, special, works):
        self.day, self.found, self.special, self.works = day, found, special, works
        self.outside = day.month != first.month

    @property
    def mark(self):
        """Off or worked, in a word, where the notice of the year says so."""
        if self.special is None or self.special.works != self.works:
            return ""
        return _("make-up working day") if self.works else self.special.name or _("day off")


@require_safe
def calendar_day(request, year, number, day):
    """All entries of a day, MOST_OF_DAY of a kind."""
    this = _day(year, number, day)
    of = agenda.around(request.user, this, this)
    groups = agenda.of_day(request.user, of, this, MOST_OF_DAY, _makes_visits(request))
    words = {
        "day": this, "groups": groups, "most": MOST_OF_DAY, "today": timezone.localdate(),
        "special": Cell(this, this, None, next(iter(of.special), None), working_days().works(this)),
        "before": this - timedelta(days=1), "after": this + timedelta(days=1), "may_call": _may_call(request),
    }  # fmt: skip
    return render(request, "pairing/calendar_day.html", words)


def _day(year, number, day):
    try:
        found = date(year, number, day)
    except ValueError:
        raise Http404 from None
    if not FIRST_YEAR <= year < LAST_YEAR:
        raise Http404
    return found


def _makes_visits(request):
    return bool(request.seat) and request.seat.role == Role.SUPERVISOR


def _may_call(request):
    return meetings.may_call(request.seat)


# The private feed
def _addresses(request, key):
    """The address of the private calendar for copying, and as a link that calendar programs open."""
    if not key:
        return {"feed": ""}
    address = settings.SITE_URL + reverse("pairing:calendar_feed", args=[key])
    return {"feed": address, "webcal": f"webcal:{address.partition(':')[2]}"}


@require_POST
def feed_change(request):
    """POST do=renew or revoke: a new address, or none."""
    wished = request.POST.get("do")
    if wished == "renew":
        private_feed.renew(request.user, seat=request.seat)
        messages.success(
            request, _("The address is ready. Copy it into your calendar program; an earlier one is void.")
        )
    elif wished == "revoke":
        private_feed.revoke(request.user, seat=request.seat)
        messages.success(request, _("The address is void. Calendar programs get nothing any more."))
    else:
        raise BadRequest("do")
    return redirect(f"{reverse('pairing:calendar')}#feed")


@login_not_required
@require_safe
def calendar_feed(request, key):
    """The feed of whom the key belongs to; 404 for a revoked key and for who has no active account."""
    user = private_feed.owner_of(key)
    if user is None:
        raise Http404
    with translation.override(user.language or settings.LANGUAGE_CODE):
        entries = feed.entries_for(user, timezone.now())
        tag = feed.tag_of(entries, translation.get_language())
        text = None if _has(request, tag) else feed.text_of(entries, user.name)
    headers = {
        "ETag": tag,
        "Cache-Control": "private, max-age=900",
        "Content-Disposition": 'inline; filename="jiedui.ics"',
        "Content-Language": user.language or settings.LANGUAGE_CODE,
        "X-Robots-Tag": "noindex",
    }
    answer = HttpResponse(text or b"", content_type="text/calendar; charset=utf-8", headers=headers)
    return get_conditional_response(request, etag=tag, response=answer)


def _has(request, tag):
    """Whether the program has this text already: then it is not written."""
    answer = get_conditional_response(request, etag=tag)
    return answer is not None and answer.status_code == 304
