"""A running pair: progress, follow-ups, urging, extension, suspension (domain.md §4 and §5)."""

from datetime import timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Event
from pairing.deadlines import add_months, day_of, days_late, stopped_days
from pairing.enums import Decision, IntervalKind, VisitKind
from pairing.models import Extension, FollowUp, Interval, ProgressReport
from pairing.workflow.guards import asks
from pairing.workflow.signing import change_due_date
from pairing.workflow.visiting import move_follow_ups, note_visits, open_follow_ups, plan_next, skip_covered


# Guards
def percent_given(agreement, step):
    percent = step.data.get("percent")
    if step.preview or (isinstance(percent, int) and 0 <= percent <= 100):
        return ""
    return _("Give the progress as a number from 0 to 100.")


def visit_described(agreement, step):
    if step.preview:
        return ""
    if step.data.get("kind") not in set(VisitKind):
        return _("Say whether it was a visit, a call or on paper.")
    if not (step.data.get("progress") or "").strip():
        return _("Write down the progress in a sentence.")
    next_on = step.data.get("next_on")
    return _("The next visit lies after this one. Give a later day.") if next_on and next_on <= done_on(step) else ""


def visit_lies_in_the_term(agreement, step):
    """A record that comes in later, from a place without network, tells the day on which it was written."""
    if step.preview or agreement.signed_on <= done_on(step) <= step.day:
        return ""
    return _("The follow-up lies before the signing or in the future. Check the day.")


def not_arrived_yet(agreement, step):
    key = step.data.get("key")
    if step.preview or not key or not FollowUp.objects.filter(key=key).exists():
        return ""
    return _("This record has arrived already; it stands in the history.")


def done_on(step):
    return step.data.get("done_on") or step.day


def planned_follow_up(agreement, step):
    if step.preview or _planned(agreement, step):
        return ""
    return _("Choose the planned follow-up that is skipped.")


def not_urged_lately(agreement, step):
    every = agreement.rules(step.day).urge_every_days
    last = Event.objects.of(agreement).filter(action="urge").last()
    again = day_of(last.happened_at) + timedelta(days=every) if last else step.day
    if step.day >= again:
        return ""
    words = {"who": last.person_name, "day": date_format(day_of(last.happened_at)), "days": every}
    words["again"] = date_format(again)
    return (
        _("%(who)s urged on %(day)s already; once in %(days)s days is enough. Possible again from %(again)s.") % words
    )


def not_muted(agreement, step):
    return _("The reminders of this pair are silent already.") if agreement.muted_on else ""


def muted(agreement, step):
    return "" if agreement.muted_on else _("The reminders of this pair are not silent.")


def no_pending_extension(agreement, step):
    return _("A request is waiting for its decision.") if agreement.pending_extension else ""


def extension_pending(agreement, step):
    return "" if agreement.pending_extension else _("No request for extension is waiting.")


def extensions_left(agreement, step):
    if agreement.extensions_granted < agreement.rules(step.day).most_extensions:
        return ""
    return _("All extensions that the rules allow are used. End the pair and write smaller goals for a new one.")


@asks("new_due_on")
def new_date_allowed(agreement, step):
    day = step.data.get("new_due_on")
    if step.preview:
        return ""
    if not day or day <= agreement.due_on:
        return _("Give a day after the present due date %(day)s.") % {"day": date_format(agreement.due_on)}
    latest = latest_extension(agreement, step.day)
    return "" if day <= latest else _("The extension may reach to %(day)s at most.") % {"day": date_format(latest)}


def latest_extension(agreement, day):
    """Start + term + months granted before + the months of one extension, plus the suspended days."""
    suspended = timedelta(days=_suspended_days(agreement, day))
    months = agreement.term_months
    while add_months(agreement.signed_on, months) + suspended < agreement.due_on:
        months += 1
    return add_months(agreement.signed_on, months + agreement.rules(day).extension_months) + suspended


def _suspended_days(agreement, day):
    suspended = [i for i in agreement.intervals.all() if i.kind == IntervalKind.SUSPENDED]
    return stopped_days([(i.from_on, i.to_on) for i in suspended], day)


