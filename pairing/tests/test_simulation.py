"""A period played in advance agrees with the same period lived through."""

from datetime import date, timedelta

import pytest

from accounts.models import Role
from accounts.tests.people import create_personas, create_seat
from pairing import notices
from pairing.models import Agreement, Digest, Notice
from pairing.reference import load_reference
from pairing.supervision import supervise
from pairing.tests import world

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 5, 20), date(2026, 7, 10)  # with the Dragon Boat holiday of 19 June


@pytest.fixture
def people(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    load_reference()
    personas = create_personas()
    seats = personas.seats() | {"lead": create_seat(Role.LEAD, personas.committee)}
    for name, seat in seats.items():
        seat.may_backdate = True
        seat.save()
        seat.person.email = f"{name}@example.test"
        seat.person.save()
    return personas


@pytest.fixture
def programme(people):
    """On 20 May 2026 each clock has a matter: due, waiting, silent, in review, in acceptance, on the market."""
    programme = world.create_programme(people.committee)
    at = world.moment("2026-05-18")
    for state in ("invited", "drafting", "submitted", "signing", "active", "acceptance"):
        problem = world.create_problem(programme, people.filer, f"问题{state}", at=at)
        agreement = world.create_agreement(programme, people.filer, [people.partner_branch], [problem], at=at)
        world.bring_to(state, agreement, reviewer=people.reviewer, at=at)
    Agreement.objects.filter(state="active").update(due_on=date(2026, 6, 15), original_due_on=date(2026, 6, 15))
    world.create_problem(programme, people.stranger, "无人认领", at=at)
    world.create_problem(programme, people.filer, "代报问题", at=at, owner=people.partner_branch)
    return programme


def days():
    return [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


def played():
    """[(day, user name, (object, step, level) …)] of the digests that went out, one round at nine o'clock each day."""
    for day in days():
        supervise(world.moment(day, 9))
    sent = []
    for digest in Digest.objects.order_by("day", "person__username"):
        items = sorted((n.object_type, n.object_id, n.step, n.level) for n in digest.notices.all())
        sent.append((digest.day, digest.person.username, items))
    return sent


def foreseen(**how):
    return [
        (m.day, m.person.username, sorted((i.object_type, i.object_id, i.step, i.level) for i in m.items))
        for m in notices.simulate(FIRST, LAST, **how)
    ]


def test_the_simulation_agrees_with_what_really_happens(programme, people):
    told = foreseen()
    assert Notice.objects.count() == 0
    assert {step for _day, _person, items in told for _type, _pk, step, _level in items} > {"news_lapse", "market"}
    assert told == played()
