"""Fixtures for all tests. The database is the embedded one, see config/services.py.

Browser tests carry the marker `browser` and take the fixture `page`; they speak to pytest-django's `live_server`.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from config.quality.windows import chromium, listen, system_chromium
from config.translations import compile_catalogue

CHROMIUM = system_chromium()
NEEDED = {  # marker -> the program, what to say without it
    "browser": (
        CHROMIUM,
        "No Chromium found: the browser tests did NOT run. Install one "
        "(Debian: apt-get install chromium-headless-shell fonts-noto-cjk).",
    ),
    "java": (
        shutil.which("java"),
        "No Java found: the HTML of the pages was NOT checked. Install one "
        "(Debian: apt-get install default-jre-headless).",
    ),
    "office": (
        shutil.which("soffice"),
        "No LibreOffice found: spreadsheets and documents were NOT opened. Install it "
        "(Debian: apt-get install --no-install-recommends libreoffice-calc-nogui libreoffice-writer-nogui).",
    ),
}
MISSING = {marker: sentence for marker, (program, sentence) in NEEDED.items() if not program}
PATIENCE = 30_000  # milliseconds that a browser test waits for what it looks at: two cores may be busy with others
WINDOWS = {"page", "new_window", "demo_windows"}  # the fixtures whose windows hear what goes wrong

FIRST = ("quality", "long", "replay")  # the longest files begin, or one process would work alone at the end


def pytest_configure(config: pytest.Config) -> None:
    """Tests see the messages as they stand now; in CI a missing program is a failure."""
    compile_catalogue()
    if MISSING and os.environ.get("CI"):
        raise pytest.UsageError("\n".join(MISSING.values()))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without its program a test is left out, which pytest_terminal_summary says loudly.

    Browser tests take windows that hear the console, or the build fails.
    """
    deaf = [item.nodeid for item in items if item.get_closest_marker("browser") and not WINDOWS & {*item.fixturenames}]
    if deaf:
        raise pytest.UsageError(f"Browser tests take one of the fixtures {sorted(WINDOWS)}: {deaf}")
    items.sort(key=lambda item: next((n for n, name in enumerate(FIRST) if item.get_closest_marker(name)), len(FIRST)))
    left_out = [item for item in items if any(map(item.get_closest_marker, MISSING))]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out, where everybody looks."""
    for marker, sentence in MISSING.items():
        terminalreporter.section(f"{marker} tests", red=True, bold=True)
        terminalreporter.line(sentence, red=True, bold=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Connections of server threads that outlive their test are ended, or the test database could not be dropped."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path: Path) -> None:
    """Uploads of a test never meet those of another."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _chinese(settings) -> None:
    """A request leaves its language to the thread; a test begins in that of the product, whoever ran before it."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """What a test cached is rolled back with it in the database, so it must not stay in the cache."""
    cache.clear()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium per test process."""
    # Playwright's sync API runs an event loop in this thread, and Django would refuse the ORM beside it
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright, chromium(playwright, CHROMIUM) as started:
        yield started
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def browser_troubles() -> list[str]:
    """What went wrong in the windows of this test (config.quality.windows.listen)."""
    return []


@pytest.fixture
def meant_troubles() -> tuple[str, ...]:
    """Words of troubles that a test file tries on purpose; overridden there. Sorted out when the windows are closed,
    because the console of a browser may speak until then."""
    return ()


@pytest.fixture
def new_window(
    browser: Browser, live_server, browser_troubles: list[str], meant_troubles: tuple[str, ...]
) -> Iterator[Callable[..., Page]]:
    """Opens empty Chinese windows, each with cookies of its own: `new_window(viewport={...})`."""
    contexts: list[BrowserContext] = []

    def open_window(**options) -> Page:
        context = browser.new_context(base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai", **options)
        context.set_default_timeout(PATIENCE)
        listen(context, live_server.url, browser_troubles.append)
        contexts.append(context)
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()
    heard = [trouble for trouble in browser_troubles if not any(words in trouble for words in meant_troubles)]
    assert not heard, heard


@pytest.fixture
def page(new_window: Callable[..., Page]) -> Page:
    """One window; whatever its console says, a blocked style or a request to another host fails the test."""
    return new_window()
