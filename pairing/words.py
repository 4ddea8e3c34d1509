"""Wording of days, moments, due dates, levels and steps: worded once, the same on every page, message and print-out.

Pure: objects are read by their own columns only, so a list of any length costs no query. The working-day calendar,
"today" and "now" are arguments. Days are Shanghai dates. Sources: domain.md §5 and §7, look.md "Words".
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from pairing import deadlines
from pairing.enums import AgreementState, ProblemState

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
    return date_format(day, pgettext("date format", "j F Y")) if day else "—"


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
    """The due date, moved by stopped days that are not in it; the page may annotate them as `stopped_days`."""
    if agreement.due_on is None:
        return None
    return agreement.due_on + timedelta(days=getattr(agreement, "stopped_days", 0))


def due_words(agreement, today: date, calendar: deadlines.Calendar) -> str:
    """The due date in words: countdown in working days, lateness in calendar days; "" where nothing is due.

    Reads columns of the row and, where annotated, `decision_pending` (a timely request for extension waits).
    """
    if agreement.state == A.SUSPENDED:
        return _("suspended, the clock stands still")
    if agreement.state == A.ACCEPTANCE:
        return _("in acceptance, the clock stands still")
    if agreement.state == A.CLOSED and agreement.days_late is not None:
        return late_words(agreement.days_late)
    if agreement.state != A.ACTIVE or agreement.due_on is None:
        return ""
    if getattr(agreement, "decision_pending", False):
        return _("extension: decision pending")
    return countdown(due_day(agreement), today, calendar)


def countdown(due_on: date, today: date, calendar: deadlines.Calendar) -> str:
    """还有 12 个工作日, 今天到期, 逾期 3 天: from a due date in force."""
    if due_on < today:
        days = (today - due_on).days
        return ngettext("overdue by %(n)s day", "overdue by %(n)s days", days) % {"n": days}
    if due_on == today:
        return _("due today")
    if working := deadlines.working_days_between(today, due_on, calendar):
        return ngettext("%(n)s working day left", "%(n)s working days left", working) % {"n": working}
    days = (due_on - today).days
    return ngettext("%(n)s day left, not a working day", "%(n)s days left, none of them worked", days) % {"n": days}


def late_words(days: int) -> str:
    """On time, or late by so many calendar days: of something that has ended."""
    if not days:
        return _("on time")
    return ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days}


# Levels
def state_level(obj) -> Level | None:
    """What the state alone says: done or standing still."""
    return LEVELS.get(_OF_STATE.get(obj.state, ""))


def level_of(obj, today: date) -> Level | None:
    """The gravest level that holds now (domain.md §5); None where there is nothing to point out.

    A page may annotate `behind_plan` and `decision_pending`; the remind steps are those of the rule version where it
    is loaded, else the usual ones.
    """
    due_on = getattr(obj, "due_on", None)
    if obj.state != A.ACTIVE or due_on is None or getattr(obj, "decision_pending", False):
        return state_level(obj)
    rules = obj._state.fields_cache.get("rule_version")
    before = rules.remind_before if rules else REMIND_BEFORE
    name = deadlines.level_of(due_day(obj), today, getattr(obj, "behind_plan", False), before)
    return LEVELS.get("amber" if name == "yellow" else name)


# Whose turn
def turn_words(obj) -> str:
    """Waiting for whom; "" when nobody has to act."""
    return obj.whose_turn()


def state_words(model_name: str, state: str) -> str:
    """The word of a state of a "problem" or "agreement"; the bare value where the table no longer has it."""
    return str(STATES.get(model_name, {}).get(state, state))
