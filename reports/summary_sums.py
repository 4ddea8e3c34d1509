"""What the sums answer of the summary table, whatever the size: its total, its months, the problems of large bodies."""

from reports.rollups import levels, levels_of, waits
from reports.rollups.figures import FIRST_TIME, HAPPENED, STANDING

CARRIED = ("agreements", "carried")


def known_sums(parts, figures):
    """{(key, figure): n} for those `parts` that stand for a whole programme; the rest has to be counted.

    `parts`: (Question, key or None); `figures`: (page, what). Two queries, or none where no part qualifies.
    """
    whole = [(question, key) for question, key in parts if key and not question.filters and not question.own_scope]
    if not whole or waits(whole[0][0].programme):
        return {}
    asked = {
        (key, figure): (measure, question.day if figure != CARRIED else question.eve, since)
        for question, key in whole
        for figure in figures
        for measure, since in _levels_of(figure, question)
    }
    days = {day for _measure, day, since in asked.values() for day in (day, since) if day}
    found = levels(whole[0][0].programme, days, {measure for measure, _day, _since in asked.values()})
    return {
        name: (found[day][measure] if day else 0) - (found[since][measure] if since else 0)
        for name, (measure, day, since) in asked.items()
    }


def sums_of_bodies(question, bodies, names):
    """{(key, figure): n} of problems for those of `bodies` (ids) that are large enough to have sums of their own.

    Pairs are counted: the sums know them by the units named beside the parties too. Two queries at most.
    """
    if not bodies or waits(question.programme):
        return {}
    asked = {
        figure: level for name in names for figure in [("problems", name)] for level in _levels_of(figure, question)
    }
    days = {question.day, question.eve} - {None}
    found = levels_of(question.programme, days, {measure for measure, _since in asked.values()}, bodies)
    return {
        (str(body), figure): at[question.day][measure] - (at[since][measure] if since else 0)
        for body, at in found.items()
        for figure, (measure, since) in asked.items()
    }


def _levels_of(figure, question):
    """(measure, the day whose level is taken off or None) where the sums know the figure in this period; else nothing.

    Relapses and extensions are summed by the first of each thing, so within a period they have to be counted.
    """
    if figure == CARRIED:
        yield "running", None
    elif figure in STANDING:
        yield STANDING[figure], None
    elif figure in HAPPENED:
        yield HAPPENED[figure], question.eve
    elif figure in FIRST_TIME and question.eve is None:
        yield FIRST_TIME[figure], None
