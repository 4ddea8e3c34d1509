"""What a leader sees move: matters by month, as charts. Everything is read as of the day of the question."""

from datetime import date

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pairing.models import Episode
from reports.charts import Chart, Series
from reports.selectors import FIGURES, signed_agreements

MONTHS = 12  # of the trend; fewer where the programme is younger


def months_until(day, first):
    """First days of the last MONTHS months up to that of `day`, none before the month of `first`, at least one."""
    found, month = [], day.replace(day=1)
    while len(found) < MONTHS and (month >= first.replace(day=1) or not found):
        found.append(month)
        month = date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
    return found[::-1]


def trend(question, user):
    """The Chart of problems raised, pairs signed and problems written off in each of the last months."""
    months = months_until(question.as_of, question.programme.starts_on)
    counts = _by_month(question, user, months[0])
    labels = tuple(date_format(month, pgettext("month of a year", "F Y")) for month in months)
    names = {"raised": _("problems raised"), "signed": _("pairs signed"), "written_off": _("problems written off")}
    series = tuple(
        Series(name=name, values=tuple(counts[what].get(month, 0) for month in months)) for what, name in names.items()
    )
    raised, signed, written_off = (values.values[-1] for values in series)
    return Chart(
        name="trend", kind="bar", title=_("Month by month"), unit=_("per month"), corner=_("Month"), labels=labels,
        axis=tuple(map(_short, months)), series=series, point=len(months) - 1,
        sentence=_(
            "In %(month)s so far: problems raised: %(raised)s, pairs signed: %(signed)s, written off: %(written_off)s."
        ) % {
            "month": labels[-1], "raised": raised, "signed": signed,
            "written_off": written_off,
        },
    )  # fmt: skip


def _by_month(question, user, first):
    """{what: {first day of the month: number}} from `first` on."""
    raised = FIGURES["problems", "raised"].rows(question, user)
    solved = Episode.objects.filter(problem__in=raised).solving_on(question.as_of)
    sources = {
        "raised": (raised, "raised_on"),
        "signed": (signed_agreements(question, user), "signed_on"),
        "written_off": (solved, "written_off_on"),
    }
    return {what: _counted(rows.filter(**{f"{field}__gte": first}), field) for what, (rows, field) in sources.items()}


def _counted(rows, field):
    rows = rows.order_by().annotate(month=TruncMonth(field)).values("month").annotate(n=Count("pk"))
    return dict(rows.values_list("month", "n"))


def _short(month):
    """The month on an axis; the year below each January."""
    words = date_format(month, pgettext("month on an axis", "M"))
    return f"{words}\n{month.year}" if month.month == 1 else words
