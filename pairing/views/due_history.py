"""The due dates of a pair from the first to the one in force: who moved each, when and why."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pairing.enums import Decision, IntervalKind
from pairing.words import day_words, due_day


@dataclass(frozen=True)
class DueDate:
    """A due date: what made it, by whom on which day, and why; `kind`: before, now (in force) or asked."""

    day: date
    cause: str
    by: str
    why: str
    kind: str = "before"


def due_history(agreement):
    """[DueDate] in order, the one in force marked, a pending request last; [] where nothing was ever moved or asked.

    Reads what pages have read beforehand: due_changes, extensions, intervals.
    """
    granted = iter([e for e in agreement.extensions.all() if e.decision == Decision.GRANTED])
    stops = iter([i for i in agreement.intervals.all() if i.kind == IntervalKind.SUSPENDED and i.to_on])
    found = [_due_date(change, granted, stops) for change in agreement.due_changes.all()]
    if agreement.stopped_days and found:
        words = ngettext(
            "%(n)s day in acceptance, sent back", "%(n)s days in acceptance, sent back", agreement.stopped_days
        )
        found.append(DueDate(due_day(agreement), words % {"n": agreement.stopped_days}, "", ""))
    pending = agreement.pending_extension
    if len(found) < 2 and not pending:
        return []
    if found:
        last = found.pop()
        found.append(DueDate(last.day, last.cause, last.by, last.why, "now"))
    if pending:
        found.append(_asked(agreement, pending))
    return found


def _due_date(change, granted, stops):
    """One change with its reason; extensions and suspensions come in the same order as their changes."""
    on = day_words(change.decided_on)
    if change.cause == "grant_extension" and (extension := next(granted, None)):
        return DueDate(change.due_on, _("Extended"), f"{extension.decided_by} {on}".strip(), extension.reason)
    if change.cause == "resume" and (stop := next(stops, None)):
        days = (stop.to_on - stop.from_on).days
        words = ngettext("%(n)s day suspended", "%(n)s days suspended", days) % {"n": days}
        return DueDate(change.due_on, words, f"{day_words(stop.from_on)} – {day_words(stop.to_on)}", stop.reason)
    if change.cause == "sign":
        return DueDate(change.due_on, _("Originally"), _("signed %(day)s") % {"day": on}, "")
    return DueDate(change.due_on, _("Corrected"), on, "")


def _asked(agreement, pending):
    """The date asked for, moved like the due date where the pair was suspended while the request waits."""
    day = pending.new_due_on + (agreement.due_on - pending.old_due_on)
    by = f"{pending.party.organisation.short_name} {day_words(pending.asked_on)}"
    return DueDate(day, _("Asked for, decision pending"), by, pending.reason, "asked")
