"""Saved questions of a person: save, rename, replace, delete. Opening one is a plain link."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from reports.models import SavedQuestion
from reports.questions import refuse_administrators
from reports.saved import RenameForm, SaveForm, address_of


@require_POST
def save(request):
    """Save the question of a page under a name; a name in use asks back first."""
    refuse_administrators(request.user)
    form = SaveForm(request.POST, person=request.user)
    if not form.is_valid():
        return render(request, "reports/save.html", {"form": form}, status=200)
    saved = form.save()
    messages.success(request, _("“%(name)s” is saved. It stands on the page of reports.") % {"name": saved.name})
    return redirect(address_of(saved))


@require_http_methods(["GET", "HEAD", "POST"])
def saved_question(request, pk):
    """One saved question: its name can be changed, and it can be deleted."""
    refuse_administrators(request.user)
    saved = get_object_or_404(SavedQuestion, pk=pk, person=request.user)
    form = RenameForm(request.POST or None, instance=saved)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The question is now called “%(name)s”.") % {"name": saved.name})
        return redirect("reports:index")
    saved.refresh_from_db()
    return render(request, "reports/saved.html", {"form": form, "saved": saved, "address": address_of(saved)})


@require_POST
def delete(request, pk):
    """Take a question off the list; the message leads to its page, where it can be saved again."""
    refuse_administrators(request.user)
    saved = get_object_or_404(SavedQuestion, pk=pk, person=request.user)
    address, name = address_of(saved), saved.name
    saved.delete()
    words = _("“%(name)s” is deleted from your list. The table itself is unchanged.") % {"name": name}
    label = _("Open it to save it again")
    messages.success(request, words, extra_tags=f"undo-page {address} {label}")
    return redirect(reverse("reports:index"))
