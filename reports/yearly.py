"""The figures of a day beside those of the same day a year before, and what the week has brought; one query."""

from dataclasses import dataclass
from datetime import date, timedelta

from pairing.deadlines import add_months
from reports.rollups.reading import levels_if_read

SHOWN = (("agreements", "signed"), ("problems", "raised"), ("problems", "solved"), ("agreements", "overdue"))
MEASURES = {  # figure → measure of the sums
    ("problems", "raised"): "raised",
    ("problems", "solved"): "solved",
    ("agreements", "signed"): "signed",  # in the year of the day
    ("agreements", "overdue"): "overdue",
    ("agreements", "solving"): "solving_pairs",
    ("branches", "solving"): "solving_branches",
    ("branches", "taking_part"): "taking_part",
    ("branches", "existing"): "existing",
}


@dataclass(frozen=True)
class Standing:
    """{(page, what): number} on the day, and a year before (None: the programme had not begun); signed this week."""

    now: dict
    before: dict | None
    new: int


def year_before(day):
    """The same day of the year before; of 29 February the 28th."""
    return add_months(day, -12)


def monday_of(day):
    return day - timedelta(days=day.weekday())


def standing(question):
    """The Standing of a question about a whole programme; None where its sums are still to be made."""
    day, before = question.as_of, year_before(question.as_of)
    eve = monday_of(day) - timedelta(days=1)
    days = [day, before, eve, _eve_of_year(day), _eve_of_year(before)]
    levels, read = levels_if_read(question.programme, days, tuple(MEASURES.values()))
    if not read:
        return None
    begun = before >= question.programme.starts_on
    new = levels[day]["signed"] - levels[eve]["signed"]
    return Standing(_on(day, levels), _on(before, levels) if begun else None, new)


def _on(day, levels):
    found = {figure: levels[day][measure] for figure, measure in MEASURES.items()}
    found["agreements", "signed"] -= levels[_eve_of_year(day)]["signed"]
    return found


def _eve_of_year(day):
    return date(day.year - 1, 12, 31)
