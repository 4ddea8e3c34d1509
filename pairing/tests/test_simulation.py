"""A period played in advance agrees with the same period lived through."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Role
from accounts.tests.people import create_personas, create_seat
from pairing import notices
from pairing.models import Agreement, Digest, Notice, working_days
from pairing.reference import load_reference
from pairing.supervision import supervise
from pairing.tests import world

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 5, 20), date(2026, 7, 10)  # with the Dragon Boat holiday of 19 June


@pytest.fixture
def people(request):
    request.getfixturevalue("settings").EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
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


def test_a_simulation_writes_nothing_and_says_no_step_twice(programme, people):
    once = ("before", "after", "late", "waiting", "silent", "vacant", "lapse", "news", "look")
    told = [
        (person, item[:3])
        for _day, person, items in foreseen()
        for item in items
        if item[2].startswith(once)
    ]  # fmt: skip
    assert len(set(told)) == len(told) > 0
    assert Notice.objects.count() == 0


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.dates(date(2026, 5, 18), date(2026, 9, 30)), length=st.integers(0, 40))
def test_at_most_one_message_a_day_and_none_on_a_day_off(programme, first, length):
    messages = notices.simulate(first, first + timedelta(days=length))
    days = [(message.person.pk, message.day) for message in messages]
    assert len(set(days)) == len(days)
    assert all(working_days().works(message.day) and message.items for message in messages)
    assert all(first <= message.day <= first + timedelta(days=length) for message in messages)
    assert days == sorted(days, key=lambda row: row[1])


def test_what_was_told_before_the_period_is_not_told_again(programme, people):
    supervise(world.moment("2026-05-20", 9))
    again = notices.simulate(FIRST + timedelta(days=1), LAST)
    steps = {item.step for message in again for item in message.items}
    assert not {step for step in steps if step.startswith("waiting")}
    assert "late_review" in steps


def test_a_draft_of_rules_is_tried_without_publishing_it(programme, people):
    draft = world.create_rules(programme, date(2026, 7, 1), "草案", remind_before=[5], escalate_after=1)
    type(draft).objects.filter(pk=draft.pk).update(published_on=None)
    steps = {step for _day, _person, items in foreseen(rules=draft) for _type, _pk, step, _level in items}
    assert {step for step in steps if step.startswith("before")} == {"before-5"}
    assert "before-14" in {i[2] for _day, _person, items in foreseen() for i in items}


def test_one_programme_alone(programme, people):
    other = world.create_programme(people.committee, "另一活动")
    assert notices.simulate(FIRST, LAST, programme=other) == []
    assert foreseen(programme=programme) == foreseen()


def test_the_command_answers_in_json(programme, people):
    out = StringIO()
    call_command("simulate_supervision", "--from", "2026-05-20", "--to", "2026-06-05", "--json", stdout=out)
    rows = json.loads(out.getvalue())
    assert rows == sorted(rows, key=lambda row: (row["day"], row["person"]))
    assert set(rows[0]) == {"person", "day", "items"}
    assert set(rows[0]["items"][0]) == {"object", "step", "level"}
    numbers = set(Agreement.objects.values_list("number", flat=True))
    assert rows[0]["items"][0]["object"] in numbers
    with pytest.raises(CommandError):
        call_command("simulate_supervision", "--from", "2026-05-20", "--to", "2026-05-19", stdout=out)


def test_a_day_that_is_none_is_refused_in_a_sentence(db):
    with pytest.raises(CommandError, match=r"^请按 2026-10-09 的格式填写日期。$"):
        call_command("simulate_supervision", "--from", "2026-05-20", "--to", "in June", stdout=StringIO())


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-05-20", "2026-05-19"), ("2026-05-20", "2028-05-22"), ("0001-01-01", "0001-01-02"), ("", "2026-05-20"),
     ("9999-12-30", "9999-12-31"), ("2026-02-29", "2026-05-20")],
)  # fmt: skip
def test_a_period_that_is_none_or_too_long_is_refused_in_a_sentence(db, first, last):
    out = StringIO()
    with pytest.raises(CommandError, match=r"。$"):
        call_command("simulate_supervision", "--from", first, "--to", last, "--json", stdout=out)
    assert out.getvalue() == ""


def test_a_period_years_ahead_is_played_as_quickly(programme, people):
    """The weekly steps of a hundred years are not gone through for each day."""
    messages = notices.simulate(date(2126, 5, 20), date(2126, 6, 20))
    weekly = {item.step for message in messages for item in message.items if "week" in item.step}
    assert weekly
    assert all(int(step.rpartition("-")[2]) > 5000 for step in weekly)
