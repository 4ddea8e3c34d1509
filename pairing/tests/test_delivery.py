"""Delivery: each digest once, whatever servers and workers do; failures in words; ceiling and quiet hours kept."""

import threading
import time as clock
import tracemalloc
from datetime import datetime, time, timedelta

import pytest
from django.db import connection

from accounts.models import Role
from accounts.tests.people import create_committee, create_seat, create_user
from pairing import notices
from pairing.deadlines import SHANGHAI
from pairing.models import Channel, Contact, Delivery, Digest, Notice, Preference
from pairing.notices import outbox
from pairing.notices.delivery import Parcel
from pairing.tests.mail_servers import free_port, hanging_server, mailbox, use
from pairing.tests.providers import provider

__all__ = ["hanging_server", "mailbox", "provider"]
pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 3, 10, 10, tzinfo=SHANGHAI)
MINUTE = timedelta(minutes=1)


def create_person(name, **fields):
    return create_user(name, email=f"{name}@example.test", **fields)


def tell(person, n=1, *, step="follow_up_due", level="", at=TUESDAY):
    """n notices of `step` to `person`."""
    start = Notice.objects.count()
    return Notice.objects.bulk_create(
        Notice(
            person=person, object_type="agreement", object_id=start + i, step=step, occasion="x", level=level,
            planned_at=at, details={"label": f"协议{start + i}"},
        )
        for i in range(n)
    )  # fmt: skip


def failing(person):
    return list(Delivery.objects.filter(digest__person=person, ok=False).order_by("pk").values_list("error", flat=True))


def test_one_message_with_all_matters_and_one_line_in_the_log(mailbox):
    person = create_person("li")
    tell(person, 3)
    assert notices.deliver(TUESDAY) == 1
    assert notices.deliver(TUESDAY + MINUTE) == 0
    assert mailbox.receivers == ["li@example.test"]
    delivery = Delivery.objects.get()
    assert (delivery.ok, delivery.kind, delivery.address, delivery.channel.kind) == (
        True, "email", "li@example.test", "email",
    )  # fmt: skip
    assert delivery.digest.notices.count() == 3
    assert f"Message-ID: <digest-{delivery.digest_id}@jiedui>" in mailbox.messages[0][1]


def test_a_refusing_server_is_said_in_words_and_tried_again_by_and_by(mailbox):
    person = create_person("li")
    tell(person)
    mailbox.refuse = True
    assert notices.deliver(TUESDAY) == 0
    digest = Digest.objects.get()
    assert "451 try again later" in digest.error
    assert digest.claimed_at is None
    assert notices.deliver(TUESDAY + timedelta(seconds=30)) == 0
    assert len(failing(person)) == 1  # not before the minute is over
    mailbox.refuse = False
    assert notices.deliver(TUESDAY + 2 * MINUTE) == 1
    digest.refresh_from_db()
    assert (digest.error, digest.tries, digest.next_try_at) == ("", 2, None)


def test_an_unknown_address_does_not_stop_the_others(mailbox):
    for name in ("an", "bo", "chen"):
        tell(create_person(name))
    mailbox.unknown = {"bo@example.test"}
    assert notices.deliver(TUESDAY) == 2
    assert mailbox.receivers == ["an@example.test", "chen@example.test"]
    assert "550" in failing(Digest.objects.get(sent_at=None).person)[0]
    assert Channel.objects.get().failures == 0


@pytest.mark.parametrize("trouble", ["refused", "dropped", "hangs"])
def test_a_dead_server_costs_one_try_a_batch_and_is_down_after_five(trouble, settings, mailbox, request):
    admin = create_seat(Role.SYSADMIN, create_committee()).person
    persons = [create_person(f"p{n}") for n in range(12)]
    for person in persons:
        tell(person)
    if trouble == "refused":
        use(settings, free_port())
    elif trouble == "dropped":
        mailbox.drop = True
    else:
        request.getfixturevalue("hanging_server")
    began = clock.monotonic()
    assert notices.deliver(TUESDAY) == 0
    assert clock.monotonic() - began < 6
    channel = Channel.objects.get()
    assert channel.down_since is not None
    assert Delivery.objects.count() == 5
    assert Delivery.objects.values("digest__person").distinct().count() == 5
    assert not Digest.objects.filter(claimed_at__isnull=False).exists()
    notice = admin.notices.get(step="system_channel_down")
    assert channel.last_error in notices.wording(notice).text
    assert notices.deliver(TUESDAY + 5 * MINUTE) == 0
    assert Delivery.objects.count() == 5  # nobody is tried in vain


