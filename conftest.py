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
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from config.translations import compile_catalogue

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
MISSING = (
    "No Chromium found: the browser tests did NOT run. Install one (Debian: apt-get install chromium fonts-noto-cjk)."
)


def pytest_configure(config: pytest.Config) -> None:
    """Tests see the messages as they stand now; in CI a missing Chromium is a failure."""
    compile_catalogue()
    if not CHROMIUM and os.environ.get("CI"):
        raise pytest.UsageError(MISSING)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a Chromium the browser tests are left out, which pytest_terminal_summary says loudly."""
    if not CHROMIUM:
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("browser")])
        items[:] = [item for item in items if not item.get_closest_marker("browser")]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out, where everybody looks."""
    if not CHROMIUM:
        terminalreporter.section("browser tests", red=True, bold=True)
        terminalreporter.line(MISSING, red=True, bold=True)


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
def _empty_cache() -> None:
    """What a test cached is rolled back with it in the database, so it must not stay in the cache."""
    cache.clear()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium per test process."""
    # Playwright's sync API runs an event loop in this thread, and Django would refuse the ORM beside it
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses its sandbox to root
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def browser_troubles() -> list[str]:
    """What went wrong in the windows of this test: console errors and requests to another host."""
    return []


@pytest.fixture
def new_window(browser: Browser, live_server, browser_troubles: list[str]) -> Iterator[Callable[..., Page]]:
    """Opens empty Chinese windows, each with cookies of its own: `new_window(viewport={...})`."""
    contexts: list[BrowserContext] = []

    def open_window(**options) -> Page:
        context = browser.new_context(base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai", **options)
        context.set_default_timeout(10_000)
        context.on("console", lambda message: browser_troubles.append(message.text) if message.type == "error" else 0)
        context.on("weberror", lambda error: browser_troubles.append(str(error.error)))
        context.on("request", lambda request: note_foreign(request.url))
        contexts.append(context)
        return context.new_page()

    def note_foreign(address: str) -> None:
        if not address.startswith((f"{live_server.url}/", "data:", "blob:")):
            browser_troubles.append(address)

    yield open_window
    for context in contexts:
        context.close()
    assert not browser_troubles, browser_troubles


@pytest.fixture
def page(new_window: Callable[..., Page]) -> Page:
    """One window; a console error or a request to another host fails the test."""
    return new_window()
