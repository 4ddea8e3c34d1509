"""Writes of the working-day calendar: a whole year by its notice, or a single day. Each writes one Event."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import record
from pairing.models import CalendarYear, SpecialDay
from pairing.models.calendar import forget_calendar

record.name_actions("calendaryear", {"enter_notice": _("entered the yearly notice")})
record.name_actions(
    "specialday", {"add_day": _("added a day"), "change_day": _("changed a day"), "remove_day": _("removed a day")}
)


def changes_of_year(year, days):
    """What entering `days` ({date: (works, name)}) as the notice of `year` changes: {"added": [date], "changed": …,
    "removed": …, "kept": …}, each ascending. Days of the year that are not among them are removed."""
    stored = {row.day: (row.works, row.name) for row in SpecialDay.objects.filter(day__year=year)}
    stored |= {row.day: (row.works, row.name) for row in SpecialDay.objects.filter(day__in=days)}
    same = {day for day in days if stored.get(day) == days[day]}
    return {
        "added": sorted(days.keys() - stored.keys()),
        "changed": sorted((days.keys() & stored.keys()) - same),
        "removed": sorted(stored.keys() - days.keys()),
        "kept": sorted(same),
    }


@transaction.atomic
def enter_notice(year, days, *, source, seat):
    """Make `days` ({date: (works, name)}) the special days of `year`, which is known from now on.

    Due dates that were signed stay where they are: only counts of working days follow. Answers the changes.
    """
    row, _created = CalendarYear.objects.select_for_update().get_or_create(year=year)
    changes = changes_of_year(year, days)
    row.source = source
    row.save(update_fields=["source"])
    SpecialDay.objects.filter(day__in=[*changes["removed"], *changes["changed"]]).delete()
    written = [*changes["added"], *changes["changed"]]
    SpecialDay.objects.bulk_create(SpecialDay(day=day, works=days[day][0], name=days[day][1]) for day in written)
    forget_calendar()  # bulk_create sends no signals
    transaction.on_commit(forget_calendar)  # others see the rows only then
    details = {name: [f"{day:%Y-%m-%d}" for day in found] for name, found in changes.items() if name != "kept"}
    record.write("enter_notice", seat=seat, obj=row, details=details)
    return changes


@transaction.atomic
def set_day(day, *, works, name, seat):
    """Add or change the single `day` (a date): off, or worked. Answers its SpecialDay."""
    row = SpecialDay.objects.select_for_update().filter(day=day).first()
    details = {"new": _words(works, name)} | ({"old": _words(row.works, row.name)} if row else {})
    action = "change_day" if row else "add_day"
    row = row or SpecialDay(day=day)
    row.works, row.name = works, name
    row.save()
    transaction.on_commit(forget_calendar)
    record.write(action, seat=seat, obj=row, details=details)
    return row


@transaction.atomic
def remove_day(row, *, seat):
    """Take the SpecialDay out: its day is again what Monday to Friday say."""
    record.write("remove_day", seat=seat, obj=row, details={"old": _words(row.works, row.name)})
    row.delete()
    transaction.on_commit(forget_calendar)


def _words(works, name):
    return f"{name} {'上班' if works else '放假'}".strip()
