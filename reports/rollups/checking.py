"""Whether the sums equal a recount by the counting QuerySets."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.reading import read_only
from pairing.models import Counted, Programme
from reports.rollups.folding import fold, known_until
from reports.rollups.measures import ADDED_UP, MEASURES
from reports.rollups.reading import levels

TRIES = 20  # to find a moment between two steps


@dataclass(frozen=True)
class Difference:
    """A measure whose sum is not what the QuerySet finds on that day."""

    day: date
    measure: str
    summed: int
    counted: int

    def __str__(self):
        return f"{self.day} {self.measure}: {self.summed} summed, {self.counted} counted"


class Busy(Exception):
    """So much is going on that no moment was found in which everything is folded."""


def compare(programme, days):
    """The Differences of a programme on `days`, at a moment at which everything is folded. Raises Busy."""
    for _try in range(TRIES):
        while fold():
            pass
        with read_only():
            if known_until() is None:
                return differences(programme, days)
    raise Busy


def differences(programme, days, measures=tuple(MEASURES)):
    """The Differences of a programme on `days`; what was touched must have been folded before."""
    summed = levels(programme, days, measures)
    return [
        Difference(day, measure, summed[day][measure], counted)
        for day in days
        for measure, counted in recounted(programme, day, measures).items()
        if counted != summed[day][measure]
    ]


def recounted(programme, day, measures=tuple(MEASURES)):
    """{measure: n} as the QuerySets count it, in one query."""
    counts = {f"n_{measure}": _number(measure, MEASURES[measure](programme, day)) for measure in measures}
    row = Programme.objects.filter(pk=programme.pk).annotate(**counts).values(*counts).get()
    return {measure: row[f"n_{measure}"] for measure in measures}


def _number(measure, rows):
    if measure not in ADDED_UP:
        return Counted(rows)
    sums = rows.order_by().values("programme").annotate(n=Sum(ADDED_UP[measure])).values("n")
    return Coalesce(Subquery(sums), 0)
