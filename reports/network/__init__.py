"""The network of pairs: who pairs with whom, by year of signing and category, drawn and as a table.

parts: which bodies are the dots of a picture. counts: pairs and solved problems between them. drawing: their places.
"""

from reports.network.counts import Counts, agreement_ids, count, solved_problems, total
from reports.network.drawing import Drawing, drawn
from reports.network.parts import MOST_NODES, OUTSIDE, Node, Part, part_of
from reports.network.picture import Picture, picture_of, teaser

__all__ = [
    "MOST_NODES",
    "OUTSIDE",
    "Counts",
    "Drawing",
    "Node",
    "Part",
    "Picture",
    "agreement_ids",
    "count",
    "drawn",
    "part_of",
    "picture_of",
    "solved_problems",
    "teaser",
    "total",
]
