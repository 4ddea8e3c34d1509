"""One round through all places of the demo world in one language: what was found, and the HTML of each for the checker.

Findings are told by kind and together: each once, with all the pages that have it.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from config.quality.examination import Known, examine, examine_words
from config.quality.windows import CHINESE, Windows

NAMED = 6  # pages named beside a finding


@dataclass
class Round:
    """What a round has brought home."""

    found: dict[str, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    sources: dict[str, str] = field(default_factory=dict)  # PAGE-ROLE -> HTML as the server sent it

    def told(self, kind: str) -> str:
        """The findings of a kind, one line each; "" when there are none."""
        return "\n".join(f"{text}\n    on {_listed(places)}" for text, places in self.found[kind].items())


def go_round(windows: Windows, language: str, known: Known) -> Round:
    """Visit every place; Chinese, the first language, is looked at in full, another one for what words change.

    known: what earlier rounds looked at, to which that of this one is added.
    """
    home = Round()
    look = examine if language == CHINESE else examine_words
    for place in sorted(windows.site.places, key=lambda place: place.role):  # one window after the other
        visit = windows.visit(place, language)
        home.sources[str(place)] = visit.answer.text()
        for kind, text in look(visit, known):
            home.found[kind][text].append(str(place))
    return home


def _listed(places: list[str]) -> str:
    rest = f" and {len(places) - NAMED} more" if len(places) > NAMED else ""
    return ", ".join(places[:NAMED]) + rest
