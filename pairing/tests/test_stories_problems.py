"""Stories of problems: the thread through its pairs (the twenty-one stories, second part)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Event, Role
from accounts.tests.people import create_branch, create_seat
from pairing.enums import ProblemState
from pairing.models import Agreement, Episode, Joiner, Problem
from pairing.services import hand_over_closed, save_agreement_draft, save_problem_draft
from pairing.tests import world
from pairing.tests.states import EFFECT, Cast, problem_in
from pairing.tests.world import moment
from pairing.workflow.engine import NotNow, perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return Cast()


def test_one_problem_in_two_drafts(cast):
    """An unsent draft takes nothing; the first invitation wins, the other draft gets a sentence and may go on."""
    problem, other = cast.problem(title="甲"), cast.problem(title="乙")
    first, second = cast.draft_agreement(problem), cast.draft_agreement(problem, other)
    problem.refresh_from_db()
    assert problem.state == "open"
    cast.act("invite", first, "filer")
    with pytest.raises(NotNow, match=problem.number):
        cast.act("invite", second, "filer")
    partners = [{"organisation": cast.people.partner_branch}]
    save_agreement_draft(second, seat=cast.filer, partners=partners, problems=[other], at=cast.at)
    cast.act("invite", second, "filer")
    assert {episode.agreement for episode in Episode.objects.held()} == {first, second}
    cast.act("withdraw", first, "filer", note="另找伙伴")
    problem.refresh_from_db()
    assert (problem.state, first.state) == ("open", "withdrawn")


WITHDRAWING = {
    ProblemState.OPEN: "withdrawn",
    ProblemState.MATCHED: "清单",
    ProblemState.IN_PAIRING: "终止结对",
    ProblemState.DONE: "不能",
    ProblemState.CLOSED: "不能",
    ProblemState.PARKED: "不能",
    ProblemState.REFUSED: "不能",
    ProblemState.WITHDRAWN: "不能",
    ProblemState.DRAFT: "不能",
    ProblemState.DISCARDED: "不能",
}


@pytest.mark.parametrize("state", WITHDRAWING)
def test_the_owner_withdraws_in_each_state(cast, state):
    problem = problem_in(state, cast)
    if WITHDRAWING[state] == "withdrawn":
        cast.act("withdraw", problem, "filer", note="已自行解决")
        interval = problem.intervals.get()
        assert (problem.state, interval.kind, interval.reason) == ("withdrawn", "withdrawn", "已自行解决")
        return
    with pytest.raises(NotNow, match=WITHDRAWING[state]):
        cast.act("withdraw", problem, "filer", note="不做了")
    problem.refresh_from_db()
    assert problem.state == state


def test_a_helper_owns_problems_too(cast):
    """Initiator, owner and helper are three roles: in one pair each side helps with the other's problem."""
    mine, theirs = cast.problem(title="甲"), world.create_problem(cast.programme, cast.partner, "乙", at=cast.at)
    agreement = cast.agreement("drafting", mine, theirs)
    helpers = {mine.pk: cast.people.partner_branch.pk, theirs.pk: cast.people.branch.pk}
    rows = world.goal_rows(agreement)
    cast.act("edit", agreement, "filer", version=agreement.text_version, goals=rows, helpers=helpers)
    stranger = {mine.pk: cast.people.other_branch.pk}
    with pytest.raises(NotNow, match="参与方"):
        cast.act("edit", agreement, "filer", version=agreement.text_version, goals=rows, helpers=stranger)
    assert {e.problem: e.helper for e in agreement.listed()} == {
        mine: cast.people.partner_branch, theirs: cast.people.branch,
    }  # fmt: skip
    world.confirm_all(agreement, cast.at)
    cast.act("submit", agreement, "filer")
    cast.act("opine", agreement, "reviewer", goals=world.pass_all(agreement))
    assert "协助方：工程管理部党支部" in agreement.text
    world.bring_to("active", agreement, at=cast.at)
    cast.act("claim", mine, "partner", effect=EFFECT)
    cast.act("claim", theirs, "partner", effect=EFFECT)
    assert (mine.state, theirs.state) == ("in_pairing", "done"), "a helper's claim waits, the owner's own counts"
    with pytest.raises(PermissionDenied):
        cast.act("confirm_claim", mine, "partner")
    cast.act("reject_claim", mine, "filer", note="数据不全")
    assert (mine.turn, Episode.objects.get(problem=mine).claimed_on) == ("", None)


def test_a_single_claim_keeps_its_day_when_the_pair_completes(cast):
    problem = cast.problem()
    agreement = cast.agreement("active", problem)
    cast.act("claim", problem, "partner", effect=EFFECT)
    claimed = cast.at
    cast.at += timedelta(days=9)
    world.bring_to("acceptance", agreement, at=cast.at)
    episode = Episode.objects.get()
    assert episode.claimed_on == timezone.localdate(claimed)
    assert episode.confirmed_on == timezone.localdate(cast.at)
    assert episode.claimed_by == cast.people.partner_branch


