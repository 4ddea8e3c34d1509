"""Links of messages: GET shows, POST acts, once, for one person, until the matter is decided."""

from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event
from accounts.tests.people import PASSWORD, create_seat
from config.logs import masked
from pairing import links
from pairing.models import Notice, UsedLink
from pairing.notices.letters import letter
from pairing.tests import world
from pairing.tests.scenes import create_scene, log_in, said, sentences_of
from pairing.workflow.engine import perform

pytestmark = pytest.mark.django_db


def notice_for(seat, matter):
    now = timezone.now()
    return Notice.objects.create(
        person=seat.person, object_type=matter._meta.model_name, object_id=matter.pk, step="waiting_branches",
        occasion=now.isoformat(), planned_at=now,
    )  # fmt: skip


def link_for(seat, matter):
    return reverse("pairing:link", args=[links.token(notice_for(seat, matter))])


@pytest.fixture
def scene():
    return create_scene("invited")


@pytest.fixture
def url(scene):
    return link_for(scene.people.partner, scene.agreement)


def press(client, seat, url, decide, **data):
    return log_in(client, seat).post(url, {"decide": decide, **data})


def test_the_address_in_a_message_is_complete_and_names_nobody(scene, settings):
    notice = notice_for(scene.people.partner, scene.agreement)
    address = links.address(notice, "/agreements/1/")
    assert address.startswith(f"{settings.SITE_URL}/m/")
    assert address.endswith("/")
    assert links.address(SimpleNamespace(object_type="meeting"), "/meetings/1/") == f"{settings.SITE_URL}/meetings/1/"


def test_the_digest_carries_the_link_of_each_matter(client, scene, settings):
    notice = notice_for(scene.people.partner, scene.agreement)
    (line,) = letter(scene.people.partner.person, [notice], 1).lines
    assert line.url.startswith(f"{settings.SITE_URL}/m/")
    page = log_in(client, scene.people.partner).get(line.url.removeprefix(settings.SITE_URL))
    assert scene.agreement.aim in sentences_of(page)


def test_a_mail_scanner_that_opens_it_does_nothing(client, scene, url):
    scanner = Client()
    for method in (scanner.get, scanner.head, scanner.get, scanner.get):
        assert method(url).status_code == 302
    for _ in range(4):
        html = sentences_of(log_in(client, scene.people.partner).get(url))
    for words in (scene.agreement.aim, "问题之1", "邀请贵支部结对", "接受邀请", "谢绝邀请", "工程管理部党支部"):
        assert words in html
    assert scene.fresh().state == "invited"
    assert "accept_invitation" not in scene.actions()
    assert not UsedLink.objects.exists()
    assert scene.people.partner.person.notices.get().read_at is None


def test_one_press_decides_once(client, scene, url):
    answer = press(client, scene.people.partner, url, "accept_invitation")
    assert answer.status_code == 302
    assert answer.url == scene.url()
    assert scene.fresh().state == "drafting"
    event = Event.objects.of(scene.agreement).get(action="accept_invitation")
    assert event.seat == scene.people.partner
    assert UsedLink.objects.get().person == scene.people.partner.person
    assert scene.people.partner.person.notices.get().read_at is not None
    second = client.post(url, {"decide": "accept_invitation"}, follow=True)
    html = sentences_of(second)
    assert "“接受邀请”" in html
    assert event.person_name in html
    assert scene.actions().count("accept_invitation") == 1
    assert 'value="accept_invitation"' not in html


def test_copies_of_a_message_are_one_link(client, scene):
    notice = notice_for(scene.people.partner, scene.agreement)
    first = links.token(notice)
    with patch("django.core.signing.time.time", return_value=timezone.now().timestamp() + 5):
        second = links.token(notice)
    assert first != second
    press(client, scene.people.partner, reverse("pairing:link", args=[first]), "accept_invitation")
    html = sentences_of(client.get(reverse("pairing:link", args=[second])))
    assert "通过这个链接已没有需要您决定的事项" in html


def test_it_expires_when_somebody_has_decided_elsewhere(client, scene, url):
    perform("withdraw", scene.agreement, seat=scene.people.filer, note="另有安排")
    html = sentences_of(press(client, scene.people.partner, url, "accept_invitation"))
    assert scene.fresh().state == "withdrawn"
    assert scene.people.filer.person.name in html
    assert "撤回邀请" in html
    assert "另有安排" in html
    assert scene.url() in html
    assert not UsedLink.objects.exists()


