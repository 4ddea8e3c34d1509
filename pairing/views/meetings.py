"""Meetings of the working group: the list, the page of one, the form, and to cancel it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Event
from pairing.deadlines import day_of
from pairing.forms.agreement import ReasonForm
from pairing.forms.meeting import MeetingForm
from pairing.models import Meeting, working_days
from pairing.services import meetings as service
from pairing.views.lists import page_asked
from pairing.words import day_words
from pairing.workflow.engine import NotNow


@require_safe
def meeting_list(request):
    """Those ahead, the nearest first; below it those that are over, the latest first."""
    seen = Meeting.objects.visible_to(request.user).select_related("programme")
    now = timezone.now()
    words = {
        "ahead": seen.filter(starts_at__gt=now).order_by("starts_at", "pk")[:50],
        "page": page_asked(request, seen.filter(starts_at__lte=now).order_by("-starts_at", "-pk")),
        "may_call": service.programmes_of(request.seat).exists(),
    }
    return render(request, "pairing/meeting_list.html", words)


@require_safe
def meeting(request, pk):
    return _show(request, _seen(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_new(request):
    """GET day: the day to begin with."""
    programmes = service.programmes_of(request.seat)
    if not programmes:
        raise PermissionDenied(_("Meetings are called by the working group."))
    day = parse_date(request.GET.get("day", "")) if _is_day(request.GET.get("day", "")) else None
    form = MeetingForm(request.POST if request.method == "POST" else None, programmes=programmes, day=day)
    if form.is_bound and form.is_valid():
        made = service.call(form.of_programme, seat=request.seat, **form.columns)
        messages.success(request, _("The meeting stands in the calendar."))
        _say_day_off(request, made)
        return redirect(made)
    return render(request, "pairing/meeting_form.html", {"form": form, "title": _("Call a meeting")})


def _is_day(text):
    try:
        return parse_date(text) is not None
    except ValueError:
        return False


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_edit(request, pk):
    found, sentences = _own(request, pk), []
    if closed := service.why_closed(found):
        messages.info(request, closed)
        return redirect(found)
    programmes = service.programmes_of(request.seat)
    form = MeetingForm(request.POST if request.method == "POST" else None, programmes=programmes, meeting=found)
    if form.is_bound and form.is_valid():
        try:
            changed = service.change(found, seat=request.seat, **form.columns)
        except NotNow as refusal:
            sentences = refusal.sentences
        else:
            messages.success(request, _("The change is saved.") if changed else _("Nothing had changed."))
            found.refresh_from_db()
            _say_day_off(request, found)
            return redirect(found)
    words = {"form": form, "title": _("Change the meeting"), "meeting": found, "sentences": sentences}
    return render(request, "pairing/meeting_form.html", words)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_cancel(request, pk):
    found, sentences = _own(request, pk), []
    if closed := service.why_closed(found):
        messages.info(request, closed)
        return redirect(found)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            service.cancel(found, seat=request.seat, note=form.cleaned_data["note"])
        except NotNow as refusal:
            sentences = refusal.sentences
        else:
            messages.success(request, _("The meeting is cancelled; calendars show it as cancelled."))
            return redirect(found)
    return render(request, "pairing/meeting_cancel.html", {"form": form, "meeting": found, "sentences": sentences})


def _seen(request, pk):
    seen = Meeting.objects.visible_to(request.user).select_related("programme__committee")
    return get_object_or_404(seen, pk=pk)


def _own(request, pk):
    """A meeting that the seat may change; PermissionDenied for who only sees it."""
    found = _seen(request, pk)
    if not service.may_change(request.seat, found):
        raise PermissionDenied(_("Meetings are changed by the working group that called them."))
    return found


def _show(request, found):
    may = service.may_change(request.seat, found) and not service.why_closed(found)
    events = Event.objects.of(found).order_by("-happened_at", "-pk")
    return render(request, "pairing/meeting.html", {"meeting": found, "may_change": may, "events": events})


def _say_day_off(request, found):
    day = day_of(found.starts_at)
    if not working_days().works(day):
        messages.warning(request, _("%(day)s is no working day.") % {"day": day_words(day)})
