"""Why a person is told something, in words: the day or turn it counts from, and the rule that says so."""

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from pairing.words import day_words

# step, or the words it begins with -> what the rule says; %(n)s is its number
RULES = {
    "before-0": gettext_lazy("on the due date"),
    "before-": ngettext_lazy("%(n)s day before the due date", "%(n)s days before the due date", "n"),
    "after-week": gettext_lazy("every week after the due date"),
    "after-": ngettext_lazy("%(n)s day after the due date", "%(n)s days after the due date", "n"),
    "late_supervisor": ngettext_lazy(
        "the supervisor is told after %(n)s working day overdue",
        "the supervisor is told after %(n)s working days overdue",
        "n",
    ),
    "late_lead": ngettext_lazy(
        "the lead is told after %(n)s working day overdue", "the lead is told after %(n)s working days overdue", "n"
    ),
    "late_": ngettext_lazy(
        "the working group has %(n)s working day", "the working group has %(n)s working days", "n"
    ),
    "lapse_near": ngettext_lazy(
        "%(n)s working day before it lapses", "%(n)s working days before it lapses", "n"
    ),
    "silent_": ngettext_lazy(
        "the working group is told after %(n)s working day without an answer",
        "the working group is told after %(n)s working days without an answer",
        "n",
    ),
    "follow_up_due": ngettext_lazy(
        "a follow-up every %(n)s day", "a follow-up every %(n)s days", "n"
    ),
    "look_back_due": ngettext_lazy(
        "%(n)s day after the write-off", "%(n)s days after the write-off", "n"
    ),
    "market": ngettext_lazy(
        "all branches are told after %(n)s working day without a partner",
        "all branches are told after %(n)s working days without a partner",
        "n",
    ),
}  # fmt: skip
OTHERS = {
    "waiting_": gettext_lazy("it is your turn"),
    "vacant_seat": gettext_lazy("a branch whose turn it is has no secretary"),
    "behind_plan": gettext_lazy("the planned day of a goal is over, the reported progress lies below the plan"),
    "news_meeting": gettext_lazy("you are invited"),
    "news_pack": gettext_lazy("you subscribed to it"),
    "news_": gettext_lazy("you belong to the matter"),
    "calendar_missing": gettext_lazy("from 1 November next year's working days should be known"),
}


def reason(step, details):
    """One phrase: "due on 3 June 2021, rules of 2 March 2021: 3 days before the due date"; "" where none is known."""
    if phrase := _find(OTHERS, step):
        return str(phrase)
    phrase, begun = _find(RULES, step), parse_date(str(details.get("rule_on") or ""))
    if phrase is None or begun is None:
        return ""
    words = {"rules": _("rules of %(day)s") % {"day": day_words(begun)}, "what": phrase % {"n": details.get("n", 0)}}
    sentence = _("%(rules)s: %(what)s") % words
    due = parse_date(str(details.get("due_on") or ""))
    return _("due on %(day)s, %(why)s") % {"day": day_words(due), "why": sentence} if due else sentence


def _find(phrases, step):
    return next((phrase for start, phrase in phrases.items() if step.startswith(start)), None)
