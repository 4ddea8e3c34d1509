"""The bench: what it learns of a page, the floors it makes of that, its figures and their marks."""

import json
import os
import socket
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.tests.people import create_personas
from config import postgres
from config.bench import __main__ as bench
from config.bench import exports, floors, pages, table, worlds
from config.bench.client import Call
from config.bench.pages import CSRF, _cookies
from pairing.models import Problem
from pairing.tests import world
from pairing.worldmaker.maker import Size, make_world
from reports.models import Touched
from reports.rollups import fold
from reports.rollups.checking import differences

pytestmark = pytest.mark.embedded

FIGURES = {
    "page", "size", "p50_ms", "p95_ms", "rps8", "queries", "db_ms", "kb", "bare_p50_ms", "plain_p50_ms", "ratio",
}  # fmt: skip


@pytest.fixture
def people():
    people = create_personas()
    programme = world.create_programme(people.committee)
    world.create_problem(programme, people.filer, "焊接缺陷率偏高")
    return people


def filing(problem):
    """The form of a problem as the bench sends it."""
    return {
        "title": "光缆接续损耗超标 {n}", "description": "近三周", "urgency": "normal",
        "category": str(problem.category_id),
        "key": "k{n}", "version": "0", "file": "1",
    }  # fmt: skip


@pytest.fixture
def client_of_floors(people, settings):
    """A browser of the secretary on the addresses of the product and of the plain floor."""
    settings.ROOT_URLCONF = "config.bench.urls"
    settings.TEMPLATES = [
        settings.TEMPLATES[0] | {"DIRS": [*settings.TEMPLATES[0]["DIRS"], settings.BASE_DIR / "config/bench/templates"]}
    ]
    client = Client()
    client.cookies.load(_cookies(people.filer.person))
    return client


def learn(client, **asked):
    answer = client.post("/bench/learn/page/", json.dumps(asked), content_type="application/json")
    assert answer.status_code == 200
    return answer.json()


@pytest.mark.django_db
def test_the_plain_floor_shows_the_rows_that_the_page_read(client_of_floors, django_assert_num_queries):
    found = learn(client_of_floors, method="GET", path="/problems/", data={})
    assert found["status"] == 200
    assert found["queries"] == len(found["sql"]) > 5
    assert found["kb"] == round(len(floors.LEARNED["page"].body) / 1000, 1)
    with django_assert_num_queries(found["queries"] + 1):  # the same, and the seats that this test's middleware reads
        page = client_of_floors.get("/bench/plain/page/")
    assert "焊接缺陷率偏高" in page.content.decode()


@pytest.mark.django_db
def test_what_writes_is_learned_and_replayed_without_a_trace(client_of_floors):
    problem = Problem.objects.get()
    data = {name: value.format(n=1) for name, value in filing(problem).items()} | {"csrfmiddlewaretoken": CSRF}
    assert learn(client_of_floors, method="POST", path="/problems/new/", data=data)["status"] == 302
    assert floors.LEARNED["page"].writes
    assert client_of_floors.get("/bench/plain/page/").status_code == 302
    assert list(Problem.objects.all()) == [problem]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.mark.django_db(transaction=True)
def test_a_page_and_a_step_are_measured_against_both_floors(people, folder, monkeypatch):
    monkeypatch.setattr("config.bench.client.TRIES", 6)
    monkeypatch.setattr("config.bench.client.AT_ONCE", 8)
    database, cookies = connection.settings_dict, _cookies(people.filer.person)
    sockets = database["HOST"] or database["OPTIONS"]["host"]
    address = postgres.url(database["USER"], database["PASSWORD"], sockets, database["NAME"])
    env = os.environ | {
        "DATABASE_URL": address, "DATABASE_OWNER_URL": address, "DJANGO_SETTINGS_MODULE": "config.bench.settings",
        "DATA_DIR": str(folder), "SECRET_KEY": settings.SECRET_KEY,
    }  # fmt: skip
    (folder / "log").mkdir(parents=True)
    port = free_port()
    calls = {
        "problems": [Call("/problems/", cookies)],
        "file a problem": [Call("/problems/new/", cookies, "POST", filing(Problem.objects.get()))],
    }
    worlds.django(env, "collectstatic", "--noinput", "--verbosity=0")
    failed = []
    calls["no page"] = [Call("/not-there/", cookies)]
    export = {"export": "problems as csv", "path": "/reports/problems/?export=csv", "cookies": cookies, "rows": 1}
    with worlds.server(SimpleNamespace(dir=folder), env, port) as process:
        rows = bench.measure({100: calls}, {100: port}, failed=failed)
        file = exports.measure(export, 100, port, exports.worker_of(process))
        refused = exports.measure(export | {"path": "/reports/problems/?export=odt"}, 100, port, process.pid)
    assert [sentence.partition(":")[0] for sentence in failed] == ["no page"]  # the others are measured all the same
    assert refused is None
    assert set(file) == set(exports.COLUMNS)
    assert file["seconds"] > 0 < file["rows_per_s"]
    assert 0 < file["first_byte_ms"] <= file["seconds"] * 1000 + 1
    assert file["memory_mb"] < table.MEMORY
    assert [row["page"] for row in rows] == ["problems", "file a problem"]
    for row in rows:
        assert set(row) == FIGURES
        assert row["size"] == 100
        assert row["p95_ms"] >= row["p50_ms"] > 0 < row["rps8"]
        assert row["ratio"] == pytest.approx(row["p50_ms"] / row["plain_p50_ms"], abs=0.05)
        assert row["plain_p50_ms"] > row["bare_p50_ms"] > 0
    assert Problem.objects.count() > 1  # the step was really taken, call after call


