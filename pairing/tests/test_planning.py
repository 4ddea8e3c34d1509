"""Rounds: full and small, after an outage, two at once, and what they cost."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from accounts.tests.people import create_seat, create_user
from pairing import notices
from pairing.models import Agreement, Notice, PlanMark
from pairing.notices.news import REREAD
from pairing.reference import load_reference
from pairing.tests import world
from pairing.tests.states import Cast
from pairing.workflow.engine import perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    load_reference()
    cast = Cast()
    cast.at = world.moment("2026-03-02")
    return cast


def steps(person, *begin):
    found = person.notices.order_by("pk").values_list("step", flat=True)
    return [step for step in found if not begin or step.startswith(begin)]


def test_an_outage_of_72_hours_loses_nothing_and_collapses_what_was_missed(cast):
    """Due on 2 June: days 1 and 3 after it fall into the outage; of the two only the latest is told, once."""
    cast.agreement()
    notices.plan(world.moment("2026-06-02", 9))
    assert steps(cast.partner.person, "before", "after") == ["before-0"]
    notices.plan(world.moment("2026-06-05", 9))
    assert steps(cast.partner.person, "before", "after") == ["before-0", "after-3"]
    assert steps(cast.supervisor.person, "late") == ["late_supervisor"]
    assert notices.plan(world.moment("2026-06-05", 9)) == 0
    assert notices.plan(world.moment("2026-06-06", 9)) == 0


def test_after_a_long_outage_each_still_hears_the_latest_that_was_for_them(cast):
    cast.agreement()
    notices.plan(world.moment("2026-06-30", 9))
    assert steps(cast.partner.person, "before", "after") == ["after-7"]
    assert steps(cast.supervisor.person, "after") == ["after-week-3"]


def test_between_full_rounds_only_what_was_touched_is_looked_at(cast):
    quiet, touched = cast.agreement(), cast.agreement()
    notices.plan(world.moment("2026-03-10", 9))
    Agreement.objects.update(due_on=date(2026, 3, 12))  # without an Event nobody knows
    event = perform("note", touched, seat=cast.filer, at=world.moment("2026-03-10", 9), note="记录")
    about = Notice.objects.filter(step__startswith="before").values_list("object_id", flat=True)
    for last_read, found in ((event.pk + REREAD, set()), (event.pk + REREAD - 1, {touched.pk})):
        PlanMark.objects.update(event_id=last_read)
        notices.plan(world.moment("2026-03-10", 10) - timedelta(minutes=1))
        assert set(about.all()) == found
    notices.plan(world.moment("2026-03-10", 10))  # an hour after the full one
    assert set(about.all()) == {quiet.pk, touched.pk}


def test_some_matters_alone(cast):
    one, other = cast.agreement("invited"), cast.agreement("invited")
    assert notices.plan(world.moment("2026-03-02"), matters=[one]) == 1
    assert Notice.objects.get().object_id == one.pk
    notices.plan(world.moment("2026-03-02"))
    assert set(Notice.objects.values_list("object_id", flat=True)) == {one.pk, other.pk}


def test_a_new_secretary_is_told_what_still_waits(cast):
    cast.agreement("invited")
    notices.plan(world.moment("2026-03-03"))
    late = create_seat(Role.SECRETARY, cast.people.partner_branch, person=create_user("new"), from_on=date(2026, 3, 5))
    notices.plan(world.moment("2026-03-04"))
    assert steps(late.person) == []
    notices.plan(world.moment("2026-03-05"))
    assert steps(late.person) == ["waiting_branches"]


def test_a_round_costs_the_same_number_of_queries_for_one_matter_and_for_thirty(cast):
    def cost(day):
        with CaptureQueriesContext(connection) as queries:
            notices.plan(world.moment(day))
        return len(queries)

    for state in ("invited", "submitted", "active", "acceptance"):
        cast.agreement(state)
    cast.problem()
    notices.plan(world.moment("2026-03-17"))  # the market is told
    one = cost("2026-03-18")
    for state in ("invited", "submitted", "active", "acceptance") * 7:
        cast.agreement(state)
    cast.problem()
    assert cost("2026-03-19") == one <= 40


@pytest.mark.django_db(transaction=True)
def test_two_planners_take_turns_and_write_nothing_twice():
    load_reference()
    cast = Cast()
    cast.at = world.moment("2026-03-02")
    cast.agreement("invited")
    cast.agreement()
    now, new, gate = world.moment("2026-06-05", 9), [], threading.Barrier(2)

    def planner():
        gate.wait()
        new.append(notices.plan(now))
        connection.close()

    threads = [threading.Thread(target=planner) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(new) == [0, Notice.objects.count()]
    keys = Notice.objects.values_list("person", "object_type", "object_id", "step", "occasion")
    assert len(set(keys)) == len(keys) > 0
