"""How the rows of the summary table are grouped: by branch, category, class, month, direction, level, side.

A grouping names its rows, each with the filters that the lists of its figures get, and says under which key of them a
problem or a pair counts. Keys are text. A pair may count under several keys: under each of its branches, and under each
category of its problems.
"""

from dataclasses import dataclass, replace

from django.db.models import BigIntegerField, CharField, Count, F, Func, Q, Value, Window
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.translation import gettext_lazy as _l

from accounts.models import Kind, Organisation, Side
from pairing.enums import Direction, Level, ProblemClass
from pairing.models import Category, own_organisation_ids
from pairing.models.programme import path_under
from reports.narrowing import column_of_pair, listed, of_pair, signatures, signed_below
from reports.periods import month_words, months_between
from reports.question_form import IN_NO_PAIR, NONE, PERIOD, UNCLASSIFIED

PER_PAGE = 40  # rows of organisations on a page; more branches than this are summed up by what lies above them
MONTHS_PER_PAGE = 12


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


def _text(expression):
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


class ByPairColumn(Grouping):
    """By what stands in the pair; a problem counts under the pair it stood in last, or under the one that solved it."""

    name, choices = "", ()

    def make_rows(self):
        chosen = self.question.filters.get(self.name)
        for value, label in (*self.choices, IN_NO_PAIR):
            none = value == NONE
            if chosen in (None, value):
                given = {self.name: value}
                yield GroupRow(key="" if none else value, label=str(label), given=given, fades=none)

    def problem_keys(self, solving, without=()):
        return [(of_pair(self.name, self.question, solving=solving), Q())]

    def pair_keys(self, pairs, without=()):
        return [(pairs, "pk", column_of_pair(self.name, ""), Q())]


class ByDirection(ByPairColumn):
    label, head = _l("by direction"), _l("Direction")
    name, choices, replaces = "direction", Direction.choices, ("direction",)


class ByLevel(ByPairColumn):
    label, head = _l("by level"), _l("Level")
    name, choices, replaces = "level", Level.choices, ("level",)


class BySide(ByPairColumn):
    label, head = _l("by side of the initiator"), _l("Side of the initiator")
    name, choices, replaces = "side", Side.choices, ("side",)


class ByClass(Grouping):
    label, head = _l("by class"), _l("Class")
    replaces = ("class",)

    def make_rows(self):
        chosen = self.question.filters.get("class")
        for value, label in (*ProblemClass.choices, UNCLASSIFIED):
            none = value == NONE
            if chosen in (None, value):
                given = {"class": value}
                yield GroupRow(key="" if none else value, label=str(label), given=given, fades=none)

    def problem_keys(self, solving, without=()):
        return [(Coalesce("category__kind", Value("")), Q())]

    def pair_keys(self, pairs, without=()):
        kind = Coalesce("problem__category__kind", Value(""))
        return [(_listed_in(pairs, self.question), "agreement", kind, Q())]


class ByCategory(Grouping):
    """Both levels; the upper one holds all of the lower one."""

    label, head = _l("by category"), _l("Category")
    replaces = ("category",)

    def make_rows(self):
        self.categories = list(Category.objects.all())
        chosen = self.question.filters.get("category")
        tops = [category for category in self.categories if category.parent_id is None]
        for top in tops:
            below = [category for category in self.categories if category.parent_id == top.pk]
            wanted = chosen in (None, top)
            if wanted:
                yield GroupRow(key=str(top.pk), label=top.name, given={"category": top.pk})
            for category in below:
                if wanted or chosen == category:
                    given = {"category": category.pk}
                    yield GroupRow(key=str(category.pk), label=category.name, given=given, inner=wanted)
        if chosen in (None, NONE):
            yield GroupRow(key="", label=str(UNCLASSIFIED[1]), given={"category": NONE}, fades=True)

    def problem_keys(self, solving, without=()):
        return self._keys("")

    def pair_keys(self, pairs, without=()):
        links = _listed_in(pairs, self.question)
        return [(links, "agreement", key, holds) for key, holds in self._keys("problem__")]

    def _keys(self, prefix):
        top = Coalesce(f"{prefix}category__parent", f"{prefix}category")
        keys = [(Coalesce(_text(top), Value("")), Q())]
        if any(category.parent_id for category in self.categories):
            keys.append((_text(F(f"{prefix}category")), Q(**{f"{prefix}category__parent__isnull": False})))
        return keys


