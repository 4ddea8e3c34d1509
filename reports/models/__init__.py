"""What the reports keep: saved questions, issued tables, packs and who gets them; and the sums behind the figures."""

from reports.models.departure import Departure
from reports.models.issued import IssuedRow, IssuedTable
from reports.models.pack import Pack, Subscription
from reports.models.rollup import EVERYWHERE, DayCount, Fact, MonthCount, PairFact, SummedBody, Touched
from reports.models.saved import SavedQuestion

__all__ = [
    "EVERYWHERE", "DayCount", "Departure", "Fact", "IssuedRow", "IssuedTable", "MonthCount", "Pack", "PairFact",
    "SavedQuestion", "Subscription", "SummedBody", "Touched",
]  # fmt: skip
