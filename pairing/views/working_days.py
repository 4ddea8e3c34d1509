"""The calendar of working days: everybody may look, the system administrator keeps it (domain.md §5)."""

import calendar as months_of
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role
from pairing.deadlines import ONE_DAY, missing_years
from pairing.forms.fields import EARLIEST, LATEST
from pairing.forms.working_days import NoticeForm, SpecialDayForm
from pairing.models import CalendarYear, SpecialDay, working_days
from pairing.services.working_calendar import changes_of_year, enter_notice, remove_day, set_day
from pairing.words import day_words
from pairing.yearly_notice import read_notice

NEIGHBOURS = 2  # years to choose from before and after the one shown


@dataclass(frozen=True)
class Stretch:
    """Days in a row that are alike: off or worked, of one holiday; `rows` are those stored among them."""

    first: date
    last: date
    works: bool
    name: str
    rows: tuple = ()

    @property
    def length(self):
        return (self.last - self.first).days + 1


def keeps_calendar(seat):
    return seat is not None and seat.role == Role.SYSADMIN


def _let(request):
    if not keeps_calendar(request.seat):
        raise PermissionDenied(_("The calendar of working days is kept by the system administrator."))


@require_safe
def calendar(request, year=None):
    """The year, this one by default: its special days by name, and its months."""
    return _show(request, year or timezone.localdate().year, SpecialDayForm())


def _show(request, year, form, status=200):
    year = min(max(year, EARLIEST.year), LATEST.year - 1)
    rows = list(SpecialDay.objects.filter(day__year=year))
    calendar, today = working_days(), timezone.localdate()
    known = {row.year: row for row in CalendarYear.objects.all()}
    words = {
        "year": year,
        "known": known.get(year),
        "missing": missing_years(today, calendar),
        "years": [(n, n in known) for n in range(year - NEIGHBOURS, year + NEIGHBOURS + 1)],
        "stretches": stretches_of({row.day: row for row in rows}, calendar),
        "months": [_month(year, month, calendar, today, {row.day: row for row in rows}) for month in range(1, 13)],
        "keeps": keeps_calendar(request.seat),
        "form": form,
    }
    return render(request, "pairing/working_days.html", words, status=status)


def stretches_of(rows, calendar):
    """The Stretches of {date: SpecialDay} by the `calendar`, ascending, as the notice words them.

    Weekends at either end of days off, and between two of one name, belong to them.
    """
    found = []
    for day, row in sorted(rows.items()):
        first, last = (day, day) if row.works else _days_off_around(day, calendar)
        if found and not row.works and found[-1].last >= first:
            before = found.pop()
            names = dict.fromkeys(name for name in (*before.name.split("、"), row.name) if name)
            found.append(Stretch(before.first, last, False, "、".join(names), (*before.rows, row)))
        else:
            found.append(Stretch(first, last, row.works, row.name, (row,)))
    return found


def _days_off_around(day, calendar):
    """The first and the last of the days off in a row around `day`, within its year."""
    first = last = day
    while first.year == (first - ONE_DAY).year and not calendar.works(first - ONE_DAY):
        first -= ONE_DAY
    while last.year == (last + ONE_DAY).year and not calendar.works(last + ONE_DAY):
        last += ONE_DAY
    return first, last


def _month(year, month, calendar, today, rows):
    """{"first": date, "worked": number of working days, "weeks": rows of 7 cells (None outside the month)}."""
    weeks = [
        [_cell(day, calendar, today, rows) if day.month == month else None for day in week]
        for week in months_of.Calendar(months_of.MONDAY).monthdatescalendar(year, month)
    ]
    worked = sum(cell["works"] for week in weeks for cell in week if cell)
    return {"first": date(year, month, 1), "weeks": weeks, "worked": worked}


def _cell(day, calendar, today, rows):
    """{"day", "works", "kind": "" or "off" or "worked" where it differs from Monday to Friday, "name", "today"}."""
    works = calendar.works(day)
    kind = "" if works == (day.weekday() < 5) else "worked" if works else "off"
    return {
        "day": day, "works": works, "kind": kind, "name": rows[day].name if day in rows else "", "today": day == today
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def notice(request):
    """Paste the yearly notice: the first POST shows what would be written, the one with `save` writes it."""
    _let(request)
    form = NoticeForm(request.POST) if request.method == "POST" else NoticeForm()
    reading = None
    if request.method == "POST" and form.is_valid():
        reading = read_notice(form.cleaned_data["text"], form.cleaned_data["year"])
        if "save" in request.POST and not reading.mistakes:
            return _enter(request, reading)
    words = {"form": form, "reading": reading, "missing": missing_years(timezone.localdate(), working_days())}
    if reading and not reading.mistakes:
        words |= {"stretches": _read_stretches(reading), "changes": _changes(reading)}
    return render(request, "pairing/working_days_notice.html", words)


def _read_stretches(reading):
    """What the notice says, stretch by stretch, in the order of the days."""
    found = []
    for day, (works, name) in reading.days.items():
        if found and found[-1].works == works and found[-1].name == name and (day - found[-1].last).days == 1:
            found[-1] = Stretch(found[-1].first, day, works, name)
        else:
            found.append(Stretch(day, day, works, name))
    return found


def _changes(reading):
    found = changes_of_year(reading.year, reading.special)
    return {"known": CalendarYear.objects.filter(year=reading.year).exists(), **found}


def _enter(request, reading):
    source = _("State Council, notice on days off in %(year)s") % {"year": reading.year}
    changes = enter_notice(reading.year, reading.special, source=source, seat=request.seat)
    count = sum(len(days) for name, days in changes.items() if name != "kept")
    said = ngettext("Saved for %(year)s: %(n)s day changed.", "Saved for %(year)s: %(n)s days changed.", count)
    messages.success(request, said % {"year": reading.year, "n": count})
    return redirect("pairing:working_days_of", reading.year)


@require_POST
def day_set(request):
    """Add one day, or change it."""
    _let(request)
    form = SpecialDayForm(request.POST)
    if not form.is_valid():
        typed = form.cleaned_data.get("day")
        return _show(request, typed.year if typed else timezone.localdate().year, form)
    data = form.cleaned_data
    row = set_day(data["day"], works=data["kind"] == "worked", name=data["name"], seat=request.seat)
    messages.success(request, _("%(day)s is saved.") % {"day": day_words(row.day)})
    return redirect("pairing:working_days_of", row.day.year)


@require_POST
def day_remove(request, pk):
    """Take one day out."""
    _let(request)
    row = get_object_or_404(SpecialDay, pk=pk)
    remove_day(row, seat=request.seat)
    messages.success(request, _("%(day)s is an ordinary day again.") % {"day": day_words(row.day)})
    return redirect(reverse("pairing:working_days_of", args=[row.day.year]))
