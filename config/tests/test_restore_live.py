"""A restore while `make run` serves: whoever is logged in stays so, web server and worker go on by themselves."""

import json
import re
import signal
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

from accounts.tests.people import PASSWORD
from config.backup import switching
from config.postgres import SUPERUSER, connect
from config.services import Services
from config.tests.test_run import manage, port, start, until_ready  # noqa: F401  (a fixture among them)
from config.tests.test_services import ask, wait_until

pytestmark = pytest.mark.embedded

PERSON = "from accounts.models import User; User.objects.create_user('somebody', '某同志', {!r})"
RENAME = (
    "from accounts.models import User; User.objects.update(name='别人'); User.objects.create_user('later', 'x', 'y')"
)


class Visitor:
    """A browser without a window."""

    def __init__(self, address: str):
        self.address = address
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

    def get(self, path: str) -> int:
        try:
            with self.opener.open(self.address + path, timeout=30) as answer:
                self.text = answer.read().decode()
                return answer.status
        except urllib.error.HTTPError as error:
            error.close()
            return error.code

    def log_in(self) -> None:
        self.get("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.text)[1]
        fields = {"username": "somebody", "password": PASSWORD, "csrfmiddlewaretoken": token}
        self.opener.open(self.address + "/accounts/login/", urllib.parse.urlencode(fields).encode()).close()


def test_work_goes_on_while_the_state_of_a_backup_comes_back(folder, port):  # noqa: F811
    folder.mkdir(mode=0o711)
    (folder / "loaded").touch()
    running = start(folder, port)
    until_ready(running)
    assert manage(folder, "shell", "-c", PERSON.format(PASSWORD)).returncode == 0
    visitor = Visitor(f"http://127.0.0.1:{port}")
    visitor.log_in()
    path = folder.parent / "backup.zip"
    done = manage(folder, "backup", str(path))
    assert done.returncode == 0, done.stderr
    assert manage(folder, "shell", "-c", RENAME).returncode == 0

    statuses, ended = [], threading.Event()
    crowd = threading.Thread(target=visit, args=(visitor, statuses, ended))
    crowd.start()
    done = manage(folder, "restore", str(path), "--yes")
    ended.set()
    crowd.join()
    assert done.returncode == 0, done.stderr
    assert healthy(visitor)  # at once: the heartbeats are those of the running processes
    assert len(statuses) > 20
    assert statuses.count(200) >= len(statuses) - 5, statuses  # those in the very moment of the switch

    owner = Services(folder).address("jiedui_owner")
    assert ask(owner, "SELECT string_agg(username || name, ',') FROM accounts_user") == "somebody某同志"
    assert visitor.get("/accounts/password/") == 200
    assert "某同志" in visitor.text
    stamp = ask(owner, "SELECT coalesce(max(at), 'epoch')::text FROM accounts_heartbeat")
    wait_until(lambda: ask(owner, "SELECT max(at)::text FROM accounts_heartbeat") > stamp, patience=100)  # the worker
    wait_until(lambda: healthy(visitor), patience=100)
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=120)


def visit(visitor: Visitor, statuses: list[int], ended: threading.Event) -> None:
    while not ended.is_set():
        statuses.append(visitor.get("/accounts/password/"))
        time.sleep(0.02)


def healthy(visitor: Visitor) -> bool:
    return visitor.get("/healthz") == 200 and json.loads(visitor.text)["status"] == "ok"


def test_a_kept_database_that_the_server_is_cleaning_can_be_removed(folder):
    """The owner may not end an autovacuum, so DROP DATABASE … WITH (FORCE) would be refused."""
    service = Services(folder, fast=True)
    with service.in_use():
        own, administrator = service.address("jiedui_owner"), service.address(SUPERUSER, "postgres")
        ask(own, "CREATE DATABASE kept", fetch=False)
        slow = "autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1, autovacuum_vacuum_threshold = 0"
        visitor = connect(service.address("jiedui_owner", "kept"))
        with visitor.cursor() as cursor:
            cursor.execute(f"CREATE TABLE t WITH ({slow}) AS SELECT generate_series(1, 200000) x")
            cursor.execute("UPDATE t SET x = x + 1")
        ask(administrator, "ALTER SYSTEM SET autovacuum_naptime = '1s'", fetch=False)
        ask(administrator, "SELECT pg_reload_conf()")
        cleaning = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'kept' AND backend_type = 'autovacuum worker'"
        wait_until(lambda: ask(administrator, cleaning))
        remover = connect(own)
        with remover.cursor() as cursor:
            switching.drop(cursor, "kept")
        remover.close()
        visitor.close()
        assert ask(own, "SELECT count(*) FROM pg_database WHERE datname = 'kept'") == 0
