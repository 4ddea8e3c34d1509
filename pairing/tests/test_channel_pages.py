"""Pages of channels, of a person's messages and of the log: who may, what is kept, what is never shown."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Event, User
from accounts.tests.people import create_personas, create_user
from pairing import notices
from pairing.deadlines import day_of
from pairing.models import Channel, Contact, Delivery, Digest, Notice, Preference
from pairing.notices.ways import channels_in_use, ways_of
from pairing.services import channels as services
from pairing.tests.mail_servers import mailbox
from pairing.tests.providers import SECRET, WEBHOOK_SECRET, provider
from pairing.tests.test_delivery import TUESDAY, create_person, tell

__all__ = ["mailbox", "provider"]
pytestmark = [pytest.mark.django_db, pytest.mark.pages]


@pytest.fixture
def people():
    return create_personas()


@pytest.fixture
def sysadmin(people, client):
    client.force_login(people.sysadmin.person)
    return client


def fill(client, kind, **fields):
    return client.post(f"{reverse('pairing:channel_new')}?kind={kind}", {"name": kind, **fields}, follow=True)


def test_a_channel_is_set_up_tried_and_its_secret_never_shown(sysadmin, provider):
    address = "https://oapi.dingtalk.com/robot/send?access_token=robot-token"
    page = fill(sysadmin, "dingtalk_robot", token=address, secret=SECRET, url=provider.url)
    made = Channel.objects.get(kind="dingtalk_robot")
    assert (made.settings, made.secret) == ({"token": "robot-token"}, SECRET)
    assert SECRET not in page.content.decode()
    assert "robot-token" not in page.content.decode()
    page = sysadmin.post(reverse("pairing:channel_try", args=[made.pk]), {"address": "13800000000"}, follow=True)
    assert "已收下发给 13800000000 的测试消息" in page.content.decode()
    assert provider.taken[0][1]["at"]["atMobiles"] == ["13800000000"]
    event = Event.objects.get(action="added", object_type="channel")
    assert SECRET not in str(event.details)


def test_a_failing_test_message_is_said_in_words(sysadmin, provider):
    fill(sysadmin, "wecom_app", corp_id="ww1", agent_id="1000002", secret="wrong one", url=provider.url)
    made = Channel.objects.get(kind="wecom_app")
    page = sysadmin.post(reverse("pairing:channel_try", args=[made.pk]), {"address": "li.na"}, follow=True)
    assert "应用的密钥有误。 (40001 invalid credential)" in page.content.decode()
    made.refresh_from_db()
    assert "40001" in made.last_error


def test_an_empty_secret_keeps_the_stored_one(sysadmin, provider):
    fill(sysadmin, "wecom_robot", secret="robot-key", url=provider.url)
    made = Channel.objects.get(kind="wecom_robot")
    url = reverse("pairing:channel", args=[made.pk])
    sysadmin.post(url, {"name": "群机器人", "secret": "", "url": provider.url, "everybody": "on"})
    made.refresh_from_db()
    assert (made.name, made.secret, made.everybody) == ("群机器人", "robot-key", True)


@pytest.mark.parametrize(
    ("kind", "fields", "name"),
    [
        ("wecom_app", {"corp_id": "ww1", "agent_id": "twelve", "secret": "x"}, "agent_id"),
        ("webhook", {"secret": "short", "url": "https://example.com/hook"}, "secret"),
        ("webhook", {"secret": WEBHOOK_SECRET, "url": ""}, "url"),
        ("webhook", {"secret": WEBHOOK_SECRET, "url": "ftp://example.com/"}, "url"),
        ("feishu_app", {"app_id": "", "secret": "x", "id_type": "user_id"}, "app_id"),
    ],
)
def test_what_is_wrong_stands_beside_the_field(sysadmin, kind, fields, name):
    page = fill(sysadmin, kind, **fields)
    assert page.context["form"].errors.keys() == {name}
    assert not Channel.objects.filter(kind=kind).exists()


def test_channels_are_moved_and_switched_and_each_press_recorded(sysadmin):
    first, second = (Channel.objects.create(kind="email", name=name, order=n) for n, name in enumerate("ab"))
    sysadmin.post(reverse("pairing:channel_move", args=[second.pk]), {"up": "1"})
    assert [channel.name for channel in Channel.objects.all()] == ["b", "a"]
    sysadmin.post(reverse("pairing:channel_switch", args=[first.pk]), {"on": "0"})
    first.refresh_from_db()
    assert first.enabled is False
    actions = Event.objects.filter(object_type="channel").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["move", "switch_off"]


def test_only_the_system_administrator_presses(people, client):
    made = Channel.objects.create(kind="email", name="a")
    digest = Digest.objects.create(person=people.filer.person, day="2026-03-10")
    for name, args in (("channel_switch", made.pk), ("channel_move", made.pk), ("channel_try", made.pk),
                       ("delivery_resend", digest.pk)):  # fmt: skip
        for persona in ("filer", "reviewer", "leader", "secadmin", "auditor"):
            client.force_login(getattr(people, persona).person)
            assert client.post(reverse(f"pairing:{name}", args=[args])).status_code == 403
    made.refresh_from_db()
    assert made.enabled


def test_without_a_mail_server_a_test_message_is_not_said_to_be_sent(sysadmin, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    mail = Channel.objects.create(kind="email", name="电子邮件")
    page = sysadmin.post(reverse("pairing:channel_try", args=[mail.pk]), {"address": "li@example.test"}, follow=True)
    assert "尚未设置发信服务器，请在 EMAIL_URL 中填写。" in page.content.decode()


# A person's own messages
def wishes(channel, **fields):
    return {f"on_{channel.pk}": "on", f"address_{channel.pk}": "", f"order_{channel.pk}": "1", **fields}


def test_a_person_keeps_addresses_quiet_hours_and_kinds(people, client):
    person = people.filer.person
    client.force_login(person)
    channel = Channel.objects.create(kind="email", name="电子邮件", everybody=True)
    data = wishes(channel, quiet_from="1200", quiet_to="14:00", kinds=["reminder", "news"])
    data[f"address_{channel.pk}"] = "li.na@example.test"
    page = client.post(reverse("pairing:message_settings"), data, follow=True)
    assert "消息设置已保存" in page.content.decode()
    wish = Preference.objects.get(person=person)
    assert (wish.quiet_from, wish.quiet_to, wish.silent) == (time(12), time(14), ["follow_up", "market"])
    assert Contact.objects.get(person=person).address == "li.na@example.test"
    assert Event.objects.filter(action="wish_messages", person=person).count() == 1


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"quiet_from": "12"}, "quiet_to"),
        ({"quiet_from": "25:00", "quiet_to": "9"}, "quiet_from"),
        ({"quiet_from": "0830", "quiet_to": "1730"}, "quiet_to"),
        ({}, "address"),
    ],
)
def test_wrong_wishes_are_said_and_nothing_is_kept(people, client, fields, wrong):
    person = people.filer.person
    person.email = "" if wrong == "address" else "li@example.test"
    person.save()
    client.force_login(person)
    channel = Channel.objects.create(kind="email", name="电子邮件", everybody=True)
    page = client.post(reverse("pairing:message_settings"), wishes(channel, **fields))
    name = f"address_{channel.pk}" if wrong == "address" else wrong
    assert page.context["form"].errors.keys() == {name}
    assert not Preference.objects.exists()


def test_the_order_of_a_person_decides(people, client, mailbox, provider):
    person = people.filer.person
    person.email = "li@example.test"
    person.save()
    client.force_login(person)
    mail = Channel.objects.create(kind="email", name="电子邮件", everybody=True, order=90)
    robot = Channel.objects.create(kind="wecom_robot", name="群", url=provider.url, secret="robot-key", order=1)
    data = wishes(mail, kinds=[]) | {f"order_{mail.pk}": "2"} | wishes(robot) | {f"address_{robot.pk}": "li.na"}
    client.post(reverse("pairing:message_settings"), data)
    client.post(reverse("pairing:message_try"))
    assert (len(provider.taken), len(mailbox.messages)) == (1, 0)
    tell(person, step="waiting_branches")
    assert notices.deliver(TUESDAY) == 1
    assert "<@li.na>" in provider.taken[1][1]["markdown"]["content"]


def test_test_messages_are_no_way_to_fill_a_mailbox(people, client, mailbox):
    person = people.filer.person
    person.email = "li@example.test"
    person.save()
    client.force_login(person)
    for _press in range(12):
        page = client.post(reverse("pairing:message_try"), follow=True)
    assert len(mailbox.messages) == 10
    assert "请稍后再试" in page.content.decode()


# The log
@pytest.fixture
def attempts(people, mailbox):
    """One message sent and one refused."""
    for name in ("an", "bo"):
        tell(create_person(name))
    mailbox.unknown = {"bo@example.test"}
    notices.deliver(TUESDAY)
    return {row.address.partition("@")[0]: row for row in Delivery.objects.all()}


def test_the_log_tells_who_when_how_and_never_what(sysadmin, attempts):
    page = sysadmin.get(reverse("pairing:deliveries")).content.decode()
    assert "550" in page
    assert "an同志" in page
    assert "协议" not in page.partition("<main")[2].partition("</main>")[0].replace("协议列表", "")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"an", "bo"}), ("state=sent", {"an"}), ("state=failed", {"bo"}), ("person=an", {"an"}),
        ("person=nobody", set()), ("day=2026-03-10", {"an", "bo"}), ("day=2026-03-11", set()),
        ("state=nonsense", {"an", "bo"}), ("day=tomorrow-ish", {"an", "bo"}),
    ],
)  # fmt: skip
def test_the_log_is_filtered(sysadmin, attempts, query, found):
    page = sysadmin.get(f"{reverse('pairing:deliveries')}?{query}")
    assert {row.person.username for row in page.context["rows"]} == found
    assert all(row.notices == 1 for row in page.context["rows"])


def test_the_log_costs_the_same_with_one_row_and_with_fifty(sysadmin, django_assert_max_num_queries, mailbox):
    for n in range(60):
        tell(create_person(f"p{n}"))
    notices.deliver(TUESDAY)
    with django_assert_max_num_queries(12):
        assert len(sysadmin.get(reverse("pairing:deliveries")).context["rows"]) == 50


def test_resend_makes_what_was_said_go_out_again(sysadmin, attempts, settings, mailbox):
    sent = attempts["an"].digest
    sysadmin.post(reverse("pairing:delivery_resend", args=[sent.pk]))
    today = Digest.objects.get(person=sent.person, day=day_of(timezone.now()))
    assert (today.sent_at, today.claimed_at, today.next_try_at) == (None, None, None)
    assert Notice.objects.unsent().filter(person=sent.person).count() == 1
    assert Event.objects.filter(action="resend").count() == 1


def test_resend_of_a_failed_one_does_not_wait_for_the_next_try(sysadmin, people, mailbox):
    person, now = create_person("bo"), timezone.now()
    tell(person, at=now - timedelta(hours=1))
    digest = Digest.objects.create(person=person, day=day_of(now), tries=1, next_try_at=now + timedelta(hours=1))
    page = sysadmin.get(f"{reverse('pairing:deliveries')}?state=waiting")
    assert [row.digest for row in page.context["rows"]] == [digest.pk]
    sysadmin.post(reverse("pairing:delivery_resend", args=[digest.pk]))
    digest.refresh_from_db()
    assert digest.next_try_at is None


def test_the_figure_of_those_waiting_is_the_list_it_opens(sysadmin, people, mailbox):
    """Without an address, switched off, planned for later or read already nobody waits; by another channel one does."""
    now = timezone.now()
    robot = Channel.objects.create(kind="wecom_robot", name="群机器人", secret="x")
    names = ("waits", "later", "read", "left", "off", "by_robot")
    everybody = {name: create_person(name) for name in names} | {"nowhere": create_user("nowhere")}
    for name, person in everybody.items():
        tell(person, at=now + timedelta(hours=24 if name == "later" else -1))
        Digest.objects.create(person=person, day=day_of(now))
    everybody["read"].notices.update(read_at=now)
    User.objects.filter(username="left").update(is_active=False)
    email = Channel.objects.create(kind="email", name="电子邮件", everybody=True)
    for name in ("off", "by_robot"):
        Contact.objects.create(person=everybody[name], channel=email, enabled=False)
    Contact.objects.create(person=everybody["by_robot"], channel=robot)
    page = sysadmin.get(f"{reverse('pairing:deliveries')}?state=waiting")
    found = {row.person.username for row in page.context["rows"]}
    assert found == {"waits", "by_robot"}
    assert sysadmin.get(reverse("pairing:channels")).context["counts"]["waiting"] == len(found)
    ways = ways_of(everybody.values(), channels_in_use())
    assert {name for name, person in everybody.items() if not ways[person.pk]} == {"off", "nowhere"}


def test_before_a_channel_is_set_up_those_with_an_e_mail_address_wait(sysadmin, people):
    now = timezone.now()
    for person in (create_person("an"), create_user("bo")):
        tell(person, at=now - timedelta(hours=1))
        Digest.objects.create(person=person, day=day_of(now))
    page = sysadmin.get(f"{reverse('pairing:deliveries')}?state=waiting")
    assert [row.person.username for row in page.context["rows"]] == ["an"]
    assert sysadmin.get(reverse("pairing:channels")).context["counts"]["waiting"] == 1
    assert not Channel.objects.exists()


def test_what_is_sent_again_is_no_attempt_that_broke_off(people, mailbox):
    person = create_person("an")
    tell(person)
    notices.deliver(TUESDAY)
    digest = Digest.objects.get()
    assert services.resend(digest, seat=people.sysadmin, at=TUESDAY + timedelta(minutes=5))
    assert notices.deliver(TUESDAY + timedelta(minutes=10)) == 1
    assert list(Delivery.objects.values_list("ok", flat=True)) == [True, True]
    assert len(mailbox.messages) == 2


# The inbox
def test_the_inbox_is_filtered_by_kind_and_marks_levels(people, client):
    person = people.filer.person
    tell(person, step="before-7", level="blue")
    tell(person, step="after-3", level="red")
    tell(person, step="silent_invited", level="yellow")
    client.force_login(person)
    page = client.get(reverse("pairing:inbox")).content.decode()
    for name in ("level-blue", "level-red", "level-amber"):
        assert name in page
    rows = client.get(reverse("pairing:inbox") + "?kind=overdue").context["rows"]
    assert [notice.step for notice, *_words in rows] == ["after-3"]
    rows = client.get(reverse("pairing:inbox") + "?kind=waiting").context["rows"]
    assert [notice.step for notice, *_words in rows] == ["silent_invited"]


def test_the_system_administrator_has_an_inbox(people, client, sysadmin):
    Notice.objects.create(
        person=people.sysadmin.person, object_type="channel", object_id=1, step="system_channel_down", occasion="x",
        details={"label": "企业微信", "note": "对方没有在规定时间内答复。"},
    )  # fmt: skip
    page = sysadmin.get(reverse("pairing:inbox")).content.decode()
    assert "企业微信" in page
    assert 'id="bell"' in page
    answer = sysadmin.post(reverse("pairing:notice", args=[people.sysadmin.person.notices.get().pk]))
    assert answer.url == reverse("pairing:channels")


def test_a_channel_that_is_down_stands_on_the_checks_page(people, sysadmin):
    Channel.objects.create(kind="email", name="电子邮件", down_since=timezone.now(), last_error="邮件服务器拒收")
    page = sysadmin.get("/").content.decode()
    assert "电子邮件" in page
    assert "邮件服务器拒收" in page


def test_who_has_no_seat_may_set_messages_too(client):
    client.force_login(create_user())
    assert client.get(reverse("pairing:message_settings")).status_code == 200


def test_a_channel_named_as_its_kind_is_called_so_in_the_language_of_the_reader(people, sysadmin):
    Channel.objects.create(kind="email", name="电子邮件")
    Channel.objects.create(kind="wecom_app", name="公司微信")
    people.sysadmin.person.language = "en"
    people.sysadmin.person.save()
    page = sysadmin.get(reverse("pairing:channels")).content.decode()
    assert "E-mail" in page
    assert "电子邮件" not in page
    assert "公司微信" in page