def test_a_channel_that_is_down_is_probed_and_recovers_by_itself(settings, mailbox):
    for n in range(12):
        tell(create_person(f"p{n}"))
    port = settings.EMAIL_PORT
    use(settings, free_port())
    notices.deliver(TUESDAY)
    assert notices.deliver(TUESDAY + 16 * MINUTE) == 0
    assert Delivery.objects.count() == 6  # one probe
    use(settings, port)
    assert notices.deliver(TUESDAY + 20 * MINUTE) == 0
    assert notices.deliver(TUESDAY + 40 * MINUTE) == 12
    channel = Channel.objects.get()
    assert (channel.failures, channel.down_since, channel.last_error) == (0, None, "")
    assert len(set(mailbox.receivers)) == 12


def test_a_stale_claim_is_free_again(mailbox):
    person = create_person("li")
    tell(person)
    outbox.fill(TUESDAY)
    [(digest, _person, _tries)] = outbox.claim(TUESDAY, 10)
    assert outbox.claim(TUESDAY + MINUTE, 10) == []
    assert notices.deliver(TUESDAY + 14 * MINUTE) == 0
    assert notices.deliver(TUESDAY + 16 * MINUTE) == 1
    assert Digest.objects.get(sent_at__isnull=False).pk == digest


def test_an_attempt_of_which_nobody_wrote_the_end_stands_in_the_log(mailbox):
    person = create_person("li")
    tell(person)
    outbox.fill(TUESDAY)
    [(digest, _person, tries)] = outbox.claim(TUESDAY, 10)
    assert outbox.waiting(TUESDAY + MINUTE, 5) == 0
    outbox.begin(Parcel(digest, tries, person, [], []))  # and here the worker is killed
    assert outbox.waiting(TUESDAY + 16 * MINUTE, 5) == 1
    assert notices.deliver(TUESDAY + 16 * MINUTE) == 1
    first, second = Delivery.objects.order_by("pk")
    assert (first.ok, second.ok, first.channel, first.address) == (False, True, second.channel, second.address)
    assert first.error == "发送途中工作进程中断，消息可能已经发出。"
    assert Digest.objects.get().tries == 2


def test_a_run_ends_in_time_and_gives_back_what_is_left(mailbox):
    for n in range(3):
        tell(create_person(f"p{n}"))
    assert notices.deliver(TUESDAY, run=timedelta(microseconds=1)) == 0
    mailbox.pause = 0.2
    assert notices.deliver(TUESDAY, run=timedelta(milliseconds=100)) == 1
    assert Digest.objects.filter(sent_at__isnull=True, claimed_at__isnull=True).count() == 2
    assert notices.deliver(TUESDAY) == 2


def test_the_gravest_go_first_under_the_ceiling_and_the_rest_waits(settings, mailbox):
    settings.MESSAGE_CEILING = 3
    admin = create_seat(Role.SYSADMIN, create_committee(), person=create_user("root")).person
    for n, level in enumerate(["", "blue", "red", "yellow", "red", ""]):
        tell(create_person(f"p{n}"), level=level)
    assert notices.deliver(TUESDAY) == 3
    assert mailbox.receivers == ["p2@example.test", "p3@example.test", "p4@example.test"]
    tell(create_person("late"), level="red", at=TUESDAY + MINUTE)
    assert notices.deliver(TUESDAY + 2 * MINUTE) == 0
    assert admin.notices.filter(step="system_ceiling").count() == 1
    assert Notice.objects.unsent().exclude(step="system_ceiling").count() == 4
    morning = TUESDAY + timedelta(days=1)
    assert notices.deliver(morning) + notices.deliver(morning + MINUTE) == 3  # the administrator has no address
    assert mailbox.receivers.count("late@example.test") == 1


def test_quiet_hours_hold_the_message_back(mailbox):
    person = create_person("li")
    tell(person)
    Preference.objects.create(person=person, quiet_from=time(9), quiet_to=time(14))
    assert notices.deliver(TUESDAY) == 0
    assert notices.deliver(TUESDAY.replace(hour=13, minute=59)) == 0
    assert notices.deliver(TUESDAY.replace(hour=14, minute=1)) == 1


def test_quiet_hours_over_night_end_in_the_morning(mailbox):
    person = create_person("li")
    tell(person, at=TUESDAY - timedelta(hours=2))
    Preference.objects.create(person=person, quiet_from=time(17), quiet_to=time(9, 30))
    assert notices.deliver(TUESDAY.replace(hour=8, minute=45)) == 0
    assert notices.deliver(TUESDAY.replace(hour=9, minute=31)) == 1


