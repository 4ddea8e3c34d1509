"""Clocks of a pair: lapses after working days, due dates, extension, suspension, acceptance (domain.md §4, §5)."""

from datetime import date

import pytest

from pairing.models import Agreement, CalendarYear, FollowUp, SpecialDay
from pairing.supervision import supervise
from pairing.tests import world
from pairing.tests.states import Cast
from pairing.tests.world import moment
from pairing.workflow.engine import NotNow, perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return Cast()


def day(text):
    return date.fromisoformat(text)


def pair(cast, on, state="active"):
    """An agreement brought to `state` on one day."""
    cast.at = moment(on)
    return cast.agreement(state)


def act(cast, name, agreement, persona, on, hour=10, **data):
    return perform(name, agreement, seat=cast.seats[persona], at=moment(on, hour), **data)


def overdue(on):
    return Agreement.objects.overdue_on(day(on)).exists()


# Lapses
@pytest.mark.parametrize(
    ("state", "last_day"),
    [("invited", "2021-03-15"), ("drafting", "2021-03-29"), ("signing", "2021-03-15")],
)
def test_the_clock_acts_on_the_day_after_the_nth_working_day(cast, state, last_day):
    agreement = pair(cast, "2021-03-01", state)
    with pytest.raises(NotNow):
        act(cast, "lapse", agreement, "clock", last_day, hour=23)
    after = date.fromordinal(day(last_day).toordinal() + 1)
    act(cast, "lapse", agreement, "clock", after, hour=0)
    assert (agreement.state, agreement.ended_on) == ("lapsed", after)
    assert agreement.episodes.get().problem.state == "open"


def spring_2021(*, known=True):
    """1 May with its make-up days, and New Year, by the notice for 2021."""
    for text, works in [
        ("2021-01-01", False), ("2021-04-25", True), ("2021-05-03", False), ("2021-05-04", False),
        ("2021-05-05", False), ("2021-05-08", True),
    ]:  # fmt: skip
        SpecialDay.objects.create(day=day(text), works=works)
    if known:
        CalendarYear.objects.create(year=2021)


@pytest.mark.parametrize(
    ("invited", "known", "last_day"),
    [
        ("2021-04-23", True, "2021-05-10"),  # worked Sunday 25 April and Saturday 8 May, off 1 to 5 May
        ("2021-04-23", False, "2021-05-07"),  # no notice for the year: Monday to Friday
        ("2020-12-24", True, "2021-01-08"),  # over the end of the year, 1 January off
        ("2024-02-16", True, "2024-03-01"),  # over 29 February
    ],
)
def test_holidays_make_up_days_year_end_and_leap_day(cast, invited, known, last_day):
    spring_2021(known=known)
    agreement = pair(cast, invited, "invited")
    with pytest.raises(NotNow):
        act(cast, "lapse", agreement, "clock", last_day)
    act(cast, "lapse", agreement, "clock", date.fromordinal(day(last_day).toordinal() + 1))
    assert agreement.state == "lapsed"


def test_each_entry_of_a_state_starts_its_clock_anew(cast):
    agreement = pair(cast, "2021-03-01", "invited")
    act(cast, "counter_propose", agreement, "partner", "2021-03-12", aim="先做焊接", note="人手不足")
    with pytest.raises(NotNow):
        act(cast, "lapse", agreement, "clock", "2021-03-20")
    act(cast, "insist", agreement, "filer", "2021-03-22")
    with pytest.raises(NotNow):
        act(cast, "lapse", agreement, "clock", "2021-04-05")
    act(cast, "lapse", agreement, "clock", "2021-04-06")
    assert agreement.state == "lapsed"


def test_until_the_clock_ticks_an_answer_is_accepted(cast):
    agreement = pair(cast, "2021-03-01", "invited")
    act(cast, "accept_invitation", agreement, "partner", "2021-04-30")
    assert agreement.state == "drafting"
    supervise(moment("2021-05-20"))
    agreement.refresh_from_db()
    assert agreement.state == "drafting"
    supervise(moment("2021-05-29"))  # the twentieth working day was the 28th
    agreement.refresh_from_db()
    assert agreement.state == "lapsed"


