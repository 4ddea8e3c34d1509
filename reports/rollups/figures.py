"""The figures that the sums answer: of a whole programme, and of one organisation with all below it."""

from datetime import date, timedelta

from accounts.models import Kind
from reports.rollups.reading import levels_if_read, moved

STANDING = {  # (page, what) of a figure -> measure: how it stands on the last day, whatever the period
    **{
        ("problems", state): state
        for state in ("refused", "withdrawn", "explained", "parked", "open", "matched", "in_pairing", "done")
    },
    **{("agreements", what): what for what in ("running", "due_soon", "overdue")},
    ("branches", "taking_part"): "taking_part",
    ("branches", "helping"): "helping",
    ("branches", "existing"): "existing",
}
HAPPENED = {  # once at most for each object: within a period it is the difference of two levels
    ("problems", "raised"): "raised",
    ("problems", "solved"): "solved",
    ("problems", "written_off"): "written_off",
    ("agreements", "new"): "signed",
    **{("agreements", what): what for what in ("ended", "on_time", "late", "days_late", "terminated")},
}
FIRST_TIME = {  # the first time of each object; a period may hold the second
    ("problems", "relapsed"): "relapsed",
    ("agreements", "extended"): "extended",
    ("agreements", "solving"): "solving_pairs",
    ("branches", "solving"): "solving_branches",
}
TABLE = ("agreements", "solving"), ("branches", "solving"), ("problems", "written_off")  # of solved problems
IN_THE_YEAR = {("agreements", "signed"): "signed"}
CARRIED = ("agreements", "carried")
OF_PARTNERS = ("branches", "solving")  # for one organisation its partners elsewhere count too, which no sum knows


def summed(question, figures):
    """{(page, what): n} of those of `figures` that the sums know; of a programme that was never read none.

    One query, two more where an organisation narrows the question.
    """
    return {figure: n for (_key, figure), n in summed_in([(question, None)], figures).items()}


def summed_in(parts, figures):
    """{(key, figure): n} of the same figures in several periods; `parts`: (Question, key), alike but for the period."""
    question = parts[0][0] if parts else None
    if question is None or not knows(question):
        return {}
    body = question.filters.get("organisation")
    asked = {
        (key, figure): level
        for part, key in parts
        for figure in _known(question.programme, body, figures)
        for level in levels_behind(figure, part)
    }
    days = {day for _measure, *of_level in asked.values() for day in of_level if day}
    if not days:
        return {}
    measures = {measure for measure, _day, _since in asked.values()}
    found, read = levels_if_read(question.programme, days, measures, body=body)
    return {name: difference(found, *level) for name, level in asked.items()} if read else {}


def knows(question):
    """Whether the sums can answer: nothing narrows the question but an organisation that is a body of its own."""
    organisation = question.filters.get("organisation")
    narrowed = question.own_scope or question.filters.keys() - {"organisation"}
    return not narrowed and (organisation is None or organisation.kind != Kind.UNIT)


def _known(programme, body, figures):
    if body is None:
        return figures
    of_pairs = not moved(programme, [body.pk])
    return [figure for figure in figures if figure != OF_PARTNERS and (of_pairs or figure[0] != "agreements")]


def levels_behind(figure, question):
    """(measure, day, since) where the sums know the figure in this period, else nothing: its level on the day, less
    that of `since`. No level stands behind a day that is None.

    Relapses and extensions are summed by the first of each thing, so within a period they have to be counted.
    """
    if figure == CARRIED:
        yield "running", question.eve, None
    elif figure in STANDING:
        yield STANDING[figure], question.day, None
    elif figure in HAPPENED:
        yield HAPPENED[figure], question.day, question.eve
    elif figure in FIRST_TIME and question.eve is None:
        yield FIRST_TIME[figure], question.day, None
    elif figure in IN_THE_YEAR:
        yield IN_THE_YEAR[figure], question.day, date(question.day.year, 1, 1) - timedelta(days=1)


def difference(found, measure, day, since):
    """The number that `found` ({day: {measure: n}}) gives for what `levels_behind` asks."""
    return (found[day][measure] if day else 0) - (found[since][measure] if since else 0)
