"""By what a pair or a problem is: direction, level, side, class, category; and by month."""

from dataclasses import replace

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _l

from accounts.models import Side
from pairing.enums import Direction, Level, ProblemClass
from pairing.models import Category
from reports.grouping.rows import Grouping, GroupRow, text_of
from reports.narrowing import column_of_pair, listed, of_pair
from reports.periods import month_words, months_between
from reports.question_form import IN_NO_PAIR, NONE, PERIOD, UNCLASSIFIED

MONTHS_PER_PAGE = 12


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
        keys = [(Coalesce(text_of(top), Value("")), Q())]
        if any(category.parent_id for category in self.categories):
            keys.append((text_of(F(f"{prefix}category")), Q(**{f"{prefix}category__parent__isnull": False})))
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


def _listed_in(pairs, question):
    """Episodes on the lists of `pairs`, those whose problems fit the filters."""
    return listed(question, fitting=True).filter(agreement__in=pairs.order_by().values("pk"))