def test_written_off_singly_when_early(cast):
    early, late = cast.problem(title="甲"), cast.problem(title="乙")
    agreement = cast.agreement("active", early, late)
    cast.act("claim", early, "filer", effect=EFFECT)
    cast.act("write_off", early, "reviewer")
    assert (early.state, agreement.state) == ("closed", "active")
    world.bring_to("closed", agreement, at=cast.at, reviewer=cast.reviewer)
    assert set(Problem.objects.values_list("state", flat=True)) == {"closed"}
    assert Event.objects.of(early).filter(action="write_off").count() == 1


def test_reopened_after_closing(cast):
    problem = cast.problem()
    first = cast.agreement("closed", problem)
    on = timezone.localdate(cast.at)
    cast.at += timedelta(days=10)
    event = cast.act("look_back", problem, "filer", verdict="relapsed", note="又出现缺陷")
    assert event.consequences.get().action == "reopen"
    assert (problem.state, problem.turn_names) == ("open", "工程管理部党支部")
    second = cast.agreement("closed", problem)
    old, new = Episode.objects.order_by("pk")
    assert (old.agreement, old.effect, old.relapsed_on) == (first, EFFECT, on + timedelta(days=10))
    assert (new.agreement, new.relapsed_on) == (second, None)
    problem.refresh_from_db()
    assert problem.last_look_back == "", "nobody has looked back on the second solution yet"
    assert Problem.objects.solved_on(on).get() == problem
    assert list(Episode.objects.solving_on(timezone.localdate())) == [old], "counted once, at the first write-off"


def test_a_wrong_date_corrected_under_an_as_of_report(cast):
    """What was solved as of a day changes with the correction; the Event tells old and new."""
    cast.at = moment("2021-05-28")
    problem = cast.problem()
    agreement = cast.agreement("closed", problem)
    written, right = agreement.ended_on, agreement.ended_on + timedelta(days=5)
    cast.at += timedelta(days=20)
    assert Problem.objects.solved_on(written).count() == 1
    event = cast.act("correct", problem, "lead", field="written_off_on", new=right, note="验收单日期为准")
    assert Problem.objects.solved_on(written).count() == 0
    assert Problem.objects.solved_on(right).get() == problem
    event.refresh_from_db()
    assert (event.details["old"], event.details["new"]) == (written.isoformat(), right.isoformat())
    for wrong in (problem.raised_on - timedelta(days=1), timezone.localdate() + timedelta(days=1)):
        with pytest.raises(NotNow):
            cast.act("correct", problem, "lead", field="written_off_on", new=wrong, note="又改")


def test_a_wrong_signing_date_moves_the_term_and_the_lateness(cast):
    cast.at = moment("2021-02-10")
    agreement = cast.agreement("active")
    cast.at = moment("2021-03-01")
    cast.act("suspend", agreement, "lead", note="春节停工")
    cast.at = moment("2021-03-11")
    cast.act("resume", agreement, "lead")
    cast.at = moment("2021-05-25")
    world.bring_to("closed", agreement, at=cast.at, reviewer=cast.reviewer)
    assert (str(agreement.due_on), agreement.days_late) == ("2021-05-20", 5)
    cast.act("correct", agreement, "lead", field="signed_on", new="2021-02-13", note="签字日期写错")
    assert (str(agreement.original_due_on), str(agreement.due_on), agreement.days_late) == (
        "2021-05-13", "2021-05-23", 2,
    )  # fmt: skip
    cast.act("correct", agreement, "lead", field="completed_on", new="2021-05-23", note="填报日期写错")
    assert agreement.days_late == 0
    assert agreement.intervals.get(kind="acceptance").from_on == date(2021, 5, 23)
    with pytest.raises(NotNow, match="本来就是"):
        cast.act("correct", agreement, "lead", field="completed_on", new="2021-05-23", note="再改一次")


def test_a_person_with_two_seats(cast):
    """One secretary holds two branches and a seat in the group: each act is that of the seat chosen."""
    agreement = cast.agreement("submitted")
    second = create_seat(Role.SECRETARY, cast.people.partner_branch, person=cast.filer.person, may_backdate=True)
    group = create_seat(Role.REVIEWER, cast.people.committee, person=cast.filer.person)
    with pytest.raises(PermissionDenied):
        perform("opine", agreement, seat=group, goals=world.pass_all(agreement))
    cast.act("opine", agreement, "reviewer", goals=world.pass_all(agreement))
    for seat in (cast.filer, second):
        event = perform("sign", agreement, seat=seat, at=cast.at, digest=agreement.text_digest)
        assert (event.person, event.seat) == (cast.filer.person, seat)
    assert agreement.state == "active"


