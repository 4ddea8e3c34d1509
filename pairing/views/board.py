"""What the board of follow-ups reads: the pairs to visit, and what the working group itself has left undone.

Pairs are chosen by their Standing; ids first, a bounded number of each list, then the rows of all lists together, so
that the page costs the same number of queries whatever stands on it.
"""

from datetime import timedelta

from django.db.models import (
    CharField,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Value,
    prefetch_related_objects,
)

from accounts.models import Event
from pairing.models import Agreement, Counted, FollowUp, Party, Programme, Reason, RuleVersion, Standing
from pairing.views.delays import Delays

WEEK, LATE, NEVER, PLANNED, DELAYS = "week", "late", "never", "planned", "delays"
MOST_COUNTED = 1000  # more are shown as "1000+": a board is no census
TO_VISIT = 8  # pairs that one supervisor visits in a week
UNCOUNTED = Value(0)


def programmes_of(user, seat):
    """The Programmes that `seat` oversees, the latest first, each with `versions`: its RuleVersions. One query."""
    overseen = Programme.objects.overseen_by(user)
    found = {}
    versions = RuleVersion.objects.filter(programme__in=overseen).select_related("programme__committee")
    for version in versions.order_by("-programme__starts_on", "programme", "starts_on"):
        if version.programme.committee.path.startswith(seat.organisation.path):
            programme = found.setdefault(version.programme_id, version.programme)
            programme.versions = [*getattr(programme, "versions", ()), version]
    return list(found.values())


class Board:
    """The lists of one person: `programmes` (a list), `mine`: only pairs this person has followed up before."""

    def __init__(self, user, programmes, today, *, mine=False):
        self.user, self.programmes, self.today, self.mine = user, programmes, today, mine
        self.monday = today - timedelta(days=today.weekday())
        self.sunday = self.monday + timedelta(days=6)
        self._delays = Delays(programmes, today)

    # Which pairs: QuerySets of Standings, with `agreement_id`, in the order in which an index holds them
    def to_visit(self):
        """Pairs with a reason, by risk; without those visited or skipped in this week."""
        return self._standings().exclude(self._seen()).filter(risk__gt=0).order_by("-risk", "agreement")

    def planned(self):
        """Pairs with an open follow-up planned up to the end of this week, by the day of the latest such. One of an
        earlier week counts until it is done or skipped; not where the pair was visited or skipped in this week."""
        rows = self._standings().filter(Q(visit_on__gte=self.monday) | ~self._seen(), visit_on__lte=self.sunday)
        return rows.order_by("visit_on", "agreement")

    def planned_only(self):
        """Those of `planned` that are not in `to_visit`."""
        return self.planned().filter(Q(risk=0) | self._seen())

    def week(self):
        """Everything to visit: with a reason, by risk, then what is only planned."""
        no_day, after_all_risks = Value(None, DateField()), Value(1, IntegerField())
        by_risk = self.to_visit().order_by().values("agreement_id", place=-F("risk"), on=no_day)
        by_day = self.planned_only().order_by().values("agreement_id", place=after_all_risks, on=F("visit_on"))
        return by_risk.union(by_day, all=True).order_by("place", "on", "agreement_id")

    def late(self):
        return self._standings().filter(reasons__contains=[Reason.LATE]).order_by("due_on", "agreement")

    def never_visited(self):
        return self._standings().filter(reasons__contains=[Reason.NEVER_VISITED]).order_by("-risk", "agreement")

    # What waits too long
    def delays(self):
        return self._own(self._delays.agreements(), "pk")

    def first_delays(self, limit):
        """(the first of them, their number as `counted`); one query, which reads no more than that."""
        parts = [self._own(part, "pk") for part in self._delays.parts()]
        first = _all_of([part.values("pk")[:limit] for part in parts])
        rows = list(self._delays.agreements().filter(pk__in=first).annotate(of_all=counted(*parts))[:limit])
        return rows, rows[0].of_all if rows else 0

    def unmatched(self):
        return self._delays.problems()

    def _seen(self):
        """Visited or skipped in this week."""
        return Q(seen_on__isnull=False, seen_on__gte=self.monday)

    def _standings(self):
        return self._own(Standing.objects.filter(programme__in=self.programmes), "agreement")

    def _own(self, rows, agreement):
        if not self.mine:
            return rows
        return rows.filter(Exists(FollowUp.objects.filter(agreement=OuterRef(agreement), seat__person=self.user)))


def counted(*parts):
    """The number of rows of all `parts` as a column, MOST_COUNTED + 1 at most: the database stops counting there."""
    return Counted(_all_of([rows.order_by().values("pk") for rows in parts])[: MOST_COUNTED + 1])


def _all_of(parts):
    first, *others = parts
    return first.union(*others, all=True) if others else first


def chosen(**lists):
    """{name: ([id of an agreement] in order, number of all)}; one query.

    `lists`: {name: (rows with `agreement_id`, limit, the number of all as a column: `counted`, or UNCOUNTED)}.
    """
    parts = []
    for name, (rows, limit, of_all) in lists.items():
        rows = rows.annotate(tag=Value(name, CharField()), of_all=of_all)
        parts.append(rows.values_list("tag", "agreement_id", "of_all")[:limit])
    found = {name: ([], 0) for name in lists}
    for name, pk, of_all in _all_of(parts):
        found[name] = ([*found[name][0], pk], of_all)
    return found


def pairs_with(ids, today):
    """{id: Agreement} with standing and rules, and of its follow-ups and urges: `visit_id` and `visit_on`, the open one
    up to the end of this week; `next_on`, the next planned day; `urged_at`, `urged_by`; None where there is none."""
    sunday = today + timedelta(days=6 - today.weekday())
    open_ones = FollowUp.objects.filter(agreement=OuterRef("pk"), done_on__isnull=True, skipped_on__isnull=True)
    this = open_ones.filter(planned_on__lte=sunday).order_by("-planned_on")
    urges = Event.objects.filter(object_type="agreement", object_id=OuterRef("pk"), action="urge")
    urges = urges.order_by("-happened_at", "-pk")
    rows = Agreement.objects.filter(pk__in=ids).select_related("standing", "rule_version", "programme")
    rows = rows.annotate(
        visit_id=Subquery(this.values("pk")[:1]),
        visit_on=Subquery(this.values("planned_on")[:1]),
        next_on=Subquery(open_ones.filter(planned_on__gte=today).order_by("planned_on").values("planned_on")[:1]),
        urged_at=Subquery(urges.values("happened_at")[:1]),
        urged_by=Subquery(urges.values("person_name")[:1]),
    )
    return {pair.pk: pair for pair in rows}


def with_parties(pairs):
    """Read the present parties of all these agreements; one query."""
    parties = Party.objects.filter(left_on__isnull=True).select_related("organisation").order_by("order", "pk")
    prefetch_related_objects(list(pairs), Prefetch("parties", parties))
