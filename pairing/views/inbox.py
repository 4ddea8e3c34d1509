"""The inbox: the record of what a person was told; messages only point to it. Opening a notice is a POST."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.middleware import own_address
from pairing.models import Notice
from pairing.notices import wording
from pairing.views.lists import page_asked


@require_safe
def inbox(request):
    """Notices of the person, newest first."""
    page = page_asked(request, Notice.objects.filter(person=request.user).order_by("-planned_at", "-pk"))
    rows = [(notice, wording(notice)) for notice in page]
    return render(request, "pairing/inbox.html", {"page": page, "rows": rows})


@require_POST
def notice(request, pk):
    """Mark one as read and go to what it is about."""
    found = get_object_or_404(Notice, pk=pk, person=request.user)
    if found.read_at is None:
        found.read_at = timezone.now()
        found.save(update_fields=["read_at"])
    return redirect(wording(found).url)


@require_POST
def mark(request, pk):
    """POST read=1 or 0, next: mark one as read or unread, without going to what it is about."""
    found = get_object_or_404(Notice, pk=pk, person=request.user)
    read = request.POST.get("read") == "1"
    if read != (found.read_at is not None):
        found.read_at = timezone.now() if read else None
        found.save(update_fields=["read_at"])
    return redirect(own_address(request, request.POST.get("next"), reverse("pairing:inbox")))


@require_POST
def read_all(request):
    """Mark all as read."""
    count = Notice.objects.filter(person=request.user).unread().update(read_at=timezone.now())
    if count:
        messages.success(request, _("All notices are marked as read."))
    return redirect("pairing:inbox")
