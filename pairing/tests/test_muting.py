"""The working group may silence the ladder of one pair: the reason stands on the page, the dates stay."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Event
from pairing import notices
from pairing.deadlines import next_working_day
from pairing.models import Notice, working_days
from pairing.tests import world
from pairing.tests.states import Cast
from pairing.workflow.engine import perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    world.know_the_years()
    return Cast()


def test_muted_with_a_reason_shown_on_the_page_and_begun_again(client, cast):
    agreement = cast.agreement()
    client.force_login(cast.reviewer.person)
    url = reverse("pairing:agreement_step", args=[agreement.pk, "mute"])
    assert "不再就这对结对的到期" in client.get(url).content.decode()
    assert client.post(url, {"note": ""}).status_code == 200
    assert Event.objects.filter(action="mute").count() == 0
    client.post(url, {"note": "双方已商定后续安排"})
    agreement.refresh_from_db()
    assert (agreement.state, agreement.muted_reason) == ("active", "双方已商定后续安排")
    page = client.get(agreement.get_absolute_url()).content.decode()
    assert "暂停提醒：双方已商定后续安排" in page
    assert "恢复提醒" in page
    client.post(reverse("pairing:agreement_step", args=[agreement.pk, "unmute"]))
    agreement.refresh_from_db()
    assert agreement.muted_on is None
    assert list(Event.objects.filter(action__in=["mute", "unmute"]).order_by("pk").values_list("note", flat=True)) == [
        "双方已商定后续安排", "",
    ]  # fmt: skip


def test_the_ladder_is_silent_but_not_what_waits(cast):
    agreement = cast.agreement()
    perform("mute", agreement, seat=cast.reviewer, note="已商定")
    late = next_working_day(agreement.due_on + timedelta(days=30), working_days())
    perform("propose_termination", agreement, seat=cast.filer, code="gone", note="问题已不存在")
    notices.plan(world.moment(late))
    told = set(Notice.objects.filter(object_type="agreement").values_list("step", "person__username"))
    assert told == {("waiting_branches", "partner")}
    perform("unmute", agreement, seat=cast.reviewer)
    notices.plan(world.moment(late, 11))
    assert Notice.objects.filter(object_type="agreement", step__startswith="after").exists()
