"""The sums behind the figures equal what the counting QuerySets find, for every measure and every day."""

from datetime import timedelta

import pytest

from accounts.models import Organisation
from pairing.models import Agreement, DueChange, Episode, Extension, Interval, Problem
from reports import rollups
from reports.models import DayCount, Fact, MonthCount
from reports.rollups.checking import differences
from reports.tests.years import create_years

pytestmark = pytest.mark.django_db

ONE = timedelta(days=1)


def days_seen():
    """Every day on which anything is dated, the day before and the day after: where a figure may change."""
    dated = (
        (Problem, "raised_on"), (Agreement, "signed_on"), (Agreement, "ended_on"), (Episode, "taken_on"),
        (Episode, "confirmed_on"), (Episode, "written_off_on"), (Episode, "released_on"), (Episode, "relapsed_on"),
        (Interval, "from_on"), (Interval, "to_on"), (DueChange, "decided_on"), (DueChange, "due_on"),
        (Extension, "asked_on"), (Extension, "decided_on"), (Organisation, "opened_on"), (Organisation, "closed_on"),
    )  # fmt: skip
    found = {day for model, name in dated for day in model.objects.values_list(name, flat=True) if day}
    return sorted({near for day in found for near in (day - ONE, day, day + ONE)})


def state_of_sums():
    """All facts and sums as they stand, zeros left out."""
    return [
        set(Fact.objects.values_list("kind", "object_id", "programme", "way", "category").iterator()),
        set(DayCount.objects.exclude(n=0).values_list("programme", "body", "key", "measure", "day", "n")),
        set(MonthCount.objects.exclude(n=0).values_list("programme", "body", "key", "measure", "month", "n")),
    ]


def test_every_measure_on_every_day():
    years = create_years()
    assert rollups.fold()
    assert rollups.fold() == 0
    assert differences(years.programme, days_seen()) == []
