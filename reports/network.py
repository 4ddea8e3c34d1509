"""The network of pairs as a drawing: branches as named dots on an ellipse, headquarters left, grassroots right.

Places follow from the manual order of the branches alone, so the picture does not jump between visits.
"""

import math
from dataclasses import dataclass
from itertools import combinations

from django.db.models import Count, OuterRef, Subquery

from accounts.models import Kind, Side
from pairing.models import Episode, Party

MOST_BRANCHES, MOST_PARTIES = 40, 400  # more cannot be read as a drawing; then the table stands alone
WIDTH, HEIGHT, RADIUS_X, RADIUS_Y = 960, 460, 230, 240
THIN, WIDER, WIDEST = 1.5, 1.0, 9.0  # widths of lines: one pair, each solved problem more, at most


@dataclass(frozen=True)
class Dot:
    """A branch: its name, its place, on which side of the drawing its label stands, whether it is in a pair."""

    name: str
    x: float
    y: float
    anchor: str
    label_x: float
    paired: bool


@dataclass(frozen=True)
class Link:
    """Two branches: names, number of pairs and of solved problems, the curve and its width."""

    first: str
    second: str
    pairs: int
    solved: int
    path: str
    width: float


@dataclass(frozen=True)
class Network:
    """The drawing with its links in the order of solved problems; `width` and `height` of its view box."""

    dots: tuple[Dot, ...]
    links: tuple[Link, ...]
    width: int = WIDTH
    height: int = HEIGHT


def network_of(branches, agreements, as_of):
    """The Network of signed `agreements` among `branches` (QuerySets), None where it is too large or empty."""
    bodies = list(branches.in_order()[: MOST_BRANCHES + 1])
    if len(bodies) > MOST_BRANCHES:
        return None
    solved = Episode.objects.filter(agreement=OuterRef("agreement"), written_off_on__lte=as_of).order_by()
    count = Subquery(solved.values("agreement").annotate(n=Count("pk")).values("n"))
    signed = Party.objects.filter(agreement__in=agreements, organisation__kind=Kind.PARTY_BRANCH).exclude(name_then="")
    rows = signed.annotate(solved=count).order_by("order", "pk").values_list("agreement", "organisation", "solved")
    seats = list(rows[: MOST_PARTIES + 1])
    if not 0 < len(seats) <= MOST_PARTIES:
        return None
    return _drawn(bodies, _counted(seats), {organisation for _agreement, organisation, _solved in seats})


def _counted(seats):
    """{(organisation id, organisation id): [pairs, solved problems]}; of three parties each two are linked."""
    of_agreement, found = {}, {}
    for agreement, organisation, solved in seats:
        of_agreement.setdefault((agreement, solved or 0), []).append(organisation)
    for (_agreement, solved), members in of_agreement.items():
        for ends in combinations(sorted(members), 2):
            count = found.setdefault(ends, [0, 0])
            count[0] += 1
            count[1] += solved
    return found


def _drawn(bodies, counted, taking_part):
    """`taking_part`: ids of the branches in a pair, that with a discipline committee included, which is no line."""
    places = _places(bodies)
    dots = tuple(_dot(body, *places[body.pk], body.pk in taking_part) for body in bodies)
    names = {body.pk: body.short_name for body in bodies}
    links = [
        Link(names[a], names[b], pairs, solved, _curve(places[a], places[b]), min(THIN + solved * WIDER, WIDEST))
        for (a, b), (pairs, solved) in counted.items()
        if a in names and b in names
    ]
    links.sort(key=lambda link: (-link.solved, -link.pairs, link.first, link.second))
    return Network(dots, tuple(links))


def _places(bodies):
    """{id: (x, y)}: headquarters down the left half of the ellipse, grassroots down the right one."""
    places = {}
    for side, start in ((Side.HEADQUARTERS, -1), (Side.GRASSROOTS, 1)):
        members = [body for body in bodies if body.side == side]
        for index, body in enumerate(members, 1):
            down = 2 * index / (len(members) + 1) - 1  # from -1, the top, to 1, the bottom: rows for the names
            x = WIDTH / 2 + start * RADIUS_X * math.sqrt(1 - down * down)
            places[body.pk] = (round(x, 1), round(HEIGHT / 2 + RADIUS_Y * down, 1))
    return places


def _dot(body, x, y, paired):
    left = x < WIDTH / 2
    return Dot(body.short_name, x, y, "end" if left else "start", x - 12 if left else x + 12, paired)


def _curve(start, end):
    """A curve that bends towards the middle."""
    (x1, y1), (x2, y2) = start, end
    cx, cy = (x1 + x2 + WIDTH) / 4, (y1 + y2 + HEIGHT) / 4
    return f"M{x1} {y1}Q{cx:.1f} {cy:.1f} {x2} {y2}"
