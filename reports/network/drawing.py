"""The places of the drawing: an ellipse, headquarters down the left half, grassroots down the right one.

The picture in the page (templates/reports/_network.html) and the one that ECharts draws (static/js/network.js) both
read this geometry.
"""

import math
from dataclasses import dataclass

from accounts.models import Side

WIDTH, ROW, LEAST_HEIGHT, MARGIN = 960, 24, 460, 20
RADIUS_X = 230
THIN, WIDER, WIDEST = 1.5, 1.9, 14.0  # widths of lines: nothing solved; each time that solved + 1 doubles; at most
CROWDED, CALMER = 100, 0.4  # where there are more lines they are thinner
DOT, BIGGER, BIGGEST = 6.0, 0.5, 10.0  # radii of dots, growing likewise with the pairs inside
LABEL_GAP = 7
MOST_BEND = 0.55


@dataclass(frozen=True)
class Dot:
    """A node: its place, its radius, where its label stands; alone: in none of the pairs shown."""

    node: object
    x: float
    y: float
    radius: float
    anchor: str
    pairs: int
    solved: int
    inside: int

    @property
    def label_x(self):
        away = self.radius + LABEL_GAP
        return round(self.x - away if self.anchor == "end" else self.x + away, 1)

    @property
    def alone(self):
        return not self.pairs


@dataclass(frozen=True)
class Line:
    """The pairs of two dots (indexes into the drawing's dots): numbers, the curve, how it bends and its width."""

    first: int
    second: int
    pairs: int
    solved: int
    path: str
    bend: float
    width: float


@dataclass(frozen=True)
class Drawing:
    """`lines` with the widest last, so that they lie on top; `left_out`: thinner lines that are in the table alone."""

    dots: tuple[Dot, ...]
    lines: tuple[Line, ...]
    height: int
    left_out: int = 0
    width: int = WIDTH


def drawn(nodes, counts, most=None):
    """The Drawing of `nodes` with Counts; -1 among the lines is the last node. At most `most` lines."""
    places, height = _places(nodes)
    dots = tuple(_dot(index, node, places[index], counts, len(nodes) - 1) for index, node in enumerate(nodes))
    found = {(a % len(nodes), b): numbers for (a, b), numbers in counts.lines.items() if a != b}
    calm = CALMER if len(found) > CROWDED else 1
    lines = [_line(*ends, numbers, places, height, calm) for ends, numbers in found.items()]
    lines.sort(key=lambda line: (line.solved, line.pairs, -line.first, -line.second))
    left_out = max(len(lines) - most, 0) if most else 0
    return Drawing(dots, tuple(lines[left_out:]), height, left_out)


def _places(nodes):
    """([(x, y, anchor)], height): in the order of `nodes`; those without a side share both halves among them."""
    sided = {node.side for node in nodes if node.shape == "branch" and node.side}
    rows = [index for index, node in enumerate(nodes) if node.shape in ("branch", "group")]
    if len(sided) == 2:
        left = [index for index in rows if nodes[index].side == Side.HEADQUARTERS]
        right = [index for index in rows if nodes[index].side != Side.HEADQUARTERS]
    else:
        left, right = rows[: -(-len(rows) // 2)], rows[-(-len(rows) // 2) :]
    height = max(LEAST_HEIGHT, (max(len(left), len(right)) + 2) * ROW)
    strip = 2 * MARGIN if height > LEAST_HEIGHT else 0  # between long columns there is no room for more names
    places = [None] * len(nodes)
    for members, start in ((left, -1), (right, 1)):
        for row, index in enumerate(members, 1):
            down = 2 * row / (len(members) + 1) - 1  # from -1, the top, to 1, the bottom: rows for the names
            x = WIDTH / 2 + start * RADIUS_X * math.sqrt(1 - down * down)
            places[index] = (round(x, 1), round(height / 2 * (1 + down), 1), "end" if start < 0 else "start")
    below = [index for index, place in enumerate(places) if place is None]  # committees and the rest of the programme
    for row, index in enumerate(below):
        places[index] = (WIDTH / 2, height + strip - MARGIN - row * ROW, "start")
    return places, height + strip


def _dot(index, node, place, counts, last):
    number = -1 if node.shape == "outside" and index == last else index
    pairs, solved = counts.nodes.get(number, (0, 0))
    inside, _solved = counts.lines.get((number, number), (0, 0))
    x, y, anchor = place
    radius = min(DOT + BIGGER * math.log2(1 + inside), BIGGEST) if node.shape == "group" else DOT
    return Dot(node, x, y, round(radius, 1), anchor, pairs, solved, inside)


def _line(first, second, numbers, places, height, calm):
    """A curve that bends towards the middle: `bend` times the chord, turned by a right angle, from its middle."""
    (x1, y1, _anchor), (x2, y2, _other) = places[first], places[second]
    mx, my, across_x, across_y = (x1 + x2) / 2, (y1 + y2) / 2, y2 - y1, x1 - x2
    to_middle = (WIDTH / 2 - mx) / 2 * across_x + (height / 2 - my) / 2 * across_y
    bend = max(-MOST_BEND, min(MOST_BEND, to_middle / (across_x**2 + across_y**2)))  # neighbours: no loops
    cx, cy = mx + bend * across_x, my + bend * across_y
    pairs, solved = numbers
    width = calm * min(THIN + WIDER * math.log2(1 + solved), WIDEST)
    path = f"M{x1} {y1}Q{cx:.1f} {cy:.1f} {x2} {y2}"
    return Line(first, second, pairs, solved, path, round(bend, 3), round(width, 1))
