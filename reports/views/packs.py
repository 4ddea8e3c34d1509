"""Packs: what there is and who gets it, the preview, the press, how far it is, the files."""

from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.exports import XLSX, safe
from accounts.exports.docx import DOCX
from accounts.reading import read_only
from pairing.models import Programme
from reports import tables
from reports.models import Pack
from reports.models.pack import Period
from reports.packs import making, papers, schedule
from reports.packs.contents import Contents, read
from reports.packs.spans import Span, latest_ended, span_of
from reports.questions import refuse_administrators, running_on

SHOWN = 30  # packs listed
TYPES = {"docx": DOCX, "xlsx": XLSX}


@require_safe
def packs(request):
    """What can be made, what was made, and which packs come by themselves."""
    programme = _programme(request)
    today = timezone.localdate()
    with read_only():
        context = {
            "programme": programme,
            "programmes": [(each, each == programme) for each in Programme.objects.overseen_by(request.user)],
            "offers": [_offer(programme, span, today) for span in _spans(programme, today)],
            "packs": [_shown(pack) for pack in _latest(programme)],
            "subscriptions": [
                (period, Period(period).label, on)
                for period, on in schedule.standing_of(request.user, programme).items()
            ],
        }  # fmt: skip
        return render(request, "reports/packs.html", context)


def _programme(request):
    """The overseen programme that is asked for, else the one that runs; PermissionDenied for who oversees none."""
    refuse_administrators(request.user)
    overseen = {p.pk: p for p in Programme.objects.overseen_by(request.user).select_related("committee")}
    if not overseen:
        sentence = _("Packs hold the whole programme. They are for leaders, working group and supervisors.")
        raise PermissionDenied(sentence)
    asked = request.GET.get("programme", "")
    if asked:
        if not asked.isdecimal() or int(asked) not in overseen:
            raise Http404
        return overseen[int(asked)]
    today = timezone.localdate()
    return running_on(overseen.values(), today, today)


def _latest(programme):
    return Pack.objects.filter(programme=programme).select_related("asked_by")[:SHOWN]


def _spans(programme, today):
    """The spans offered: the year, month and week of today and those before, as far as the programme ran in them.

    Of a programme that is over, those of its last day.
    """
    day = min(today, programme.ends_on or today)
    for period in (Period.YEAR, Period.MONTH, Period.WEEK):
        for span in (span_of(period, day), latest_ended(period, day)):
            if span.last >= programme.starts_on:
                yield span


def _offer(programme, span, today):
    return {"title": span.title(), "running": span.last >= today, "url": _preview_address(programme, span)}


def _preview_address(programme, span):
    query = {"programme": programme.pk, "period": span.period, "first": span.first.isoformat()}
    return f"{reverse('reports:pack_preview')}?{urlencode(query)}"


def _shown(pack):
    """A pack with the words of its span."""
    pack.title = Span(pack.period, pack.first, pack.last).title()
    return pack


@require_http_methods(["GET", "HEAD", "POST"])
def pack_preview(request):
    """The pack as a page before it is made; the press has it made, without the cases whose tick was taken away."""
    programme, span = _programme(request), _span(request)
    contents = read(programme, span, timezone.localdate())
    if request.method == "POST":
        kept = request.POST.getlist("case")
        without = [row.problem_pk for row in contents.cases if str(row.problem_pk) not in kept]
        return redirect(making.ask(programme, span, person=request.user, without=without))
    return render(request, "reports/pack_preview.html", _context(contents))


def _span(request):
    """The span in the address; 404 for one that does not begin a period or lies ahead."""
    period = request.GET.get("period", "")
    try:
        first = parse_date(request.GET.get("first", ""))
    except ValueError:
        first = None
    if period not in Period.values or first is None or not date(2000, 1, 1) <= first <= timezone.localdate():
        raise Http404
    span = span_of(period, first)
    if span.first != first:
        raise Http404
    return span


def _context(contents: Contents):
    solved = contents.solved
    return {
        "contents": contents, "lines": [*contents.flow, *contents.standing],
        "nothing_overdue": papers.nothing_overdue(contents), "rules": papers.rules_of(contents),
        "solved_words": solved.total() if solved else "",
        "solved_url": contents.question.address("solved", without=()),
        "lists": [_list(table, contents) for table in contents.lists],
    }  # fmt: skip


def _list(table, contents):
    columns = tables.shown(table.columns)
    page, _dash, what = table.name.partition("-")
    return {
        "table": table, "columns": columns, "total": len(table.rows),
        "lines": [tables.cells(columns, row) for row in table.rows[:SHOWN]],
        "url": contents.question.address(page, without=(), what=what),
    }  # fmt: skip


@require_safe
def pack(request, pk):
    """How far it is; when it is ready its sentences and files. The page asks again by itself, or by a link."""
    found = _seen(request, pk)
    context = {
        "pack": _shown(found), "subscribers": schedule.subscribers(found).count(),
        "preview_url": _preview_address(found.programme, Span(found.period, found.first, found.last)),
        "kept_days": making.KEPT.days,
    }  # fmt: skip
    return render(request, "reports/pack.html", context)


def _seen(request, pk):
    refuse_administrators(request.user)
    return get_object_or_404(Pack.objects.visible_to(request.user).select_related("programme", "asked_by"), pk=pk)


@require_safe
def pack_file(request, pk, suffix):
    """One of the two files, on record."""
    found = _seen(request, pk)
    file = getattr(found, suffix)
    if not found.is_ready or not file:
        raise Http404
    making.note_taken(found, suffix, seat=request.seat, person=request.user)
    name = f"{safe(Span(found.period, found.first, found.last).title())}.{suffix}"
    return FileResponse(file.open("rb"), as_attachment=True, filename=name, content_type=TYPES[suffix])


@require_POST
def pack_again(request, pk):
    """Have it made anew, as the record is now."""
    found = _seen(request, pk)
    if not found.make_again():
        messages.info(request, _("This pack is being made already."))
    return redirect(found)


@require_POST
def pack_tell(request, pk):
    """Tell the subscribers of a pack that somebody asked for; the scheduled ones are told by themselves."""
    found = _seen(request, pk)
    if not found.is_ready or found.told_at:
        messages.info(request, _("The subscribers have been told, or the pack is not ready yet."))
        return redirect(found)
    n = schedule.tell(found)
    say = ngettext("%(n)s subscriber finds it in the inbox.", "%(n)s subscribers find it in their inbox.", n)
    messages.success(request, say % {"n": n})
    return redirect(found)


@require_POST
def pack_subscribe(request):
    """Turn the packs of a period on or off for oneself."""
    programme, period = _programme(request), request.POST.get("period", "")
    if period not in Period.values:
        raise Http404
    on = request.POST.get("on") == "1"
    schedule.subscribe(request.user, programme, period, on=on)
    words = _("You get it from the next one on.") if on else _("You get it no longer.")
    messages.success(request, f"{Period(period).label}{_(': ')}{words}")
    return redirect(f"{reverse('reports:packs')}?programme={programme.pk}")
