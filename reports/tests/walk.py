"""A walk over all pages of the reports: every figure is pressed, and its list must have exactly that many rows."""

import re
from html import unescape
from urllib.parse import parse_qs, urljoin, urlsplit

FIGURE = re.compile(r"<a\b[^>]*\bdata-figure=\"([^\"]*)\"[^>]*>")
LINK = re.compile(r"<a\b[^>]*\bhref=\"([^\"]+)\"[^>]*>")
TOTAL = re.compile(r"\bdata-total=\"(\d+)\"")
ROWS = re.compile(r"<tr\b[^>]*>\s*<th\b[^>]*\bscope=\"row\"|<tr\b[^>]*\bdata-row\b")
MOST_PAGES, MOST_FIGURES = 60, 700


def figures_of(html, base):
    """(number, address) of every figure of a page."""
    found = []
    for tag in FIGURE.finditer(html):
        href = LINK.match(tag.group(0))
        assert href, f"a figure that opens nothing: {tag.group(0)} on {base}"
        found.append((int(tag.group(1).replace(",", "")), urljoin(base, unescape(href.group(1)))))
    return found


def pages_beside(html, base):
    """Addresses of other pages of the reports that a page leads to; lists page by page, files and printing are not."""
    for tag in LINK.finditer(html):
        url = urljoin(base, unescape(tag.group(1))).split("#")[0]
        asked = parse_qs(urlsplit(url).query)
        if urlsplit(url).path.startswith("/reports/") and not asked.keys() & {
            "export",
            "page",
            "rows",
            "after",
            "before",
        }:
            yield url


def walk(client, start="/reports/", known=None):
    """Press every figure of every page that can be reached; answers how many there were.

    known: {address: number} that an earlier walk of the same reader has pressed; this one compares the numbers only,
    and adds its own.
    AssertionError names the first figure whose list has another number, or fewer rows than it could show.
    """
    known = {} if known is None else known
    waiting, seen, pressed = [start], {start}, {}
    while waiting and len(seen) < MOST_PAGES:
        url = waiting.pop(0)
        response = client.get(url)
        if response.status_code in (302, 403, 404) or not response["Content-Type"].startswith("text/html"):
            continue
        assert response.status_code == 200, (response.status_code, url)
        html = response.content.decode()
        for number, address in figures_of(html, url):
            if address in pressed:
                assert pressed[address] == number, f"{number} on {url}, {pressed[address]} elsewhere: {address}"
            elif len(pressed) < MOST_FIGURES:
                pressed[address] = number
                if address in known:
                    assert known[address] == number, f"{number} on {url}, {known[address]} earlier: {address}"
                else:
                    press(client, address, number, url)
        for beside in pages_beside(html, url):
            if beside not in seen and beside not in pressed:
                seen.add(beside)
                waiting.append(beside)
    known |= pressed
    return len(pressed)


def press(client, address, number, base):
    page = client.get(address)
    assert page.status_code == 200, (page.status_code, address, f"figure {number} on {base}")
    html = page.content.decode()
    totals = {int(total) for total in TOTAL.findall(html)}
    assert number in totals, f"{base} says {number}, its list {sorted(totals)}: {address}"
    shown = len(ROWS.findall(html))
    assert shown >= min(number, 20) or number == 0, f"{number} counted, {shown} rows shown: {address}"
