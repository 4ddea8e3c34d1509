"""`make lighthouse`: Lighthouse on log-in, home, list and agreement page, with the system's Chromium.

    python -m config.services test -- python -m config.quality.lighthouse

npm fetches Lighthouse when it is asked for: it is twenty times the size of everything else, so nobody else pays for it,
and CI leaves it out. Exit code 1 where a score lies below LEAST.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from config.install import npm
from config.quality.site import Site, demo_site
from config.quality.windows import Windows, chromium, system_chromium
from config.services import ROOT

LIGHTHOUSE = "lighthouse@12.8.2"  # the newest for Node.js 18 and 20
PLACES = (("login", ""), ("home", "secretary"), ("agreements", "secretary"), ("agreement-own", "secretary"))
CATEGORIES = ("performance", "accessibility", "best-practices")
LEAST = 95


def cookies_of(site: Site, role: str) -> str:
    """The Cookie header of somebody who has logged in."""
    with sync_playwright() as playwright, chromium(playwright, system_chromium()) as browser:
        windows = Windows(browser, site)
        found = windows.window(role).context.cookies()
        windows.close()
    return "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in found)


def scores(address: str, cookie: str, folder: Path) -> dict[str, int]:
    """Category -> points of 100, on a phone as Lighthouse imagines one."""
    report, headers = folder / "report.json", folder / "headers.json"
    headers.write_text(json.dumps({"Cookie": cookie} if cookie else {}))
    command, environment = npm()
    words = ["exec", "--yes", "--ignore-scripts", "--", LIGHTHOUSE, address, "--quiet", "--output=json"]
    words += [f"--output-path={report}", f"--extra-headers={headers}", f"--only-categories={','.join(CATEGORIES)}"]
    words += [f"--chrome-flags=--headless=new{' --no-sandbox' if os.geteuid() == 0 else ''}"]
    chrome = {"CHROME_PATH": system_chromium() or ""}
    subprocess.run([*command, *words], cwd=ROOT, env=os.environ | environment | chrome, check=True)
    found = json.loads(report.read_text())["categories"]
    return {name: round(100 * found[name]["score"]) for name in CATEGORIES}


def main() -> int:
    """Entry point; prints a table in Markdown."""
    rows = []
    with demo_site() as site, tempfile.TemporaryDirectory() as folder:
        cookie = cookies_of(site, "secretary")
        for name, role in PLACES:
            address = site.address + site.place(name, role).path
            rows.append((name, scores(address, cookie if role else "", Path(folder))))
    print(f"| page | {' | '.join(CATEGORIES)} |\n|---|{'---:|' * len(CATEGORIES)}")
    for name, points in rows:
        print(f"| {name} | {' | '.join(str(points[category]) for category in CATEGORIES)} |")
    return int(min(min(points.values()) for _name, points in rows) < LEAST)


if __name__ == "__main__":
    sys.exit(main())
