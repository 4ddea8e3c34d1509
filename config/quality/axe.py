"""axe-core on a page: what breaks WCAG 2.2 AA, and what else axe counts as good practice."""

from functools import cache

from playwright.sync_api import Page

from config.services import ROOT

SCRIPT = ROOT / "node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = ["color-contrast", "link-in-text-block"]


@cache
def _script() -> str:
    return SCRIPT.read_text()


def findings(page: Page, rules: list[str] | None = None) -> list[str]:
    """One line per finding: rule, where, why. `rules`: only these, e.g. CONTRAST where nothing but colours changed.

    The Content-Security-Policy forbids script tags, so the script is handed to the page by the debugger.
    """
    if page.evaluate("typeof window.axe") == "undefined":
        page.evaluate(_script())
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    run = "only => axe.run(document, {runOnly: only, resultTypes: ['violations'], preload: false})"
    found = page.evaluate(run, only)
    return [
        f"{violation['id']} at {node['target'][0]}: {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
