"""`make screenshots`: every page type of every role, on a desk and on a phone, into docs/screenshots; a few on paper.

    python -m config.services test -- python -m config.quality.screenshots [--only NAME] [--into FOLDER]
    python -m config.services test -- python -m config.quality.screenshots --guide

Files are called ROLE/PAGE-WIDTH.png and ROLE/PAGE-print.png; colours are reduced to a palette, so that all of them
together stay small.
"""

import argparse
import io
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from config.quality import guide_pictures
from config.quality.site import Place, demo_site
from config.quality.windows import DESKTOP, PHONE, Windows, chromium, system_chromium
from config.services import ROOT

FOLDER = ROOT / "docs/screenshots"
COLOURS = 32
PORTRAIT, LANDSCAPE = (794, 1123), (1123, 794)  # A4 in pixels of CSS
PAPERS = {"text": PORTRAIT, "agreement-own": PORTRAIT, "review": PORTRAIT, "solved": LANDSCAPE, "call-sheet": PORTRAIT}


def shoot(windows: Windows, place: Place, folder: Path, *, whole: bool, language: str) -> None:
    """A place in both sizes; `whole`: the page to its end, else what the window shows."""
    visit = windows.visit(place, language)
    folder = folder / (place.role or "nobody")
    folder.mkdir(parents=True, exist_ok=True)
    for width, height in (DESKTOP, PHONE):
        visit.page.set_viewport_size({"width": width, "height": height})
        store(visit.page.screenshot(full_page=whole), folder / f"{place.name}-{width}.png")
    if place.name in PAPERS:
        width, height = PAPERS[place.name]
        visit.page.emulate_media(media="print")
        visit.page.set_viewport_size({"width": width, "height": height})
        store(visit.page.screenshot(full_page=True), folder / f"{place.name}-print.png")


def store(picture: bytes, path: Path) -> None:
    """Keep a screenshot in few colours."""
    found = Image.open(io.BytesIO(picture)).convert("RGB")
    found.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


@contextmanager
def demo_windows() -> Iterator[Windows]:
    """Windows on a fresh demo world."""
    with demo_site() as site, sync_playwright() as playwright, chromium(playwright, system_chromium()) as browser:
        windows = Windows(browser, site)
        yield windows
        windows.close()


def take_guide() -> None:
    """The pictures of the guides."""
    with demo_windows() as windows:
        guide_pictures.take(windows)
    print(f"{len(guide_pictures.PICTURES)} pictures in {guide_pictures.FOLDER.name}")


def main() -> None:
    """Entry point; see the head of this file."""
    parser = argparse.ArgumentParser(prog="python -m config.quality.screenshots")
    parser.add_argument("--only", default="", help="a regular expression for PAGE-ROLE")
    parser.add_argument("--into", type=Path, default=FOLDER)
    parser.add_argument("--whole", action="store_true", help="pages to their end")
    parser.add_argument("--language", default="zh-hans")
    parser.add_argument("--guide", action="store_true", help="the pictures of docs/guide instead")
    options = parser.parse_args()
    if options.guide:
        take_guide()
        return
    if not options.only:
        shutil.rmtree(options.into, ignore_errors=True)
    with demo_windows() as windows:
        chosen = [place for place in windows.site.places if re.search(options.only, str(place))]
        for place in sorted(chosen, key=lambda place: place.role):
            shoot(windows, place, options.into, whole=options.whole, language=options.language)
    total = sum(path.stat().st_size for path in options.into.rglob("*.png"))
    print(f"{len(chosen)} pages in two sizes in {options.into.name}, {total / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
