"""Folders for tests that start real servers, and the demo world of the tests of pages."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from config.quality.site import load, served
from config.quality.windows import Windows


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder that every user may pass through (pytest's own is closed, and root's servers run as another)."""
    path = Path(tempfile.mkdtemp(prefix="jd-folder-"))
    path.chmod(0o711)
    yield path / "data"
    shutil.rmtree(path)


@pytest.fixture(scope="session")
def demo_windows(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Windows]:
    """Windows on a demo world behind a real web server; the world is made once, however many processes test."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent  # that of a worker lies in the one of all
    folder = shared / "demo"
    with (shared / "demo.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "catalogue.json").exists():
            folder.mkdir(exist_ok=True)
            load(folder)
    with served(folder) as site:
        windows = Windows(browser, site)
        yield windows
        windows.close()
