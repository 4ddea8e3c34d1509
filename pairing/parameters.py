"""The parameters of a rule version in words: label, unit, bounds and what each means, in groups (domain.md §8).

The one table behind the form of a draft, the page of a version and the comparison of two.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from pairing.enums import Ground

FARTHEST = 60  # calendar days before a due date that reminders are planned for
MOST_STEPS = 8  # of a ladder


@dataclass(frozen=True)
class Parameter:
    """`unit`: one of UNITS or CHOICES, "days_before", "days_after", "grounds" or "text"; least and most of a number."""

    name: str
    label: Promise
    unit: str
    help: Promise | str = ""
    least: int = 1
    most: int = 60

    @property
    def unit_words(self):
        """What stands behind its field: months, working days."""
        return str(_BEHIND.get(self.unit, ""))


_BEHIND = {
    "months": _("months"),
    "working_days": _("working days"),
    "days": _("calendar days"),
    "times": _("times"),
    "points": _("points of progress"),
    "pairs": _("pairs"),
    "opinions": _("opinions"),
    "days_before": _("days before"),
    "days_after": _("days after"),
}


@dataclass(frozen=True)
class Group:
    title: Promise
    parameters: tuple[Parameter, ...]


def _units(n):
    return {
        "months": ngettext("%(n)s month", "%(n)s months", n),
        "working_days": ngettext("%(n)s working day", "%(n)s working days", n),
        "days": ngettext("%(n)s calendar day", "%(n)s calendar days", n),
        "times": ngettext("%(n)s time", "%(n)s times", n),
        "points": ngettext("%(n)s point", "%(n)s points", n),
        "pairs": ngettext("%(n)s pair", "%(n)s pairs", n),
        "opinions": ngettext("%(n)s opinion", "%(n)s opinions", n),
    }


CHOICES = {  # unit of a yes or no -> its words for yes and for no
    "needed": (_("needed"), _("not needed")),
    "allowed": (_("allowed"), _("not allowed")),
}
UNITS = ("months", "working_days", "days", "times", "points", "pairs", "opinions")
W = "working_days"
GROUPS = (
    Group(_("Term and extension"), (
        Parameter("term_months", _("Longest term"), "months", _("Unless an exception is approved."), most=24),
        Parameter("extension_months", _("One extension"), "months", _("At most."), most=12),
        Parameter("extensions_by_group", _("Extensions granted by the group"), "times", least=0, most=5),
        Parameter("extensions_by_lead", _("Further extensions, granted by the lead"), "times", least=0, most=5),
    )),
    Group(_("How pairs are made"), (
        Parameter("review_before_signing", _("Review of the goals before signing"), "needed"),
        Parameter("opinions_needed", _("Opinions needed for a decision"), "opinions", most=5),
        Parameter("lists", _("A list of problems under the goals"), "needed"),
        Parameter("post_to_post", _("Pairs from post to post"), "allowed"),
        Parameter("headquarters_pairs", _("Pairs of headquarters with headquarters"), "allowed"),
        Parameter(
            "open_pairs_warning", _("Warn a branch that has so many open pairs"), "pairs", most=20
        ),
        Parameter("grounds", _("Grounds of refusal"), "grounds"),
    )),
    Group(_("Clocks of the branches"), (
        Parameter("invitation_notice", _("Unanswered invitation: the group is told after"), W),
        Parameter("invitation_lapse", _("Unanswered invitation: lapses after"), W),
        Parameter("drafting_lapse", _("Goals not submitted: lapses after"), W, most=120),
        Parameter("signing_lapse", _("Not signed: lapses after"), W),
        Parameter("lapse_warning", _("Warning before something lapses"), W, least=0, most=10),
        Parameter("confirm_notice", _("Unconfirmed problem: the group is told after"), W),
        Parameter("market_notice", _("Problem without a partner: all branches are told after"), W, most=120),
    )),
    Group(_("Clocks of the working group"), (
        Parameter("review", _("Review of the goals within"), W),
        Parameter("acceptance", _("Acceptance within"), W),
        Parameter("extension_decision", _("Decision on an extension within"), W),
    )),
    Group(_("Reminders and escalation"), (
        Parameter(
            "remind_before", _("Reminders before the due date"), "days_before",
            _("Calendar days before it, such as 14, 7, 3, 0; 0 is the day itself."), least=0, most=FARTHEST,
        ),
        Parameter(
            "remind_after", _("Reminders after the due date"), "days_after",
            _("Calendar days after it, such as 1, 3, 7; after the last one weekly to the supervisor."), most=FARTHEST,
        ),
        Parameter(
            "escalate_after", _("Overdue: the supervisor hears after"), W,
            _("The lead hears after twice as many."), most=30,
        ),
        Parameter("urge_every_days", _("At most one urge per pair in"), "days"),
    )),
    Group(_("Follow-ups and look-back"), (
        Parameter("follow_up_every_days", _("A follow-up every"), "days", most=180),
        Parameter("silence_days", _("A pair counts as silent after"), "days", most=180),
        Parameter("gap_points", _("The two sides differ from"), "points", most=100),
        Parameter("look_back_days", _("Look-back after the write-off"), "days", most=365),
    )),
    Group(_("Numbers"), (
        Parameter("problem_prefix", _("Prefix of problem numbers"), "text", _("As in 问题〔2026〕7号.")),
        Parameter("agreement_prefix", _("Prefix of agreement numbers"), "text", _("As in 结对〔2026〕3号.")),
    )),
)  # fmt: skip
PARAMETERS = {parameter.name: parameter for group in GROUPS for parameter in group.parameters}
_GROUNDS = dict(Ground.choices)


def value_words(parameter, value):
    """A value of the parameter in words: 3 个月, 提前 14、7、3 天和当天, 是."""
    if parameter.unit in UNITS:
        return _units(value)[parameter.unit] % {"n": value}
    if parameter.unit in CHOICES:
        return str(CHOICES[parameter.unit][not value])
    if parameter.unit == "grounds":
        return _between().join(str(_GROUNDS[ground]) for ground in value) or "—"
    if parameter.unit in ("days_before", "days_after"):
        return _ladder_words(parameter.unit, value)
    return value or "—"


def _between():
    return pgettext("between items", ", ")


def _ladder_words(unit, days):
    if not days:
        return gettext("none")
    order = sorted(days, reverse=unit == "days_before")
    listed = _between().join(str(day) for day in order if day)
    if unit == "days_after":
        return gettext("%(days)s days after it, then weekly") % {"days": listed}
    if not listed:
        return gettext("on the day itself")
    words = (
        gettext("%(days)s days before it and on the day itself") if 0 in days else gettext("%(days)s days before it")
    )
    return words % {"days": listed}


def in_groups(version, before=None):
    """[(Group title, [(Parameter, value in words, value of the version `before` where it differs, else "")])]."""
    return [
        (group.title, [(parameter, *_compared(parameter, version, before)) for parameter in group.parameters])
        for group in GROUPS
    ]


def _compared(parameter, version, before):
    value = value_words(parameter, getattr(version, parameter.name))
    was = value_words(parameter, getattr(before, parameter.name)) if before else value
    return value, "" if was == value else was


def changes_between(version, before):
    """[(Parameter, before in words, now in words)] of what differs, in the order of the groups."""
    rows = [row for _title, rows in in_groups(version, before) for row in rows]
    return [(parameter, was, value) for parameter, value, was in rows if was]
