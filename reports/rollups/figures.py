"""The figures that the sums answer, for who oversees the whole programme (reports.selectors.count_all)."""

from datetime import date, timedelta

from reports.rollups.reading import levels_if_read

STANDING = {  # (page, what) of a figure -> measure: how it stands on the last day, whatever the period
    **{
        ("problems", state): state
        for state in ("refused", "withdrawn", "explained", "parked", "open", "matched", "in_pairing", "done")
    },
    **{("agreements", what): what for what in ("running", "due_soon", "overdue")},
    ("branches", "taking_part"): "taking_part",
    ("branches", "existing"): "existing",
}
HAPPENED = {  # once at most for each object: within a period it is the difference of two levels
    ("problems", "raised"): "raised",
    ("problems", "solved"): "solved",
    ("problems", "written_off"): "written_off",
    ("agreements", "new"): "signed",
    **{("agreements", what): what for what in ("ended", "on_time", "late", "terminated")},
}
FIRST_TIME = {  # the first time of each object; a period may hold the second
    ("problems", "relapsed"): "relapsed",
    ("agreements", "extended"): "extended",
    ("agreements", "solving"): "solving_pairs",
    ("branches", "solving"): "solving_branches",
}
TABLE = ("agreements", "solving"), ("branches", "solving"), ("problems", "written_off")  # of solved problems
IN_THE_YEAR = {("agreements", "signed"): "signed"}


def summed(question, figures):
    """{(page, what): n} of those of `figures` that the sums know; of a programme that was never read none.

    `question`: programme, day and period count, filters do not. One query.
    """
    known = {}  # figure -> (measure, the day before that from which on it is counted)
    for figure in figures:
        if figure in STANDING:
            known[figure] = STANDING[figure], None
        elif figure in HAPPENED:
            known[figure] = HAPPENED[figure], question.eve
        elif figure in FIRST_TIME and question.eve is None:
            known[figure] = FIRST_TIME[figure], None
        elif figure in IN_THE_YEAR:
            known[figure] = IN_THE_YEAR[figure], date(question.day.year, 1, 1) - timedelta(days=1)
    if not known:
        return {}
    days = {question.day, *(since for _measure, since in known.values() if since)}
    found, read = levels_if_read(question.programme, days, {measure for measure, _since in known.values()})
    if not read:
        return {}
    return {
        figure: found[question.day][measure] - (found[since][measure] if since else 0)
        for figure, (measure, since) in known.items()
    }
