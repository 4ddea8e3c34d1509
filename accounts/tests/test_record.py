"""What is written down stays readable for everybody, whatever language the person who acted has chosen."""

from django.utils import translation

from accounts import record
from accounts.tests.people import create_personas


def test_the_seat_is_written_down_in_the_language_of_the_product(db):
    seat = create_personas().filer
    with translation.override("en"):
        assert seat.title.endswith("Branch secretary")
        event = record.write("note", person=seat.person, seat=seat)
    assert event.seat_title.endswith("党支部书记")
