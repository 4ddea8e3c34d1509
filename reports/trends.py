"""What a leader sees move: by month, by category, by direction, as charts of the day of the question."""

from collections import Counter
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pairing.deadlines import add_months
from pairing.enums import Direction
from reports.charts import Chart, Series
from reports.rollups import by_month_together

MONTHS = 12  # of the trend; fewer where the programme is younger
NONE = "none"  # in an address: without a category


def months_until(day, first):
    """First days of the last MONTHS months up to that of `day`, none before the month of `first`, at least one."""
    this, start = day.replace(day=1), first.replace(day=1)
    months = [add_months(this, -n) for n in range(MONTHS)]
    return [month for month in months if month >= start or month == this][::-1]


def last_day(month):
    return add_months(month, 1) - timedelta(days=1)


class Movements:
    """What happened by the day of a question, all of it; one query. `categories`: ids of all there are."""

    def __init__(self, question, categories):
        programme, day = question.programme, question.as_of
        self.question = question
        wanted = {"category": ("raised", "solved"), "direction": ("signed",)}
        found = by_month_together(programme, wanted, date.min, day, categories)
        self.rows = [*found["category"], *found["direction"]]

    def summed(self, measure, by, since=date.min):
        """Counter of a measure by "month" (its first day) or by "key" (of the split), from the month `since` on."""
        found = Counter()
        for row in self.rows:
            if row["measure"] == measure and row["month"] >= since:
                found[row[by]] += row["n"]
        return found


# By month
def trend(moved):
    """The Chart of problems raised, pairs signed and problems written off in each of the last months."""
    question = moved.question
    months = months_until(question.as_of, question.programme.starts_on)
    labels = tuple(date_format(month, pgettext("month of a year", "F Y")) for month in months)
    series = (
        _of_months(moved, months, "raised", _("problems raised"), "problems", "raised"),
        _of_months(moved, months, "signed", _("pairs signed"), "agreements", "new"),
        _of_months(moved, months, "solved", _("problems written off"), "problems", "solved"),
    )
    raised, signed, written_off = (column.values[-1] for column in series)
    return Chart(
        name="trend", kind="bar", title=_("Month by month"), unit=_("per month"), corner=_("Month"), labels=labels,
        axis=tuple(map(month_on_axis, months)), series=series, point=len(months) - 1,
        sentence=_(
            "In %(month)s so far: problems raised: %(raised)s, pairs signed: %(signed)s, written off: %(written_off)s."
        ) % {"month": labels[-1], "raised": raised, "signed": signed, "written_off": written_off},
    )  # fmt: skip


def _of_months(moved, months, measure, name, page, what):
    counts, question = moved.summed(measure, "month"), moved.question
    links = tuple(question.address(page, what=what, year=month.year, part=f"m{month.month}") for month in months)
    return Series(name=name, values=tuple(counts[month] for month in months), links=links)


def month_on_axis(month):
    """The month on an axis; the year below each January."""
    words = date_format(month, pgettext("month on an axis", "M"))
    return f"{words}\n{month.year}" if month.month == 1 else words


# By category
def by_category(moved, categories):
    """The Chart of problems raised and written off so far in each upper category, the most raised first.

    `categories`: {id: Category}, all there are.
    """
    raised, solved = (_upwards(moved.summed(measure, "key"), categories) for measure in ("raised", "solved"))
    found = sorted(raised, key=lambda category: (-raised[category], category.order if category else 0, _name(category)))
    columns = (
        Series(name=pgettext("chart", "raised"), values=tuple(raised[category] for category in found),
               links=_links(moved, "problems", "category", found, what="raised")),
        Series(name=pgettext("chart", "written off"), values=tuple(solved[category] for category in found),
               links=_links(moved, "problems", "category", found, what="solved"), tone="point"),
    )  # fmt: skip
    return Chart(
        name="by-category", kind="hbar", title=_("By category"), unit=_("problems"), corner=_("Category"),
        labels=tuple(_name(category) for category in found), series=columns,
        sentence=_category_sentence(found, raised, solved),
    )  # fmt: skip


def _upwards(counts, categories):
    """Numbers by id of categories as numbers of those above them; None for no category."""
    found = Counter()
    for pk, n in counts.items():
        category = categories.get(pk)
        found[categories.get(category.parent_id, category) if category else None] += n
    return found


def _category_sentence(found, raised, solved):
    if not found:
        return _("No problem has been raised yet.")
    words = {"category": _name(found[0]), "raised": raised[found[0]], "solved": solved[found[0]]}
    return _("Most are raised in “%(category)s”. Raised: %(raised)s; written off: %(solved)s.") % words


def _name(category):
    return category.name if category else _("not classified")


def _links(moved, page, name, values, **more):
    """Addresses of the lists for each value of a filter; None asks for what has none."""
    keys = [NONE if value is None else getattr(value, "pk", value) for value in values]
    return tuple(moved.question.address(page, **more, **{name: key}) for key in keys)


# By direction
def by_direction(moved):
    """The Chart of pairs signed so far, and of those in the year of the day, in each direction."""
    year = moved.question.as_of.year
    ever, this = moved.summed("signed", "key"), moved.summed("signed", "key", since=date(year, 1, 1))
    found = [direction.value for direction in Direction if ever[direction]]
    columns = (
        Series(name=pgettext("chart", "so far"), values=tuple(ever[key] for key in found),
               links=_links(moved, "agreements", "direction", found, what="new")),
        Series(name=_("in %(year)s") % {"year": year}, values=tuple(this[key] for key in found),
               links=_links(moved, "agreements", "direction", found, what="new", year=year), tone="point"),
    )  # fmt: skip
    return Chart(
        name="by-direction", kind="hbar", title=_("By direction"), unit=_("pairs signed"), corner=_("Direction"),
        labels=tuple(str(Direction(key).label) for key in found), series=columns,
        sentence=_("Pairs signed so far: %(ever)s, of which in %(year)s: %(this)s.")
        % {"ever": ever.total(), "year": year, "this": this.total()},
    )  # fmt: skip
