"""The private calendar: what it holds, read by two programs over HTTP; its address, made, renewed, revoked."""

from datetime import datetime, timedelta
from unittest.mock import patch
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import recurring_ical_events
import vobject
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from accounts.models import Event
from accounts.tests.people import create_user
from pairing import feed
from pairing.deadlines import SHANGHAI
from pairing.models import Agreement, FollowUp, Preference
from pairing.services import meetings, private_feed
from pairing.tests.scenes import create_scene, log_in, sentences_of
from pairing.tests.test_calendar import many
from pairing.workflow.engine import perform

pytestmark = [pytest.mark.django_db, pytest.mark.pages]


@pytest.fixture
def scene():
    return create_scene("active", follow_up_every_days=14)


def address_of(seat):
    key = Preference.objects.filter(person=seat.person).values_list("feed_key", flat=True).first()
    return reverse("pairing:calendar_feed", args=[key or private_feed.renew(seat.person, seat=seat)])


def events_of(client, seat):
    """{uid: component} of the feed of a person, read without a log-in."""
    client.logout()
    answer = client.get(address_of(seat))
    assert answer.status_code == 200
    return {str(event["uid"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}


def call(scene, subject="逾期结对专题会", days=5, **columns):
    at = datetime.combine(timezone.localdate() + timedelta(days=days), datetime.min.time(), SHANGHAI)
    columns = {"starts_at": at.replace(hour=14, minute=30), "minutes": 90, "place": "二楼会议室; 东", **columns}
    return meetings.call(scene.programme, seat=scene.people.reviewer, subject=subject, **columns)


def test_it_holds_due_dates_visits_and_meetings_as_a_calendar_program_expects(client, scene):
    meeting = call(scene, branches_invited=True)
    client.logout()
    answer = client.get(address_of(scene.people.filer))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"].startswith("private")
    assert "Set-Cookie" not in answer.headers
    text = answer.content.decode()
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    found = Calendar.from_ical(answer.content)
    assert [component["tzid"] for component in found.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    events = {str(event["uid"]): event for event in found.walk("VEVENT")}
    due = events[f"due-{scene.agreement.pk}@jiedui"]
    assert due["dtstart"].dt == scene.agreement.due_on
    assert due["dtstart"].params["VALUE"] == "DATE"
    assert due["dtend"].dt == scene.agreement.due_on + timedelta(days=1)
    assert str(due["summary"]) == f"到期日：{scene.agreement}"
    assert str(due["url"]) == django_settings.SITE_URL + scene.url()
    assert due["categories"].cats == ["到期日"]
    assert (due["status"], due["class"], due["transp"]) == ("CONFIRMED", "PRIVATE", "TRANSPARENT")
    visits = [event for uid, event in events.items() if uid.startswith("follow_up-")]
    assert {event["dtstart"].dt for event in visits} == set(
        scene.agreement.follow_ups.values_list("planned_on", flat=True)
    )
    held = events[f"meeting-{meeting.pk}@jiedui"]
    assert held["dtstart"].dt == meeting.starts_at
    assert held["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert (held["dtend"].dt - held["dtstart"].dt) == timedelta(minutes=90)
    assert str(held["location"]) == "二楼会议室; 东"


@pytest.mark.django_db(transaction=True)
def test_two_calendar_programs_read_it_over_http(live_server):
    scene = create_scene("active")
    meeting = call(scene, branches_invited=True)
    with urlopen(live_server.url + address_of(scene.people.partner)) as answer:  # noqa: S310  our own server
        body, tag = answer.read(), answer.headers["ETag"]
    due = scene.agreement.due_on
    on_the_day = recurring_ical_events.of(Calendar.from_ical(body)).at(due)
    assert [str(event["summary"]) for event in on_the_day] == [f"到期日：{scene.agreement}"]
    at = timezone.localtime(meeting.starts_at)
    shown = recurring_ical_events.of(Calendar.from_ical(body)).between(at, at + timedelta(minutes=1))
    assert [str(event["summary"]) for event in shown] == ["专题会：逾期结对专题会"]
    other = vobject.readOne(body.decode())
    of_other = {event.uid.value: event for event in other.vevent_list}
    assert of_other[f"due-{scene.agreement.pk}@jiedui"].dtstart.value == due
    assert of_other[f"meeting-{meeting.pk}@jiedui"].dtstart.value == meeting.starts_at
    again = Request(live_server.url + address_of(scene.people.partner), headers={"If-None-Match": tag})  # noqa: S310
    with pytest.raises(HTTPError) as unchanged:
        urlopen(again)  # noqa: S310
    unchanged.value.close()  # the error is the answer and holds its socket
    assert unchanged.value.code == 304


def test_the_same_facts_make_the_same_text_and_a_change_another(client, scene):
    meeting = call(scene, branches_invited=True)
    first = client.get(address_of(scene.people.filer))
    assert client.get(address_of(scene.people.filer)).content == first.content
    tag = first.headers["ETag"]
    with patch("pairing.feed.text_of") as writer:
        unchanged = client.get(address_of(scene.people.filer), headers={"If-None-Match": tag})
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        assert not writer.called
    later = meeting.starts_at + timedelta(days=1)
    meetings.change(meeting, seat=scene.people.reviewer, starts_at=later)
    changed = client.get(address_of(scene.people.filer), headers={"If-None-Match": tag})
    assert changed.status_code == 200
    before = {e["uid"]: e for e in Calendar.from_ical(first.content).walk("VEVENT")}
    after = {e["uid"]: e for e in Calendar.from_ical(changed.content).walk("VEVENT")}
    uid = f"meeting-{meeting.pk}@jiedui"
    assert (before[uid]["sequence"], after[uid]["sequence"]) == (0, 1)
    assert after[uid]["dtstart"].dt == later
    assert after[uid]["last-modified"].dt >= before[uid]["last-modified"].dt
    assert before.keys() == after.keys()


def test_a_granted_extension_moves_the_same_entry(client, scene):
    uid = f"due-{scene.agreement.pk}@jiedui"
    before = events_of(client, scene.people.filer)[uid]
    later = scene.agreement.due_on + timedelta(days=20)
    ask = {"new_due_on": later, "progress": "过半", "note": "材料晚到"}
    perform("ask_extension", scene.agreement, seat=scene.people.filer, **ask)
    perform("grant_extension", scene.agreement, seat=scene.people.reviewer)
    after = events_of(client, scene.people.filer)[uid]
    assert after["dtstart"].dt == later
    assert after["sequence"] == before["sequence"] + 1


def test_a_cancelled_meeting_is_told_as_cancelled(client, scene):
    meeting = call(scene, branches_invited=True)
    meetings.cancel(meeting, seat=scene.people.reviewer, note="改为书面")
    held = events_of(client, scene.people.filer)[f"meeting-{meeting.pk}@jiedui"]
    assert (held["status"], held["sequence"]) == ("CANCELLED", 1)


def test_done_and_skipped_visits_are_gone(client, scene):
    first, second, *_rest = scene.agreement.follow_ups.order_by("planned_on")
    FollowUp.objects.filter(pk=first.pk).update(done_on=timezone.localdate())
    FollowUp.objects.filter(pk=second.pk).update(skipped_on=timezone.localdate())
    uids = events_of(client, scene.people.supervisor).keys()
    assert not {f"follow_up-{first.pk}@jiedui", f"follow_up-{second.pk}@jiedui"} & uids


def test_a_look_back_is_the_owners(client):
    scene = create_scene("closed", look_back_days=90)
    assert [uid for uid in events_of(client, scene.people.filer) if uid.startswith("look_back-")]
    assert not events_of(client, scene.people.partner)


@pytest.mark.parametrize(("name", "due", "meeting"), [
    ("filer", True, False), ("partner", True, False), ("stranger", False, False), ("reviewer", True, True),
    ("supervisor", True, True), ("leader", True, True), ("sysadmin", False, False), ("auditor", False, False),
])  # fmt: skip
def test_each_sees_what_the_own_seats_may(client, scene, name, due, meeting):
    inside = call(scene, "内部会", branches_invited=False)
    uids = events_of(client, getattr(scene.people, name)).keys()
    assert (f"due-{scene.agreement.pk}@jiedui" in uids) == due
    assert (f"meeting-{inside.pk}@jiedui" in uids) == meeting


def test_without_a_seat_it_is_empty_without_an_account_it_is_gone(client, scene):
    address = address_of(scene.people.filer)
    scene.people.filer.to_on = timezone.localdate() - timedelta(days=1)
    scene.people.filer.save()
    empty = client.get(address)
    assert empty.status_code == 200
    assert not Calendar.from_ical(empty.content).walk("VEVENT")
    assert vobject.readOne(empty.content.decode()).version.value == "2.0"
    person = scene.people.filer.person
    person.is_active = False
    person.save()
    assert client.get(address).status_code == 404


def test_the_address_is_made_renewed_and_revoked_by_its_person(client, scene):
    seat, page = scene.people.filer, reverse("pairing:calendar")
    change = reverse("pairing:calendar_feed_change")
    assert "生成专属地址" in sentences_of(log_in(client, seat).get(page))
    client.post(change, {"do": "renew"})
    first = address_of(seat)
    html = sentences_of(client.get(page))
    assert django_settings.SITE_URL + first in html
    assert f"webcal://{django_settings.SITE_URL.split('://')[1]}{first}" in html
    assert len(first.split("/")[2]) >= 43 + len(".ics")
    client.post(change, {"do": "renew"})
    second = address_of(seat)
    assert first != second
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    client.post(change, {"do": "revoke"})
    assert client.get(second).status_code == 404
    assert client.post(change, {"do": "something"}).status_code == 400
    events = Event.objects.of(seat.person).filter(action__startswith="feed_")
    assert [event.action for event in events] == ["feed_made", "feed_renewed", "feed_revoked"]
    assert not any(second.split("/")[2][:20] in str(event.details) + event.note for event in events)


def test_a_key_that_nobody_has_is_not_found(client, scene):
    create_user()  # has no Preference, and so the empty key
    Preference.objects.create(person=scene.people.partner.person)
    assert client.get("/calendar/" + "x" * 43 + ".ics").status_code == 404
    assert private_feed.owner_of("") is None


def test_english_for_who_reads_english(client, scene):
    person = scene.people.filer.person
    person.language = "en"
    person.save()
    assert str(events_of(client, scene.people.filer)[f"due-{scene.agreement.pk}@jiedui"]["summary"]).startswith("Due")


def test_it_is_bounded_and_keeps_what_is_nearest(client, scene):
    due = scene.agreement.due_on
    many(scene, 30, due - timedelta(days=1))
    Agreement.objects.filter(aim="合作").update(due_on=timezone.localdate() - timedelta(days=1))
    with patch.object(feed, "MOST", 20):
        uids = events_of(client, scene.people.supervisor)
    assert len(uids) == 20
    days = {event["dtstart"].dt for event in uids.values()}
    assert timezone.localdate() - timedelta(days=1) in days


def test_it_costs_the_same_few_queries_with_many_pairs(client, scene):
    address = address_of(scene.people.supervisor)

    def cost():
        client.get(address)
        with CaptureQueriesContext(connection) as caught:
            client.get(address)
        return len(caught)

    before = cost()
    many(scene, 30, scene.agreement.due_on)
    for n in range(3):
        call(scene, f"会{n}")
    assert cost() == before <= 8


def test_dates_beyond_the_stretch_are_left_out(client, scene):
    far = timezone.localdate() + timedelta(days=400)
    many(scene, 1, far)
    assert far not in {event["dtstart"].dt for event in events_of(client, scene.people.supervisor).values()}
