"""Third-party front-end files: npm fetches them at install time, this finder offers just the ones that pages load.

In a template: {% static "vendor/tabler.min.css" %}. They are never committed.
"""

from collections.abc import Iterator

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

FILES = {  # address under STATIC_URL -> file under node_modules
    "vendor/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/tabler.min.css.map": "@tabler/core/dist/css/tabler.min.css.map",
    "vendor/echarts.min.js": "echarts/dist/echarts.min.js",
}


class RenamedStorage(FileSystemStorage):
    """node_modules, read by the addresses of FILES."""

    def path(self, name: str) -> str:
        """The file behind an address."""
        return super().path(FILES[name])


class FrontendFinder(BaseFinder):
    """Finds exactly FILES."""

    def __init__(self, *args, **kwargs):
        self.storage = RenamedStorage(settings.BASE_DIR / "node_modules")

    def find(self, path: str, find_all: bool = False, **kwargs) -> str | list[str]:
        """The file of an address; [] when it is none of ours (Django's protocol for finders)."""
        if path not in FILES:
            return []
        found = self.storage.path(path)
        return [found] if find_all else found

    def list(self, ignore_patterns: list[str]) -> Iterator[tuple[str, FileSystemStorage]]:
        """All addresses, for collectstatic."""
        for name in FILES:
            yield name, self.storage
