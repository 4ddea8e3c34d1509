"""What a page of the network shows: the drawing, the same as a table, and the addresses behind each number."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.figures import signed_agreements
from reports.network.counts import Counts, count
from reports.network.drawing import Drawing, drawn
from reports.network.parts import OUTSIDE, Node, Part, part_of
from reports.tables import pairs_words

MOST_LINES = 200  # of the drawing
MATRIX_MOST = 24  # nodes of the table of everybody with everybody; more are a list of pairs


@dataclass(frozen=True)
class Entry:
    """A cell of the matrix, or a line of the list: two names, pairs, solved problems, their addresses."""

    first: str
    second: str
    pairs: int
    solved: int
    pairs_url: str = ""
    solved_url: str = ""


@dataclass(frozen=True)
class Row:
    """A row of the matrix: its node, its address, (node, Entry or None) per column, all its pairs."""

    node: Node
    url: str
    cells: list
    total: Entry


@dataclass(frozen=True)
class Picture:
    """`nodes` as drawn; `matrix` is empty where there are too many nodes, then `entries` alone say it."""

    part: Part
    nodes: tuple[Node, ...]
    counts: Counts
    drawing: Drawing
    entries: list[Entry]
    matrix: list[Row]
    data: dict[str, Any]
    own: bool

    @property
    def sides(self):
        """Whether headquarters stand left and grassroots right."""
        return len({node.side for node in self.nodes if node.shape == "branch" and node.side}) == 2

    @property
    def has_others(self):
        return any(node.shape in ("committee", "outside") for node in self.nodes)


class Addresses:
    """Addresses of the network's pages that keep the day, the programme, the part, the year and the category."""

    def __init__(self, question, part, *, year=None, category=None):
        self.question, self.part = question, part
        self.kept = {name: str(value) for name, value in (("year", year), ("category", category)) if value}

    def page(self, asked=None, **more):
        """The picture of a part (parameters as Part.asked; default: this one); `more` overrides, None takes away."""
        kept = self.kept | (self.part.asked if asked is None else asked) | more
        return self.question.address("network", **{name: value for name, value in kept.items() if value})

    def listed(self, page, *ends, **more):
        """The list of "agreements", "problems" or "branches" of this picture, of these nodes alone where given."""
        named = {name: node.key for name, node in zip(("a", "b"), ends, strict=False)}
        return self.question.address(f"network_{page}", **self.kept, **self.part.asked, **named, **more)

    def node(self, node):
        """Where a click on a node leads: the page of the branch, the picture of a group."""
        if node.shape == "group":
            return self.page(node.asked)
        return reverse("pairing:organisation", args=[node.body.pk]) if node.body else self.page({})


def picture_of(question, part, signed, *, year=None, category=None):
    """The Picture of a Part; `signed`: the agreements counted, of all years and categories. One query."""
    counts = count(part, signed, question, year=year, category=category)
    outside = Node(OUTSIDE, _("Elsewhere in the programme"), "outside", branches=0)
    nodes = (*part.nodes, outside) if -1 in counts.nodes else part.nodes
    addresses = Addresses(question, part, year=year, category=category.pk if category else None)
    drawing = drawn(nodes, counts, MOST_LINES)
    entries = {ends: _entry(nodes, ends, numbers, addresses) for ends, numbers in sorted(counts.lines.items())}
    matrix = _matrix(nodes, entries, counts, addresses) if len(nodes) <= MATRIX_MOST else []
    data = _data(drawing, addresses)
    return Picture(part, nodes, counts, drawing, list(entries.values()), matrix, data, question.own_scope)


def teaser(question, user, *, caught_up=False):
    """The Picture of the whole programme for the leader's home; None where it has too many branches for a glance."""
    signed = signed_agreements(question, user)
    part = part_of(question, user, signed, caught_up=caught_up)
    return None if part.grouped else picture_of(question, part, signed)


def _entry(nodes, ends, numbers, addresses):
    first, second = (nodes[index] for index in ends)
    if ends[0] < 0:  # what lies outside is named last
        first, second = second, first
    pairs, solved = numbers
    solved_url = addresses.listed("problems", first, second) if solved else ""
    return Entry(first.name, second.name, pairs, solved, addresses.listed("agreements", first, second), solved_url)


def _matrix(nodes, entries, counts, addresses):
    size = len(nodes)
    outside = size - 1 if nodes and nodes[-1].shape == "outside" else size
    number = [-1 if index == outside else index for index in range(size)]
    rows = []
    for index, node in zip(number, nodes, strict=True):
        cells = [
            (other, entries.get((min(index, column), max(index, column))))
            for column, other in zip(number, nodes, strict=True)
        ]
        pairs, solved = counts.nodes.get(index, (0, 0))
        solved_url = addresses.listed("problems", node) if solved else ""
        total = Entry(node.name, "", pairs, solved, addresses.listed("agreements", node), solved_url)
        rows.append(Row(node, addresses.node(node), cells, total))
    return rows


def numbers_in_words(pairs, solved):
    of_problems = ngettext("%(n)s problem solved", "%(n)s problems solved", solved) % {"n": solved}
    return _("%(pairs)s, %(problems)s") % {"pairs": pairs_words(pairs), "problems": of_problems}


def _data(drawing, addresses):
    """What static/js/network.js draws: {width, height, list, nodes: [{…}], links: [[first, second, …]]}."""
    nodes = [
        {
            "name": dot.node.name, "x": dot.x, "y": dot.y, "radius": dot.radius, "anchor": dot.anchor,
            "shape": dot.node.shape, "alone": dot.alone, "url": addresses.node(dot.node), "key": dot.node.key,
            "words": _dot_in_words(dot),
        }
        for dot in drawing.dots
    ]  # fmt: skip
    links = [
        [
            line.first,
            line.second,
            line.width,
            line.bend,
            int(line.solved > 0),
            numbers_in_words(line.pairs, line.solved),
        ]
        for line in drawing.lines
    ]
    address = addresses.listed("agreements")
    return {"width": drawing.width, "height": drawing.height, "list": address, "nodes": nodes, "links": links}


def _dot_in_words(dot):
    if dot.node.shape != "group":
        return numbers_in_words(dot.pairs, dot.solved) if dot.pairs else _("in none of these pairs")
    branches = ngettext("%(n)s party branch", "%(n)s party branches", dot.node.branches) % {"n": dot.node.branches}
    inside = _("%(n)d of them inside") % {"n": dot.inside}
    return f"{branches}\n{numbers_in_words(dot.pairs, dot.solved)}\n{inside}"