# Due dates
@pytest.mark.parametrize(
    ("signed", "due"),
    [
        ("2020-11-30", "2021-02-28"), ("2023-11-30", "2024-02-29"), ("2021-03-31", "2021-06-30"),
        ("2020-12-31", "2021-03-31"), ("2024-02-29", "2024-05-29"), ("2021-02-01", "2021-05-01"),
    ],
)  # fmt: skip
def test_the_term_counts_whole_months_and_is_clamped(cast, signed, due):
    agreement = pair(cast, signed)
    assert agreement.due_on == agreement.original_due_on == day(due)
    assert list(agreement.due_changes.values_list("decided_on", "due_on", "cause")) == [(day(signed), day(due), "sign")]
    assert not overdue(due)
    assert overdue(date.fromordinal(day(due).toordinal() + 1).isoformat())


def ask(cast, agreement, on, new):
    act(cast, "ask_extension", agreement, "partner", on, new_due_on=day(new), progress="完成一半", note="设备晚到")


def test_an_extension_reaches_no_further_than_start_term_and_months(cast):
    agreement = pair(cast, "2020-11-30")
    with pytest.raises(NotNow, match="5月30日"):
        ask(cast, agreement, "2021-02-20", "2021-05-31")
    ask(cast, agreement, "2021-02-20", "2021-05-30")
    act(cast, "grant_extension", agreement, "reviewer", "2021-02-22")
    with pytest.raises(NotNow, match="8月30日"):
        ask(cast, agreement, "2021-05-20", "2021-08-31")
    ask(cast, agreement, "2021-05-20", "2021-08-30")
    act(cast, "grant_extension", agreement, "lead", "2021-05-21")
    assert (agreement.due_on, agreement.original_due_on) == (day("2021-08-30"), day("2021-02-28"))
    with pytest.raises(NotNow, match="延期次数"):
        ask(cast, agreement, "2021-08-20", "2021-09-30")
    assert list(agreement.due_changes.values_list("cause", flat=True)) == ["sign", "grant_extension", "grant_extension"]


def test_follow_ups_are_planned_inside_the_term_and_for_the_days_won(cast):
    agreement = pair(cast, "2021-03-01")
    planned = FollowUp.objects.values_list("planned_on", flat=True)
    assert (planned[0], planned.count(), planned.last()) == (day("2021-03-15"), 6, day("2021-05-24"))
    ask(cast, agreement, "2021-05-25", "2021-06-30")
    act(cast, "grant_extension", agreement, "reviewer", "2021-05-26")
    assert list(planned)[6:] == [day("2021-06-07"), day("2021-06-21")]


def test_suspended_over_the_due_date(cast):
    agreement = pair(cast, "2021-03-01")
    act(cast, "suspend", agreement, "lead", "2021-05-25", note="汛期停工")
    act(cast, "resume", agreement, "lead", "2021-06-24")
    assert (agreement.due_on, agreement.original_due_on) == (day("2021-07-01"), day("2021-06-01"))
    assert [on for on in ("2021-06-01", "2021-06-10", "2021-06-24", "2021-07-01", "2021-07-02") if overdue(on)] == [
        "2021-07-02"
    ]


def test_days_late_before_a_suspension_stay_late(cast):
    agreement = pair(cast, "2021-03-01")
    act(cast, "suspend", agreement, "lead", "2021-06-06", note="汛期停工")  # five days late
    act(cast, "resume", agreement, "lead", "2021-06-16")
    complete(cast, agreement, "2021-06-16")
    act(cast, "accept", agreement, "reviewer", "2021-06-18")
    assert (agreement.due_on, agreement.days_late) == (day("2021-06-11"), 5)


def complete(cast, agreement, on):
    act(cast, "propose_completion", agreement, "filer", on, **world.results(agreement))
    act(cast, "confirm_completion", agreement, "partner", on, digest=agreement.completion_digest)


def test_acceptance_stops_the_clock_and_the_days_sent_back_are_subtracted(cast):
    agreement = pair(cast, "2021-03-01")
    complete(cast, agreement, "2021-05-30")
    assert not overdue("2021-06-05")
    problem = agreement.episodes.get().problem_id
    act(cast, "send_back", agreement, "reviewer", "2021-06-09", reasons={problem: "缺少验证"})
    assert agreement.stopped_days == 10
    assert [on for on in ("2021-06-05", "2021-06-09", "2021-06-11", "2021-06-12") if overdue(on)] == ["2021-06-12"]
    complete(cast, agreement, "2021-06-13")
    act(cast, "accept", agreement, "reviewer", "2021-06-30")
    assert agreement.days_late == 2


