"""What the board of follow-ups reads: the pairs to visit, and what the working group itself has left undone.

Pairs are chosen by their Standing; ids first, a bounded number of each list, then the rows of all lists together, so
that the page costs the same number of queries whatever stands on it.
"""

from datetime import timedelta

from django.db.models import (
    Case,
    CharField,
    DateField,
    DateTimeField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Value,
    When,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce

from accounts.models import Event
from pairing.deadlines import last_start
from pairing.enums import INVITING, Turn
from pairing.enums import AgreementState as A
from pairing.enums import ProblemState as P
from pairing.models import (
    Agreement,
    Counted,
    FollowUp,
    Party,
    Problem,
    Programme,
    Reason,
    RuleVersion,
    Standing,
    working_days,
)

WEEK, LATE, NEVER, PLANNED, DELAYS = "week", "late", "never", "planned", "delays"
MOST_COUNTED = 1000  # more are shown as "1000+": a board is no census
TO_VISIT = 8  # pairs that one supervisor visits in a week
LONG_SUSPENDED = 30  # calendar days after which a suspended pair is to be looked at
CLOCKS = {  # state -> the parameter of the rules that says how many working days it may wait there
    A.SUBMITTED: "review",
    A.ACCEPTANCE: "acceptance",
    A.ACTIVE: "extension_decision",
    A.INVITED: "invitation_notice",
    A.COUNTERED: "invitation_notice",
}


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

    # Which pairs: QuerySets of agreements' ids, in order
    def to_visit(self):
        """Standings of pairs with a reason, by risk; without those visited or skipped in this week."""
        return self._standings().filter(~self._seen(), risk__gt=0).order_by("-risk", "agreement")

    def planned_only(self):
        """Those of `planned` without a reason of their own."""
        reasoned = self.to_visit().order_by().filter(agreement=OuterRef("agreement"))
        return self.planned().filter(~Exists(reasoned))

    def week(self):
        """Everything to visit, as rows with `agreement_id`: with a reason, by risk, then what is only planned."""
        no_day, after_all_risks = Value(None, DateField()), Value(1, IntegerField())
        by_risk = self.to_visit().order_by().values("agreement_id", place=-F("risk"), on=no_day)
        by_day = self.planned_only().order_by().values("agreement_id", place=after_all_risks, on=F("planned_on"))
        return by_risk.union(by_day, all=True).order_by("place", "on", "agreement_id")

    def late(self):
        rows = self._standings().filter(reasons__contains=[Reason.LATE]).annotate(due_on=F("agreement__due_on"))
        return rows.order_by("due_on", "agreement")

    def never_visited(self):
        return self._standings().filter(reasons__contains=[Reason.NEVER_VISITED]).order_by("-risk", "agreement")

    def planned(self):
        """Of each pair the latest open follow-up planned up to the end of this week, by day. One of an earlier week
        counts until it is done or skipped; not where the pair was visited or skipped in this week."""
        running = Q(agreement__state=A.ACTIVE, agreement__programme__in=self.programmes)
        up_to_now = FollowUp.objects.filter(planned_on__lte=self.sunday, done_on__isnull=True, skipped_on__isnull=True)
        later = up_to_now.filter(agreement=OuterRef("agreement"), planned_on__gt=OuterRef("planned_on"))
        rows = up_to_now.filter(running, ~Exists(later)).filter(Q(planned_on__gte=self.monday) | ~self._seen())
        # plus nothing, so that the database begins with the running pairs and not with the oldest visit ever missed
        day = Func(F("planned_on"), template="(%(expressions)s + 0)", output_field=DateField())
        return self._own(rows, "agreement").annotate(day=day).order_by("day", "pk")

    def _seen(self):
        """Visited or skipped in this week."""
        this_week = Q(done_on__gte=self.monday) | Q(skipped_on__gte=self.monday)
        return Exists(FollowUp.objects.filter(this_week, agreement=OuterRef("agreement")))

    def delays(self):
        """Agreements that wait for the working group or for an answer longer than their rules allow, and pairs
        suspended for long: the longest waiting first. Each with `allowed`, working days, and `waits_since`."""
        since = Case(When(state__in=INVITING, then=F("state_since")), default=F("turn_since"))
        suspended = Q(state=A.SUSPENDED, state_since__date__lt=self.today - timedelta(days=LONG_SUSPENDED))
        waits = Q(turn__in=[Turn.GROUP, Turn.LEAD], state__in=[A.SUBMITTED, A.ACCEPTANCE, A.ACTIVE])
        rows = Agreement.objects.filter(waits | Q(state__in=INVITING) | suspended, programme__in=self.programmes)
        rows = rows.annotate(
            allowed=Case(*self._allowed(), default=None, output_field=IntegerField()),
            waits_since=Case(When(suspended, then=F("state_since")), default=since, output_field=DateTimeField()),
        )
        return self._own(rows.filter(suspended | self._run_out("waits_since")), "pk").order_by("waits_since", "pk")

    def unmatched(self):
        """Problems that look for a partner longer than the rules leave them to themselves, the longest first."""
        rows = Problem.objects.filter(state=P.OPEN, programme__in=self.programmes)
        rows = rows.annotate(allowed=self._of_the_day("market_notice")).filter(self._run_out("turn_since"))
        return rows.select_related("owner").order_by("turn_since", "pk")

    def _standings(self):
        return self._own(Standing.objects.filter(programme__in=self.programmes), "agreement")

    def _own(self, rows, agreement):
        if not self.mine:
            return rows
        return rows.filter(Exists(FollowUp.objects.filter(agreement=OuterRef(agreement), seat__person=self.user)))

    # Clocks of working days, in SQL: the allowed numbers are few, each has one last day to have started
    def _allowed(self):
        for state, name in CLOCKS.items():
            yield When(state=state, then=Coalesce(F(f"rule_version__{name}"), self._of_the_day(name)))

    def _of_the_day(self, name):
        in_force = RuleVersion.objects.filter(
            programme=OuterRef("programme"), published_on__isnull=False, starts_on__lte=self.today
        )
        return Subquery(in_force.order_by("-starts_on").values(name)[:1])

    def _run_out(self, column):
        names, calendar = {*CLOCKS.values(), "market_notice"}, working_days()
        versions = [version for programme in self.programmes for version in programme.versions]
        query = Q(pk__in=[])
        for number in sorted({getattr(version, name) for version in versions for name in names}):
            query |= Q(**{"allowed": number, f"{column}__date__lte": last_start(number, calendar, self.today)})
        return query


def counted(rows):
    """The number of `rows` as a column, MOST_COUNTED + 1 at most: the database stops counting there."""
    return Counted(rows.order_by().values("pk")[: MOST_COUNTED + 1])


def chosen(**lists):
    """{name: (ids in order, number of all as `counted`)}; one query.

    `lists`: {name: (rows, the column with the agreement's id, limit)}.
    """
    parts = []
    for name, (rows, column, limit) in lists.items():
        tag = Value(name, CharField())
        parts.append(rows.annotate(tag=tag, of_all=counted(rows)).values_list("tag", column, "of_all")[:limit])
    first, *others = parts
    found = {name: ([], 0) for name in lists}
    for name, pk, of_all in first.union(*others, all=True) if others else first:
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
