"""Counting rules of domain.md §6: pairs, their due dates and the bodies that signed them, as of a day.

`day` is a date: what had happened by its end, as known now, read from dated rows alone.
"""

from datetime import date

from django.apps import apps
from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Least

from accounts.models import Organisation
from pairing.enums import AgreementState, IntervalKind


class Counted(Subquery):
    """The number of rows of a QuerySet, as a column: several counts in one query, or a count beside the first rows."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()

    def __init__(self, queryset, **extra):
        super().__init__(queryset.order_by().values("pk") if not queryset.query.values_select else queryset, **extra)


def due_date_on(agreement, day):
    """Expression: the due date in force at the end of `day`, moved by the days in acceptance sent back by then.

    `agreement` is a reference to the agreement's id; `day` a date or a reference (OuterRef) to one.
    """
    changes = apps.get_model("pairing", "DueChange").objects.filter(agreement=agreement, decided_on__lte=day)
    due = Subquery(changes.order_by("-decided_on", "-pk").values("due_on")[:1])
    returned = apps.get_model("pairing", "Interval").objects.filter(
        agreement=agreement, kind=IntervalKind.ACCEPTANCE, to_on__lte=day
    )
    lengths = Func(F("to_on"), F("from_on"), template="SUM(%(expressions)s)", arg_joiner=" - ")
    stopped = Subquery(returned.order_by().values("agreement").annotate(n=lengths).values("n"), IntegerField())
    return _days_later(due, Cast(Coalesce(stopped, 0), IntegerField()))


def _days_later(day, days):
    plus = Func(day, days, template="(%(expressions)s)", arg_joiner=" + ")
    return ExpressionWrapper(plus, DateField())


def _window(days):
    """The largest of the remind steps of the rule version kept, else `days`."""
    largest = Func(F("rule_version__remind_before"), template="(SELECT MAX(n) FROM UNNEST(%(expressions)s) AS n)")
    return Coalesce(Cast(largest, IntegerField()), days)


class AgreementsAsOf(QuerySet):
    """What can be asked of agreements for any day of the past."""

    def signed_on(self, day):
        """Agreements whose last signature was given by the end of `day`."""
        return self.filter(signed_on__lte=day)

    def newly_signed_on(self, day):
        """Pairs newly signed in the year of `day`, by the end of `day`: by the date of the last signature."""
        return self.filter(signed_on__range=(date(day.year, 1, 1), day))

    def running_on(self, day):
        """Signed by the end of `day` and not yet ended then."""
        return self.signed_on(day).filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day))

    def due_as_of(self, day):
        """Adds `due_then`: the due date in force at the end of `day`, moved by days in acceptance sent back by then."""
        return self.annotate(due_then=due_date_on(OuterRef("pk"), day))

    def stopped_on(self, day):
        """Adds `stopped_then`: suspended, in acceptance, or a timely request for extension waiting on `day`.

        Also `stopped_by`: the kind of the interval, or "" where only a request waits, null where the clock runs.
        """
        intervals = apps.get_model("pairing", "Interval").objects.filter(
            Q(to_on__isnull=True) | Q(to_on__gt=day),
            agreement=OuterRef("pk"),
            from_on__lte=day,
            kind__in=[IntervalKind.SUSPENDED, IntervalKind.ACCEPTANCE],
        )
        waiting = apps.get_model("pairing", "Extension").objects.filter(
            Q(decided_on__isnull=True) | Q(decided_on__gt=day), agreement=OuterRef("pk"), asked_on__lte=day, timely=True
        )
        kind = Subquery(intervals.values("kind")[:1])
        by = Case(When(Exists(intervals), then=kind), When(Exists(waiting), then=Value("")), output_field=CharField())
        return self.annotate(stopped_then=Exists(intervals) | Exists(waiting), stopped_by=by)

    def overdue_on(self, day):
        """Running on `day`, past the due date then in force, the clock not stopped (domain.md §5)."""
        return self.running_on(day).due_as_of(day).stopped_on(day).filter(due_then__lt=day, stopped_then=False)

    def due_soon_on(self, day, days):
        """Running on `day`, not overdue, the clock not stopped, due within the largest of the remind steps.

        Those are of the rule version that the agreement keeps; where it keeps none, `days` calendar days.
        """
        due = self.running_on(day).due_as_of(day).stopped_on(day).filter(due_then__gte=day, stopped_then=False)
        return due.annotate(soon_from=_days_later(F("due_then"), _window(days) * -1)).filter(soon_from__lte=day)

    def ticking(self):
        """Running today, the clock not stopped, with `due_now`: from the stored columns, by index."""
        now = _days_later(F("due_on"), F("stopped_days"))
        return self.filter(state=AgreementState.ACTIVE, decision_pending=False).annotate(due_now=now)

    def overdue_now(self, today):
        """The same as overdue_on(today)."""
        return self.ticking().filter(due_on__lt=today, due_now__lt=today)

    def due_soon_now(self, today, days):
        """The same as due_soon_on(today, days)."""
        soon_from = _days_later(F("due_now"), _window(days) * -1)
        return self.ticking().annotate(soon_from=soon_from).filter(due_now__gte=today, soon_from__lte=today)

    def solving_on(self, day):
        """Pairs that have solved at least one problem by the end of `day`, each problem counted once."""
        episodes = apps.get_model("pairing", "Episode").objects.solving_on(day)
        return self.filter(Exists(episodes.filter(agreement=OuterRef("pk"))))


def branches_on(programme, day):
    """All party branches of a programme that exist on `day`, as a QuerySet of organisations."""
    return Organisation.objects.branches().below(programme.committee).existing_on(day)


def taking_part_on(programme, day, agreements=None):
    """Those of branches_on(programme, day) that are party to an agreement signed by the end of `day`.

    `agreements`: only these count, a QuerySet.
    """
    signed, branch = signatures_on(programme, day), OuterRef("pk")
    if agreements is not None:
        signed = signed.filter(party__agreement__in=agreements.order_by().values("pk"))
    # two subqueries: the planner turns each into a join, an OR inside one it would run per branch
    own, inherited = Exists(signed.filter(_own(branch))), Exists(signed.filter(_inherited(branch, day)))
    return branches_on(programme, day).filter(own | inherited)


def never_paired_on(programme, day):
    """The other ones of branches_on(programme, day): party to no agreement signed by the end of `day`."""
    signed, branch = signatures_on(programme, day), OuterRef("pk")
    return branches_on(programme, day).filter(
        ~Exists(signed.filter(_own(branch))), ~Exists(signed.filter(_inherited(branch, day)))
    )


def helping_on(programme, day):
    """Those of branches_on(programme, day) that were the ones who helped in an agreement signed by the end of `day`.

    Who helped with a problem: the helper named on the list, else every party that does not own it.
    """
    named, unnamed = _helped(programme, day)
    return branches_on(programme, day).filter(Exists(named) | Exists(unnamed))


def helping_nobody_on(programme, day):
    """The other ones of branches_on(programme, day)."""
    return branches_on(programme, day).filter(*(~Exists(of) for of in _helped(programme, day)))


def _helped(programme, day):
    """Episodes in which the organisation of the outer query is a helper, named or not, as two QuerySets."""
    episodes = apps.get_model("pairing", "Episode").objects.filter(agreement__programme=programme)
    signed = episodes.filter(agreement__signed_on__lte=day, taken_on__isnull=False).order_by()
    party = Q(agreement__parties__organisation=OuterRef("pk"), agreement__parties__name_then__gt="")
    unnamed = signed.filter(party, ~Q(problem__owner=OuterRef("pk")), helper__isnull=True)
    return signed.filter(helper=OuterRef("pk")), unnamed


def signatures_on(programme, day):
    """Valid signatures under the agreements of a programme whose last signature was given by the end of `day`."""
    return _signatures().filter(party__agreement__programme=programme, party__agreement__signed_on__lte=day)


def with_pairs_on(branches, programme, day):
    """Adds to `branches` how many `pairs` of the programme each signed by the end of `day`, and `first_signed_on`.

    A branch signed what it signed itself, and what a body signed that was closed by `day` and has it as successor:
    who signed is read from the signature, not from the party, so that a later merger does not change the past.
    """
    signed, branch = signatures_on(programme, day), OuterRef("pk")
    # apart, as in taking_part_on: each finds its rows by an index
    own, inherited = signed.filter(_own(branch)), signed.filter(_inherited(branch, day))
    same = signed.filter(_own(OuterRef(branch)), party__agreement=OuterRef("party__agreement"))
    parts = [own, inherited.filter(~Exists(same))]
    agreements = [Counted(part.order_by().values("party__agreement").distinct()) for part in parts]
    day_of = "party__agreement__signed_on"
    firsts = [Subquery(part.order_by(day_of).values(day_of)[:1]) for part in parts]
    return branches.annotate(pairs=agreements[0] + agreements[1], first_signed_on=Least(*firsts))


def _own(organisation):
    return Q(seat__organisation=organisation)


def _inherited(organisation, day):
    return Q(party__organisation=organisation, seat__organisation__closed_on__lte=day)


def signers_of(agreements):
    """Party branches that signed one of `agreements` (a QuerySet), whether they still exist or not."""
    signed = _signatures().filter(party__agreement__in=agreements.order_by().values("pk"))
    return Organisation.objects.branches().filter(Exists(signed.filter(seat__organisation=OuterRef("pk"))))


def _signatures():
    return apps.get_model("pairing", "Signature").objects.filter(voided_at__isnull=True)
