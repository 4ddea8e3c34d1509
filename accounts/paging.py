"""Pages of a list of any length: the next one begins behind the last row shown, no row before it is read again.

The place lives in the address: ?page=3&after=… (behind this row) or &before=…; `page` alone counts from the beginning
and reaches as far as rows are counted. Rows that come or go meanwhile make no other row appear twice or vanish.
"""

import base64
import json
from dataclasses import dataclass
from itertools import takewhile

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, F, Func, Q, Value
from django.db.models.expressions import CombinedExpression, OrderBy
from django.utils.functional import cached_property

MOST_COUNTED = 10_000
PLACES = ("page", "after", "before")  # parameters that fall away when what is listed changes


@dataclass(frozen=True)
class Term:
    """One column of an order: `path` as in order_by ("owner__order"), `empty_first` where empty values stand."""

    path: str
    descending: bool
    empty_first: bool
    nullable: bool
    field: object = None  # None: an annotation

    def turned(self):
        """The same column when the list is read from its end."""
        return Term(self.path, not self.descending, not self.empty_first, self.nullable, self.field)

    def of(self, row):
        """The value of the row, a model instance."""
        *relations, name = self.path.split("__")
        for relation in relations:
            row = getattr(row, relation)
        return getattr(row, self.field.attname if self.field else name)

    def read(self, value):
        """A value as it came with an address; ValidationError, TypeError or ValueError for nonsense."""
        return value if value is None or self.field is None else self.field.to_python(value)


