"""Corrections by the lead: a new Event, the dated row changes, issued tables stay (domain.md §4)."""

from datetime import date

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from pairing.deadlines import add_months
from pairing.models import Party

EPISODE_DATES = ("taken_on", "claimed_on", "confirmed_on", "written_off_on")
PROBLEM_FIELDS = {
    "raised_on": _l("Raised on"),
    "taken_on": _l("Taken on"),
    "claimed_on": _l("Claimed on"),
    "confirmed_on": _l("Confirmed on"),
    "written_off_on": _l("Written off on"),
}
AGREEMENT_FIELDS = {
    "signed_on": _l("Signed on"),
    "completed_on": _l("Completion reported on"),
    "ended_on": _l("Ended on"),
    "name": _l("Name of a party in the agreement"),
}


def problem_correction_in_order(problem, step):
    if step.preview:
        return ""
    field, day = step.data.get("field"), _as_date(step.data.get("new"))
    if field not in PROBLEM_FIELDS:
        return _("Choose what is to be corrected.")
    if day is None or day > step.day:
        return _("Give the right day; it cannot lie in the future.")
    row = problem if field == "raised_on" else _latest_episode(problem)
    if row is None or getattr(row, field) is None:
        return _("There is no such date yet.")
    dates = [problem.raised_on]
    if row is not problem:
        dates = [getattr(row, name) for name in EPISODE_DATES]
        dates[EPISODE_DATES.index(field)] = day
    elif first := problem.episodes.filter(taken_on__isnull=False).order_by("taken_on").first():
        dates = [day, first.taken_on]
    known = [d for d in dates if d is not None]
    return "" if known == sorted(known) else _("The days would then stand in the wrong order.")


def correct_problem(problem, step):
    field, day = step.data["field"], _as_date(step.data["new"])
    row = problem if field == "raised_on" else _latest_episode(problem)
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
        return "" if new and _party(agreement, step) else _("Choose the party and give its right name.")
    day = _as_date(new)
    if day is None or day > step.day:
        return _("Give the right day; it cannot lie in the future.")
    if getattr(agreement, field) is None:
        return _("There is no such date yet.")
    dates = {name: getattr(agreement, name) for name in ("approved_on", "signed_on", "completed_on", "ended_on")}
    known = [d for d in (dates | {field: day}).values() if d is not None]
    return "" if known == sorted(known) else _("The days would then stand in the wrong order.")


def correct_agreement(agreement, step):
    field, new = step.data["field"], step.data["new"]
    if field == "name":
        party = _party(agreement, step)
        step.memo["details"] = {"old": party.name_then, "new": new}
        party.name_then = new
        party.save(update_fields=["name_then"])
        return
    day = _as_date(new)
    step.memo["details"] = {"old": getattr(agreement, field), "new": day}
    setattr(agreement, field, day)
    if field == "signed_on":
        _move_term(agreement)
    else:
        from_signing = {"completed_on": "from_on", "ended_on": "to_on"}[field]
        _move_acceptance(agreement, from_signing, day)


def _move_term(agreement):
    """The term counts from the signing; a date set later by extension or resume was its own decision and stays."""
    due = add_months(agreement.signed_on, agreement.term_months)
    first, *later = agreement.due_changes.all()
    first.decided_on, first.due_on = agreement.signed_on, due
    first.save(update_fields=["decided_on", "due_on"])
    agreement.original_due_on = due
    if not later:
        agreement.due_on = due


def _move_acceptance(agreement, column, day):
    interval = agreement.intervals.filter(kind="acceptance").last()
    if interval is not None:
        setattr(interval, column, day)
        interval.save(update_fields=[column])


def _latest_episode(problem):
    return problem.episodes.filter(taken_on__isnull=False).order_by("pk").last()


def _party(agreement, step):
    return Party.objects.filter(agreement=agreement, pk=step.data.get("party")).first()


def _as_date(value):
    if isinstance(value, date):
        return value
    try:
        return parse_date(value or "")
    except ValueError:
        return None
