"""Text for spreadsheets."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(text):
    """`text` such that no spreadsheet takes it for a formula (domain.md §7)."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
