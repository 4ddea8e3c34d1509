"""The rows of many small tables that belong to one object, read in one query.

The page of an agreement shows a dozen tables of a few rows each: a query for each costs more than its rows.
"""

import json
from dataclasses import dataclass
from functools import cached_property

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Func, JSONField


class WholeRow(Func):
    """The row of a table as JSON; the expression is any of its columns and says which table of the query is meant."""

    output_field = JSONField()

    def as_sql(self, compiler, connection, **extra_context):
        (column,) = self.source_expressions
        return f"TO_JSONB({compiler.quote_name_unless_alias(column.alias)})", []


class Together:
    """Tables that are read in one query for any object of `model`; its text is put together once, which costs much
    more than to send it.

    `querysets` by name, with the relations of their select_related; they call the object OuterRef("pk"). Those that
    prefetch or annotate are refused.
    """

    def __init__(self, model, **querysets):
        for queryset in querysets.values():
            if queryset._prefetch_related_lookups or queryset.query.annotations:
                raise ValueError("Together reads plain rows only")
        self.model, self.querysets = model, querysets
        self.parts = {name: _parts(queryset) for name, queryset in querysets.items()}

    def rows_of(self, pk):
        """The QuerySet that is sent, of one row: a list for each table."""
        columns = [ArraySubquery(_as_json(queryset, self.parts[name])) for name, queryset in self.querysets.items()]
        return self.model._base_manager.filter(pk=pk).values_list(*columns)

    @cached_property
    def _text(self):
        """(SQL, its values without the last one: the key of the object)"""
        sql, values = self.rows_of(0).query.sql_with_params()
        return sql, values[:-1]

    def read(self, obj):
        """{name: [instances]} of the saved object `obj`; one query."""
        sql, values = self._text
        with connection.cursor() as cursor:
            cursor.execute(sql, [*values, obj.pk])
            (found,) = cursor.fetchall()
        return {
            name: [_instance(parts, json.loads(row)) for row in rows or ()]  # none() is NULL
            for (name, parts), rows in zip(self.parts.items(), found, strict=True)
        }


def read_together(obj, **querysets):
    """As Together, where the QuerySets are of this object and this moment alone."""
    return Together(obj.__class__, **querysets).read(obj)  # type() would name the wrapper of request.user


def keep(obj, name, rows):
    """Let `obj.<name>.all()` answer `rows`, as after prefetch_related."""
    manager = getattr(obj, name)
    found = manager.all()
    found._result_cache, found._prefetch_done = list(rows), True
    obj.__dict__.setdefault("_prefetched_objects_cache", {})[name] = found
    for row in rows:
        manager.field.set_cached_value(row, obj)


def has_read(obj, relation):
    """Whether a relation of `obj` was read beforehand, with `keep` or prefetch_related."""
    return relation in getattr(obj, "_prefetched_objects_cache", {})


def _paths(tree, before=""):
    """{"seat": {"person": {}}} as "seat", "seat__person"."""
    for name, below in tree.items():
        yield before + name
        yield from _paths(below, f"{before}{name}__")


@dataclass(frozen=True)
class _Part:
    """One table of a row: itself ("") or what a relation leads to."""

    path: str
    model: type
    before: str = ""
    relation: object = None  # the field that leads here from `before`

    @cached_property
    def columns(self):
        return [(f.attname, f.column, f.to_python) for f in self.model._meta.concrete_fields]


def _parts(queryset):
    """The _Parts of a QuerySet with its select_related, what leads to another one first."""
    parts = {"": _Part("", queryset.model)}
    for path in _paths(queryset.query.select_related or {}):
        before, _between, name = path.rpartition("__")
        relation = parts[before].model._meta.get_field(name)
        parts[path] = _Part(path, relation.related_model, before, relation)
    return tuple(parts.values())


def _as_json(queryset, parts):
    rows = [WholeRow("__".join(filter(None, (part.path, _plain_column(part.model))))) for part in parts]
    return queryset.values_list(Func(*rows, function="JSONB_BUILD_ARRAY", output_field=JSONField()))


def _plain_column(model):
    """A column that belongs to the table alone: the key of a relation would be read from the other side."""
    return next(f.name for f in model._meta.concrete_fields if not f.primary_key and not f.is_relation)


def _instance(parts, row):
    instances = {}
    for part, values in zip(parts, row, strict=True):
        made = instances[part.path] = values and _made(part, values)
        if part.relation and instances[part.before] is not None:
            part.relation.set_cached_value(instances[part.before], made)
    return instances[""]


def _made(part, values):
    names = [name for name, _column, _read in part.columns]
    return part.model.from_db(connection.alias, names, [read(values[column]) for _name, column, read in part.columns])
