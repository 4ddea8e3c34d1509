"""Whether facts and sums equal a recount by the counting QuerySets, and what reading everything anew would make."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Func, IntegerField, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from accounts.reading import read_only
from pairing.models import Counted, Episode, Programme
from reports.models import PairFact
from reports.narrowing import signatures
from reports.refusals import by_ground
from reports.rollups.folding import fold, known_until
from reports.rollups.measures import ADDED_UP, EVERY, MEASURES, OF_GROUND
from reports.rollups.reading import levels
from reports.rollups.rereading import differing

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


@dataclass(frozen=True)
class Astray:
    """So many rows are kept otherwise than they are found now; `day`: on that day, None: on any."""

    what: str
    n: int
    day: date | None = None

    def __str__(self):
        return f"{self.day or 'any day'} {self.what}: {self.n} otherwise"


class Busy(Exception):
    """So much is going on that no moment was found in which everything is folded."""


def compare(programme, days, *, anew=False):
    """What is wrong with the sums and facts of a programme, at a moment at which everything is folded. Raises Busy.

    Differences on `days` and Astray, the same of pairs; `anew`: also of what reading everything anew would make, which
    takes about as long as a rebuild.
    """
    for _try in range(TRIES):
        while fold():
            pass
        with read_only():
            if known_until() is None:
                of_pairs = [astray for day in days for astray in pairs_astray(programme, day)]
                of_all = [Astray(what, n) for what, n in differing(programme).items()] if anew else []
                return differences(programme, days) + of_pairs + of_all
    raise Busy


def differences(programme, days, measures=EVERY):
    """The Differences of a programme on `days`; what was touched must have been folded before."""
    summed = levels(programme, days, measures)
    return [
        Difference(day, measure, summed[day][measure], counted)
        for day in days
        for measure, counted in recounted(programme, day, measures).items()
        if counted != summed[day][measure]
    ]


def recounted(programme, day, measures=EVERY):
    """{measure: n} as the QuerySets count it, in one query, and one more for refusals."""
    asked = [measure for measure in measures if measure in MEASURES]
    counts = {f"n_{measure}": _number(measure, MEASURES[measure](programme, day)) for measure in asked}
    row = Programme.objects.filter(pk=programme.pk).annotate(**counts).values("pk", *counts).get()
    found = {measure: row[f"n_{measure}"] for measure in asked}
    if len(asked) < len(measures):
        given = by_ground(programme, day)
        refused = {measure: given.get(ground, (0, 0))[1] for ground, measure in OF_GROUND.items()}
        found |= {measure: n for measure, n in refused.items() if measure in measures}
    return found


def _number(measure, rows):
    if measure not in ADDED_UP:
        return Counted(rows)
    sums = rows.order_by().values("programme").annotate(n=Sum(ADDED_UP[measure])).values("n")
    return Coalesce(Subquery(sums), 0)


def pairs_astray(programme, day):
    """The Astray of pairs signed by `day`: who stands at their ends on it, how many problems they solved by then."""
    facts = PairFact.objects.filter(Q(to_on__isnull=True) | Q(to_on__gt=day), programme=programme, from_on__lte=day)
    facts = facts.filter(signed_on__lte=day).order_by()
    signed = signatures(programme, day).filter(party__agreement__signed_on__lte=day)
    ends = signed.values_list("party__agreement", "body")
    solved = Episode.objects.filter(agreement__programme=programme, agreement__signed_on__lte=day).solving_on(day)
    solved = solved.order_by().values_list("agreement").annotate(n=Count("pk"))
    over = Func(Value(day), F("solved"), function="width_bucket", output_field=IntegerField())
    compared = {
        "ends of pairs": (facts.values_list("agreement", Func(F("ends"), function="unnest")), ends),
        "problems solved by pairs": (facts.annotate(n=over).filter(n__gt=0).values_list("agreement", "n"), solved),
    }
    for what, (kept, found) in compared.items():
        n = len({pair for pair, _value in (*kept.difference(found), *found.difference(kept))})
        if n:
            yield Astray(what, n, day)