def row(page, size, **figures):
    given = {"p50_ms": 10.0, "p95_ms": 12.0, "rps8": 50.0, "queries": 9, "db_ms": 3.0, "kb": 20.0, "bare_p50_ms": 2.0,
             "plain_p50_ms": 9.0, "ratio": 1.11}  # fmt: skip
    return {"page": page, "size": size} | given | figures


def test_what_is_over_budget_is_marked():
    rows = list(table.with_growth([
        row("problem", 1000), row("problem", 100_000, p50_ms=16.0, queries=13, kb=151.0, ratio=1.51),
        row("reports", 1000), row("reports", 100_000, p50_ms=90.0, ratio=4.9),
    ]))  # fmt: skip
    assert [table.misses(found) for found in rows] == [[], ["ratio", "queries", "kb", "growth"], [], []]
    assert [found["growth"] for found in rows] == ["", 1.6, "", 9.0]
    head, _first, second, *_rest = table.lines(rows)
    assert head.split() == list(table.COLUMNS)
    assert second.split() == [
        "problem",
        "100000",
        "16.0",
        "12.0",
        "50.0",
        "13!",
        "3.0",
        "151.0!",
        "2.0",
        "9.0",
        "1.51!",
        "1.6!",
    ]


def test_exports_over_budget_are_marked():
    row = {"export": "problems as xlsx", "size": 100_000, "rows": 90_000, "seconds": 10.0, "rows_per_s": 9_000,
           "first_byte_ms": 9.0, "mb": 3.0, "memory_mb": 61.0}  # fmt: skip
    assert table.misses_of_export(row) == ["rows_per_s", "memory_mb"]
    assert table.misses_of_export(row | {"rows_per_s": 10_000, "memory_mb": 60.0}) == []
    assert table.misses_of_export(row | {"rows": 900, "memory_mb": 1.0}) == []
    head, line = table.export_lines([row])
    assert head.split() == list(exports.COLUMNS)
    assert line.split()[-1] == "61.0!"


@pytest.mark.django_db
def test_pages_of_a_made_world_are_named_and_answer():
    make_world(Size(branches=20, problems=200, agreements=60, years=2))
    people = pages.cast()
    found = [*pages.pages(people), *pages.reports_pages(people)]
    names = [page.page for page in found if "#" not in page.page]
    assert len(set(names)) == len(names) > 25
    assert {"home, leader", "search, secretary", "agreement", "reports", "statistics table", "inbox"} <= set(names)
    client = Client()
    for page in found:
        client.cookies.load(page.cookies)
        if page.method == "GET":
            assert client.get(page.path).status_code == 200, page.page
    assert [export["export"] for export in pages.exports(people)] == [
        "problems as csv", "problems as xlsx", "statistics table as csv", "statistics table as xlsx"
    ]  # fmt: skip
    assert min(export["rows"] for export in pages.exports(people)) > 20


@pytest.mark.django_db
def test_a_made_world_folds_into_the_sums_of_a_recount():
    today = timezone.localdate()
    programme = make_world(Size(branches=20, problems=200, agreements=60, years=2))
    noted = Touched.objects.count()
    assert 0 < noted < 100  # the programme stands for all that is in it
    while fold():
        pass
    days = [today - timedelta(days=n) for n in (400, 200, 30, 1, 0)]
    assert differences(programme, days) == []


def test_sizes_as_they_are_typed():
    assert bench._sizes("100_000,1000") == [1000, 100_000]
