"""Why a pair is to be visited: each reason by hand."""

from datetime import date

import pytest

from pairing import standings
from pairing.models import Agreement, Episode, FollowUp, ProgressReport, Reason, Standing
from pairing.tests import world
from pairing.tests.states import Cast
from pairing.tests.world import moment
from pairing.workflow.engine import perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return Cast()


def pair(cast, on="2026-03-02", problems=1):
    cast.at = moment(on)
    listed = [world.create_problem(cast.programme, cast.filer, f"问题之{n}", at=cast.at) for n in range(problems)]
    return cast.agreement("active", *listed)


def act(cast, name, agreement, persona, on, **data):
    return perform(name, agreement, seat=cast.seats[persona], at=moment(on), **data)


def reasons(agreement, on):
    standings.refresh(date.fromisoformat(on))
    return Standing.objects.get(agreement=agreement).reasons


def test_a_fresh_pair_is_not_to_be_visited(cast):
    agreement = pair(cast)
    assert reasons(agreement, "2026-03-10") == []
    assert Standing.objects.get().heard_on == date(2026, 3, 2)


def test_late_from_the_day_after_the_due_date_unless_a_timely_request_waits_or_it_is_muted(cast):
    agreement = pair(cast)
    assert "late" not in reasons(agreement, "2026-06-02")
    assert "late" in reasons(agreement, "2026-06-03")
    Agreement.objects.update(muted_on=date(2026, 6, 1))
    assert "late" not in reasons(agreement, "2026-06-03")
    Agreement.objects.update(muted_on=None)
    day = date(2026, 7, 1)
    act(cast, "ask_extension", agreement, "filer", "2026-06-02", note="缺料", progress="过半", new_due_on=day)
    assert not {"late", "behind"} & set(reasons(agreement, "2026-06-10"))


def test_the_gap_is_for_the_parties_until_the_next_working_day(cast):
    agreement = pair(cast)
    act(cast, "report_progress", agreement, "filer", "2026-03-05", percent=80)
    assert "gap" not in reasons(agreement, "2026-03-10")  # the other side has said nothing
    assert Standing.objects.get().gap == 0
    act(cast, "report_progress", agreement, "partner", "2026-03-13", percent=20)  # a Friday
    for seen in ("2026-03-13", "2026-03-14", "2026-03-15"):
        assert "gap" not in reasons(agreement, seen)
    assert "gap" in reasons(agreement, "2026-03-16")
    act(cast, "report_progress", agreement, "partner", "2026-03-16", percent=51)
    assert "gap" not in reasons(agreement, "2026-03-18")  # 29 points


def test_silence_ends_with_any_act_of_a_party_and_not_of_others(cast):
    agreement = pair(cast)
    assert "silence" not in reasons(agreement, "2026-03-15")
    assert "silence" in reasons(agreement, "2026-03-16")
    act(cast, "note", agreement, "supervisor", "2026-03-16", note="已电话提醒")
    assert "silence" in reasons(agreement, "2026-03-16")
    act(cast, "note", agreement, "partner", "2026-03-16", note="周五碰头")
    assert "silence" not in reasons(agreement, "2026-03-29")
    act(cast, "suspend", agreement, "lead", "2026-03-29", note="停工")
    assert reasons(agreement, "2026-05-20") == []
    act(cast, "resume", agreement, "lead", "2026-05-20")
    assert "silence" not in reasons(agreement, "2026-05-25")  # the clock went on five days ago


def test_a_skip_counts_as_done_and_a_visit_ends_it(cast):
    agreement = pair(cast)
    assert "never_visited" not in reasons(agreement, "2026-03-16")  # planned for this day
    assert "never_visited" in reasons(agreement, "2026-03-17")
    row = FollowUp.objects.order_by("planned_on").first()
    act(cast, "skip_follow_up", agreement, "supervisor", "2026-03-17", note="昨天会上见过", follow_up=row.pk)
    assert "never_visited" not in reasons(agreement, "2026-03-17")
    assert "never_visited" in reasons(agreement, "2026-04-01")
    act(cast, "follow_up", agreement, "supervisor", "2026-04-01", kind="call", progress="正常")
    assert "never_visited" not in reasons(agreement, "2026-06-01")


@pytest.mark.parametrize(
    ("effects", "visited", "formal"),
    [
        (("已整改", "已整改"), False, True),
        (("已整改", "已整改"), True, False),
        (("缺陷率降到2%", "停工由5天减到1天"), False, False),
    ],
)
def test_a_formal_closing_is_seen_while_it_waits_for_acceptance(cast, effects, visited, formal):
    agreement = pair(cast, problems=2)
    if visited:
        act(cast, "follow_up", agreement, "supervisor", "2026-03-16", kind="visit", progress="正常")
    given = world.results(agreement)
    for row, effect in zip(given["problems"].values(), effects, strict=True):
        row["effect"] = effect
    act(cast, "propose_completion", agreement, "filer", "2026-06-01", **given)
    act(cast, "confirm_completion", agreement, "partner", "2026-06-01", digest=agreement.completion_digest)
    assert (reasons(agreement, "2026-06-02") == ["formal"]) is formal
    act(cast, "accept", agreement, "reviewer", "2026-06-03")
    standings.refresh(date(2026, 6, 4))
    assert not Standing.objects.exists()


def test_one_effect_alone_says_nothing(cast):
    agreement = pair(cast)
    act(cast, "propose_completion", agreement, "filer", "2026-06-01", **world.results(agreement))
    act(cast, "confirm_completion", agreement, "partner", "2026-06-01", digest=agreement.completion_digest)
    assert reasons(agreement, "2026-06-02") == []
    assert Episode.objects.get().claimed_on == date(2026, 6, 1)


def test_keeping_up_reads_what_has_changed(cast):
    agreement, other = pair(cast, "2026-03-02"), pair(cast, "2026-03-02")
    assert standings.keep_up(moment("2026-03-10", 8)) == 2
    assert standings.keep_up(moment("2026-03-10", 9)) == 0
    act(cast, "report_progress", agreement, "filer", "2026-03-10", percent=30)
    assert standings.keep_up(moment("2026-03-10", 11)) == 1
    assert Standing.objects.get(agreement=agreement).highest == 30
    assert standings.keep_up(moment("2026-03-11", 8)) == 2
    assert ProgressReport.objects.filter(agreement=other).count() == 0


def test_a_day_ahead_that_was_played_leaves_nothing_behind(cast):
    """`supervise --at` next week, and then the round of today: what is not late yet does not stand as late."""
    agreement = pair(cast, "2026-03-02")
    standings.keep_up(moment("2026-06-03", 9))
    assert Standing.objects.get(agreement=agreement).reasons[0] == Reason.LATE
    standings.keep_up(moment("2026-03-10", 9))
    assert Standing.objects.get(agreement=agreement).reasons == []
