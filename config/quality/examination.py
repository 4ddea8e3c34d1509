"""What is looked at on every page, see KINDS. Answers findings: the kind and one line."""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from playwright.sync_api import Page

from config.quality import axe
from config.quality.windows import DESKTOP, PHONE, Visit
from config.translations import catalogue

NARROW, ZOOMED = (320, 700), (720, 450)  # reflow (WCAG 1.4.10), and 1440 px at 200 % (1.4.4)
KINDS = {  # kind of finding -> what is demanded
    "console": "a quiet console, nothing refused by the Content-Security-Policy, no request elsewhere, no fault",
    "frame": "a title, one main heading, the language named",
    "words": "no words of the other language",
    "axe": "WCAG 2.2 AA as far as axe-core sees it: desk and phone, light and dark, on paper",
    "reflow": "nothing to scroll sideways at 320 px, at 200 % and on a desk",
    "focus": "a visible focus in the order of the source; the error summary takes it",
    "weight": "at most HEAVIEST bytes over the wire, apart from charts and from pictures that come when scrolled to",
}
OF_THE_WORDS = ("console", "frame", "words", "axe", "reflow")  # what another language may change
HEAVIEST = 300_000  # bytes of a page over the wire, charts apart
CHARTS = "echarts"

LANGUAGES = {"zh-hans", "zh-cn", "en"}  # the second is of the administration's searching selects
MEDIA = {"dark": {"color_scheme": "dark", "media": "screen"}, "paper": {"color_scheme": "light", "media": "print"}}
SENTENCE = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
CHINESE = re.compile(r"[\u4e00-\u9fff]{2}")
NAMES = {
    "工作组成员",
    "工作组组长",
    "系统管理员",
    "安全管理员",
    "审计管理员",
}  # persons of the demo world, by their role

# Every element that Tab reaches, focused as by the keyboard: where nothing shows it, and where the order is not that
# of the source. A control that lies unseen over its picture (.choice) is shown by the element after it.
FOCUS = """() => {
  const found = [], reached = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]'
  for (const one of document.querySelectorAll(reached)) {
    if (one.disabled || !one.checkVisibility({visibilityProperty: true})) continue
    one.focus()
    if (document.activeElement !== one) continue
    const shown = [one, one.nextElementSibling].filter(Boolean).some(element => {
      const style = getComputedStyle(element)
      return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
    })
    const name = one.id || one.className || one.textContent.trim().slice(0, 20) || one.tagName
    if (!shown) found.push(`focus is not visible on ${one.tagName} ${name}`)
    for (let box = one; box; box = box.parentElement) {
      const before = box.previousElementSibling
      if (before && Number(getComputedStyle(before).order) > Number(getComputedStyle(box).order))
        found.push(`${name} is reached after what it stands before`)
    }
  }
  return found
}"""
# What of a page its look and its accessible tree follow from: elements, classes, ids, states; not texts nor their
# language, and of equal siblings (rows of a list) only one. Numbers stand for each other.
STRUCTURE = """() => {
  const kept = new RegExp('^(class|id|role|type|for|dir|tabindex|hidden|open|disabled|required|readonly|checked|' +
    'scope|aria-.+)$')
  const words = /^(aria-label|aria-valuetext|aria-description)$/
  const sign = element => {
    const marks = [...element.attributes].filter(({name}) => kept.test(name)).map(({name, value}) =>
      name + '=' + (words.test(name) ? Boolean(value.trim()) : value.replace(/\\d+/g, '0'))).sort()
    const text = [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim())
    return `<${element.tagName} ${marks} ${text}>${[...new Set([...element.children].map(sign))].join('')}</>`
  }
  return sign(document.documentElement)
}"""
# The words that pages bring along in another language than the page's. Texts that come from people are Chinese in both.
FRAME = """() => ({
  title: document.title.trim(), language: document.documentElement.lang,
  languages: [...document.querySelectorAll('[lang]')].map(one => one.lang),
  headings: [...document.querySelectorAll('h1')].filter(one => one.checkVisibility()).length,
})"""
TEXTS = """() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement
    if (element.closest('script, style, template, textarea, [lang]:not(html)')) continue
    found.push(walker.currentNode.data.trim())
  }
  for (const name of ['aria-label', 'placeholder', 'title', 'alt', 'data-label'])
    for (const one of document.querySelectorAll(`[${name}]`))
      if (!one.closest('[lang]:not(html)')) found.push(one.getAttribute(name))
  return found.filter(Boolean)
}"""
WEIGHT = f"""() => {{
  const later = new Set([...document.querySelectorAll('img[loading=lazy]')].map(picture => picture.currentSrc))
  return performance.getEntriesByType('resource')
    .filter(({{name}}) => !name.includes('{CHARTS}') && !later.has(name))
    .reduce((sum, entry) => sum + entry.encodedBodySize, 0)
}}"""


