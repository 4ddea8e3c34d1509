"""The engine: when, who, in which order, and the record it leaves (architecture.md §3)."""

import ast
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Event, Role
from accounts.tests.people import create_seat
from pairing.models import LookBackRecord, Opinion, Problem, ProgressReport, Signature
from pairing.tests import world
from pairing.tests.states import EFFECT, Cast
from pairing.workflow.contract import current_digest
from pairing.workflow.engine import NotNow, Transition, perform
from pairing.workflow.engine import problems as sentences_against

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return Cast()


def told(name, obj, **step):
    with pytest.raises(NotNow) as refusal:
        perform(name, obj, **step)
    return " ".join(refusal.value.sentences)


# When
def test_nothing_happens_in_the_future(cast):
    problem = cast.problem()
    later = timezone.now() + timedelta(minutes=1)
    assert "还没有到" in told("withdraw", problem, seat=cast.filer, at=later, note="已解决")
    assert Problem.objects.get().state == "open"


def test_nothing_happens_before_the_last_thing(cast):
    problem = cast.problem()
    before = cast.at - timedelta(seconds=1)
    assert problem.number in told("withdraw", problem, seat=cast.filer, at=before, note="已解决")


def test_nothing_happens_before_the_last_thing_on_a_problem_it_touches(cast):
    agreement = cast.draft_agreement()
    cast.at -= timedelta(days=1)
    assert "问题〔" in told("invite", agreement, seat=cast.filer, at=cast.at)
    agreement.refresh_from_db()
    assert (agreement.state, agreement.number) == ("draft", "")


def test_earlier_than_now_only_with_the_right_to_back_date(cast):
    problem, cast.filer.may_backdate = cast.problem(), False
    yesterday = timezone.now() - timedelta(days=1)
    with pytest.raises(PermissionDenied):
        perform("withdraw", problem, seat=cast.filer, at=yesterday, note="已解决")
    cast.filer.may_backdate = True
    event = perform("withdraw", problem, seat=cast.filer, at=yesterday, note="已解决")
    assert event.happened_at == yesterday
    assert event.recorded_at - yesterday >= timedelta(days=1)


@pytest.mark.parametrize(("from_days", "to_days"), [(-9, -1), (1, None)])
def test_a_seat_counts_on_the_days_it_is_held(cast, from_days, to_days):
    today = timezone.localdate()
    to_on = None if to_days is None else today + timedelta(days=to_days)
    seat = create_seat(
        Role.SECRETARY, cast.people.branch, from_on=today + timedelta(days=from_days), to_on=to_on, may_backdate=True
    )
    problem = cast.problem()
    with pytest.raises(PermissionDenied):
        perform("withdraw", problem, seat=seat, note="已解决")
    if to_on:
        perform("withdraw", problem, seat=seat, at=world.moment(to_on), note="已解决")
        assert problem.state == "withdrawn"


# In which order
def locks(queries):
    return [q["sql"].split('FROM "')[1].split('"')[0] for q in queries if "FOR UPDATE" in q["sql"]]


def test_the_agreement_is_locked_before_its_problems(cast):
    first, second = cast.problem(title="甲"), cast.problem(title="乙")
    agreement = cast.agreement("active", second, first)
    with CaptureQueriesContext(connection) as seen:
        perform("claim", first, seat=cast.filer, effect=EFFECT)
    assert locks(seen)[:2] == ["pairing_agreement", "pairing_problem"]
    with CaptureQueriesContext(connection) as seen:
        perform("note", agreement, seat=cast.filer, note="记一笔")
    assert locks(seen) == ["pairing_agreement", "pairing_problem"]
    listed = next(q["sql"] for q in seen if 'FROM "pairing_problem"' in q["sql"])
    assert listed.endswith("ORDER BY 1 ASC FOR UPDATE")


def test_only_what_changed_is_written(cast):
    problem = cast.problem()
    Problem.objects.filter(pk=problem.pk).update(description="别人刚写的")
    perform("withdraw", problem, seat=cast.filer, note="已解决")
    assert Problem.objects.get().description == problem.description == "别人刚写的"


def test_a_step_that_fails_halfway_leaves_nothing(cast):
    problem = cast.problem()
    cast.agreement("closed", problem)
    count = Event.objects.count()
    assert told("look_back", problem, seat=cast.filer, verdict="relapsed")  # reopening wants a reason
    assert (LookBackRecord.objects.count(), Event.objects.count()) == (0, count)
    assert Problem.objects.get().last_look_back == ""


def test_what_happened_a_moment_ago_is_told_by_name(cast):
    problem = cast.problem()
    perform("withdraw", problem, seat=cast.filer, note="已解决")
    sentence = told("park", problem, seat=cast.reviewer, note="等待")
    assert cast.filer.person.name in sentence


def test_a_double_click_is_entered_once(cast):
    agreement, given = cast.agreement("active"), {"percent": 40, "text": "检查两次"}
    perform("report_progress", agreement, seat=cast.partner, **given)
    assert "刚刚" in told("report_progress", agreement, seat=cast.partner, **given)
    assert ProgressReport.objects.count() == 1
    perform("report_progress", agreement, seat=cast.partner, percent=60, text="检查三次")
    perform("report_progress", agreement, seat=cast.filer, percent=60, text="检查三次")
    assert ProgressReport.objects.count() == 3


