"""What the reports keep: saved questions, issued tables, packs and who gets them."""

from reports.models.issued import IssuedRow, IssuedTable
from reports.models.pack import Pack, Subscription
from reports.models.saved import SavedQuestion

__all__ = ["IssuedRow", "IssuedTable", "Pack", "SavedQuestion", "Subscription"]
