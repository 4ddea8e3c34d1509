"""axe-core on a page: what breaks WCAG 2.2 AA, and what else axe counts as good practice.

Contrast costs as much as all other rules together and would be asked in two sizes, in dark and on paper. It follows
from the paint of a text and of the boxes behind it, so each paint is weighed once (`contrast`).
"""

from functools import cache

from playwright.sync_api import Page

from config.services import ROOT

SCRIPT = ROOT / "node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = ["color-contrast", "link-in-text-block"]
# what other words may change where the elements are the same: room, and names that must differ from each other
OF_THE_WORDS = ["target-size", "scrollable-region-focusable", "landmark-unique", "image-redundant-alt",
                "table-duplicate-name"]  # fmt: skip

RULES = """([tags, contrast, only]) => axe.run(document, {
  runOnly: only ? {type: 'rule', values: only} : {type: 'tag', values: tags},
  rules: only ? {} : Object.fromEntries(contrast.map(rule => [rule, {enabled: false}])),
  resultTypes: ['violations'], preload: false,
})"""
# The texts and fields that are to be seen, by their paint: {paint: elements}. An opaque box hides what is behind it.
# What is taken out of the flow without one may lie over anything, and what shines through is mixed: such a text has a
# paint of its own, a number.
PAINTS = """() => {
  const behind = new Map(), paints = new Map()
  const stack = element => {
    if (!element) return ''
    if (!behind.has(element)) {
      const {backgroundColor, backgroundImage, opacity, filter, mixBlendMode, position, float, transform, translate,
        marginTop, marginBottom} = getComputedStyle(element)
      const below = stack(element.parentElement), own = `${below}|${backgroundColor} ${backgroundImage}`
      const mixed = Number(opacity) < 1 || filter !== 'none' || mixBlendMode !== 'normal'
      const moved = /absolute|fixed|sticky/.test(position) || float !== 'none' || transform !== 'none' ||
        translate !== 'none' || parseFloat(marginTop) < 0 || parseFloat(marginBottom) < 0
      const plain = backgroundImage === 'none'
      behind.set(element, mixed || below === 'mixed' ? 'mixed' :
        plain && backgroundColor.startsWith('rgb(') ? backgroundColor :
        moved || below === 'moved' ? 'moved' : plain && backgroundColor === 'rgba(0, 0, 0, 0)' ? below : own)
    }
    return behind.get(element)
  }
  const block = element => getComputedStyle(element).display === 'inline' ? block(element.parentElement) : element
  const ink = element => {
    const {color, fontSize, fontWeight, fontStyle, textShadow, textDecorationLine, borderBottomStyle} =
      getComputedStyle(element)
    return [color, fontSize, fontWeight, fontStyle, textShadow, textDecorationLine, borderBottomStyle].join()
  }
  const shows = element => {
    const {width, height, bottom} = element.getBoundingClientRect()
    return width > 1 && height > 1 && bottom + scrollY > 0 && element.checkVisibility({visibilityProperty: true})
  }
  const written = element => element.matches('input, select, textarea') ||
    [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim())
  for (const element of document.body.querySelectorAll('*')) {
    if (!written(element) || !shows(element)) continue
    const under = stack(element), found = element.closest('a[href]'), around = found && block(found)
    const link = around && around.textContent.trim() !== found.textContent.trim() ? found : null
    const off = element.matches(':disabled, :disabled *, [aria-disabled=true] *') ||
      Boolean(element.closest('label')?.control?.disabled)
    const paint = ['mixed', 'moved'].includes(under) ? String(paints.size) :
      [element.tagName, ink(element), off, link && ink(link) + ink(around), under].join(' ')
    paints.set(paint, [...paints.get(paint) ?? [], {element, link}])
  }
  window.paints = paints
  return [...paints.keys()]
}"""
# A paint is known when axe has passed it, or says that it never can tell (over a picture); else the next page asks
# again.
WEIGH = """async ([contrast, fresh]) => {
  const rows = fresh.flatMap(paint => window.paints.get(paint).map(row => ({paint, ...row})))
  const found = await axe.run({include: rows.map(({element}) => element)},
    {runOnly: {type: 'rule', values: contrast}, elementRef: true, preload: false})
  const well = Object.fromEntries(contrast.map(rule => [rule, new Set()]))
  for (const {id, nodes} of [...found.passes, ...found.incomplete])
    for (const {element, any} of nodes)
      if (any.every(({data}) => !data?.messageKey || ['bgGradient', 'bgImage'].includes(data.messageKey)))
        well[id].add(element)
  const violations = found.violations.map(({id, nodes}) =>
    ({id, nodes: nodes.map(({target, failureSummary}) => ({target, failureSummary}))}))
  const [texts, links] = contrast.map(rule => well[rule])
  const known = rows.filter(({element, link}) => texts.has(element) && (!link || links.has(link)))
  return {violations, known: known.map(({paint}) => paint)}
}"""


@cache
def _script() -> str:
    return SCRIPT.read_text()


def findings(page: Page, rules: list[str] | None = None) -> list[str]:
    """One line per finding: rule, where, why. `rules`: only these; without, all but those of `contrast`."""
    _bring(page)
    return _lines(page.evaluate(RULES, [TAGS, CONTRAST, rules])["violations"])


def contrast(page: Page, known: set[str]) -> list[str]:
    """Texts that cannot be told from what is behind them, and links from the text around them; `known`: the paints
    that are well, to which those of this page are added."""
    fresh = [paint for paint in page.evaluate(PAINTS) if paint not in known]
    if not fresh:
        return []
    _bring(page)
    weighed = page.evaluate(WEIGH, [CONTRAST, fresh])
    known |= {paint for paint in weighed["known"] if not paint.isdigit()}
    return _lines(weighed["violations"])


def _bring(page: Page) -> None:
    """The Content-Security-Policy forbids script tags, so the script is handed to the page by the debugger."""
    if page.evaluate("typeof window.axe") == "undefined":
        page.evaluate(_script())


def _lines(violations: list[dict]) -> list[str]:
    return [
        f"{violation['id']} at {node['target'][0]}: {node['failureSummary']}"
        for violation in violations
        for node in violation["nodes"]
    ]
