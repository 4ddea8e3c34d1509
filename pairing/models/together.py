"""The rows of many small tables that belong to one object, read in one query.

The page of an agreement shows a dozen tables of a few rows each: a query for each costs more than its rows.
"""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, JSONField


class WholeRow(Func):
    """The row of a table as JSON; the expression is any of its columns and says which table of the query is meant."""

    output_field = JSONField()

    def as_sql(self, compiler, connection, **extra_context):
        (column,) = self.source_expressions
        return f"TO_JSONB({compiler.quote_name_unless_alias(column.alias)})", []


def read_together(obj, **querysets):
    """{name: [instances]} of QuerySets, with the relations of their select_related; one query.

    `querysets` belong to the saved object `obj`, but any will do. Those that prefetch or annotate are refused.
    """
    for queryset in querysets.values():
        if queryset._prefetch_related_lookups or queryset.query.annotations:
            raise ValueError("read_together reads plain rows only")
    paths = {name: ("", *_paths(queryset.query.select_related or {})) for name, queryset in querysets.items()}
    columns = [ArraySubquery(_as_json(queryset, paths[name])) for name, queryset in querysets.items()]
    model = obj.__class__  # type() would name the wrapper of request.user
    found = model._base_manager.filter(pk=obj.pk).values_list(*columns).get()
    return {
        name: [_instance(queryset, paths[name], row) for row in rows or ()]
        for (name, queryset), rows in zip(querysets.items(), found, strict=True)
    }


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


def _as_json(queryset, paths):
    rows = [WholeRow("__".join(filter(None, (path, _plain_column(_model(queryset, path)))))) for path in paths]
    return queryset.values_list(Func(*rows, function="JSONB_BUILD_ARRAY", output_field=JSONField()))


def _model(queryset, path):
    model = queryset.model
    for name in filter(None, path.split("__")):
        model = model._meta.get_field(name).related_model
    return model


def _plain_column(model):
    """A column that belongs to the table alone: the key of a relation would be read from the other side."""
    return next(f.name for f in model._meta.concrete_fields if not f.primary_key and not f.is_relation)


def _instance(queryset, paths, row):
    instances = {}
    for path, values in zip(paths, row, strict=True):
        model = _model(queryset, path)
        made = instances[path] = values and _made(model, values, queryset.db)
        if path:
            before, _dot, name = path.rpartition("__")
            if instances[before] is not None:
                model = _model(queryset, before)
                model._meta.get_field(name).set_cached_value(instances[before], made)
    return instances[""]


def _made(model, values, db):
    fields = model._meta.concrete_fields
    return model.from_db(db, [f.attname for f in fields], [f.to_python(values[f.column]) for f in fields])