# Effects
def do_report_progress(agreement, step):
    ProgressReport.objects.create(
        agreement=agreement, party=agreement.party_of(step.seat), percent=step.data["percent"],
        text=step.data.get("text") or "", reported_at=step.at, seat=step.seat,
    )  # fmt: skip


def do_follow_up(agreement, step):
    """Fills the planned follow-up named, else the latest open one up to the end of its week; without one it stands by
    itself. What was planned for an earlier day, or for this one, and missed is closed with it."""
    day = done_on(step)
    sunday = day + timedelta(days=6 - day.weekday())
    row = _planned(agreement, step) or open_follow_ups(agreement).filter(planned_on__lte=sunday).last()
    row = row or FollowUp(agreement=agreement)
    row.done_on, row.seat, row.key = day, step.seat, step.data.get("key")
    row.kind, row.progress = step.data["kind"], step.data["progress"]
    row.obstacle, row.next_on = step.data.get("obstacle") or "", step.data.get("next_on")
    row.save()
    skip_covered(agreement, row)
    plan_next(agreement, step)
    note_visits(agreement, step)


def do_skip_follow_up(agreement, step):
    row = _planned(agreement, step)
    row.skipped_on, row.skip_reason, row.seat = step.day, step.note, step.seat
    row.save(update_fields=["skipped_on", "skip_reason", "seat"])
    note_visits(agreement, step)


def _planned(agreement, step):
    if not step.data.get("follow_up"):
        return None
    return open_follow_ups(agreement).filter(pk=step.data["follow_up"]).first()


def do_mute(agreement, step):
    """The ladder is silent by a decision of the group; waiting and news are not."""
    agreement.muted_on, agreement.muted_reason = step.day, step.note


def do_unmute(agreement, step):
    agreement.muted_on, agreement.muted_reason = None, ""


def do_ask_extension(agreement, step):
    Extension.objects.create(
        agreement=agreement, party=agreement.party_of(step.seat), asked_on=step.day,
        timely=lateness_on(agreement, step.day) == 0, reason=step.note, progress=step.data["progress"],
        old_due_on=agreement.due_on, new_due_on=step.data["new_due_on"],
    )  # fmt: skip


def do_grant(agreement, step):
    """Asked late, the days up to the decision stay late; asked in time, the pair was never late."""
    request = agreement.pending_extension
    if not request.timely:
        agreement.days_late = (agreement.days_late or 0) + lateness_on(agreement, step.day)
    decide_extension(request, step, Decision.GRANTED)
    # suspended while the request waited: the date asked for has moved like the due date
    agreement.due_on = request.new_due_on + (agreement.due_on - request.old_due_on)
    change_due_date(agreement, step)


def do_refuse_extension(agreement, step):
    decide_extension(agreement.pending_extension, step, Decision.REFUSED)


def decide_extension(request, step, decision):
    request.decision, request.decided_on, request.decision_note = decision, step.day, step.note
    request.decided_by = f"{step.seat.title_on_record} {step.seat.person.name}" if step.seat else ""
    request.save(update_fields=["decision", "decided_on", "decision_note", "decided_by"])


def lateness_on(agreement, day):
    """Calendar days late if it ended on `day`: days in acceptance that were sent back are subtracted."""
    return days_late(agreement.due_on, day, agreement.stopped_days)


def open_interval(agreement, step, kind):
    Interval.objects.create(agreement=agreement, kind=kind, from_on=step.day, reason=step.note)
    note_visits(agreement, step)


def close_interval(agreement, step):
    """Close the open interval, if any, and answer its length in calendar days."""
    interval = agreement.intervals.filter(to_on__isnull=True).first()
    if interval is None:
        return 0
    interval.to_on = step.day
    interval.save(update_fields=["to_on"])
    return (interval.to_on - interval.from_on).days


def do_suspend(agreement, step):
    open_interval(agreement, step, IntervalKind.SUSPENDED)


def do_resume(agreement, step):
    """The due date moves by the suspended calendar days, and the planned follow-ups with it."""
    days = close_interval(agreement, step)
    agreement.due_on += timedelta(days=days)
    move_follow_ups(agreement, step, days)
    change_due_date(agreement, step)
