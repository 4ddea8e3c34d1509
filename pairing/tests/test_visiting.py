"""The planned follow-ups through a pair's life: inside the term, none while it stood still, nothing doubled."""

from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from pairing.deadlines import Calendar, follow_up_days, follow_ups_moved
from pairing.models import CalendarYear, FollowUp, SpecialDay
from pairing.tests import world
from pairing.tests.states import Cast
from pairing.tests.world import moment
from pairing.workflow.engine import perform
from pairing.workflow.visiting import open_follow_ups

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return Cast()


def pair(cast, on):
    cast.at = moment(on)
    return cast.agreement("active")


def act(cast, name, agreement, persona, on, **data):
    return perform(name, agreement, seat=cast.seats[persona], at=moment(on), **data)


def planned():
    return [f"{row.planned_on:%m-%d}" for row in FollowUp.objects.order_by("planned_on") if row.planned_on]


def complete(cast, agreement, on):
    act(cast, "propose_completion", agreement, "filer", on, **world.results(agreement))
    act(cast, "confirm_completion", agreement, "partner", on, digest=agreement.completion_digest)


def test_a_term_over_new_year_goes_on_in_the_next_year(cast):
    for text in ("2026-01-01", "2026-01-02"):
        SpecialDay.objects.create(day=date.fromisoformat(text), works=False)
    SpecialDay.objects.create(day=date(2026, 1, 4), works=True)  # a Sunday, worked
    CalendarYear.objects.create(year=2026)
    pair(cast, "2025-11-20")
    days = [f"{row.planned_on}" for row in FollowUp.objects.order_by("planned_on")]
    assert days == ["2025-12-04", "2025-12-18", "2026-01-04", "2026-01-15", "2026-01-29", "2026-02-12"]


def test_the_rhythm_is_that_of_the_rules_the_pair_keeps(cast):
    cast.programme.rule_versions.update(follow_up_every_days=30)
    pair(cast, "2026-03-02")
    assert planned() == ["04-01", "05-01", "06-01"]  # 31 May is a Sunday; the term ends on 2 June


def test_an_extension_decided_late_plans_nothing_for_the_days_before(cast):
    agreement = pair(cast, "2026-03-02")
    act(
        cast,
        "ask_extension",
        agreement,
        "filer",
        "2026-06-25",
        note="缺料",
        progress="过半",
        new_due_on=date(2026, 8, 31),
    )
    act(cast, "grant_extension", agreement, "reviewer", "2026-06-26")
    assert planned()[6:] == ["07-06", "07-20", "08-03", "08-17", "08-31"]


def test_done_ones_stay_when_the_term_is_extended(cast):
    agreement = pair(cast, "2026-03-02")
    act(cast, "follow_up", agreement, "supervisor", "2026-05-25", kind="call", progress="正常")
    act(
        cast,
        "ask_extension",
        agreement,
        "filer",
        "2026-05-26",
        note="缺料",
        progress="过半",
        new_due_on=date(2026, 7, 2),
    )
    act(cast, "grant_extension", agreement, "reviewer", "2026-05-27")
    assert planned() == ["03-16", "03-30", "04-13", "04-27", "05-11", "05-25", "06-08", "06-22"]
    assert FollowUp.objects.filter(done_on__isnull=False).count() == 1


def test_a_suspension_moves_what_was_planned_along(cast):
    agreement = pair(cast, "2026-03-02")
    act(cast, "follow_up", agreement, "supervisor", "2026-03-16", kind="call", progress="正常")
    act(cast, "suspend", agreement, "lead", "2026-03-31", note="汛期停工")
    act(cast, "resume", agreement, "lead", "2026-04-20")  # 20 days
    assert agreement.due_on == date(2026, 6, 22)
    assert planned() == ["03-16", "03-30", "05-04", "05-18", "06-01", "06-15"]
    assert FollowUp.objects.get(done_on__isnull=False).planned_on == date(2026, 3, 16)


def test_a_suspension_taken_back_at_once_changes_nothing(cast):
    agreement = pair(cast, "2026-03-02")
    before = planned()
    act(cast, "suspend", agreement, "lead", "2026-03-31", note="误操作")
    act(cast, "resume", agreement, "lead", "2026-03-31")
    assert planned() == before


