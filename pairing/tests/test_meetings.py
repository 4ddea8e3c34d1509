"""Meetings: called, changed and cancelled by the working group, seen by whom it concerns; each act is one Event."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event
from accounts.tests.people import create_branch, create_committee, create_seat
from pairing.models import Meeting, Notice, SpecialDay
from pairing.notices import kind_of, plan, wording
from pairing.services import meetings
from pairing.tests import world
from pairing.tests.scenes import create_scene, log_in, post, said, sentences_of
from pairing.workflow.engine import NotNow

pytestmark = pytest.mark.django_db
NEW = "/meetings/new/"


@pytest.fixture
def scene():
    return create_scene("draft")


def form(days=5, **data):
    day = timezone.localdate() + timedelta(days=days)
    data = {
        "subject": "逾期结对专题会",
        "day": f"{day:%Y-%m-%d}",
        "time": "14:30",
        "minutes": "90",
        "place": "二楼会议室",
    } | data
    return {name: value for name, value in data.items() if value is not None}


def call(scene, **columns):
    columns = {"subject": "专题会", "starts_at": timezone.now() + timedelta(days=2), "branches_invited": True} | columns
    return meetings.call(scene.programme, seat=scene.people.reviewer, **columns)


@pytest.mark.parametrize("name", ["reviewer", "conflicted"])
def test_the_group_calls_a_meeting(client, scene, name):
    seat = getattr(scene.people, name)
    answer = post(client, seat, NEW, **form(branches_invited="on"))
    meeting = Meeting.objects.get()
    assert answer.url == reverse("pairing:meeting", args=[meeting.pk])
    local = timezone.localtime(meeting.starts_at)
    assert (meeting.subject, meeting.minutes, meeting.place, f"{local:%H:%M}") == (
        "逾期结对专题会", 90, "二楼会议室", "14:30",
    )  # fmt: skip
    assert meeting.programme == scene.programme
    event = Event.objects.of(meeting).get()
    assert (event.action, event.seat, event.details["place"]) == ("call_meeting", seat, "二楼会议室")
    html = sentences_of(client.get(answer.url))
    assert "召集专题会" in html
    assert "各党支部书记" in html


@pytest.mark.parametrize("name", ["filer", "stranger", "supervisor", "leader", "sysadmin", "secadmin", "auditor"])
def test_nobody_else_does(client, scene, name):
    seat = getattr(scene.people, name)
    assert post(client, seat, NEW, **form()).status_code == 403
    meeting = call(scene)
    for act in ("edit", "cancel"):
        assert post(client, seat, f"/meetings/{meeting.pk}/{act}/", **form(note="x")).status_code in (403, 404)
    assert "召集专题会</a>" not in sentences_of(log_in(client, seat).get("/meetings/"))
    meeting.refresh_from_db()
    assert (meeting.subject, meeting.cancelled_at) == ("专题会", None)


@pytest.mark.parametrize(("wrong", "sentence"), [
    ({"days": -1}, "这个时间已经过去"), ({"days": 500}, "请核对年份"), ({"subject": ""}, "请填写“议题”"),
    ({"time": "25:00"}, "请按 14:30 的格式填写"), ({"day": "2月30日"}, "不是"), ({"minutes": "7"}, "7"),
    ({"subject": "会" * 121}, "120"),
])  # fmt: skip
def test_what_is_wrong_is_said_and_stays(client, scene, wrong, sentence):
    days = wrong.pop("days", 5)
    html = sentences_of(post(client, scene.people.reviewer, NEW, **form(days, **wrong)))
    assert sentence in html
    assert "二楼会议室" in html
    assert not Meeting.objects.exists()


@pytest.mark.parametrize("typed", ["1430", "14.30", "14：30", "14:30:00"])
def test_a_time_is_read_as_people_type_it(client, scene, typed):
    post(client, scene.people.reviewer, NEW, **form(time=typed))
    assert f"{timezone.localtime(Meeting.objects.get().starts_at):%H:%M}" == "14:30"


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "30 分钟"), ("en", "30 minutes")])
def test_the_lengths_are_worded_in_the_language_of_the_page(client, scene, language, words):
    log_in(client, scene.people.reviewer).cookies["django_language"] = language
    html = client.get(NEW).content.decode()
    assert words in html
    assert html.count("分钟") == (6 if language == "zh-hans" else 0)


def test_a_length_that_is_no_choice_stays_and_is_worded_too(client, scene):
    odd = call(scene, minutes=45)
    html = log_in(client, scene.people.reviewer).get(reverse("pairing:meeting_edit", args=[odd.pk])).content.decode()
    assert "45 分钟" in html


def test_a_day_off_is_pointed_out(client, scene):
    day = timezone.localdate() + timedelta(days=5)
    SpecialDay.objects.create(day=day, works=False, name="节日")
    sunday = day + timedelta(days=6 - day.weekday())
    answer = log_in(client, scene.people.reviewer).post(NEW, form(day=f"{sunday:%Y-%m-%d}"), follow=True)
    assert "不是工作日" in said(answer)


def test_it_is_changed_while_it_is_ahead(client, scene):
    meeting = call(scene)
    url = f"/meetings/{meeting.pk}/edit/"
    post(client, scene.people.reviewer, url, **form(place="三楼", branches_invited="on"))
    meeting.refresh_from_db()
    assert (meeting.place, meeting.minutes) == ("三楼", 90)
    event = Event.objects.of(meeting).last()
    assert event.action == "change_meeting"
    assert event.details["before"]["place"] == ""
    post(client, scene.people.reviewer, url, **form(place="三楼", branches_invited="on"))
    assert Event.objects.of(meeting).count() == 2  # nothing differed
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=timezone.now() - timedelta(minutes=1))
    assert "不能再修改" in said(log_in(client, scene.people.reviewer).get(url, follow=True))
    post(client, scene.people.reviewer, url, **form(place="四楼"))
    meeting.refresh_from_db()
    assert meeting.place == "三楼"


def test_it_is_cancelled_once_with_a_reason(client, scene):
    meeting = call(scene)
    url = f"/meetings/{meeting.pk}/cancel/"
    assert log_in(client, scene.people.reviewer).get(url).status_code == 200
    assert "请填写“" in sentences_of(post(client, scene.people.reviewer, url, note=""))
    for _ in range(2):
        post(client, scene.people.reviewer, url, note="改为书面征求意见")
    meeting.refresh_from_db()
    assert meeting.cancelled_at is not None
    assert [e.action for e in Event.objects.of(meeting)] == ["call_meeting", "cancel_meeting"]
    html = sentences_of(client.get(meeting.get_absolute_url()))
    assert "改为书面征求意见" in html
    assert "已取消" in html
    with pytest.raises(NotNow):
        meetings.change(meeting, seat=scene.people.reviewer, place="别处")


def test_it_is_seen_by_the_overseers_and_where_invited_by_the_secretaries(scene):
    inside, open_one = call(scene, branches_invited=False), call(scene)
    elsewhere = create_committee("别的党委")
    far = create_seat("secretary", create_branch("别的党支部", parent=elsewhere))
    liaison = create_seat("liaison", scene.people.branch)
    for name in ("reviewer", "supervisor", "leader"):
        assert set(Meeting.objects.visible_to(getattr(scene.people, name).person)) == {inside, open_one}
    for name in ("filer", "partner", "stranger"):
        assert set(Meeting.objects.visible_to(getattr(scene.people, name).person)) == {open_one}
    for seat in (far, liaison, scene.people.auditor):
        assert not Meeting.objects.visible_to(seat.person)


def test_the_group_of_another_committee_does_not_touch_it(client, scene):
    meeting = call(scene)
    other = create_committee("别的党委")
    world.create_programme(other, "另一活动")
    stranger = create_seat("reviewer", other)
    assert post(client, stranger, f"/meetings/{meeting.pk}/edit/", **form()).status_code == 404
    post(client, stranger, NEW, **form())
    assert Meeting.objects.order_by("pk").last().programme.committee == other


def test_who_is_invited_is_told_once(scene):
    plan()
    Notice.objects.all().delete()
    inside, open_one = call(scene, subject="内部会", branches_invited=False), call(scene, place="二楼")
    assert plan() > 0
    assert plan() == 0
    told = {}
    for notice in Notice.objects.filter(object_type="meeting").select_related("person"):
        told.setdefault(notice.object_id, set()).add(notice.person.username)
    group = {"conflicted", "supervisor", "leader"}  # the reviewer has called them
    assert told == {inside.pk: group, open_one.pk: group | {"filer", "partner", "stranger"}}
    notice = Notice.objects.get(object_id=open_one.pk, object_type="meeting", person=scene.people.filer.person)
    words = wording(notice)
    assert kind_of(notice.step) == "news"
    assert words.title == "公司党委 工作组成员：召集专题会"
    begins = timezone.localtime(open_one.starts_at)
    assert words.text == f"专题会 · {begins.year}年{begins.month}月{begins.day}日 {begins:%H:%M} · 二楼"
    assert words.url == open_one.get_absolute_url()
    meetings.cancel(open_one, seat=scene.people.reviewer, note="改为书面")
    plan()
    cancelled = Notice.objects.filter(object_type="meeting", details__action="cancel_meeting")
    assert cancelled.count() == len(told[open_one.pk])
    assert "改为书面" in wording(cancelled.first()).text
