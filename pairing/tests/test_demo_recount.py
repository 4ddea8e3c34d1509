"""Every day of 2020 and 2021 recounted in plain Python, and held against the QuerySets that all reports are built on.

Two sources: the dated rows, read one by one (domain.md §6), and the record, which must tell the same.
"""

from collections import defaultdict
from datetime import date, timedelta

import pytest

from accounts.models import Event, Kind, Organisation
from pairing.deadlines import day_of
from pairing.demo.world import ARTICLE
from pairing.models import Agreement, DueChange, Episode, Extension, Interval, Party, Problem, Programme
from pairing.models.counting import taking_part_on
from pairing.tests.demo_worlds import played

pytestmark = [pytest.mark.django_db, pytest.mark.replay]
DAYS = [date(2020, 1, 1) + timedelta(days=n) for n in range(731)]
ALWAYS = date.max


@pytest.fixture(scope="module", autouse=True)
def _world(django_db_setup, django_db_blocker):
    with played(django_db_blocker, only=ARTICLE):
        yield


def differences(expected_on, queryset_on):
    """Days on which the ids of the recount are not those of the QuerySet."""
    return [day for day in DAYS if expected_on(day) != set(queryset_on(day).values_list("pk", flat=True))]


# From the rows
def test_raised():
    raised = dict(Problem.objects.filter(raised_on__isnull=False).values_list("pk", "raised_on"))
    assert raised
    assert differences(lambda day: {pk for pk, on in raised.items() if on <= day}, Problem.objects.raised_on) == []


def test_signed():
    signed = {a.pk: a.signed_on for a in Agreement.objects.all() if a.signed_on}
    assert differences(lambda day: {pk for pk, on in signed.items() if on <= day}, Agreement.objects.signed_on) == []


def test_newly_signed():
    signed = {a.pk: a.signed_on for a in Agreement.objects.all() if a.signed_on}

    def expected(day):
        return {pk for pk, on in signed.items() if on <= day and on.year == day.year}

    assert differences(expected, Agreement.objects.newly_signed_on) == []


def test_running():
    rows = [(a.pk, a.signed_on, a.ended_on or ALWAYS) for a in Agreement.objects.all() if a.signed_on]

    def expected(day):
        return {pk for pk, signed, ended in rows if signed <= day < ended}

    assert differences(expected, Agreement.objects.running_on) == []


def test_solved():
    rows = list(Episode.objects.values_list("problem", "written_off_on"))

    def expected(day):
        return {pk for pk, on in rows if on and on <= day}

    assert differences(expected, Problem.objects.solved_on) == []


def test_solved_is_counted_once_under_the_first_pair():
    first = {}
    for pk, problem, on in Episode.objects.values_list("pk", "problem", "written_off_on").order_by("pk"):
        if on and (problem not in first or on < first[problem][0]):
            first[problem] = (on, pk)

    def expected(day):
        return {pk for on, pk in first.values() if on <= day}

    assert differences(expected, Episode.objects.solving_on) == []


def test_taking_part():
    programme = Programme.objects.get()
    signed = {a.pk: a.signed_on for a in Agreement.objects.all() if a.signed_on}
    branches = set(Organisation.objects.filter(kind=Kind.PARTY_BRANCH).values_list("pk", flat=True))
    parties = list(Party.objects.filter(agreement__in=signed).values_list("agreement", "organisation"))

    def expected(day):
        return {body for pk, body in parties if signed[pk] <= day} & branches

    assert differences(expected, lambda day: taking_part_on(programme, day)) == []


def test_overdue():
    overdue = Lateness()
    late = [day for day in DAYS if overdue.on(day)]
    assert len(late) > 10  # the demo has late pairs, or this would prove nothing
    assert differences(overdue.on, Agreement.objects.overdue_on) == []


class Lateness:
    """Who is overdue on a day, from the rows, without any help of the database."""

    def __init__(self):
        self.agreements = [a for a in Agreement.objects.all() if a.signed_on]
        self.changes = by_agreement(DueChange.objects.order_by("decided_on", "pk"))
        self.intervals = by_agreement(Interval.objects.filter(agreement__isnull=False))
        self.requests = by_agreement(Extension.objects.all())

    def on(self, day):
        return {a.pk for a in self.agreements if self._runs(a, day) and self._late(a, day) and not self._stands(a, day)}

    def _runs(self, agreement, day):
        return agreement.signed_on <= day < (agreement.ended_on or ALWAYS)

    def _late(self, agreement, day):
        due = [change.due_on for change in self.changes[agreement.pk] if change.decided_on <= day][-1]
        for interval in self.intervals[agreement.pk]:
            if interval.kind == "acceptance" and interval.to_on and interval.to_on <= day:
                due += interval.to_on - interval.from_on
        return due < day

    def _stands(self, agreement, day):
        spans = [
            (i.from_on, i.to_on) for i in self.intervals[agreement.pk] if i.kind in ("suspended", "acceptance")
        ] + [(e.asked_on, e.decided_on) for e in self.requests[agreement.pk] if e.timely]  # fmt: skip
        return any(start <= day < (end or ALWAYS) for start, end in spans)


def by_agreement(rows):
    found = defaultdict(list)
    for row in rows:
        found[row.agreement_id].append(row)
    return found


# From the record
def first_days(object_type, *, actions=(), target=""):
    """{object id: day of the first event that is one of `actions` or leads to the state `target`}."""
    days = {}
    for event in Event.objects.filter(object_type=object_type).order_by("happened_at", "pk"):
        if event.action in actions or (target and event.target == target and event.source != target):
            days.setdefault(event.object_id, day_of(event.happened_at))
    return days


def test_the_record_proves_the_raising():
    """Raised on the day on which it first left draft or to_confirm."""
    days = {}
    for event in Event.objects.filter(object_type="problem").order_by("happened_at", "pk"):
        if event.target not in ("draft", "to_confirm", "discarded"):
            days.setdefault(event.object_id, day_of(event.happened_at))
    assert days == dict(Problem.objects.values_list("pk", "raised_on"))


def test_the_record_proves_the_signing_and_the_end():
    signed = first_days("agreement", target="active")
    assert signed == dict(Agreement.objects.filter(signed_on__isnull=False).values_list("pk", "signed_on"))
    ends = {}
    for state in ("closed", "terminated", "declined"):
        ends |= first_days("agreement", target=state)
    assert ends == dict(Agreement.objects.values_list("pk", "ended_on"))


def test_the_record_proves_the_solving():
    solved = {}
    for problem, on in Episode.objects.filter(written_off_on__isnull=False).values_list("problem", "written_off_on"):
        solved[problem] = min(on, solved.get(problem, ALWAYS))
    assert first_days("problem", actions=("write_off",)) == solved
