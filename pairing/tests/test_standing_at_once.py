"""What a step changes about the visits of a pair stands on the board at once, as the next round would write it."""

from datetime import date, timedelta

import pytest

from pairing import standings
from pairing.models import Agreement, FollowUp, Standing
from pairing.tests import world
from pairing.tests.states import Cast
from pairing.tests.world import moment
from pairing.workflow.engine import perform

pytestmark = pytest.mark.django_db
SIGNED = date(2026, 3, 2)  # a Monday


@pytest.fixture
def pair():
    cast = Cast()
    cast.at = moment(SIGNED)
    agreement = cast.agreement("active", world.create_problem(cast.programme, cast.filer, "问题", at=cast.at))
    agreement.cast = cast
    return agreement


def visits(agreement):
    return Standing.objects.filter(pk=agreement.pk).values_list("seen_on", "visit_on").first()


class Life:
    """Takes steps on a pair; after each the row is what a round of the same day writes."""

    def __init__(self, pair):
        self.pair, self.cast = pair, pair.cast

    def on(self, days, name, persona, **data):
        day = SIGNED + timedelta(days=days)
        standings.refresh(day)
        perform(name, self.pair, seat=self.cast.seats[persona], at=moment(day, 15), **data)
        found = visits(self.pair)
        standings.refresh(day)
        assert visits(self.pair) == found, name
        return found


def planned(agreement):
    rows = FollowUp.objects.filter(agreement=agreement, done_on__isnull=True, skipped_on__isnull=True)
    return list(rows.order_by("planned_on").values_list("planned_on", "pk"))


def test_through_the_life_of_a_pair(pair):
    life, days = Life(pair), planned(pair)
    assert life.on(3, "note", "filer", note="开了碰头会") == (None, days[0][0])  # the next one, weeks ahead
    seen, due = life.on(14, "skip_follow_up", "supervisor", note="会上见过", follow_up=days[0][1])
    assert (seen, due) == (SIGNED + timedelta(days=14), days[1][0])
    week_of_second = (days[1][0] - SIGNED).days
    soon = days[1][0] + timedelta(days=2)
    done = {"kind": "call", "progress": "材料已到"}
    assert life.on(week_of_second, "follow_up", "supervisor", next_on=soon, **done) == (days[1][0], soon)
    assert life.on(week_of_second + 1, "suspend", "lead", note="停工") == (days[1][0], None)
    seen, due = life.on(week_of_second + 11, "resume", "lead")
    assert due == planned(pair)[0][0] > soon
    given = world.results(pair)
    life.on(week_of_second + 12, "propose_completion", "filer", **given)
    last = {"digest": pair.completion_digest}
    assert life.on(week_of_second + 12, "confirm_completion", "partner", **last)[1] is None
    problem = pair.episodes.get().problem
    back = life.on(week_of_second + 15, "send_back", "reviewer", note="缺验收单", reasons={str(problem.pk): "缺验收单"})
    assert back[1] == planned(pair)[0][0]
    assert life.on(week_of_second + 16, "terminate", "lead", note="牵头人员调离", code="gone") is None


def test_an_extension_plans_the_next_visit(pair):
    life = Life(pair)
    FollowUp.objects.filter(agreement=pair).update(skipped_on=SIGNED)
    new = {"note": "缺料", "progress": "过半", "new_due_on": date(2026, 7, 1)}
    assert life.on(90, "ask_extension", "filer", **new)[1] is None
    assert life.on(91, "grant_extension", "reviewer")[1] == planned(pair)[0][0]


def test_a_pair_signed_just_now_stands_on_the_board(pair):
    """With the next visit, as the next round would write it; a whole night's round is not asked for because of it."""
    fields = [field.attname for field in Standing._meta.concrete_fields]
    born = Standing.objects.filter(pk=pair.pk).values(*fields).get()
    assert (born["day"], born["visit_on"]) == (SIGNED, planned(pair)[0][0])
    standings.refresh(SIGNED)
    assert Standing.objects.filter(pk=pair.pk).values(*fields).get() == born
    standings.refresh(SIGNED + timedelta(days=2))
    cast = pair.cast
    cast.at = moment(SIGNED + timedelta(days=1))  # typed in late
    later = cast.agreement("active", world.create_problem(cast.programme, cast.filer, "另一问题", at=cast.at))
    assert set(Standing.objects.values_list("pk", "day")) == {
        (pk, SIGNED + timedelta(days=2)) for pk in (pair.pk, later.pk)
    }


def test_behind_plan_is_yellow_on_the_list_though_not_late(pair, client):
    client.force_login(pair.cast.seats["supervisor"].person)
    assert "滞后" not in client.get("/agreements/").content.decode()
    Standing.objects.filter(pk=pair.pk).update(behind=True)
    Agreement.objects.filter(pk=pair.pk).update(due_on=date(2999, 6, 3))
    page = client.get("/agreements/").content.decode()
    assert "level-amber" in page
    assert "滞后 · " in page