def test_a_new_question_of_the_same_kind_is_not_answered_by_the_old_link(client):
    scene = create_scene("active")
    due = scene.agreement.due_on
    data = {"new_due_on": due + timedelta(days=20), "progress": "过半", "note": "材料晚到"}
    perform("ask_extension", scene.agreement, seat=scene.people.filer, **data)
    url = link_for(scene.people.reviewer, scene.agreement)
    html = sentences_of(log_in(client, scene.people.reviewer).get(url))
    assert "材料晚到" in html
    assert 'value="grant_extension"' in html
    perform("refuse_extension", scene.agreement, seat=scene.people.reviewer, note="理由不足")
    data |= {"note": "再次申请"}
    perform("ask_extension", scene.agreement, seat=scene.people.filer, **data)
    press(client, scene.people.reviewer, url, "grant_extension")
    assert scene.fresh().due_on == due
    fresh = link_for(scene.people.reviewer, scene.agreement)
    press(client, scene.people.reviewer, fresh, "grant_extension")
    assert scene.fresh().due_on == data["new_due_on"]


def test_goals_are_confirmed_as_they_were_shown(client):
    scene = create_scene("drafting")
    agreement = scene.fresh()
    rows = world.goal_rows(agreement)
    perform("edit", agreement, seat=scene.people.filer, version=agreement.text_version, goals=rows)
    url = link_for(scene.people.partner, agreement)
    page = log_in(client, scene.people.partner).get(url)
    assert rows[0]["measure"] in sentences_of(page)
    assert rows[0]["criterion"] in sentences_of(page)
    shown = page.context["choices"][0].shown
    rows[0]["text"] = "另一个目标"
    agreement = scene.fresh()
    perform("edit", agreement, seat=scene.people.filer, version=agreement.text_version, goals=rows)
    html = sentences_of(client.post(url, {"decide": "confirm_goals", "shown": shown}))
    assert "另一个目标" in html
    assert "请重新阅读" in html
    assert not UsedLink.objects.exists()
    shown = client.get(url).context["choices"][0].shown
    client.post(url, {"decide": "confirm_goals", "shown": shown})
    assert scene.fresh().party_of(scene.people.partner).confirmed_digest == shown


@pytest.mark.parametrize("name", ["filer", "stranger", "reviewer", "conflicted", "supervisor", "leader", "auditor"])
def test_it_works_for_its_person_alone(client, scene, url, name):
    for answer in (
        log_in(client, getattr(scene.people, name)).get(url),
        press(client, getattr(scene.people, name), url, "accept_invitation"),
    ):
        assert answer.status_code == 403
        html = sentences_of(answer)
        assert "这个链接是发给其他人的" in html
        assert scene.agreement.aim not in html
        assert scene.people.partner.person.name not in html
    assert scene.fresh().state == "invited"


def test_who_changes_the_account_comes_back_to_the_link(client, scene, url):
    html = sentences_of(log_in(client, scene.people.stranger).get(url))
    back = f"{reverse('accounts:login')}?next={url}"
    assert f'name="next" value="{back}"' in html
    assert client.post(reverse("accounts:logout"), {"next": back}).url == back
    log_in_page = {"username": scene.people.partner.person.username, "password": PASSWORD}
    assert client.post(back, log_in_page).url == url


@pytest.mark.parametrize("change", [lambda t: t[:-2] + "xx", lambda t: "A" + t, lambda t: t.split(".")[0], str.upper])
def test_a_changed_token_opens_nothing(client, scene, url, change):
    token = change(url.split("/")[2])
    answer = press(client, scene.people.partner, f"/m/{token}/", "accept_invitation")
    assert answer.status_code == 404
    assert "链接不完整" in sentences_of(answer)
    assert scene.fresh().state == "invited"


def test_a_token_of_another_purpose_is_none_of_ours(scene):
    notice = notice_for(scene.people.partner, scene.agreement)
    other = signing.TimestampSigner(salt="something.else", sep=".").sign_object([notice.person_id, "agreement", 1, 0])
    with pytest.raises(signing.BadSignature):
        links.read(other)


