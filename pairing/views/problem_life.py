"""The whole life of a problem over all its pairs, drawn as one picture: a lane for itself and one for each episode.

Places are percent of the width, so that the picture fits every screen and text is never stretched; the table under it
says the same in words.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pairing.deadlines import add_months
from pairing.enums import PROBLEM_OPEN, LookBack

ROOM = 96  # percent of the width that the days take; the rest is for the last mark
FIRST, LANE = 34, 42  # pixels from the top to the first lane, and from lane to lane
MOST_TICKS = 5
LOOKS = {LookBack.WORKS: ("✓", "green"), LookBack.PARTLY: ("▲", "amber"), LookBack.RELAPSED: ("■", "red")}


@dataclass(frozen=True)
class Bar:
    """A stretch of days: `kind` names its class."""

    x: str
    width: str
    kind: str


@dataclass(frozen=True)
class Mark:
    """Something that happened on one day: a shape with its colour."""

    x: str
    shape: str
    colour: str


@dataclass(frozen=True)
class Lane:
    y: int
    label: str
    names: str  # said too where there is room
    x: str  # where the label begins, or ends where `right`
    right: bool
    bars: list
    marks: list


@dataclass(frozen=True)
class Life:
    start: date
    end: date
    height: int
    ticks: list  # [(x, words)]
    lanes: list


class _Scale:
    """Days as places in percent of the width."""

    def __init__(self, start, end):
        self.start, self.end = start, end
        self.days = max((end - start).days, 1)

    def at(self, day):
        inside = min(max(day, self.start), self.end)
        return round(ROOM * (inside - self.start).days / self.days + (100 - ROOM) / 2, 2)

    def x(self, day):
        return f"{self.at(day)}%"

    def bar(self, first, last, kind):
        return Bar(self.x(first), f"{max(round(self.at(last) - self.at(first), 2), 0.4)}%", kind)


def life_of(problem, episodes):
    """The Life of a filed problem with its taken `episodes`, in order; None before the first pair.

    Reads what the page has read beforehand: episodes with agreements and parties, intervals, look_backs.
    """
    if not episodes or not problem.raised_on:
        return None
    looks, stops = list(problem.look_backs.all()), list(problem.intervals.all())
    scale = _Scale(problem.raised_on, _end(problem, episodes, looks))
    lanes = [_own_lane(problem, scale, stops, looks)]
    lanes += [_lane(episode, scale, FIRST + LANE * n) for n, episode in enumerate(episodes, 1)]
    return Life(scale.start, scale.end, FIRST + LANE * len(episodes) + 16, _ticks(scale), lanes)


def _end(problem, episodes, looks):
    """Today while it is in play; of what is over, a while after the last thing that happened."""
    today = timezone.localdate()
    if problem.state in PROBLEM_OPEN:
        return today
    days = [getattr(e, name) for e in episodes for name in ("written_off_on", "released_on", "relapsed_on", "taken_on")]
    last = max([*filter(None, days), *(look.looked_on for look in looks)])
    return min(today, last + timedelta(days=30))


def _own_lane(problem, scale, stops, looks):
    bars = [scale.bar(scale.start, scale.end, "open")]
    bars += [scale.bar(stop.from_on, stop.to_on or scale.end, "still") for stop in stops]
    marks = [Mark(scale.x(look.looked_on), *LOOKS[look.verdict]) for look in looks]
    return Lane(
        FIRST, _("The problem"), "", scale.x(scale.start), False, bars, [Mark(scale.x(scale.start), "●", "ink"), *marks]
    )


def _lane(episode, scale, y):
    agreement = episode.agreement
    ended = episode.written_off_on or episode.released_on or scale.end
    signed = agreement.signed_on if agreement.signed_on and agreement.signed_on <= ended else None
    bars = [scale.bar(episode.taken_on, signed or ended, "before")]
    if signed:
        bars.append(scale.bar(signed, ended, "run"))
    if episode.written_off_on:
        bars.append(scale.bar(ended, episode.relapsed_on or scale.end, "solved"))
    right = scale.at(episode.taken_on) > 50
    names = " — ".join(party.name_then or party.organisation.short_name for party in episode.parties[:2])
    return Lane(
        y, agreement.number, names, scale.x(ended) if right else scale.x(episode.taken_on), right, bars,
        _marks(episode, scale),
    )  # fmt: skip


def _marks(episode, scale):
    days = (
        (episode.claimed_on, "◆", "ink"),
        (episode.written_off_on, "✓", "green"),
        (episode.released_on, "○", "ink"),
        (episode.relapsed_on, "■", "red"),
    )
    return [Mark(scale.x(day), shape, colour) for day, shape, colour in days if day]


def _ticks(scale):
    """First days of months, few enough to read."""
    months = (scale.end.year - scale.start.year) * 12 + scale.end.month - scale.start.month
    every = next(n for n in (1, 2, 3, 6, 12, 24, 60, 120) if months // n < MOST_TICKS or n == 120)
    first = add_months(scale.start.replace(day=1), 1)
    days = [add_months(first, n * every) for n in range(months // every + 1)]
    form = pgettext("month of a chart", "M Y")
    return [(scale.x(day), date_format(day, form)) for day in days if day <= scale.end and scale.at(day) < 92]
