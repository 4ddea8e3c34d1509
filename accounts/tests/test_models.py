"""The tree, the seats and the record keep their promises in the database itself."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import InternalError, transaction
from django.utils import timezone

from accounts import record
from accounts.models import Event, Organisation, Role, Seat
from accounts.tests.people import create_branch, create_committee, create_personas, create_seat, create_user

pytestmark = pytest.mark.django_db


def test_personas_are_ten_seats_of_ten_people():
    personas = create_personas()
    seats = personas.seats()
    assert len({seat.person_id for seat in seats.values()}) == 10
    assert all(seat.person.current_seats[0].pk for seat in seats.values())


def test_a_moved_organisation_takes_its_subtree_along():
    upper, lower = create_committee("甲党委"), create_committee("乙党委")
    branch = create_branch(parent=upper)
    below = create_branch(parent=branch)
    branch.parent = lower
    branch.save()
    below.refresh_from_db()
    assert below.path == f"/{lower.pk}/{branch.pk}/{below.pk}/"
    assert set(Organisation.objects.below(lower)) == {lower, branch, below}


def test_an_organisation_cannot_lie_below_itself():
    upper = create_committee()
    branch = create_branch(parent=upper)
    upper.parent = branch
    with pytest.raises(ValidationError):
        upper.full_clean()


def test_seats_count_on_their_first_and_last_day_only():
    today = timezone.localdate()
    branch, person = create_branch(), create_user()
    seat = create_seat(Role.SECRETARY, branch, person=person, from_on=today, to_on=today)
    create_seat(Role.LIAISON, branch, person=person, from_on=today + timedelta(days=1))
    create_seat(Role.MEMBER, branch, person=person, from_on=date(2020, 1, 1), to_on=today - timedelta(days=1))
    assert person.current_seats == [seat]
    assert list(Seat.objects.on(today - timedelta(days=1)).values_list("role", flat=True)) == [Role.MEMBER]


@pytest.mark.parametrize("act", [lambda rows: rows.update(note="x"), lambda rows: rows.delete()])
def test_the_record_refuses_change_and_removal(act):
    event = record.write("log_in", person=create_user())
    with pytest.raises(InternalError, match="the record cannot be changed or deleted"), transaction.atomic():
        act(Event.objects.filter(pk=event.pk))
    assert Event.objects.get(pk=event.pk).note == ""


def test_the_record_keeps_names_as_text():
    seat = create_seat(Role.SECRETARY, create_branch("廊坊分公司党支部"), person=create_user(name="书记甲"))
    event = record.write("log_in", seat=seat)
    seat.person.name = "书记乙"
    seat.person.save()
    event.refresh_from_db()
    assert (event.person_name, event.seat.person.name) == ("书记甲", "书记乙")
    assert "廊坊分公司党支部" in event.seat_title
