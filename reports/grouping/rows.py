"""What all groupings have in common, and what they say of a row."""

from dataclasses import dataclass

from django.db.models import CharField
from django.db.models.functions import Cast


@dataclass(frozen=True, kw_only=True)
class GroupRow:
    """`given`: what stands in the address of its lists; `inner`: set in, part of the row above; `deeper`: more rows
    lie below it."""

    key: str
    label: str
    given: dict
    inner: bool = False
    deeper: bool = False
    body: int | None = None  # id of the organisation whose page it may open
    fades: bool = False  # shown only when something is counted


def text_of(expression):
    return Cast(expression, CharField())


class Grouping:
    """`label`: its name; `head`: over its rows; `replaces`: the parameters that `given` of a row stands for."""

    label = head = ""
    replaces = ()

    def __init__(self, question, user, number=None):
        self.question, self.user, self.number = question, user, number
        self.page = None  # (number, of how many) where the rows come in pages
        self.rows = list(self.make_rows())

    def make_rows(self):
        raise NotImplementedError

    def slices(self):
        """(question, key) of parts that are counted one by one; key None: by problem_keys and pair_keys."""
        return [(self.question, None)]

    def problem_keys(self, solving, without=()):
        """(expression, a Q that must hold) for problems; `without`: keys of rows that are known already."""
        raise NotImplementedError

    def bodies(self):
        """Ids of the organisations that are the rows, where each stands for all below it; else none."""
        return []

    def pair_keys(self, pairs, without=()):
        """(QuerySet, its reference to the pair, expression, a Q) for a QuerySet of pairs; `without`: as above."""
        raise NotImplementedError

    def finish(self, counts):
        """The rows to show, now that it is known what is counted: {key: {measure: n}}."""
        return [row for row in self.rows if not row.fades or any(counts.get(row.key, {}).values())]
