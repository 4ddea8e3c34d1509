"""The due date over any sequence of suspensions, extensions and acceptances sent back, against a plain recount; and
what a suspension means on every page and for everybody concerned."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Role
from accounts.tests.people import create_seat
from pairing import notices
from pairing.deadlines import SHANGHAI, add_months
from pairing.models import Agreement, Notice
from pairing.tests import world
from pairing.tests.scenes import log_in, sentences_of
from pairing.tests.states import Cast
from pairing.workflow.engine import perform
from pairing.workflow.running import lateness_on, latest_extension

SIGNED = date(2025, 11, 28)  # the term ends on the last day of February
ACTS = st.lists(
    st.tuples(st.sampled_from(("suspend", "extend", "refuse", "send back", "wait")), st.integers(0, 25)), max_size=7
)


def at(day):
    return datetime.combine(day, time(10), SHANGHAI)


class Plain:
    """The same life counted without the product: one due date, the days stood still, the months granted."""

    def __init__(self, signed):
        self.due, self.back, self.late, self.granted = add_months(signed, 3), 0, 0, 0

    def lateness(self, day):
        return max(0, (day - self.due).days - self.back)


@pytest.mark.django_db(transaction=False)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_any_sequence_agrees_with_a_plain_recount(django_db_blocker, acts):
    from django.db import transaction  # noqa: PLC0415  (each example leaves nothing behind)

    with transaction.atomic():
        _play(acts)
        transaction.set_rollback(True)


def _play(acts):
    cast = Cast()
    cast.at = at(SIGNED)
    agreement, day, plain = cast.agreement("active"), SIGNED, Plain(SIGNED)
    for act, days in acts:
        day += timedelta(days=1)
        day = PLAY[act](cast, agreement, plain, day, days) or day
        agreement = Agreement.objects.get(pk=agreement.pk)
        assert agreement.due_on == plain.due, act
        assert agreement.stopped_days == plain.back
        assert (agreement.days_late or 0) == plain.late
        assert lateness_on(agreement, day) == plain.lateness(day)
        assert agreement.original_due_on == add_months(SIGNED, 3)
        assert agreement.due_changes.last().due_on == agreement.due_on
    overdue = Agreement.objects.overdue_on(day).filter(pk=agreement.pk).exists()
    assert overdue == (plain.lateness(day) > 0)


def _suspend(cast, agreement, plain, day, days):
    perform("suspend", agreement, seat=cast.lead, at=at(day), note="停工")
    assert not Agreement.objects.overdue_on(day).filter(pk=agreement.pk).exists()
    until = day + timedelta(days=days)
    perform("resume", agreement, seat=cast.lead, at=at(until) + timedelta(hours=1))
    plain.due += timedelta(days=days)
    return until


def _ask(cast, agreement, plain, day, days):
    """Asks for up to `days` days more, as far as the rules allow; None where they allow nothing more."""
    fresh = Agreement.objects.get(pk=agreement.pk)
    to = min(plain.due + timedelta(days=days + 1), latest_extension(fresh, day))
    if plain.granted >= 2 or to <= plain.due:
        return None
    perform("ask_extension", fresh, seat=cast.filer, at=at(day), note="未完", progress="半", new_due_on=to)
    return to


def _extend(cast, agreement, plain, day, days):
    to = _ask(cast, agreement, plain, day, days)
    if to is None:
        return None
    late = plain.lateness(day) > 0
    decided = day + timedelta(days=days % 4)
    perform("grant_extension", agreement, seat=cast.lead if plain.granted else cast.reviewer, at=at(decided))
    plain.late += plain.lateness(decided) if late else 0  # asked late: the days until the decision stay
    plain.due, plain.granted = to, plain.granted + 1
    return decided


def _refuse(cast, agreement, plain, day, days):
    if _ask(cast, agreement, plain, day, days) is None:
        return None
    decided = day + timedelta(days=days % 4)
    decider = cast.lead if plain.granted else cast.reviewer
    perform("refuse_extension", agreement, seat=decider, at=at(decided), note="可以按期")
    return decided


def _send_back(cast, agreement, plain, day, days):
    fresh = Agreement.objects.get(pk=agreement.pk)
    world.bring_to("acceptance", fresh, at=at(day))
    back = day + timedelta(days=days)
    reasons = {fresh.episodes.get().problem_id: "证据不足"}
    perform("send_back", fresh, seat=cast.reviewer, at=at(back) + timedelta(hours=1), reasons=reasons)
    plain.back += days
    return back


PLAY = {
    "suspend": _suspend, "extend": _extend, "refuse": _refuse, "send back": _send_back,
    "wait": lambda cast, agreement, plain, day, days: day + timedelta(days=days),
}  # fmt: skip


# A request across a suspension
@pytest.fixture
def cast(db):
    cast = Cast()
    cast.at = at(SIGNED)
    return cast


def test_a_suspension_while_the_request_waits_moves_the_date_asked_for(cast):
    agreement = cast.agreement("active")
    due = agreement.due_on
    ask = {"note": "未完", "progress": "半", "new_due_on": due + timedelta(days=20)}
    perform("ask_extension", agreement, seat=cast.filer, at=at(due), **ask)
    perform("suspend", agreement, seat=cast.lead, at=at(due) + timedelta(hours=1), note="停工")
    perform("resume", agreement, seat=cast.lead, at=at(due + timedelta(days=10)))
    agreement = Agreement.objects.get(pk=agreement.pk)
    assert agreement.decision_pending
    assert not Agreement.objects.overdue_on(due + timedelta(days=15)).exists()
    perform("grant_extension", agreement, seat=cast.reviewer, at=at(due + timedelta(days=12)))
    agreement = Agreement.objects.get(pk=agreement.pk)
    assert agreement.due_on == due + timedelta(days=30)
    assert not agreement.days_late


def test_refused_it_is_late_from_the_original_date(cast):
    agreement = cast.agreement("active")
    due = agreement.due_on
    ask = {"note": "未完", "progress": "半", "new_due_on": due + timedelta(days=20)}
    perform("ask_extension", agreement, seat=cast.filer, at=at(due), **ask)
    third = due + timedelta(days=3)
    assert not Agreement.objects.overdue_on(third).exists()
    perform("refuse_extension", agreement, seat=cast.reviewer, at=at(third), note="可以按期")
    assert Agreement.objects.overdue_on(third).get().pk == agreement.pk
    assert lateness_on(Agreement.objects.get(pk=agreement.pk), third) == 3


def test_completion_withdraws_the_request(cast):
    agreement = cast.agreement("active")
    ask = {"note": "未完", "progress": "半", "new_due_on": agreement.due_on + timedelta(days=20)}
    perform("ask_extension", agreement, seat=cast.filer, at=at(SIGNED + timedelta(days=5)), **ask)
    world.bring_to("acceptance", Agreement.objects.get(pk=agreement.pk), at=at(SIGNED + timedelta(days=6)))
    assert agreement.extensions.get().decision == "withdrawn"
    assert not Agreement.objects.get(pk=agreement.pk).decision_pending


# Who is told, and what is shown
def told(action):
    return set(Notice.objects.filter(step=f"news_{action}").values_list("person__username", flat=True))


@pytest.mark.parametrize(
    ("action", "by", "told_to"),
    [
        ("ask_extension", "filer", {"partner", "partner-liaison", "liaison"}),
        ("grant_extension", "reviewer", {"filer", "liaison", "partner", "partner-liaison", "supervisor"}),
        ("refuse_extension", "reviewer", {"filer", "liaison", "partner", "partner-liaison", "supervisor"}),
        ("suspend", "lead", {"filer", "liaison", "partner", "partner-liaison", "supervisor"}),
        ("resume", "lead", {"filer", "liaison", "partner", "partner-liaison", "supervisor"}),
    ],
)
def test_all_parties_are_told_their_liaisons_and_the_supervisor_too(db, action, by, told_to):
    cast = Cast()
    other = create_seat(Role.LIAISON, cast.people.partner_branch)
    names = {other.person.username: "partner-liaison", cast.liaison.person.username: "liaison"}
    agreement = cast.agreement("active")
    ask = {"note": "未完", "progress": "半", "new_due_on": agreement.due_on + timedelta(days=9)}
    if action in ("grant_extension", "refuse_extension"):
        perform("ask_extension", agreement, seat=cast.filer, **ask)
    if action == "resume":
        perform("suspend", agreement, seat=cast.lead, note="停工")
    data = ask if action == "ask_extension" else {"note": "说明"}
    perform(action, agreement, seat=cast.seats[by], **data)
    for _n in range(2):
        notices.plan()
    assert {names.get(name, name) for name in told(action)} - {"conflicted"} == told_to
    assert Notice.objects.filter(step=f"news_{action}", person=cast.supervisor.person).count() <= 1


def test_suspended_it_shows_so_on_every_clock_and_never_as_overdue(client, db):
    cast = Cast()
    agreement = cast.agreement("active")
    Agreement.objects.filter(pk=agreement.pk).update(due_on=date(2025, 1, 1))
    perform("suspend", agreement, seat=cast.lead, note="汛期停工")
    for seat in (cast.filer, cast.reviewer, cast.supervisor):
        for url in (agreement.get_absolute_url(), "/agreements/", "/"):
            html = sentences_of(log_in(client, seat).get(url))
            assert "逾期 " not in html, (url, seat)
        assert "起中止" in html or seat == cast.supervisor
    assert "汛期停工" in sentences_of(log_in(client, cast.filer).get(agreement.get_absolute_url()))
    found = log_in(client, cast.reviewer).get("/agreements/?due=overdue")
    assert not list(found.context["page"])
    notices.plan()
    assert not Notice.objects.filter(step__startswith="after-").exists()