class ByMonth(Grouping):
    """Month by month of the period, twelve on a page, the latest ones first shown."""

    label, head = _l("by month"), _l("Month")
    replaces = PERIOD

    def make_rows(self):
        first = self.question.first_day or self.question.programme.starts_on
        months = months_between(first, self.question.day)
        pages = max(1, -(-len(months) // MONTHS_PER_PAGE))
        number = min(max(self.number or pages, 1), pages)
        if pages > 1:
            self.page = (number, pages)
        for start, end in months[(number - 1) * MONTHS_PER_PAGE : number * MONTHS_PER_PAGE]:
            yield GroupRow(key=f"{start:%Y-%m}", label=month_words(start), given=_month_given(start, end))

    def slices(self):
        for row in self.rows:
            first, last = row.given["from"], row.given["to"]
            yield replace(self.question, first_day=first, last_day=last), row.key


def _month_given(start, end):
    return {"from": start, "to": end}


class ByOrganisation(Grouping):
    """By branch in the manual order; where there are many, by what lies below the organisation asked for.

    Who sees only the own branches gets those, and the partners that something is counted under.
    """

    label, head = _l("by branch"), _l("Branch")
    replaces = ("organisation",)

    def make_rows(self):
        question = self.question
        self.scope = question.filters.get("organisation") or question.programme.committee
        self.restricted = self.alone = False
        branches = Organisation.objects.branches().below(self.scope).filter(_opened_by(question.day))
        if question.own_scope:
            self.by_branch = True
            return []
        few = list(branches.in_order()[: PER_PAGE + 1])
        self.by_branch = len(few) <= PER_PAGE
        rows = [self._row(body) for body in (few if self.by_branch else self._children())]
        self.alone = not rows  # a unit or a discipline committee: it is its own only row
        return rows or [self._row(self.scope)]

    def slices(self):
        return [(self.question, self.rows[0].key if self.alone else None)]

    def _children(self):
        """A page of the organisations right below, those that are parties or have some below them."""
        found = self.scope.children.exclude(kind=Kind.UNIT).filter(_opened_by(self.question.day)).in_order()
        start = (max(self.number or 1, 1) - 1) * PER_PAGE
        page = list(found.annotate(of=Window(Count("*")))[start : start + PER_PAGE])
        if not page:  # beyond the last page, or nothing below
            return found[:PER_PAGE]
        pages = -(-page[0].of // PER_PAGE)
        if pages > 1:
            self.page, self.restricted = (start // PER_PAGE + 1, pages), True
        return page

    def _row(self, body):
        is_party = body.kind in (Kind.PARTY_BRANCH, Kind.DISCIPLINE_COMMITTEE)
        closed = body.closed_on is not None and body.closed_on <= self.question.day
        return GroupRow(
            key=str(body.pk), label=body.name, given={"organisation": body.pk}, deeper=not is_party,
            body=body.pk, fades=closed,
        )  # fmt: skip

    def problem_keys(self, solving, without=()):
        key = F("owner") if self.by_branch else self._child("owner__path")
        if without and not {row.key for row in self.rows} - without:
            return []
        return [(_text(key), self._of_page("owner", "owner__path", without))]

    def bodies(self):
        question = self.question
        summable = not (question.own_scope or question.filters.keys() - {"organisation"})
        return [row.body for row in self.rows] if summable else []

    def pair_keys(self, pairs, without=()):
        if without and not {row.key for row in self.rows} - without:
            return []
        signed = signatures(self.question.programme, self.question.day)
        links = signed.filter(party__agreement__in=pairs.order_by().values("pk"))
        if self.restricted or without:
            links = links.filter(pk__in=signed_below(self._bodies_of_page(without)))
        key = F("body") if self.by_branch else self._child("body_path")
        return [(links, "party__agreement", _text(key), self._of_page("body", "body_path", without))]

    def _child(self, path):
        """The id in the path that follows that of the organisation asked for; null for what does not lie below."""
        depth = len(self.scope.path.strip("/").split("/")) + 2
        part = Func(F(path), Value("/"), Value(depth), function="split_part", output_field=CharField())
        return Cast(NullIf(part, Value("")), BigIntegerField())

    def _of_page(self, body, path, without=()):
        """A Q: `body` lies at or below a row of this page, those `without` left out; found by the index of paths."""
        if not self.restricted and not without:
            return Q(**{f"{path}__startswith": self.scope.path})
        return Q(**{f"{body}__in": self._bodies_of_page(without)})

    def _bodies_of_page(self, without=()):
        rows = [f"{self.scope.path}{row.key}/" for row in self.rows if row.key not in without]
        return Organisation.objects.filter(path_under(rows, "path")).values("pk")

    def finish(self, counts):
        if self.question.own_scope:
            keys = [int(key) for key in counts if key]
            shown = Organisation.objects.branches().below(self.scope)
            mine = Q(pk__in=own_organisation_ids(self.user)) & _opened_by(self.question.day)
            self.rows = [self._row(body) for body in shown.filter(Q(pk__in=keys) | mine).in_order()]
        return super().finish(counts)


def _opened_by(day):
    return Q(opened_on__isnull=True) | Q(opened_on__lte=day)


def _listed_in(pairs, question):
    """Episodes on the lists of `pairs`, those whose problems fit the filters."""
    return listed(question, fitting=True).filter(agreement__in=pairs.order_by().values("pk"))


GROUPINGS = {
    "branch": ByOrganisation,
    "category": ByCategory,
    "class": ByClass,
    "month": ByMonth,
    "direction": ByDirection,
    "level": ByLevel,
    "side": BySide,
}
SUMMARY_GROUPS = tuple((name, grouping.label) for name, grouping in GROUPINGS.items())
SOLVED_GROUPS = (
    ("pair", _l("by pair")), ("branch", ByOrganisation.label), ("category", ByCategory.label),
    ("month", ByMonth.label),
)  # fmt: skip


def groups_of(report):
    """(name, label) of the groupings of a report by its name, the usual one first; none for lists."""
    return {"summary": SUMMARY_GROUPS, "solved": SOLVED_GROUPS}.get(report, ())
