"""How often each ground of refusal was given, from the sums: whatever the number of refusals, at the same cost."""

from datetime import date, timedelta

from reports.refusals import by_ground
from reports.rollups.measures import OF_GROUND
from reports.rollups.reading import levels_if_read


def counted(question):
    """{ground: (in the year of the day, in all)} by the day of the question, of grounds that were given; one query more
    where the whole programme has still to be read."""
    day = question.as_of
    eve = date(day.year, 1, 1) - timedelta(days=1)
    levels, read = levels_if_read(question.programme, {day, eve}, tuple(OF_GROUND.values()))
    if not read:
        return by_ground(question.programme, day)
    found = {
        ground: (levels[day][measure] - levels[eve][measure], levels[day][measure])
        for ground, measure in OF_GROUND.items()
    }
    return {ground: numbers for ground, numbers in found.items() if numbers[1]}