@dataclass
class Known:
    """What the pages looked at so far had, and need not be looked at again."""

    structures: set[str] = field(default_factory=set)
    paints: set[str] = field(default_factory=set)


def examine(visit: Visit, known: Known) -> Iterator[tuple[str, str]]:
    """Everything. What follows from the structure of the page is left out where it is known."""
    page = visit.page
    yield from _as("console", troubles(visit))  # first: axe itself breaks the Content-Security-Policy
    yield from _as("frame", frame(page))
    yield from _as("words", words(page))
    yield from _as("weight", weight(visit))
    yield from _as("focus", errors_take_focus(visit))
    if _is_new(page, known):
        yield from _as("axe", accessibility(page, known))
    yield from _as("reflow", reflow(page))
    yield from _as("focus", focus(page))


def examine_words(visit: Visit, known: Known) -> Iterator[tuple[str, str]]:
    """What another language may change: names, language marks, the room that words take, what scripts say."""
    page = visit.page
    yield from _as("console", troubles(visit))
    yield from _as("frame", frame(page))
    yield from _as("words", words(page))
    yield from _as("axe", axe.findings(page, None if _is_new(page, known) else axe.OF_THE_WORDS))
    yield from _as("axe", axe.contrast(page, known.paints))
    yield from _as("reflow", reflow(page))


def accessibility(page: Page, known: Known) -> list[str]:
    """What axe says on a desk, on a phone, and about the colours in dark and on paper."""
    found = _both("desk", page, known)
    _resize(page, PHONE)
    found += _both("phone", page, known)
    for name, media in MEDIA.items():
        page.emulate_media(**media)
        found += [f"{name}: {line}" for line in axe.contrast(page, known.paints)]
    page.emulate_media(color_scheme="light", media="screen")
    return found


def _both(name: str, page: Page, known: Known) -> list[str]:
    return [f"{name}: {line}" for line in (*axe.findings(page), *axe.contrast(page, known.paints))]


def frame(page: Page) -> list[str]:
    """What every page has."""
    has = page.evaluate(FRAME)
    found = [] if has["title"] else ["no title"]
    found += [] if has["headings"] == 1 else [f"{has['headings']} headings of the first level"]
    found += [f"language {one!r}" for one in {name.lower() for name in has["languages"]} - LANGUAGES]
    return found + ([] if has["language"] else ["no language"])


def words(page: Page) -> list[str]:
    """English sentences in a Chinese page; in an English one Chinese that is a message of ours."""
    texts = page.evaluate(TEXTS)
    if page.evaluate("document.documentElement.lang").startswith("zh"):
        return sorted({f"English: {text}" for text in texts if SENTENCE.search(text)})
    return sorted({f"Chinese: {text}" for text in texts if text in messages()})


@cache
def messages() -> frozenset[str]:
    """The Chinese of all our messages that are more than a name."""
    with catalogue() as po:
        return frozenset(entry.msgstr for entry in po if CHINESE.search(entry.msgstr)) - NAMES


def reflow(page: Page) -> list[str]:
    """Where a page must be scrolled sideways."""
    found = []
    for size in (NARROW, ZOOMED, DESKTOP):
        _resize(page, size)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > size[0]:
            found.append(f"{width} px wide in a window of {size[0]} px")
    return found


def focus(page: Page) -> list[str]:
    """Where the keyboard's focus cannot be seen or jumps."""
    page.keyboard.press("Tab")  # from now on the browser shows focus as to somebody at the keyboard
    return page.evaluate(FOCUS)


def errors_take_focus(visit: Visit) -> list[str]:
    """After a form was refused (a place named "…-errors"): the summary has the focus and the title says so."""
    if not visit.place.name.endswith("-errors"):
        return []
    in_focus = visit.page.evaluate("document.activeElement.matches('.error-summary, .errornote')")
    said = visit.page.title().startswith(("错误", "Error"))
    return ([] if in_focus else ["the error summary has no focus"]) + ([] if said else ["the title names no error"])


def weight(visit: Visit) -> list[str]:
    """Too heavy over the wire, as a proxy that compresses HTML sends it."""
    size = len(gzip.compress(visit.answer.body())) + visit.page.evaluate(WEIGHT)
    return [f"{size:,} bytes"] if size > HEAVIEST else []


def troubles(visit: Visit) -> list[str]:
    """What the console said, scripts and styles refused, requests to other hosts; a fault of the server."""
    found = list(visit.troubles)
    return found + ([f"status {visit.answer.status}"] if visit.answer.status >= 500 else [])


def _as(kind: str, lines: list[str]) -> Iterator[tuple[str, str]]:
    return ((kind, line) for line in lines)


def _is_new(page: Page, known: Known) -> bool:
    structure = page.evaluate(STRUCTURE)
    new = structure not in known.structures
    known.structures.add(structure)
    return new


def _resize(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
