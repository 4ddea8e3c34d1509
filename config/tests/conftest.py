"""Folders for tests that start real servers."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder that every user may pass through (pytest's own is closed, and root's servers run as another)."""
    path = Path(tempfile.mkdtemp(prefix="jd-folder-"))
    path.chmod(0o711)
    yield path / "data"
    shutil.rmtree(path)
