"""Figures whose cost does not grow: facts per object, summed by day and month, kept in step with the record.

    rollups.totals(programme, day, ("raised", "solved"))          {"raised": 54, "solved": 32}
    rollups.by_month(programme, ("signed",), first, last, split="direction")

The counting rules stay in pairing.models; measures.py names the QuerySet that each measure must equal, and
`manage.py verify_rollups` proves it. A trigger notes what was touched, in the same transaction; pages catch up first.
"""

from reports.rollups.branches import branches_that
from reports.rollups.folding import catch_up, fold, known_until, rebuild, waits
from reports.rollups.measures import (
    AGREEMENT_MEASURES,
    BRANCH_MEASURES,
    EVERY,
    MEASURES,
    PROBLEM_MEASURES,
    due_soon_days,
)
from reports.rollups.pairs import pairs_of
from reports.rollups.reading import by_month, by_month_together, levels, levels_of, moved, totals

__all__ = [
    "AGREEMENT_MEASURES", "BRANCH_MEASURES", "EVERY", "MEASURES", "PROBLEM_MEASURES", "branches_that", "by_month",
    "by_month_together", "catch_up", "due_soon_days", "fold", "known_until", "levels", "levels_of", "moved", "pairs_of",
    "rebuild", "totals", "waits",
]  # fmt: skip