def test_days_in_acceptance_that_were_sent_back_move_them_as_well(cast):
    agreement = pair(cast, "2026-03-02")
    complete(cast, agreement, "2026-05-04")
    problem = agreement.episodes.get().problem
    act(cast, "send_back", agreement, "reviewer", "2026-05-14", reasons={problem.pk: "效果还看不出来"})
    assert planned() == ["03-16", "03-30", "04-13", "04-27", "05-21", "06-04"]


@pytest.mark.parametrize(("suspended", "left"), [(None, 3), ("2026-04-01", 2)])
def test_an_early_end_leaves_none_open_after_the_clock_stopped(cast, suspended, left):
    agreement = pair(cast, "2026-03-02")
    if suspended:
        act(cast, "suspend", agreement, "lead", suspended, note="停工")
    act(cast, "terminate", agreement, "lead", "2026-04-20", note="不再继续", code="gone")
    assert len(planned()) == left


def test_the_date_agreed_upon_takes_the_place_of_the_next_planned_one(cast):
    agreement = pair(cast, "2026-03-02")
    act(
        cast, "follow_up", agreement, "supervisor", "2026-03-16", kind="visit", progress="正常",
        next_on=date(2026, 3, 23),
    )  # fmt: skip
    assert planned() == ["03-16", "03-23", "04-13", "04-27", "05-11", "05-25"]
    act(
        cast, "follow_up", agreement, "supervisor", "2026-05-25", kind="visit", progress="正常",
        next_on=date(2026, 6, 1),
    )  # fmt: skip
    assert planned()[-2:] == ["05-25", "06-01"]  # the last one was used up; the term ends on 2 June


def test_a_visit_closes_what_was_missed_before_it(cast):
    agreement = pair(cast, "2026-03-02")
    with translation.override("en"):  # the reason is data: it does not follow the language of who records
        act(cast, "follow_up", agreement, "supervisor", "2026-04-13", kind="visit", progress="正常")
    rows = {f"{row.planned_on:%m-%d}": row for row in agreement.follow_ups.all()}
    assert rows["04-13"].done_on == date(2026, 4, 13)
    for name in ("03-16", "03-30"):
        assert rows[name].skipped_on == date(2026, 4, 13)
        assert rows[name].skip_reason == "已由2026年4月13日的走访涵盖"
    assert [f"{row.planned_on:%m-%d}" for row in open_follow_ups(agreement)] == ["04-27", "05-11", "05-25"]


def test_a_visit_recorded_afterwards_leaves_open_what_was_planned_after_its_day(cast):
    agreement = pair(cast, "2026-03-02")
    first = agreement.follow_ups.first()
    act(
        cast, "follow_up", agreement, "supervisor", "2026-04-13", kind="visit", progress="正常",
        done_on=date(2026, 3, 18), follow_up=first.pk,
    )  # fmt: skip
    assert open_follow_ups(agreement).first().planned_on == date(2026, 3, 30)
    assert not agreement.follow_ups.filter(skipped_on__isnull=False)


DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
CALENDARS = st.builds(
    lambda off: Calendar(frozenset(off), frozenset(), frozenset(range(2024, 2032))), st.sets(DAYS, max_size=40)
)


@given(DAYS, st.integers(1, 200), st.integers(1, 40), st.integers(0, 199), st.integers(1, 90), CALENDARS)
def test_moved_follow_ups_lie_in_what_is_left_of_the_term(start, length, every, stood_after, stood, calendar):
    end, stopped = start + timedelta(days=length), start + timedelta(days=min(stood_after, length))
    since = [day for day in follow_up_days(start, end, every, calendar) if day >= stopped]
    went_on, moved_end = stopped + timedelta(days=stood), end + timedelta(days=stood)
    moved = follow_ups_moved(since, stood, went_on, moved_end, calendar)
    assert moved == sorted(set(moved))
    assert len(moved) <= len(since)
    assert all(went_on <= day <= moved_end and calendar.works(day) for day in moved)
