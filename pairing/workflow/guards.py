"""Guards that both tables use. Each answers "" or the sentence to show the person."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pairing.deadlines import ran_out
from pairing.models import working_days


def needs(name, sentence):
    """A guard: the step must carry `name`; asked for only when the form is filled in."""

    def guard(obj, step):
        return "" if step.preview or step.data.get(name) not in (None, "", [], {}) else sentence

    guard.__name__, guard.asks = f"{name} given", name
    return guard


def asks(name):
    """Decorator of a guard that wants `name` among other things: so the field is counted (pairing.asking)."""

    def mark(guard):
        guard.asks = name
        return guard

    return mark


def clock_ran_out(days_of):
    """A guard: `days_of(rules, obj)` working days have passed since the state was entered."""

    def guard(obj, step):
        if step.preview:
            return ""
        days = days_of(obj.rules(step.day), obj)
        over = ran_out(obj.state_since, days, working_days(), step.day)
        if over:
            return ""
        sentence = ngettext(
            "The %(days)s working day has not passed yet.", "The %(days)s working days have not passed yet.", days
        )
        return sentence % {"days": days}

    guard.__name__ = "clock ran out"
    return guard


def one_of(name, choices, sentence):
    """A guard: `name` must be one of the values of an enumeration."""

    def guard(obj, step):
        return "" if step.preview or step.data.get(name) in set(choices) else sentence

    guard.__name__ = f"{name} chosen"
    return guard


def successor_of_closed(obj, step):
    """Work is handed over from a closed organisation ("old") to its successor ("new") alone."""
    old, new = step.data.get("old"), step.data.get("new")
    closed = old and new and old.successor_id == new.pk and not old.exists_on(step.day)
    return "" if closed else _("Work goes over only from a closed organisation to its successor.")
