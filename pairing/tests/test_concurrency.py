"""Two at once on one object, with real threads and real locks: one wins, the other is told, the record tells one."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from accounts.models import Event, Role
from accounts.tests.people import create_seat
from pairing.models import Agreement, Episode, Opinion, Problem, Review, Signature
from pairing.tests import world
from pairing.tests.states import EFFECT, Cast
from pairing.workflow.engine import NotNow, perform

pytestmark = pytest.mark.django_db(transaction=True)

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def at_once(row, *acts):
    """Run `acts` in threads that all wait for `row` before any of them goes on; answers "done" or the refusals."""
    with ThreadPoolExecutor(len(acts)) as pool:
        with transaction.atomic():
            type(row).objects.select_for_update().get(pk=row.pk)
            running = [pool.submit(in_thread, act) for act in acts]
            wait_for(len(acts))
        return [one.result(timeout=20) for one in running]


def in_thread(act):
    try:
        act()
    except NotNow as refusal:
        return str(refusal)
    finally:
        connections.close_all()
    return "done"


def wait_for(count):
    for _try in range(6000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # it would stand still until the transaction ends
            cursor.execute(WAITING)
            if cursor.fetchone()[0] == count:
                return
        time.sleep(0.01)
    raise AssertionError("the threads never met at the lock")


def step(name, obj, seat, **data):
    """A step as another process takes it: on an object of its own."""
    return lambda: perform(name, type(obj).objects.get(pk=obj.pk), seat=seat, **data)


def one_winner(results):
    assert sorted(result == "done" for result in results) == [False, True], results


def records(obj, action):
    return Event.objects.of(obj).filter(action=action).count()


def test_an_invitation_is_accepted_once():
    cast = Cast()
    agreement = cast.agreement("invited")
    deputy = create_seat(Role.SECRETARY, cast.people.partner_branch, deputy_of=cast.partner)
    one_winner(at_once(agreement, *(step("accept_invitation", agreement, seat) for seat in (cast.partner, deputy))))
    assert records(agreement, "accept_invitation") == 1


def test_a_double_click_counts_once():
    cast = Cast()
    problem = cast.draft_problem()
    one_winner(at_once(problem, *[step("file", problem, cast.filer)] * 2))
    assert records(problem, "file") == 1


def test_one_problem_in_two_drafts_invited_at_once():
    cast = Cast()
    problem = cast.problem()
    drafts = [cast.draft_agreement(problem) for _copy in range(2)]
    results = at_once(problem, *(step("invite", draft, cast.filer) for draft in drafts))
    one_winner(results)
    assert problem.number in "".join(results)
    assert sorted(Agreement.objects.values_list("state", flat=True)) == ["draft", "invited"]
    assert Episode.objects.held().get(problem=problem).agreement.state == "invited"
    assert records(problem, "match") == 1


@pytest.mark.parametrize(("needed", "winners"), [(1, 1), (2, 2)])
def test_two_reviewers_give_their_opinion_at_once(needed, winners):
    cast = Cast(opinions_needed=needed)
    other = create_seat(Role.REVIEWER, cast.people.committee)
    agreement = cast.agreement("submitted")
    goals = world.pass_all(agreement)
    results = at_once(agreement, *(step("opine", agreement, seat, goals=goals) for seat in (cast.reviewer, other)))
    assert results.count("done") == Opinion.objects.count() == records(agreement, "opine") == winners
    assert Event.objects.of(agreement).filter(action="opine", target="signing").count() == 1
    assert Review.objects.get().outcome == "approved"


def test_a_party_signs_once():
    cast = Cast()
    agreement = cast.agreement("signing")
    deputy = create_seat(Role.SECRETARY, cast.people.branch, deputy_of=cast.filer)
    digest = agreement.text_digest
    one_winner(at_once(agreement, *(step("sign", agreement, seat, digest=digest) for seat in (cast.filer, deputy))))
    assert Signature.objects.count() == records(agreement, "sign") == 1


def test_the_last_two_signatures_at_once_start_one_term():
    cast = Cast()
    agreement = cast.agreement("signing")
    digest = agreement.text_digest
    seats = (cast.filer, cast.partner)
    assert at_once(agreement, *(step("sign", agreement, seat, digest=digest) for seat in seats)) == ["done", "done"]
    agreement.refresh_from_db()
    assert (agreement.state, agreement.due_changes.count()) == ("active", 1)
    assert records(agreement.episodes.get().problem, "pair") == 1


def test_the_goals_are_saved_by_one_of_two():
    cast = Cast()
    agreement = cast.agreement("drafting")
    rows = {"version": agreement.text_version, "goals": world.goal_rows(agreement)}
    mine, theirs = rows, {**rows, "goals": [{**rows["goals"][0], "text": "对方的写法"}]}
    one_winner(
        at_once(agreement, step("edit", agreement, cast.filer, **mine), step("edit", agreement, cast.partner, **theirs))
    )
    assert agreement.goals.count() == records(agreement, "edit") == 1


def test_a_step_of_the_problem_and_one_of_its_agreement_wait_for_each_other():
    cast = Cast()
    problem = cast.problem()
    agreement = cast.agreement("active", problem)
    results = at_once(
        agreement,
        step("claim", problem, cast.partner, effect=EFFECT),
        step("terminate", agreement, cast.lead, code="gone", note="项目撤销"),
    )
    problem.refresh_from_db()
    assert results[1] == "done"
    assert problem.state == "open"
    assert records(problem, "claim") == (results[0] == "done")


def test_numbers_are_given_once():
    cast = Cast()
    drafts = [cast.draft_problem(title=title) for title in ("甲", "乙")]
    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(in_thread, [step("file", draft, cast.filer) for draft in drafts])) == {"done"}
    assert sorted(Problem.objects.values_list("sequence", flat=True)) == [1, 2]
