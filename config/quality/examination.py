"""What is looked at on every page: axe, reflow, focus, weight, a quiet console. Answers findings, one line each."""

import gzip

from playwright.sync_api import Page

from config.quality import axe
from config.quality.windows import DESKTOP, PHONE, Visit

NARROW, ZOOMED = (320, 700), (720, 450)  # reflow (WCAG 1.4.10), and 1440 px at 200 % (1.4.4)
HEAVIEST = 300_000  # bytes of a page over the wire, charts apart
CHARTS = "echarts"

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
WEIGHT = f"""() => performance.getEntriesByType('resource')
  .filter(entry => !entry.name.includes('{CHARTS}')).reduce((sum, entry) => sum + entry.encodedBodySize, 0)"""


def examine(visit: Visit) -> list[str]:
    """Everything: accessibility on a desk and on a phone, colours in dark and on paper, reflow, focus, weight."""
    page = visit.page
    found = troubles(visit)  # first: axe itself breaks the Content-Security-Policy
    found += [f"desk: {line}" for line in axe.findings(page)]
    found += errors_take_focus(visit) + focus(page) + weight(visit)
    _resize(page, PHONE)
    found += [f"phone: {line}" for line in axe.findings(page)]
    for media in ({"color_scheme": "dark", "media": "screen"}, {"color_scheme": "light", "media": "print"}):
        page.emulate_media(**media)
        found += [f"{media}: {line}" for line in axe.findings(page, axe.CONTRAST)]
    page.emulate_media(color_scheme="light", media="screen")
    return found + reflow(page)


def examine_words(visit: Visit) -> list[str]:
    """What another language may change: names, language marks, the room that words take, what scripts say."""
    return troubles(visit) + axe.findings(visit.page) + reflow(visit.page)


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
    """After a form was refused: the summary has the focus and the title says so."""
    if not visit.place.press:
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


def _resize(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
