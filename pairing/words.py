"""Wording of days, moments, due dates, levels and steps: worded once, the same on every page, message and print-out.

Pure: objects are read by their own columns only, so a list of any length costs no query. The working-day calendar,
"today" and "now" are arguments. Days are Shanghai dates. Sources: domain.md §5 and §7, look.md "Words".
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _

from pairing import deadlines
from pairing.enums import AgreementState, ProblemState
from pairing.models.standing import Reason

A, P = AgreementState, ProblemState
STATES = {"agreement": dict(A.choices), "problem": dict(P.choices)}
REMIND_BEFORE = (14, 7, 3, 0)  # where the rule version is not at hand (domain.md §8)


@dataclass(frozen=True)
class Level:
    """How grave something is: a colour name for the style sheet, a shape and a word, never the colour alone."""

    name: str
    shape: str
    word: str


LEVELS = {
    "blue": Level("blue", "●", gettext_lazy("Due soon")),
    "amber": Level("amber", "▲", gettext_lazy("Behind plan")),
    "red": Level("red", "■", gettext_lazy("Overdue")),
    "green": Level("green", "✓", gettext_lazy("Written off")),
    "grey": Level("grey", "‖", gettext_lazy("Standing still")),
}
_OF_STATE = {
    A.CLOSED: "green",
    A.SUSPENDED: "grey",
    P.CLOSED: "green",
    P.PARKED: "grey",
}


# Days and moments
def day_words(day: date | None) -> str:
    """2021年6月3日, or "3 June 2021"; "—" for none. No padding, no dots (domain.md §7)."""
    return _day_words(day, get_language()) if day else "—"


@lru_cache(maxsize=4096)  # lists and tables name few days many times
def _day_words(day, language):
    return date_format(day, pgettext("date format", "j F Y"))


def exact_words(at: datetime) -> str:
    """The day and the minute in Shanghai: 2021年6月3日 14:03."""
    local = timezone.localtime(at, deadlines.SHANGHAI)
    return f"{day_words(local.date())} {local:%H:%M}"


def moment_words(at: datetime, now: datetime) -> str:
    """今天 14:03, 昨天, 3 天前; from a week on, and for what lies ahead, the date."""
    local = timezone.localtime(at, deadlines.SHANGHAI)
    days = (deadlines.day_of(now) - local.date()).days
    if days == 0:
        return _("today %(time)s") % {"time": f"{local:%H:%M}"}
    if days == 1:
        return _("yesterday")
    if 1 < days < 7:
        return ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days}
    return day_words(local.date())


def since_words(at: datetime | None, now: datetime) -> str:
    """Since when, for "whose turn": 今天 14:03 起, 3 天前起; "" for none."""
    return _("since %(moment)s") % {"moment": moment_words(at, now)} if at else ""


# Due dates
def due_day(agreement) -> date | None:
    """The due date in force, moved by the days in acceptance that were sent back; None where there is none."""
    return agreement.due_on + timedelta(days=agreement.stopped_days) if agreement.due_on else None


def due_words(agreement, today: date, calendar: deadlines.Calendar) -> str:
    """The due date in words: countdown in working days, lateness in calendar days; "" where nothing is due."""
    if agreement.state == A.SUSPENDED:
        return _("suspended since %(day)s") % {"day": day_words(deadlines.day_of(agreement.state_since))}
    if agreement.state == A.ACCEPTANCE:
        return _("clock stopped during acceptance")
    if agreement.state == A.CLOSED and agreement.days_late is not None:
        return late_words(agreement.days_late)
    if agreement.state != A.ACTIVE or agreement.due_on is None:
        return ""
    if agreement.decision_pending:
        return _("extension: decision pending")
    return countdown(due_day(agreement), today, calendar)


def countdown(due_on: date, today: date, calendar: deadlines.Calendar) -> str:
    """还有 12 个工作日, 今天到期, 逾期 3 天: from a due date in force."""
    if due_on < today:
        return overdue_words((today - due_on).days)
    if due_on == today:
        return _("due today")
    if working := deadlines.working_days_between(today, due_on, calendar):
        if deadlines.counted_roughly(today, due_on, calendar):  # as Monday to Friday, until the notice is entered
            return ngettext("about %(n)s working day left", "about %(n)s working days left", working) % {"n": working}
        return ngettext("%(n)s working day left", "%(n)s working days left", working) % {"n": working}
    days = (due_on - today).days
    return ngettext("%(n)s day left, not a working day", "%(n)s days left, none of them worked", days) % {"n": days}


def overdue_words(days: int) -> str:
    """逾期 3 天: of something that still runs."""
    return ngettext("overdue by %(n)s day", "overdue by %(n)s days", days) % {"n": days}


def late_words(days: int) -> str:
    """On time, or late by so many calendar days: of something that has ended."""
    if not days:
        return _("on time")
    return ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days}


# Why a pair is to be visited
def reason_words(standing, agreement, today: date) -> list[tuple[Reason, str]]:
    """(reason, phrase with its figures) of each reason of a Standing, the gravest first."""
    stated = {"planned": standing.planned, "lowest": standing.lowest, "highest": standing.highest, "n": standing.gap}
    return [(Reason(name), _REASONS[name](stated, standing, agreement, today)) for name in standing.reasons]


def _late(stated, standing, agreement, today):
    return overdue_words((today - due_day(agreement)).days)


def _behind(stated, standing, agreement, today):
    if standing.lowest is not None:
        return _("behind plan: planned %(planned)s%%, reported %(lowest)s%%") % stated
    if standing.highest is not None:
        return _("behind plan: planned %(planned)s%%, one side has reported nothing yet") % stated
    return _("behind plan: planned %(planned)s%%, nothing reported yet") % stated


def _gap(stated, standing, agreement, today):
    text = ngettext(
        "the sides differ by %(n)s point: %(lowest)s%% and %(highest)s%%",
        "the sides differ by %(n)s points: %(lowest)s%% and %(highest)s%%", stated["n"],
    )  # fmt: skip
    return text % stated


def _never(stated, standing, agreement, today):
    return _("never visited, though a follow-up was due")


def _silence(stated, standing, agreement, today):
    days = (today - standing.heard_on).days
    return ngettext("no word from the parties for %(n)s day", "no word from the parties for %(n)s days", days) % {
        "n": days
    }


def _formal(stated, standing, agreement, today):
    return _("looks like a formal closing: reported all at once or at the end, no follow-up, hardly any effect")


_REASONS = {
    Reason.LATE: _late,
    Reason.BEHIND: _behind,
    Reason.GAP: _gap,
    Reason.NEVER_VISITED: _never,
    Reason.SILENCE: _silence,
    Reason.FORMAL: _formal,
}


# Levels
def state_level(obj) -> Level | None:
    """What the state alone says: done or standing still."""
    return LEVELS.get(_OF_STATE.get(obj.state, ""))


def level_of(obj, today: date) -> Level | None:
    """The gravest level that holds now (domain.md §5); None where there is nothing to point out.

    Behind plan is what its Standing says, where a page has loaded it; the remind steps are those of the rule version
    where it is loaded, else the usual ones.
    """
    if obj.state != A.ACTIVE or obj.due_on is None or obj.decision_pending:
        return state_level(obj)
    loaded = obj._state.fields_cache
    rules, standing = loaded.get("rule_version"), loaded.get("standing")
    before = rules.remind_before if rules else REMIND_BEFORE
    name = deadlines.level_of(due_day(obj), today, bool(standing and standing.behind), before)
    return LEVELS.get("amber" if name == "yellow" else name)


def state_words(model_name: str, state: str) -> str:
    """The word of a state of a "problem" or "agreement"; the bare value where the table no longer has it."""
    return str(STATES.get(model_name, {}).get(state, state))


# The record
def event_facts(event) -> list[str]:
    """What an Event changed or said, in short phrases: states and corrected values old → new, dates, figures."""
    facts = []
    if event.source and event.source != event.target:
        facts.append(_arrow(state_words(event.object_type, event.source), state_words(event.object_type, event.target)))
    details = event.details
    if "old" in details and "new" in details:
        facts.append(_arrow(_plain_value(details["old"]), _plain_value(details["new"])))
    if details.get("new_due_on"):
        facts.append(_("new due date %(day)s") % {"day": _plain_value(details["new_due_on"])})
    if details.get("percent") is not None:
        facts.append(_("progress %(n)s%%") % {"n": details["percent"]})
    if isinstance(details.get("effect"), str) and details["effect"]:
        facts.append(_("effect: %(text)s") % {"text": details["effect"]})
    return facts


def _arrow(old, new):
    return f"{old} → {new}"


def _plain_value(value):
    """A value of the record's JSON: days in words, "—" for none, the rest as it stands."""
    try:
        return day_words(date.fromisoformat(value))
    except (TypeError, ValueError):
        return str(value) if value not in (None, "") else "—"