def test_two_days_typed_in_one_after_the_other_are_no_double_click(cast):
    agreement, given = cast.agreement("active"), {"percent": 40, "text": "检查两次"}
    for at in (cast.at, cast.at + timedelta(hours=1)):
        perform("report_progress", agreement, seat=cast.partner, at=at, **given)
    assert ProgressReport.objects.count() == 2


def test_the_same_words_on_another_day_are_another_entry(cast):
    """A replay, or a stack of paper typed in, is no double click."""
    agreement, given = cast.agreement("active"), {"percent": 40, "text": "检查两次"}
    for days in (7, 14):
        at = cast.at + timedelta(days=days)
        perform("report_progress", agreement, seat=cast.partner, at=at, **given)
    assert ProgressReport.objects.count() == 2


def test_a_step_without_who_cannot_be_written():
    with pytest.raises(TypeError):
        Transition(label="x", sources=frozenset({"draft"}))


def test_sentences_before_the_form_and_after_it(cast):
    problem = cast.draft_problem(title="", category=None)
    assert len(sentences_against(problem, "file", seat=cast.filer)) == 1
    agreement = cast.agreement("active")
    assert sentences_against(agreement, "ask_extension", seat=cast.filer) == []
    late = {"new_due_on": agreement.due_on, "progress": ""}
    assert len(sentences_against(agreement, "ask_extension", seat=cast.filer, data=late)) == 3


# The record
def test_consequences_name_their_cause(cast):
    agreement = cast.draft_agreement()
    event = perform("invite", agreement, seat=cast.filer)
    [match] = event.consequences.all()
    assert (match.action, match.object_type, match.source, match.target) == ("match", "problem", "open", "matched")
    assert (match.seat, match.happened_at) == (cast.filer, event.happened_at)
    assert match.details == {"agreement": {"id": agreement.pk, "name": str(agreement)}}


def test_a_correction_tells_old_and_new(cast):
    problem = cast.problem()
    cast.agreement("active", problem)
    old, new = problem.raised_on, problem.raised_on - timedelta(days=3)
    event = perform("correct", problem, seat=cast.lead, field="raised_on", new=new.isoformat(), note="登记错误")
    event.refresh_from_db()
    assert event.details == {"field": "raised_on", "old": old.isoformat(), "new": new.isoformat()}
    assert Problem.objects.get().raised_on == new


def test_names_are_kept_as_they_were(cast):
    problem = cast.problem()
    event = Event.objects.of(problem).get()
    cast.people.branch.short_name = cast.filer.person.name = "改了名"
    cast.people.branch.save()
    cast.filer.person.save()
    event.refresh_from_db()
    assert "改了名" not in event.person_name + event.seat_title


def test_a_deputy_acts_on_behalf_of(cast):
    agreement = cast.agreement("submitted")
    deputy = create_seat(Role.SECRETARY, cast.people.branch, deputy_of=cast.filer)
    reviewer = create_seat(Role.REVIEWER, cast.people.committee, deputy_of=cast.reviewer)
    perform("opine", agreement, seat=reviewer, goals=world.pass_all(agreement))
    event = perform("sign", agreement, seat=deputy, digest=agreement.text_digest)
    assert event.on_behalf_of == Signature.objects.get().on_behalf_of == cast.filer.person.name
    assert Opinion.objects.get().on_behalf_of == cast.reviewer.person.name


@pytest.mark.parametrize("change", [{"note": "改写"}, None])
def test_the_record_cannot_be_changed_or_deleted(cast, change):
    events = Event.objects.of(cast.problem())
    with pytest.raises(DatabaseError), transaction.atomic():
        events.update(**change) if change else events._raw_delete("default")
    assert events.get().note == ""


# Nobody else writes the state
# beside the engine: files that are being made, which are no matter and have no step
STATE_WRITERS = {"pairing/workflow/engine.py", "reports/models/made.py"}
WRITING_CALLS = {"update", "create", "get_or_create", "update_or_create", "Problem", "Agreement"}


def test_no_other_file_assigns_the_state():
    found = set()
    for folder in ("accounts", "config", "pairing", "reports"):
        for path in (settings.BASE_DIR / folder).rglob("*.py"):
            name = path.relative_to(settings.BASE_DIR).as_posix()
            if not {"migrations", "tests"} & set(path.parts) and any(
                map(writes_state, ast.walk(ast.parse(path.read_text())))
            ):
                found.add(name)
    assert found == STATE_WRITERS


def writes_state(node):
    if isinstance(node, ast.Attribute):
        return node.attr == "state" and isinstance(node.ctx, ast.Store)
    if not isinstance(node, ast.Call):
        return False
    called = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if called == "setattr":
        return getattr(node.args[1], "value", "") == "state"
    if called == "bulk_update":
        return any(getattr(item, "value", "") == "state" for item in ast.walk(node))
    return called in WRITING_CALLS and any(keyword.arg == "state" for keyword in node.keywords)


def test_the_digest_of_what_is_confirmed_is_the_text(cast):
    agreement = cast.agreement("drafting")
    before = current_digest(agreement)
    perform("edit", agreement, seat=cast.filer, version=agreement.text_version, goals=world.goal_rows(agreement))
    assert current_digest(agreement) != before
