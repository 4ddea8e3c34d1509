"""A supervisor without network: the record stays on the device, is sent once when it is back, and is not lost."""

import json

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Error, Page, expect

from accounts.models import Event, Role
from accounts.tests.people import PASSWORD, create_seat
from pairing import standings
from pairing.models import FollowUp
from pairing.tests.scenes import create_scene
from pairing.workflow.engine import perform

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXT = "现场查看，吊车明天到"


@pytest.fixture
def meant_troubles() -> tuple[str, ...]:
    """A browser notes every refusal and lost request; the last one is what our own scripts note."""
    return "status of 4", "net::ERR", "console, warning: not ", "Failed to fetch"


@pytest.fixture
def scene():
    scene = create_scene("active")
    FollowUp.objects.create(agreement=scene.agreement, planned_on=timezone.localdate())
    standings.refresh(timezone.localdate())
    return scene


@pytest.fixture
def phone(page: Page, scene, client, live_server) -> Page:
    page.set_viewport_size({"width": 390, "height": 844})
    client.force_login(scene.people.supervisor.person)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    return page


def record_url(scene):
    return reverse("pairing:agreement_follow_up", args=[scene.agreement.pk])


def fill_in(page, text=TEXT):
    page.locator("label.choice", has_text="电话").click()
    page.fill("[name=progress]", text)
    page.fill("[name=obstacle]", "道路未通")
    page.locator("label.choice", has_text="两周后").click()
    page.get_by_role("button", name="保存记录").click()


def counts(scene):
    done = FollowUp.objects.filter(done_on__isnull=False)
    return done.count(), Event.objects.of(scene.agreement).filter(action="follow_up").count()


def until(page, condition):
    """Let the page work until the condition holds."""
    for _n in range(160):
        if condition():
            return
        page.wait_for_timeout(250)
    assert condition()


def prepared(page):
    """Whether the form and its parts are kept, and the worker stands ready."""
    parts = page.evaluate("caches.keys().then((names) => names[0] ? caches.open(names[0]).then((c) => c.keys()) : [])")
    return len(parts) > 10 and page.evaluate("navigator.serviceWorker.controller !== null")


def kept(page):
    return page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('visit:')).length")


def test_with_network_it_is_sent_at_once(phone, scene):
    phone.goto(record_url(scene))
    fill_in(phone)
    phone.wait_for_url(f"**{scene.url()}")
    expect(phone.locator("main")).to_contain_text(TEXT)
    assert counts(scene) == (1, 1)
    assert kept(phone) == 0
    phone.goto(record_url(scene))
    expect(phone.locator("[data-restore]")).to_be_hidden()


def test_offline_kept_and_sent_once_when_the_network_is_back(phone, scene):
    phone.goto(record_url(scene))
    phone.context.set_offline(True)
    fill_in(phone)
    expect(phone.locator("#unsent")).to_contain_text("已保存在本机，网络恢复后自动发送")
    assert counts(scene) == (0, 0)
    phone.context.set_offline(False)
    until(phone, lambda: counts(scene) == (1, 1))
    expect(phone.locator("#unsent")).to_be_hidden()
    phone.goto(reverse("pairing:home"))
    phone.wait_for_timeout(500)
    assert counts(scene) == (1, 1)
    row = FollowUp.objects.get(done_on__isnull=False)
    assert (row.progress, row.obstacle, row.kind) == (TEXT, "道路未通", "call")


def test_sent_from_any_page_that_is_opened_next(phone, scene):
    phone.goto(record_url(scene))
    phone.context.set_offline(True)
    fill_in(phone)
    expect(phone.locator("#unsent")).to_be_visible()
    phone.goto("about:blank")
    phone.context.set_offline(False)
    phone.goto(reverse("pairing:home"))
    until(phone, lambda: counts(scene) == (1, 1))


def test_who_opened_the_board_once_may_record_later_without_network(phone, scene):
    phone.goto(reverse("pairing:follow_ups"))
    until(phone, lambda: prepared(phone))
    phone.context.set_offline(True)
    phone.goto(record_url(scene))
    phone.reload()
    expect(phone.locator("[name=agreement]")).to_have_value(str(scene.agreement.pk))
    fill_in(phone)
    expect(phone.locator("#unsent")).to_contain_text(scene.agreement.number)
    phone.context.set_offline(False)
    until(phone, lambda: counts(scene) == (1, 1))


