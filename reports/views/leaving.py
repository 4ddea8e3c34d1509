"""Leaving at any time: the lead asks for the whole programme as a file, sees how far it is, takes it along."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import record
from accounts.exports import safe
from reports.leaving import making
from reports.leaving.kinds import KINDS
from reports.models import Departure

SHOWN = 10  # of what was asked for


@require_http_methods(["GET", "HEAD", "POST"])
def departures(request):
    """What would be in it, what was asked for and how far it is; POST asks for one."""
    programmes = _programmes(request)
    if request.method == "POST":
        programme = get_object_or_404(programmes, pk=_number(request.POST.get("programme")))
        making.ask(programme, request.seat)
        return redirect(f"{reverse('reports:departures')}#made")
    found = list(_departures(programmes)[:SHOWN])
    context = {
        "programmes": programmes, "departures": found, "kinds": [kind.title for kind in KINDS],
        "coming": any(one.is_coming for one in found), "kept_days": making.KEPT.days,
    }  # fmt: skip
    return render(request, "reports/departures.html", context)


@require_safe
def departure_file(request, pk):
    """The file itself, on record."""
    found = get_object_or_404(_departures(_programmes(request)), pk=pk)
    if not found.is_ready:
        raise Http404
    record.write("take_departure", seat=request.seat, obj=found.programme, details={"bytes": found.size})
    name = f"{safe(found.programme.name)}-{found.ended_at:%Y%m%d}.zip"
    response = FileResponse(found.file.open("rb"), as_attachment=True, filename=name, content_type="application/zip")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _programmes(request):
    programmes = making.programmes_for(request.seat)
    if not programmes:
        raise PermissionDenied(_("The whole programme is taken along by the lead of its working group."))
    return programmes


def _departures(programmes):
    return Departure.objects.filter(programme__in=programmes).select_related("programme", "person")


def _number(text):
    """The id in a form; 404 for nonsense."""
    if not text or not text.isdecimal() or len(text) > 18:
        raise Http404
    return int(text)
