"""What breaks while messages are planned and sent: nothing is lost, nothing is doubled in the inbox.

Real processes on a database of their own. The claim of a dead worker, and the pause after a failure, last minutes:
`let_time_pass` moves their dates back. The figures are printed at the end and kept in docs/operations.md.
"""

import json
import shutil
import socket
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from config.bench.client import Call, Client
from pairing.deadlines import SHANGHAI
from pairing.tests.faults.machine import Machine, wait_until

pytestmark = pytest.mark.faults
PATIENCE = 60  # seconds
LATER = (  # claims and pauses are over, a channel that is down may be probed
    "UPDATE pairing_digest SET claimed_at = claimed_at - interval '1 hour', "
    "next_try_at = next_try_at - interval '1 hour' WHERE sent_at IS NULL RETURNING 1",
    "UPDATE pairing_delivery SET at = at - interval '1 hour' WHERE NOT ok RETURNING 1",
)
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
PAGES = """
import json
from dataclasses import asdict
from config.bench.pages import cast, pages
print(json.dumps([asdict(page) for page in pages(cast())]))
"""
figures: list[tuple] = []


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    folder = Path(tempfile.mkdtemp(prefix="jd-faults-"))
    folder.chmod(0o711)
    made = Machine(folder / "data", free_port(), free_port())
    try:
        with made.services.in_use():
            made.start_mail()
            made.make(monday() - timedelta(days=1))
            yield made
    finally:
        made.close()
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def expected(machine) -> tuple[Counter, Counter]:
    """(notices, messages by address) of a round in which nothing breaks."""
    machine.fresh()
    machine.supervise(timezone.now())
    assert min(machine.received().values()) == max(machine.received().values()) == 1
    assert len(machine.received()) > 30
    return people_told(machine.notices()), machine.received()


@pytest.fixture(scope="module", autouse=True)
def _figures(request) -> Iterator[None]:
    """Printed when the last test is done."""
    yield
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print("\n| fault | messages expected | received | duplicates | recovered after |\n|---|---|---|---|---|")
        for row in figures:
            print(f"| {' | '.join(str(value) for value in row)} |")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def monday():
    """A Monday at least a week ago, so that a week of rounds lies in the past."""
    today = timezone.localdate()
    return today - timedelta(days=7 + today.weekday())


def morning(day) -> datetime:
    return datetime.combine(day, datetime.min.time(), SHANGHAI) + timedelta(hours=10)


def people_told(notices: Counter) -> Counter:
    """(user, object, step) -> times, without the moment that a lapse of today put into the occasion."""
    told = Counter()
    for (*key, _occasion), times in notices.items():
        told[tuple(key)] += times
    return told


def all_sent(machine) -> bool:
    return machine.notices() and not machine.unsent()


def check(machine, expected, fault: str, seconds: float, *, most_again: int) -> None:
    """Each notice once; each message at least once, at most `most_again` copies more, and those are in the log."""
    notices, messages = expected
    received = machine.received()
    again = received - Counter(dict.fromkeys(received, 1))
    figures.append((fault, len(messages), sum(received.values()), sum(again.values()), f"{seconds:.1f} s"))
    assert people_told(machine.notices()) == notices
    assert set(received) == set(messages)
    assert sum(again.values()) <= most_again
    assert again <= tried_again(machine)


def tried_again(machine) -> Counter:
    """Address -> attempts in the log that may have gone out though nobody wrote so."""
    return Counter(address for (address,) in machine.ask("SELECT address FROM pairing_delivery WHERE NOT ok"))


def let_time_pass(machine) -> None:
    for statement in LATER:
        machine.ask(statement)


def test_processes_of_a_worker_are_killed_in_the_middle_of_a_delivery_and_then_all_of_it(machine, expected):
    machine.fresh()
    machine.mail("stall")
    worker = machine.start_worker()
    machine.start_beat()
    wait_until(machine.letters, PATIENCE, "a letter in the air")
    machine.kill_children(worker)  # as the kernel does when memory runs out
    let_time_pass(machine)
    wait_until(lambda: len(machine.letters()) > 1, PATIENCE, "the worker goes on")
    machine.kill(worker)
    machine.mail("accept")
    let_time_pass(machine)
    machine.start_worker("two")
    seconds = wait_until(lambda: all_sent(machine), PATIENCE, "all sent")
    check(machine, expected, "processes of a worker killed, then all of it", seconds, most_again=2)


def test_the_broker_is_emptied_and_restarted(machine, expected):
    machine.fresh()
    machine.mail("slow")
    both = machine.start_worker(), machine.start_beat()
    wait_until(lambda: len(machine.letters()) > 5, PATIENCE, "letters on their way")
    machine.redis().flushall()
    broker = machine.services.broker
    broker.stop()
    time.sleep(1)
    broker.start(death_signal=None)
    seconds = wait_until(lambda: all_sent(machine), PATIENCE, "all sent")
    assert [process.poll() for process in both] == [None, None]
    check(machine, expected, "broker emptied and restarted during a delivery", seconds, most_again=0)


