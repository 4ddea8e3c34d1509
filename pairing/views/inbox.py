"""The inbox: the record of what a person was told; messages only point to it. Opening a notice is a POST.

What was looked at is acknowledged (已阅): it tells the person what is left, and is counted for nobody else.
"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.middleware import own_address
from accounts.models import Role
from pairing.models import Notice
from pairing.notices import kind_of, wording
from pairing.notices.kinds import NAMES, of_kind
from pairing.views.lists import page_asked
from pairing.words import LEVELS

LEVELLESS = ("market", "news", "system")
SHADES = {"yellow": "amber"}  # a level of the rules -> its name in the style sheet


@require_safe
def inbox(request):
    """Notices of the person, newest first; ?kind= shows one kind."""
    kind = request.GET.get("kind", "")
    rows = Notice.objects.filter(person=request.user).order_by("-planned_at", "-pk")
    if kind in NAMES:
        rows = rows.filter(of_kind(kind))
    page = page_asked(request, rows)
    words = {
        "page": page,
        "rows": [(notice, wording(notice), level_of(notice)) for notice in page],
        "kinds": NAMES.items() if request.seat is None or request.seat.role != Role.SYSADMIN else (),
        "kind": kind if kind in NAMES else "",
    }
    return render(request, "pairing/inbox.html", words)


def level_of(notice):
    """The Level of a notice, or None: its shape and word stand beside the title. News of others have none."""
    return None if kind_of(notice.step) in LEVELLESS else LEVELS.get(SHADES.get(notice.level, notice.level))


@require_POST
def notice(request, pk):
    """Acknowledge one and go to what it is about."""
    found = get_object_or_404(Notice, pk=pk, person=request.user)
    if found.read_at is None:
        found.read_at = timezone.now()
        found.save(update_fields=["read_at"])
    return redirect(wording(found).url)


@require_POST
def mark(request, pk):
    """POST read=1 or 0, next: acknowledge one or take that back, without going to what it is about."""
    found = get_object_or_404(Notice, pk=pk, person=request.user)
    read = request.POST.get("read") == "1"
    if read != (found.read_at is not None):
        found.read_at = timezone.now() if read else None
        found.save(update_fields=["read_at"])
    return redirect(own_address(request, request.POST.get("next"), reverse("pairing:inbox")))


@require_POST
def read_all(request):
    """Acknowledge all."""
    count = Notice.objects.filter(person=request.user).unread().update(read_at=timezone.now())
    if count:
        messages.success(request, _("All notices are marked as read."))
    return redirect("pairing:inbox")
