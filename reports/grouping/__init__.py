"""How the rows of the summary table are grouped: by branch, category, class, month, direction, level, side.

A grouping names its rows, each with the filters that the lists of its figures get, and says under which key of them a
problem or a pair counts. Keys are text. A pair may count under several keys: under each of its branches, and under each
category of its problems.
"""

from django.utils.translation import gettext_lazy as _l

from reports.grouping.bodies import ByOrganisation
from reports.grouping.matters import ByCategory, ByClass, ByDirection, ByLevel, ByMonth, BySide
from reports.grouping.rows import GroupRow as GroupRow

GROUPINGS = {
    "branch": ByOrganisation,
    "category": ByCategory,
    "class": ByClass,
    "month": ByMonth,
    "direction": ByDirection,
    "level": ByLevel,
    "side": BySide,
}
SUMMARY_GROUPS = tuple((name, grouping.label) for name, grouping in GROUPINGS.items())
SOLVED_GROUPS = (
    ("pair", _l("by pair")), ("branch", ByOrganisation.label), ("category", ByCategory.label),
    ("month", ByMonth.label),
)  # fmt: skip


def groups_of(report):
    """(name, label) of the groupings of a report by its name, the usual one first; none for lists."""
    return {"summary": SUMMARY_GROUPS, "solved": SOLVED_GROUPS}.get(report, ())