# Filing, and what holds a problem up
def test_filed_on_behalf_confirmed_and_counted_then(cast):
    draft = cast.draft_problem(owner=cast.people.partner_branch)
    assert draft.viewers == [cast.people.branch.pk], "an unfiled draft is its writer's alone"
    cast.act("file", draft, "liaison")
    assert (draft.state, draft.raised_on, draft.turn_names) == ("to_confirm", None, "廊坊分公司党支部")
    cast.at += timedelta(days=3)
    cast.act("confirm", draft, "partner")
    assert (draft.state, draft.raised_on) == ("open", timezone.localdate(cast.at))


@pytest.mark.parametrize(("step", "state"), [("explain", "explained"), ("not_ours", "withdrawn")])
def test_filed_on_behalf_and_not_taken(cast, step, state):
    problem = problem_in(ProblemState.TO_CONFIRM, cast)
    cast.act(step, problem, "partner", note="不在我支部职责内")
    assert (problem.state, problem.raised_on) == (state, timezone.localdate(cast.at))


def test_refused_rewritten_and_filed_again_under_its_number(cast):
    """The owner rewrites, also what another branch had filed on its behalf; the day it was raised stays."""
    problem = problem_in(ProblemState.TO_CONFIRM, cast)
    cast.act("confirm", problem, "partner")
    cast.act("refuse", problem, "reviewer", ground="many_departments", note="涉及四个部门")
    number, raised = problem.number, problem.raised_on
    cast.at += timedelta(days=2)
    cast.act("rewrite", problem, "partner")
    with pytest.raises(PermissionDenied):
        save_problem_draft(problem, seat=cast.filer, at=cast.at, title="别人的稿子")
    with pytest.raises(NotNow, match=number):
        cast.act("discard", problem, "partner")
    problem = save_problem_draft(problem, seat=cast.partner, at=cast.at, title="只说焊接")
    cast.act("file", problem, "partner")
    assert (problem.state, problem.number, problem.raised_on, problem.ground) == ("open", number, raised, "")
    assert problem.intervals.get().to_on == timezone.localdate(cast.at)


def test_parked_matters_stand_still(cast):
    problem = cast.problem()
    cast.act("park", problem, "reviewer", note="等待上级文件")
    assert (problem.turn, problem.intervals.get().kind) == ("", "parked")
    with pytest.raises(NotNow, match="不能列入清单"):
        cast.act("invite", cast.draft_agreement(problem), "filer")
    cast.at += timedelta(days=30)
    cast.act("resume", problem, "reviewer")
    assert (problem.turn_since, problem.intervals.get().to_on) == (cast.at, timezone.localdate(cast.at))


def test_we_have_it_too(cast):
    """One problem, two owners: the joiner sees it, brings it into a pair, and is asked no reviewer's question."""
    problem = cast.problem()
    cast.act("join", problem, "stranger")
    assert cast.people.other_branch.pk in problem.viewers
    with pytest.raises(NotNow):
        cast.act("join", problem, "stranger")
    draft = world.create_agreement(cast.programme, cast.stranger, [cast.people.partner_branch], [problem], at=cast.at)
    cast.act("invite", draft, "stranger")
    assert Problem.objects.raised_on(timezone.localdate()).count() == 1


def test_a_closed_branch_hands_on_what_is_open_and_keeps_what_is_past(cast):
    """The owner of a solved problem stays its owner; a joiner's successor joins once; drafts go along."""
    solved, draft = cast.problem(title="甲"), cast.draft_problem(title="乙")
    world.bring_to("closed", cast.draft_agreement(solved), at=cast.at, reviewer=cast.reviewer)
    joined = world.create_problem(cast.programme, cast.partner, "丙", at=cast.at)
    cast.act("join", joined, "filer")
    cast.act("join", joined, "stranger")
    old, new = cast.people.branch, cast.people.other_branch
    old.closed_on, old.successor = timezone.localdate(), new
    old.save(update_fields=["closed_on", "successor"])
    assert hand_over_closed(timezone.localdate()) == 2
    for problem in (solved, draft, joined):
        problem.refresh_from_db()
    assert (solved.owner, draft.owner, draft.filer) == (old, new, new)
    assert list(Joiner.objects.values_list("organisation", flat=True)) == [new.pk]
    with pytest.raises(NotNow, match="已撤销的组织"):
        perform("hand_over", joined, seat=None, old=cast.people.partner_branch, new=new)


def test_a_draft_of_another_branch_is_not_touched(cast):
    draft = cast.draft_agreement()
    for seat in (cast.partner, cast.reviewer):
        with pytest.raises(PermissionDenied):
            save_agreement_draft(draft, seat=seat, partners=[], problems=[], aim="改了")
    with pytest.raises(PermissionDenied):
        save_agreement_draft(Agreement(programme=cast.programme), seat=cast.reviewer, partners=[], problems=[])
    branch = create_branch("无关党支部", parent=cast.people.committee)
    with pytest.raises(PermissionDenied):
        perform("discard", draft, seat=create_seat(Role.SECRETARY, branch))
    draft.refresh_from_db()
    assert (draft.aim, draft.state) == ("降低焊接缺陷率", "draft")
