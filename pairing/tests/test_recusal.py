"""Who decides: reviewers with no seat in a party or below it on that day; if too few remain, the lead, then the parent
committee's group, at the root a reviewer appointed for the matter (domain.md §4)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Organisation, Role, UnitLink
from accounts.tests.people import create_branch, create_committee, create_seat, create_unit
from pairing.tests import world
from pairing.tests.states import Cast, data_for, prepare
from pairing.workflow.engine import NotNow, available, perform

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def cast():
    return Cast()


def involve(seat, organisation, **dates):
    """Give the person of `seat` a second seat as a member of `organisation`."""
    return create_seat(Role.MEMBER, organisation, person=seat.person, **dates)


def decides(seat, matter, step="opine"):
    return step in available(type(matter).objects.get(pk=matter.pk), seat)


@pytest.mark.parametrize(
    ("from_days", "to_days", "free"), [(-99, None, False), (-99, 0, False), (-99, -1, True), (1, None, True)]
)
def test_a_seat_in_a_party_counts_on_that_day_only(cast, from_days, to_days, free):
    agreement, today = cast.agreement("submitted"), TODAY()
    to_on = None if to_days is None else today + timedelta(days=to_days)
    involve(cast.reviewer, cast.people.partner_branch, from_on=today + timedelta(days=from_days), to_on=to_on)
    assert decides(cast.reviewer, agreement) is free


def test_a_seat_below_a_party_counts(cast):
    agreement = cast.agreement("submitted")
    involve(cast.reviewer, create_branch("下属支部", parent=cast.people.partner_branch))
    assert not decides(cast.reviewer, agreement)


def test_a_seat_in_a_unit_of_a_party_counts_while_it_belongs_to_it(cast):
    agreement = cast.agreement("submitted")
    unit = create_unit("廊坊分公司", branch=cast.people.partner_branch, parent=cast.people.committee)
    involve(cast.reviewer, unit)
    assert not decides(cast.reviewer, agreement)
    UnitLink.objects.update(to_on=TODAY())
    assert decides(cast.reviewer, agreement)


def test_who_joined_a_problem_is_concerned(cast):
    problem = cast.problem()
    assert decides(cast.reviewer, problem, "park")
    perform("join", problem, seat=cast.stranger)
    involve(cast.reviewer, cast.people.other_branch)
    assert not decides(cast.reviewer, problem, "park")


def test_the_order_lead_then_parent_committee_then_an_appointed_reviewer(cast):
    agreement = cast.agreement("submitted")
    committee = Organisation.objects.get(pk=cast.people.committee.pk)
    committee.parent = create_committee("集团党委")
    committee.save()
    above = create_seat(Role.REVIEWER, committee.parent)
    appointed = create_seat(Role.REVIEWER, committee.parent, matter=f"agreement {agreement.pk}")
    elsewhere = create_seat(Role.REVIEWER, committee.parent, matter=f"agreement {agreement.pk + 1}")
    order = [cast.reviewer, cast.lead, above, appointed]
    for turn, seat in enumerate(order):
        assert [s for s in [*order, elsewhere] if decides(s, agreement)] == [seat], turn
        involve(seat, cast.people.partner_branch)
    assert not any(decides(seat, agreement) for seat in [*order, elsewhere])


def test_where_the_lead_alone_decides_the_order_starts_with_the_lead(cast):
    agreement = cast.agreement("active")
    appointed = create_seat(Role.REVIEWER, cast.people.committee, matter=f"agreement {agreement.pk}")
    assert not decides(cast.reviewer, agreement, "suspend")
    assert not decides(appointed, agreement, "suspend")
    involve(cast.lead, cast.people.branch)
    assert not decides(cast.lead, agreement, "suspend")
    assert decides(appointed, agreement, "suspend")


def test_a_vacant_lead_is_replaced_in_the_same_order(cast):
    agreement = cast.agreement("active")
    appointed = create_seat(Role.REVIEWER, cast.people.committee, matter=f"agreement {agreement.pk}")
    cast.lead.to_on = TODAY() - timedelta(days=1)
    cast.lead.save(update_fields=["to_on"])
    assert decides(appointed, agreement, "suspend")


def test_persons_are_counted_not_seats():
    cast = Cast(opinions_needed=2)
    create_seat(Role.REVIEWER, cast.people.committee, person=cast.reviewer.person)
    agreement = cast.agreement("submitted")
    assert decides(cast.lead, agreement), "one person with two seats gives one opinion"
    create_seat(Role.REVIEWER, cast.people.committee)
    assert not decides(cast.lead, agreement)


DECISIONS = [
    ("submitted", "opine"), ("submitted", "refuse"), ("active", "grant_extension"), ("active", "refuse_extension"),
    ("active", "suspend"), ("suspended", "resume"), ("acceptance", "accept"), ("acceptance", "send_back"),
    ("active", "terminate"), ("suspended", "terminate"), ("active", "correct"),
]  # fmt: skip


@pytest.mark.parametrize(("state", "step"), DECISIONS)
def test_recused_in_every_decision(cast, state, step):
    agreement = cast.agreement("active" if state == "suspended" else state)
    if state == "suspended":
        cast.act("suspend", agreement, "lead", note="汛期停工")
    prepare(step, agreement, cast)
    for seat in (cast.reviewer, cast.lead):
        involve(seat, cast.people.partner_branch)
        with pytest.raises(PermissionDenied):
            perform(step, agreement, seat=seat, note="说明", **data_for(step, agreement, cast))
    assert agreement.state == state


def test_the_second_extension_is_the_leads_and_there_is_no_third(cast):
    agreement = cast.agreement("active")
    for decider, other in ((cast.reviewer, cast.lead), (cast.lead, cast.reviewer)):
        prepare("grant_extension", agreement, cast)
        assert not decides(other, agreement, "grant_extension")
        assert agreement.turn == ("group" if decider == cast.reviewer else "lead")
        perform("grant_extension", agreement, seat=decider, note="情况属实")
    with pytest.raises(NotNow, match="延期次数已用完"):
        prepare("grant_extension", agreement, cast)


def test_the_record_of_a_deciding_lead_shows_the_lead(cast):
    agreement = cast.agreement("submitted")
    involve(cast.reviewer, cast.people.branch)
    event = perform("opine", agreement, seat=cast.lead, goals=world.pass_all(agreement))
    assert (agreement.state, event.seat) == ("signing", cast.lead)