def test_asked_after_days_in_acceptance_is_still_in_time(cast):
    agreement = pair(cast, "2021-03-01")
    complete(cast, agreement, "2021-06-01")
    problem = agreement.episodes.get().problem_id
    act(cast, "send_back", agreement, "reviewer", "2021-06-10", reasons={problem: "缺少验证"})
    ask(cast, agreement, "2021-06-10", "2021-07-10")
    act(cast, "grant_extension", agreement, "reviewer", "2021-06-15")
    assert not agreement.days_late
    assert agreement.extensions.get().timely


# Extension and lateness
def test_a_timely_request_is_pending_not_overdue_and_granted_never_late(cast):
    agreement = pair(cast, "2021-03-01")
    ask(cast, agreement, "2021-06-01", "2021-08-01")
    assert agreement.decision_pending
    assert not overdue("2021-06-05")
    act(cast, "grant_extension", agreement, "reviewer", "2021-06-10")
    assert not agreement.decision_pending
    assert not any(overdue(on) for on in ("2021-06-05", "2021-06-10", "2021-08-01"))
    complete(cast, agreement, "2021-07-20")
    act(cast, "accept", agreement, "reviewer", "2021-07-21")
    assert agreement.days_late == 0


def test_a_timely_request_refused_is_late_from_the_original_date(cast):
    agreement = pair(cast, "2021-03-01")
    ask(cast, agreement, "2021-06-01", "2021-08-01")
    act(cast, "refuse_extension", agreement, "reviewer", "2021-06-10", note="目标可以按期完成")
    assert overdue("2021-06-10")
    complete(cast, agreement, "2021-06-15")
    act(cast, "accept", agreement, "reviewer", "2021-06-16")
    assert agreement.days_late == 14


def test_the_days_of_a_late_request_stay(cast):
    agreement = pair(cast, "2021-03-01")
    ask(cast, agreement, "2021-06-03", "2021-08-01")
    assert not agreement.decision_pending
    assert overdue("2021-06-05")
    act(cast, "grant_extension", agreement, "reviewer", "2021-06-08")
    assert agreement.days_late == 7
    assert overdue("2021-06-07"), "what was late on that day stays late on it"
    assert not overdue("2021-06-08")
    complete(cast, agreement, "2021-07-20")
    act(cast, "accept", agreement, "reviewer", "2021-07-21")
    assert agreement.days_late == 7


def test_suspended_while_a_request_waits_the_new_date_moves_along(cast):
    agreement = pair(cast, "2021-03-01")
    ask(cast, agreement, "2021-06-01", "2021-06-15")
    act(cast, "suspend", agreement, "lead", "2021-06-02", note="汛期停工")
    act(cast, "resume", agreement, "lead", "2021-07-02")
    assert agreement.due_on == day("2021-07-01")
    act(cast, "grant_extension", agreement, "reviewer", "2021-07-03")
    assert agreement.due_on == day("2021-07-15")


def test_acceptance_takes_back_a_request_that_waits(cast):
    agreement = pair(cast, "2021-03-01")
    ask(cast, agreement, "2021-05-20", "2021-08-01")
    complete(cast, agreement, "2021-05-30")
    request = agreement.extensions.get()
    assert (request.decision, request.decided_on, agreement.due_on) == (
        "withdrawn",
        day("2021-05-30"),
        day("2021-06-01"),
    )


def test_ended_while_suspended_lateness_counts_to_the_suspension(cast):
    agreement = pair(cast, "2021-03-01")
    act(cast, "suspend", agreement, "lead", "2021-06-04", note="汛期停工")
    act(cast, "terminate", agreement, "lead", "2021-07-30", code="gone", note="项目撤销")
    assert (agreement.days_late, agreement.ended_on) == (3, day("2021-07-30"))


def test_the_working_day_rules_of_the_version_kept_at_submission_stay(cast):
    world.create_rules(cast.programme, day("2021-03-02"), signing_lapse=2)
    agreement = pair(cast, "2021-03-01", "signing")
    with pytest.raises(NotNow):
        act(cast, "lapse", agreement, "clock", "2021-03-15")
    act(cast, "lapse", agreement, "clock", "2021-03-16")
    assert agreement.state == "lapsed"
