"""What the sums and facts answer of the rows of the summary table that are organisations."""

from reports.rollups import levels_of
from reports.rollups.figures import difference, levels_behind


def sums_of_bodies(question, bodies, figures):
    """{(key, figure): n} of `bodies` (ids) of a programme that was read, as far as sums and facts know. One query."""
    if not bodies:
        return {}
    asked = {figure: level for figure in figures for level in levels_behind(figure, question)}
    days = {day for _measure, *of_level in asked.values() for day in of_level if day}
    measures = {measure for measure, _day, _since in asked.values()}
    found, elsewhere = levels_of(question.programme, days, measures, bodies)
    return {
        (str(body), figure): difference(at, *level)
        for body, at in found.items()
        for figure, level in asked.items()
        if body not in elsewhere or figure[0] != "agreements"
    }
