"""Private files: served, added and removed only where the matter itself is visible."""

from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models.seat import ACTING_FOR_A_BRANCH
from pairing.attachments import INLINE, attach
from pairing.attachments import remove as mark_removed
from pairing.attachments import restore as show_again
from pairing.forms.files import FileForm
from pairing.models import Agreement, Attachment, Problem


def may_attach(seat, matter):
    """Who takes part in the matter may add files: secretary and liaison of a branch concerned."""
    return bool(seat) and seat.role in ACTING_FOR_A_BRANCH and seat.organisation_id in matter.viewers


@require_http_methods(["GET", "HEAD", "POST"])
def add_to_problem(request, pk):
    return _add(request, get_object_or_404(Problem.objects.visible_to(request.user), pk=pk))


@require_http_methods(["GET", "HEAD", "POST"])
def add_to_agreement(request, pk):
    return _add(request, get_object_or_404(Agreement.objects.visible_to(request.user), pk=pk))


def _add(request, matter):
    """GET: a page with the form (where one comes back to after an error); POST: keep the file."""
    if not may_attach(request.seat, matter):
        raise PermissionDenied(_("Files are added by the secretary or the liaison of a branch concerned."))
    form = FileForm(request.POST or None, request.FILES or None) if request.method == "POST" else FileForm()
    if request.method == "POST" and form.is_valid():
        kept = attach(matter, form.cleaned_data["file"], seat=request.seat)
        messages.success(request, _("%(name)s is attached.") % {"name": kept.name})
        return redirect(f"pairing:{matter._meta.model_name}", matter.pk)
    return render(request, "pairing/file_add.html", {"form": form, "obj": matter})


def _readable(request, pk, *, removed=False):
    """The Attachment, unless removed (or, with `removed`, not) or of a matter that the person may not open."""
    found = Attachment.objects.filter(removed_at__isnull=not removed).select_related("problem", "agreement")
    attachment = get_object_or_404(found, pk=pk)
    matter = attachment.problem or attachment.agreement
    if not type(matter).objects.visible_to(request.user).filter(pk=matter.pk).exists():
        raise Http404
    return attachment, matter


@require_safe
def file(request, pk):
    """The file itself: pictures in the page, everything else as a download; nothing in it may run."""
    attachment, _matter = _readable(request, pk)
    inline = attachment.content_type in INLINE
    response = FileResponse(attachment.file.open("rb"), content_type=attachment.content_type)
    kind = "inline" if inline else "attachment"
    response.headers["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(attachment.name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
def remove(request, pk):
    """Mark a file as removed: only by the person who added it."""
    attachment, matter = _readable(request, pk)
    if attachment.uploaded_by_id != request.user.pk or request.seat is None:
        raise PermissionDenied(_("A file is removed by the person who added it."))
    mark_removed(attachment, seat=request.seat)
    undo = f"undo-post {reverse('pairing:file_restore', args=[pk])} {_('Undo')}"
    messages.success(request, _("%(name)s is no longer shown.") % {"name": attachment.name}, extra_tags=undo)
    return redirect(f"pairing:{matter._meta.model_name}", matter.pk)


@require_POST
def restore(request, pk):
    """Show a removed file again: only by the person who added it."""
    attachment, matter = _readable(request, pk, removed=True)
    if attachment.uploaded_by_id != request.user.pk or request.seat is None:
        raise PermissionDenied(_("A file is removed by the person who added it."))
    show_again(attachment, seat=request.seat)
    messages.success(request, _("%(name)s is shown again.") % {"name": attachment.name})
    return redirect(f"pairing:{matter._meta.model_name}", matter.pk)