class KeysetPaginator(Paginator):
    """Pages of a QuerySet in an order whose last column is the key ("-pk").

    `most_counted`: rows are counted to that number and `more` tells that there are more; None counts all of them (for
    the lists that a figure opens). In an order of several columns that may be empty, the later ones may be empty only
    where the first one is.
    """

    def __init__(self, rows, per_page, *, most_counted=MOST_COUNTED):
        super().__init__(rows, per_page)
        self.most_counted = most_counted

    @cached_property
    def _counted(self):
        rows = self.object_list.order_by()
        return (rows if self.most_counted is None else rows[: self.most_counted + 1]).count()

    @cached_property
    def count(self):
        return self._counted if self.most_counted is None else min(self._counted, self.most_counted)

    @property
    def more(self):
        return self.most_counted is not None and self._counted > self.most_counted

    @cached_property
    def terms(self):
        """The order of the QuerySet as Terms."""
        query = self.object_list.query
        return [_term(self.object_list.model, column) for column in query.order_by or query.get_meta().ordering]

    @property
    def keyed(self):
        """Whether a page can begin behind a row; what a union yields cannot be asked for by its values."""
        return not self.object_list.query.combinator

    def page_of(self, asked):
        """The KeysetPage that the parameters (request.GET) ask for; the first, or the nearest one, for nonsense."""
        backward = "after" not in asked and "before" in asked
        place = self._place(asked.get("before" if backward else "after", "")) if self.keyed else None
        if place is not None and (rows := self._beyond(place, backward)):
            return KeysetPage(rows, _number(asked.get("page")), self, backward=backward, inside=True)
        number = _number(asked.get("page"))
        return self._first_page() if number == 1 else self._numbered(number)

    def _first_page(self):
        """Where it holds all rows, they are counted by it."""
        rows = list(self.object_list[: self.per_page + 1])
        if len(rows) <= self.per_page:
            self._counted = len(rows)
        return KeysetPage(rows, 1, self)

    def _numbered(self, number):
        last = max(min(self.num_pages, MOST_COUNTED // self.per_page), 1)
        number = min(number, last)
        first = (number - 1) * self.per_page
        rows = list(self.object_list[first : first + self.per_page + (self.keyed or number < last)])
        return KeysetPage(rows, number, self, inside=number > 1)

    def _place(self, token):
        """The values of the row that the address names, or None."""
        try:
            values = json.loads(base64.urlsafe_b64decode(token.encode()))
            if len(values) != len(self.terms):
                return None
            found = [term.read(value) for term, value in zip(self.terms, values, strict=True)]
        except (ValueError, TypeError, OverflowError, ValidationError):
            return None
        return None if any(v is None and not t.nullable for t, v in zip(self.terms, found, strict=True)) else found

    def _beyond(self, place, backward):
        """The rows behind the place (before it, when `backward`), one more than a page holds, the nearest first."""
        terms = [term.turned() for term in self.terms] if backward else self.terms
        rows = self.object_list.reverse() if backward else self.object_list
        found = []
        for part in _parts(terms, place):
            if len(found) <= self.per_page:
                found += rows.filter(part)[: self.per_page + 1 - len(found)]
        return found

    def token(self, row):
        """The place of a row, for an address."""
        values = json.dumps([term.of(row) for term in self.terms], default=str, separators=(",", ":"))
        return base64.urlsafe_b64encode(values.encode()).decode()


class KeysetPage(Page):
    """A page that knows its neighbours by their rows: `after` and `before` are the places for their addresses.

    `number` counts the pages on the way here; where rows came or went meanwhile it is about right.
    """

    def __init__(self, rows, number, paginator, *, backward=False, inside=False):
        further, rows = len(rows) > paginator.per_page, rows[: paginator.per_page]
        super().__init__(rows[::-1] if backward else rows, number, paginator)
        self._next, self._previous = (inside, further) if backward else (further, inside)

    def has_next(self):
        return self._next

    def has_previous(self):
        return self._previous

    def next_page_number(self):
        return self.number + 1

    def previous_page_number(self):
        return max(self.number - 1, 1)

    @property
    def after(self):
        return self._place_of(-1)

    @property
    def before(self):
        return self._place_of(0)

    def _place_of(self, n):
        return self.paginator.token(self.object_list[n]) if self.object_list and self.paginator.keyed else ""


def _number(text):
    return max(int(text), 1) if text and text.isascii() and text.isdecimal() and len(text) < 9 else 1


def _term(model, column):
    """The Term of an argument of order_by: a name, "-name" or an OrderBy of an F."""
    if isinstance(column, OrderBy):
        path, descending = column.expression.name, column.descending
        empty_first = bool(column.nulls_first) or (descending and not column.nulls_last)
    else:
        path, descending = column.removeprefix("-"), column.startswith("-")
        empty_first = descending  # PostgreSQL's own rule
    field = _field(model, path)
    return Term(path, descending, empty_first, field is None or field.null, field)


def _field(model, path):
    """The field at the end of a path of relations, None for an annotation."""
    field = None
    for name in path.split("__"):
        try:
            field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        except FieldDoesNotExist:
            return None
        model = field.related_model
    return field


def _parts(terms, place):
    """The conditions for what lies behind a place, one after the other: each can be read along an index."""
    head, empty = terms[0], place[0] is None
    if not empty:
        yield _behind(list(zip(terms, place, strict=True)))
        if head.nullable and not head.empty_first:
            yield Q(**{f"{head.path}__isnull": True})
        return
    rest = [(term, value) for term, value in zip(terms, place, strict=True) if value is not None]
    yield Q(_behind(rest), **{f"{head.path}__isnull": True})
    if head.empty_first:
        yield Q(**{f"{head.path}__isnull": False})


def _behind(pairs):
    """The condition that a row lies behind the values: as one comparison of rows, as far as all run the same way."""
    first = pairs[0][0]
    same_way = list(takewhile(lambda pair: pair[0].descending == first.descending, pairs))
    if len(same_way) == len(pairs):
        return Q(_compared(pairs, "<" if first.descending else ">"))
    return Q(_compared(same_way, "<=" if first.descending else ">="), _one_by_one(pairs))


def _compared(pairs, sign):
    left = Func(*[F(term.path) for term, _value in pairs], function="ROW")
    right = Func(*[Value(value, output_field=term.field) for term, value in pairs], function="ROW")
    return CombinedExpression(left, sign, right, output_field=BooleanField())


def _one_by_one(pairs):
    """Behind in the first column, or equal in it and behind in the second, and so on."""
    found, equal = Q(pk__in=[]), Q()
    for term, value in pairs:
        found |= equal & Q(**{f"{term.path}__{'lt' if term.descending else 'gt'}": value})
        equal &= Q(**{term.path: value})
    return found