def test_the_database_is_restarted_during_planning_and_during_a_delivery(machine, expected):
    machine.fresh()
    machine.mail("slow")
    holder = machine.connect()
    holder.autocommit = False
    holder.cursor().execute("LOCK TABLE pairing_notice IN SHARE MODE")  # planning has to wait for this
    machine.start_worker()
    machine.start_beat()
    wait_until(lambda: machine.ask(WAITING) > [(0,)], PATIENCE, "planning under way")
    machine.restart_database()
    assert machine.notices() == Counter()
    wait_until(lambda: len(machine.letters()) > 5, PATIENCE, "letters on their way")
    machine.restart_database()
    let_time_pass(machine)
    seconds = wait_until(lambda: all_sent(machine), PATIENCE, "all sent")
    check(machine, expected, "database restarted in a round and in a delivery", seconds, most_again=4)
    failed = machine.ask("SELECT DISTINCT name FROM accounts_jobrun WHERE outcome = 'failed'")
    assert ("supervision",) in failed


def test_two_beats_and_two_workers(machine, expected):
    machine.fresh()
    for name in ("one", "two"):
        machine.start_worker(name)
        machine.start_beat(name)
    seconds = wait_until(lambda: all_sent(machine), PATIENCE, "all sent")
    time.sleep(2)
    check(machine, expected, "two beats and two workers", seconds, most_again=0)


def test_the_mail_server_hangs_refuses_and_hangs_up(machine, expected):
    machine.fresh()
    machine.mail("hang")  # before anything can be sent
    machine.start_worker()
    machine.start_beat()
    for mode, words in (("hang", "没有在规定时间内答复"), ("refuse", "451"), ("drop", "断开")):
        machine.mail(mode)
        wait_until(lambda words=words: machine.errors(words), PATIENCE, f"{mode} in words")
        let_time_pass(machine)
    assert machine.letters() == []
    machine.mail("accept")
    let_time_pass(machine)
    seconds = wait_until(lambda: all_sent(machine), PATIENCE, "all sent")
    [(down,)] = machine.ask("SELECT count(*) FROM pairing_channel WHERE down_since IS NOT NULL")
    assert down == 0
    check(machine, expected, "mail server hangs, refuses, hangs up", seconds, most_again=0)


def test_the_clock_stands_still_for_72_hours(machine):
    days = [monday() + timedelta(days=n) for n in range(4)]
    machine.fresh()
    machine.supervise(*map(morning, days))
    undisturbed = machine.notices()
    machine.fresh()
    machine.supervise(morning(days[0]))
    before = machine.received()
    machine.supervise(morning(days[3]))
    after = machine.received() - before
    assert max(before.values()) == max(after.values()) == 1
    matters = {key[:3] for key in undisturbed}
    assert {key[:3] for key in machine.notices()} == matters
    assert machine.notices() <= undisturbed  # of steps missed together the last
    assert machine.last_steps() <= set(undisturbed)
    assert not machine.unsent()
    figures.append(("clock stands still for 72 hours", len(after), sum(after.values()), 0, "in the first round"))


def test_pages_and_steps_do_without_the_broker_and_messages_follow(machine):
    machine.fresh()
    machine.services.broker.stop()
    machine.start_web()
    [(agreement,)] = machine.ask("SELECT min(id) FROM pairing_agreement WHERE state = 'active' AND turn = ''")
    pages = json.loads(machine.shell(PAGES, DJANGO_SETTINGS_MODULE="config.bench.settings"))
    cookies = next(page["cookies"] for page in pages if page["page"] == "home, supervisor")
    pages.append({"path": f"/agreements/{agreement}/step/urge/", "cookies": cookies, "method": "POST",
                  "data": {"note": "请尽快填报进展"}})  # fmt: skip
    slowest = 0.0
    with Client(machine.web_port) as browser:
        wait_until(lambda: answers(browser, pages[0]), PATIENCE, "the web server answers")
        for page in pages:
            page.pop("page", "")
            seconds, _body = browser.send(Call(**page))
            slowest = max(slowest, seconds)
    assert slowest < 3, slowest
    machine.services.broker.start(death_signal=None)
    machine.start_worker()
    machine.start_beat()
    seconds = wait_until(lambda: all_sent(machine), PATIENCE, "all sent")
    [(told,)] = machine.ask("SELECT count(*) FROM pairing_notice WHERE step = 'news_urge'")
    assert told >= 2
    times = machine.received()
    figures.append(("broker down while people work", len(times), sum(times.values()), 0, f"{seconds:.1f} s"))
    assert max(times.values()) == 1


def answers(browser: Client, page: dict) -> bool:
    try:
        browser.send(Call(page["path"], page["cookies"]))
    except OSError:
        return False
    return True
