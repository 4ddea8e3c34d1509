"""Notices that waited: a message says what is so when it goes out, and of several steps of a matter the latest."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.tests.people import create_personas
from pairing import notices
from pairing.models import Agreement, Digest, Notice
from pairing.reference import load_reference
from pairing.supervision import supervise
from pairing.tests import world
from pairing.tests.mail_servers import mailbox
from pairing.workflow.engine import perform

__all__ = ["mailbox"]
pytestmark = pytest.mark.django_db
MONDAY = date(2026, 5, 18)


def at(days, hour=9):
    """`hour` o'clock, so many days after the Monday."""
    return world.moment(MONDAY + timedelta(days=days), hour)


@pytest.fixture
def people(mailbox):
    load_reference()
    personas = create_personas()
    for name, seat in personas.seats().items():
        seat.may_backdate = True
        seat.save()
        seat.person.email = f"{name}@example.test"
        seat.person.save()
    return personas


@pytest.fixture
def agreement(people):
    programme = world.create_programme(people.committee)
    problem = world.create_problem(programme, people.filer, at=at(-3))
    return world.create_agreement(programme, people.filer, [people.partner_branch], [problem], at=at(-3))


@pytest.fixture
def invited(agreement):
    world.bring_to("invited", agreement, at=at(0, 17))
    supervise(at(0, 19))
    return agreement


@pytest.fixture
def late(agreement, people):
    """A running pair that was due last Sunday."""
    world.bring_to("active", agreement, reviewer=people.reviewer, at=at(-2))
    due = MONDAY - timedelta(days=1)
    Agreement.objects.update(due_on=due, original_due_on=due)
    agreement.refresh_from_db()
    return agreement


def said(day, person):
    """The steps of the digest of a day, as they were told."""
    digest = Digest.objects.filter(day=day, person=person).first()
    return sorted(digest.notices.values_list("step", flat=True)) if digest else []


def foreseen(moment):
    out = StringIO()
    call_command("supervise", "--at", moment.isoformat(), "--dry-run", "--json", stdout=out)
    return {(row["person"], row["step"]) for row in json.loads(out.getvalue())}


def test_an_invitation_withdrawn_in_the_evening_asks_nobody_in_the_morning(invited, people):
    assert people.partner.person.notices.unsent().get().step == "waiting_branches"
    perform("withdraw", invited, seat=people.filer, note="改由自己解决", at=at(0, 21))
    assert (people.partner.person.username, "waiting_branches") not in foreseen(at(1))
    supervise(at(1))
    assert said(MONDAY + timedelta(days=1), people.partner.person) == ["news_withdraw"]
    assert people.partner.person.notices.filter(
        step="waiting_branches", read_at=None
    ).exists()  # the inbox is the record


def test_who_has_answered_in_the_evening_hears_nothing_in_the_morning(invited, people):
    perform("accept_invitation", invited, seat=people.partner, at=at(0, 21))
    waiting = Notice.objects.get(step="waiting_branches", details__state="invited")
    supervise(at(1))
    waiting.refresh_from_db()
    assert waiting.sent_at is not None
    assert waiting.digest is None
    told = Notice.objects.filter(digest__person=people.partner.person)
    assert {notice.details["state"] for notice in told} == {"drafting"}  # what is next is told, what was is not


def test_an_act_that_is_typed_in_late_counts_too(invited, people):
    """It happened before the notice was planned and was written down after it."""
    perform("withdraw", invited, seat=people.filer, note="改由自己解决", at=at(0, 18))
    supervise(at(1))
    assert "waiting_branches" not in said(MONDAY + timedelta(days=1), people.partner.person)


def test_what_still_waits_is_said(invited, people):
    supervise(at(1))
    assert said(MONDAY + timedelta(days=1), people.partner.person) == ["waiting_branches"]


def test_of_the_steps_of_days_without_delivery_the_latest_is_said(late, people):
    for day in (0, 2, 7):  # one day late, three, eight
        supervise(at(day), deliver=False)
    planned = set(late_steps(people.filer.person.notices))
    assert planned == {"after-1", "after-3", "after-7"}
    assert {step for person, step in foreseen(at(7)) if step.startswith("after")} == {"after-7"}
    supervise(at(7))
    day = MONDAY + timedelta(days=7)
    assert late_steps(Notice.objects.filter(digest__day=day, person=people.filer.person)) == ["after-7"]
    supervise(at(8))
    assert late_steps(Notice.objects.filter(digest__day__gt=day, person=people.filer.person)) == []


def late_steps(rows):
    return [step for step in rows.values_list("step", flat=True) if step.startswith("after")]


def test_a_pair_that_was_completed_meanwhile_is_not_called_overdue(late, people):
    supervise(at(2), deliver=False)
    assert late_steps(people.filer.person.notices.unsent())
    world.bring_to("acceptance", late, at=at(2, 20))
    supervise(at(3))
    assert late_steps(Notice.objects.filter(digest__isnull=False)) == []


def test_who_left_the_seat_meanwhile_hears_nothing_of_it(invited, people):
    partner = people.partner
    partner.to_on = MONDAY
    partner.save()
    supervise(at(1))
    assert said(MONDAY + timedelta(days=1), partner.person) == []


def test_the_same_twice_is_said_once(people, agreement):
    world.bring_to("active", agreement, reviewer=people.reviewer, at=at(-2))
    for n, note in ((0, "请尽快填报进展"), (3, "请本周填报进展")):
        perform("urge", agreement, seat=people.supervisor, note=note, at=at(n, 18))
        supervise(at(n, 19), deliver=False)
    urges = people.filer.person.notices.unsent().filter(step="news_urge")
    assert urges.count() == 2
    supervise(at(4))
    notes = Notice.objects.filter(digest__person=people.filer.person, step="news_urge")
    assert [notice.details["note"] for notice in notes] == ["请本周填报进展"]


def test_a_simulation_foresees_what_still_holds(invited, people):
    """What waits unsent and is settled is not foreseen; what still holds comes with the first message."""
    first, last = MONDAY + timedelta(days=1), MONDAY + timedelta(days=3)
    asked = {item.step for message in notices.simulate(first, last) for item in message.items}
    assert asked == {"waiting_branches"}
    perform("withdraw", invited, seat=people.filer, note="改由自己解决", at=at(0, 20))
    supervise(at(0, 21))
    messages = notices.simulate(first, last)
    assert {item.step for message in messages for item in message.items} == {"news_withdraw"}
    assert {message.day for message in messages} == {first}