def test_two_windows_send_it_once(phone, scene):
    phone.goto(record_url(scene))
    phone.context.set_offline(True)
    fill_in(phone)
    expect(phone.locator("#unsent")).to_be_visible()
    phone.context.set_offline(False)
    other = phone.context.new_page()
    other.goto(reverse("pairing:follow_ups"))
    until(phone, lambda: counts(scene) == (1, 1))
    other.reload()
    phone.wait_for_timeout(500)
    assert counts(scene) == (1, 1)


def test_the_session_has_ended_meanwhile(phone, scene):
    phone.goto(record_url(scene))
    phone.context.set_offline(True)
    fill_in(phone)
    expect(phone.locator("#unsent")).to_be_visible()
    phone.context.clear_cookies(name="sessionid")
    Session.objects.all().delete()
    phone.context.set_offline(False)
    password = phone.get_by_role("textbox", name="密码")
    password.fill(PASSWORD)
    phone.get_by_role("button", name="登录并继续").click()
    until(phone, lambda: counts(scene) == (1, 1))
    expect(phone.locator("#unsent")).to_be_hidden()


def test_what_the_server_refuses_stays_with_the_sentence(phone, scene):
    phone.goto(record_url(scene))
    phone.context.set_offline(True)
    fill_in(phone)
    expect(phone.locator("#unsent")).to_be_visible()
    lead = create_seat(Role.LEAD, scene.people.committee)
    perform("terminate", scene.fresh(), seat=lead, note="不再继续", code="gone")
    phone.context.set_offline(False)
    expect(phone.locator("#unsent")).to_contain_text("未被接收", timeout=20_000)
    expect(phone.locator("#unsent")).to_contain_text("已终止")
    phone.goto(reverse("pairing:follow_ups"))
    expect(phone.locator("#unsent")).to_contain_text("未被接收")
    assert (counts(scene), kept(phone)) == ((0, 0), 1)
    phone.get_by_role("button", name="放弃").click()
    expect(phone.locator("#unsent")).to_be_hidden()
    assert kept(phone) == 0


def test_the_kept_form_goes_at_log_out_and_the_unsent_record_stays(phone, scene):
    phone.goto(reverse("pairing:follow_ups"))
    until(phone, lambda: prepared(phone))
    entry = {"key": "k", "at": "2026", "label": "x", "refused": ["y"], "fields": {"agreement": 1}}
    phone.evaluate("(entry) => localStorage.setItem(`visit:${document.body.dataset.user}:k`, entry)", json.dumps(entry))
    phone.evaluate("document.querySelector('[data-sign-out]').requestSubmit()")
    phone.wait_for_url("**/accounts/login/**")
    until(phone, lambda: not phone.evaluate("caches.keys()"))
    until(phone, lambda: not phone.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)"))
    assert kept(phone) == 1


def test_nobody_else_sees_the_kept_form(phone, scene, client, live_server):
    phone.goto(reverse("pairing:follow_ups"))
    until(phone, lambda: prepared(phone))
    client.force_login(scene.people.filer.person)  # the first one never logged out
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    phone.context.add_cookies([cookie])
    phone.goto(reverse("pairing:home"))
    until(phone, lambda: not phone.evaluate("caches.keys()"))
    phone.context.set_offline(True)
    with pytest.raises(Error, match=r"ERR_(INTERNET_DISCONNECTED|FAILED)"):
        phone.goto(record_url(scene))


def test_what_is_kept_is_not_downloaded_again(phone, scene):
    fetched = []
    phone.context.on("response", lambda answer: fetched.append(answer))
    for _n in range(2):
        phone.goto(reverse("pairing:follow_ups"))
        until(phone, lambda: prepared(phone))
    phone.reload()
    phone.wait_for_load_state("networkidle")
    parts = [answer for answer in fetched if "/static/" in answer.url and answer.from_service_worker]
    assert not parts  # the page's own parts come compressed, past the worker


def test_a_record_without_progress_is_not_kept(phone, scene):
    phone.goto(record_url(scene))
    fill_in(phone, " ")
    expect(phone.locator("[data-wrong]")).to_have_text("请用一句话写明进展。")
    assert kept(phone) == 0