def test_kinds_switched_off_stay_in_the_inbox_and_mandatory_ones_go_out(mailbox):
    person = create_person("li")
    Preference.objects.create(person=person, silent=["follow_up", "waiting"])
    tell(person, step="follow_up_due")
    assert notices.deliver(TUESDAY) == 0
    assert person.notices.unread().count() == 1
    assert not person.notices.unsent().exists()
    tell(person, step="waiting_branches")
    assert notices.deliver(TUESDAY + MINUTE) == 1


def test_what_was_read_needs_no_message(mailbox):
    person = create_person("li")
    tell(person)
    person.notices.update(read_at=TUESDAY)
    assert notices.deliver(TUESDAY) == 0
    assert not person.notices.unsent().exists()


def test_a_heap_of_notices_is_one_short_message(mailbox):
    person = create_person("li")
    tell(person, 45)
    assert notices.deliver(TUESDAY) == 1
    text = mailbox.messages[0][1]
    assert Digest.objects.get().notices.count() == 45
    assert len(text) < 40_000


def test_a_round_reads_and_says_a_bounded_part_of_what_waits(mailbox):
    """Of 3,000 notices of one person 200 are read, 30 are listed; the round takes little memory."""
    person = create_person("li")
    tell(person, 3000)
    tracemalloc.start()
    assert notices.deliver(TUESDAY) == 1
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 8_000_000  # bytes
    assert Digest.objects.get().notices.count() == 200
    assert person.notices.unsent().count() == 2800
    assert notices.deliver(TUESDAY + timedelta(days=1)) == 1


def test_after_three_failures_the_next_channel_has_its_turn(mailbox):
    person = create_person("li")
    notices.deliver(TUESDAY)  # makes the channel of everybody
    first = Channel.objects.create(kind="email", name="second mail server")
    Contact.objects.create(person=person, channel=first, address="wrong@example.test")
    tell(person)
    mailbox.unknown = {"wrong@example.test"}
    at = TUESDAY
    for minutes in (1, 5, 15):
        assert notices.deliver(at) == 0
        at += timedelta(minutes=minutes, seconds=5)
    assert notices.deliver(at) == 1
    assert mailbox.receivers == ["li@example.test"]
    assert [row.address for row in Delivery.objects.order_by("pk")] == ["wrong@example.test"] * 3 + ["li@example.test"]


def test_a_channel_that_is_down_is_passed_over_until_it_works_again(mailbox, provider):
    first = Channel.objects.create(
        kind="wecom_robot", name="群机器人", url=provider.url, secret="robot-key", everybody=True, order=1
    )
    persons = [create_person(f"p{n}") for n in range(12)]
    for person in persons:
        tell(person)
    provider.trouble = 500
    assert notices.deliver(TUESDAY) == 7  # five failed, then everybody was served by e-mail
    first.refresh_from_db()
    assert first.down_since is not None
    assert "500" in first.last_error
    assert notices.deliver(TUESDAY + 2 * MINUTE) == 5
    assert len(set(mailbox.receivers)) == 12
    assert provider.asked == 5
    tell(persons[0], at=TUESDAY + timedelta(days=1))
    assert notices.deliver(TUESDAY + timedelta(days=1)) == 1  # the probe fails, its person hears all the same
    assert (provider.asked, len(mailbox.messages)) == (6, 13)
    provider.trouble = None
    tell(persons[1], at=TUESDAY + timedelta(days=1))
    assert notices.deliver(TUESDAY + timedelta(days=1, minutes=16)) == 1
    first.refresh_from_db()
    assert (first.down_since, len(provider.taken)) == (None, 1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_digest_once(mailbox):
    for n in range(230):
        tell(create_person(f"p{n}"))
    counts, gate = [], threading.Barrier(2)

    def worker():
        gate.wait()
        counts.append(notices.deliver(TUESDAY))
        connection.close()

    threads = [threading.Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 230
    assert len(set(mailbox.receivers)) == len(mailbox.receivers) == 230
    assert Delivery.objects.filter(ok=True).count() == 230


@pytest.mark.django_db(transaction=True)
def test_the_ceiling_holds_with_two_workers(settings, mailbox):
    settings.MESSAGE_CEILING = 150
    for n in range(230):
        tell(create_person(f"p{n}"))
    gate = threading.Barrier(2)

    def worker():
        gate.wait()
        notices.deliver(TUESDAY)
        connection.close()

    threads = [threading.Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(mailbox.messages) == 150


def test_a_batch_costs_few_queries(mailbox, django_assert_max_num_queries):
    for n in range(60):
        tell(create_person(f"p{n}"), 3)
    with django_assert_max_num_queries(60 * 6 + 25):  # six statements begin and stamp a digest, the rest is for all
        assert notices.deliver(TUESDAY) == 60
