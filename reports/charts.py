"""A chart as data: what templates/reports/_chart.html shows as a table and static/js/charts.js draws from that table.

    chart = Chart(
        name="by-category", kind="hbar", title=_("By category"), sentence=…, unit=_("problems"),
        corner=_("Category"), labels=("采购", "质量"),
        series=(Series(name=_("raised"), values=(5, 2), links=("/…", "/…")), Series(…, tone="point")),
    )
    {% include "reports/_chart.html" with chart=chart %}

The page loads {% include "reports/_chart_files.html" %} in its block "scripts".
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

KINDS = ("bar", "hbar")
TONES = ("context", "point", "second")


@dataclass(frozen=True, kw_only=True)
class Series:
    """One column of the table: a number per label (None: nothing to tell) and, where it has one, its list's address.

    `tone`: "point" (brand red) for what the chart is about, "context" (grey) for the rest; "second" (blue)
    for another matter. `counts`: the number is that of the rows of its list, else only its subject. `drawn`: it
    stands in the picture too. `unit`: where it is another than that of the chart. `notes`: what stands small below each
    number, such as what a mean is made of.
    """

    name: str
    values: tuple[int | None, ...]
    links: tuple[str, ...] = ()
    tone: str = "context"
    counts: bool = True
    drawn: bool = True
    unit: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self):
        if self.tone not in TONES or any(len(each) != len(self.values) for each in (self.links, self.notes) if each):
            raise ValueError(f"series {self.name}: tone {self.tone}, {len(self.links)} links, {len(self.notes)} notes")


@dataclass(frozen=True)
class Cell:
    """A number of the table; `n` None is "—", `url` "" is no link; `counts` as in Series; `words`: with its unit;
    `note`: see Series."""

    n: int | None
    url: str
    counts: bool
    words: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """kind: "bar" (columns, a panel per series), "hbar" (bars, for names).

    `name` is its id on the page; `sentence` says what is to be seen; `unit` is that of all numbers; `corner` heads the
    labels; `point` is the index of the label the chart is about: its bars are red, all others grey. `axis`: shorter
    labels for the picture, where there are. `words`: a number with its unit ("1 working day"), which the picture then
    says at each bar, where a bare number could be taken for another. `opened`: the table says more than the picture and
    stands open.
    """

    name: str
    kind: str
    title: str
    sentence: str
    unit: str
    corner: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    point: int | None = None
    axis: tuple[str, ...] = ()
    words: Callable[[int], str] | None = None
    opened: bool = False

    def __post_init__(self):
        if self.kind not in KINDS or any(len(series.values) != len(self.labels) for series in self.series):
            raise ValueError(f"chart {self.name}: kind {self.kind}, {len(self.labels)} labels")

    def rows(self) -> Iterable[tuple[str, str, list[Cell], bool]]:
        """The table: (label, its short form, a Cell per series, whether the chart is about this row)."""
        for index, label in enumerate(self.labels):
            cells = [self._cell(series, index) for series in self.series]
            yield label, self.axis[index] if self.axis else label, cells, index == self.point

    def _cell(self, series, index):
        n = series.values[index]
        words = self.words(n) if self.words and series.drawn and n is not None else ""
        link, note = (each[index] if each else "" for each in (series.links, series.notes))
        return Cell(n, link, series.counts, words, note)

    @property
    def has_links(self) -> bool:
        """Whether the keyboard finds something in the table; else the table itself is to be reached, to scroll it."""
        return any(series.links for series in self.series)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw: every number is 0 or missing."""
        return not any(n for series in self.series if series.drawn for n in series.values)
