"""Corrections by the lead: a new Event, the dated row changes, issued tables stay (domain.md §4)."""

from datetime import date

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pairing.deadlines import add_months
from pairing.enums import AgreementState, IntervalKind
from pairing.models import Party
from pairing.workflow.running import lateness_on

EPISODE_DATES = ("taken_on", "claimed_on", "confirmed_on", "written_off_on")
PROBLEM_FIELDS = {
    "raised_on": gettext_lazy("Raised on"),
    "taken_on": gettext_lazy("Taken on"),
    "claimed_on": gettext_lazy("Claimed on"),
    "confirmed_on": gettext_lazy("Confirmed on"),
    "written_off_on": gettext_lazy("Written off on"),
}
AGREEMENT_FIELDS = {
    "signed_on": gettext_lazy("Signed on"),
    "completed_on": gettext_lazy("Completion reported on"),
    "ended_on": gettext_lazy("Ended on"),
    "name": gettext_lazy("Name of a party in the agreement"),
}


def problem_correction_in_order(problem, step):
    if step.preview:
        return ""
    field, day = step.data.get("field"), _as_date(step.data.get("new"))
    if field not in PROBLEM_FIELDS:
        return _("Choose what is to be corrected.")
    if day is None or day > step.day:
        return _("Give the right day; it cannot lie in the future.")
    row = problem if field == "raised_on" else problem.latest_episode
    if row is None or getattr(row, field) is None:
        return _("There is no such date yet.")
    if getattr(row, field) == day:
        return _unchanged()
    dates = [problem.raised_on]
    if row is not problem:
        days = {name: getattr(row, name) for name in EPISODE_DATES} | {field: day}
        dates += days.values()
    elif first := problem.episodes.filter(taken_on__isnull=False).order_by("taken_on").first():
        dates = [day, first.taken_on]
    return _unless_sorted(dates)


def correct_problem(problem, step):
    field, day = step.data["field"], _as_date(step.data["new"])
    row = problem if field == "raised_on" else problem.latest_episode
    step.memo["details"] = {"old": getattr(row, field), "new": day}
    setattr(row, field, day)
    if row is not problem:
        row.save(update_fields=[field])


def agreement_correction_in_order(agreement, step):
    if step.preview:
        return ""
    field, new = step.data.get("field"), step.data.get("new")
    if field not in AGREEMENT_FIELDS:
        return _("Choose what is to be corrected.")
    if field == "name":
        party = _party(agreement, step)
        if not (new and party):
            return _("Choose the party and give its right name.")
        return _unchanged() if party.name_then == new else ""
    day = _as_date(new)
    if day is None or day > step.day:
        return _("Give the right day; it cannot lie in the future.")
    if getattr(agreement, field) is None:
        return _("There is no such date yet.")
    if getattr(agreement, field) == day:
        return _unchanged()
    dates = {name: getattr(agreement, name) for name in ("approved_on", "signed_on", "completed_on", "ended_on")}
    return _unless_sorted((dates | {field: day}).values()) or _unless_sorted(
        [day, *_first_day_of_running(agreement)] if field == "signed_on" else []
    )


def _first_day_of_running(agreement):
    """The day of the first thing that only a signed pair knows: a decision, a suspension, a request for extension."""
    days = [change.decided_on for change in agreement.due_changes.all()[1:2]]
    days += [interval.from_on for interval in agreement.intervals.order_by("from_on")[:1]]
    days += [extension.asked_on for extension in agreement.extensions.all()[:1]]
    return [min(days)] if days else []


def _unchanged():
    return _("That is what the record says already.")


def _unless_sorted(dates):
    known = [day for day in dates if day is not None]
    return "" if known == sorted(known) else _("The days would then stand in the wrong order.")


def correct_agreement(agreement, step):
    field, new = step.data["field"], step.data["new"]
    if field == "name":
        party = _party(agreement, step)
        step.memo["details"] = {"old": party.name_then, "new": new}
        party.name_then = new
        party.save(update_fields=["name_then"])
        return
    day, old, late = _as_date(new), getattr(agreement, field), _late_at_end(agreement)
    step.memo["details"] = {"old": old, "new": day}
    setattr(agreement, field, day)
    if field == "signed_on":
        _move_term(agreement)
    else:
        _move_interval(agreement, {"completed_on": "from_on", "ended_on": "to_on"}[field], old, day)
    if agreement.ended_on:
        agreement.days_late = max(0, (agreement.days_late or 0) + _late_at_end(agreement) - late)


def _move_term(agreement):
    """The term counts from the signing: what was suspended moves along, a date set by an extension was its own
    decision and stays."""
    first, *later = agreement.due_changes.all()
    was, now = first.due_on, add_months(agreement.signed_on, agreement.term_months)
    first.decided_on, first.due_on = agreement.signed_on, now
    first.save(update_fields=["decided_on", "due_on"])
    agreement.original_due_on = now
    for change in later:
        before = change.due_on
        if change.cause == "resume":
            change.due_on += now - was
            change.save(update_fields=["due_on"])
        was, now = before, change.due_on
    agreement.due_on = now


def _move_interval(agreement, column, old, day):
    """The days of the acceptance, or of the suspension in which the pair was ended, follow the corrected date."""
    kind = IntervalKind.SUSPENDED if agreement.state == AgreementState.TERMINATED else IntervalKind.ACCEPTANCE
    interval = agreement.intervals.filter(kind=kind, **{column: old}).last()
    if interval is not None:
        setattr(interval, column, day)
        interval.save(update_fields=[column])


def _late_at_end(agreement):
    """The lateness stored at the end (domain.md §5), by the dates as they stand; 0 while it runs."""
    if not agreement.ended_on:
        return 0
    standing = agreement.intervals.filter(kind=IntervalKind.SUSPENDED, to_on=agreement.ended_on).last()
    stopped_on = agreement.completed_on or (standing.from_on if standing else agreement.ended_on)
    return lateness_on(agreement, stopped_on)


def _party(agreement, step):
    return Party.objects.filter(agreement=agreement, pk=step.data.get("party")).first()


def _as_date(value):
    if isinstance(value, date):
        return value
    try:
        return parse_date(value or "")
    except ValueError:
        return None