def test_after_two_weeks_it_only_leads_on(client, scene):
    url = link_for(scene.people.partner, scene.agreement)
    with patch("pairing.links.timezone.now", return_value=timezone.now() + timedelta(days=14, minutes=1)):
        html = sentences_of(press(client, scene.people.partner, url, "accept_invitation"))
    assert "14 天" in html
    assert scene.url() in html
    assert scene.fresh().state == "invited"


def test_a_replay_after_log_out_asks_for_the_password_and_does_nothing(client, scene, url):
    log_in(client, scene.people.partner).get(url)
    client.post(reverse("accounts:logout"))
    answer = client.post(url, {"decide": "accept_invitation"})
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("accounts:login"))
    assert scene.fresh().state == "invited"


def test_a_press_without_the_token_of_the_form_is_refused(scene, url):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(scene.people.partner.person)
    assert strict.post(url, {"decide": "accept_invitation"}).status_code == 403
    page = sentences_of(strict.get(url))
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    strict.post(url, {"decide": "accept_invitation", "csrfmiddlewaretoken": token})
    assert scene.fresh().state == "drafting"


def test_it_acts_in_the_seat_that_may(client, scene, url):
    person = scene.people.partner.person
    other = create_seat("secretary", scene.people.other_branch, person=person)
    log_in(client, scene.people.partner).post(reverse("accounts:seat"), {"seat": other.pk})
    page = client.get(url)
    assert scene.people.partner.title in sentences_of(page)
    assert client.get("/inbox/").context["request"].seat == other  # looking changes nothing
    client.post(url, {"decide": "accept_invitation"})
    assert Event.objects.of(scene.agreement).get(action="accept_invitation").seat == scene.people.partner


def test_read_is_marked_by_a_press_and_uses_nothing_up(client, scene, url):
    press(client, scene.people.partner, url, "read")
    assert scene.people.partner.person.notices.get().read_at is not None
    assert not UsedLink.objects.exists()
    press(client, scene.people.partner, url, "accept_invitation")
    assert scene.fresh().state == "drafting"


def test_what_is_no_answer_is_refused(client, scene, url):
    assert press(client, scene.people.partner, url, "lapse").status_code == 400
    assert press(client, scene.people.partner, url, "confirm_goals").status_code == 200
    assert scene.fresh().state == "invited"


def test_a_look_back_is_one_press(client):
    scene = create_scene("closed", look_back_days=0)
    problem = scene.problems[0]
    problem.refresh_from_db()
    url = link_for(scene.people.filer, problem)
    html = sentences_of(log_in(client, scene.people.filer).get(url))
    assert "缺陷率由5%降到1.6%" in html
    answer = client.post(url, {"decide": "look_back-works"}, follow=True)
    assert "回头看" in said(answer)
    problem.refresh_from_db()
    assert problem.last_look_back == "works"


def test_who_has_left_the_seat_decides_nothing(client, scene, url):
    scene.people.partner.to_on = timezone.localdate() - timedelta(days=1)
    scene.people.partner.save()
    answer = press(client, scene.people.partner, url, "accept_invitation")
    assert answer.status_code == 404
    assert "不再由您办理" in sentences_of(answer)
    assert scene.fresh().state == "invited"


def test_the_address_stays_out_of_logs_caches_and_other_pages(client, scene, url, caplog):
    answer = log_in(client, scene.people.partner).get(url)
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert answer.headers["Cache-Control"] == "private, no-store"
    token = url.split("/")[2]
    for line in (f'"GET {url} HTTP/1.1" 200', f"Not Found: {url}", f"/accounts/login/?next=%2Fm%2F{token}%2F",
                 "GET /calendar/" + "a" * 43 + ".ics", f"/accounts/login/?next={url}"):  # fmt: skip
        assert token not in masked(line)
        assert "a" * 43 not in masked(line)
    assert masked("GET /calendar/2026-11/ HTTP/1.1") == "GET /calendar/2026-11/ HTTP/1.1"


@pytest.mark.parametrize(
    ("state", "name"),
    [("invited", "partner"), ("submitted", "reviewer"), ("signing", "filer"), ("active", "filer"),
     ("acceptance", "reviewer"), ("closed", "filer")],
)  # fmt: skip
def test_the_page_asks_few_questions_of_the_database(client, state, name):
    scene = create_scene(state, problems=3)
    seat = getattr(scene.people, name)
    url = link_for(seat, scene.agreement)
    log_in(client, seat).get(url)
    with patch("accounts.middleware.ACTIVE_EVERY", 3600), CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    assert len(caught) <= 12
