"""Issued tables as they are read again: as a Table for page and export, and whether the digest still fits."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.conf import settings
from django.db.models import Count, Max
from django.urls import reverse

from accounts.exports import Issue
from pairing.models import Agreement, Problem
from pairing.words import exact_words
from reports import tables
from reports.digest import ROW, digest, lines

ONCE_PER_GROUP = ("parties", "signed")  # columns that the page writes into the heading of a group
ABOVE = {"title": "number"}  # columns that the page writes small above another


def rows_of(issued):
    """Its rows as plain dicts in their order, read as they are asked for."""
    return issued.rows.order_by("index").values(*ROW).iterator(chunk_size=1_000)


def fits(issued):
    """Whether head and rows still give the digest under which the table was issued."""
    return digest(issued, rows_of(issued)) == issued.digest


def canonical_lines(issued):
    """The text whose SHA-256 is the digest."""
    return lines(issued, rows_of(issued))


def table_of_issue(issued):
    """The stored table as a Table of its rows (IssuedRows), with what makes it an issued one."""
    columns = columns_of(issued)
    once = _once(columns)
    grouped = issued.rows.exclude(group="").exists()
    return tables.Table(
        name=f"issued-{issued.year}-{issued.sequence}", as_of=issued.as_of, title=issued.title,
        second_line=f"{issued.number} · {issued.second_line}", columns=columns,
        rows=issued.rows.order_by("index").iterator(chunk_size=1_000), rules=issued.counting_rules,
        total=lambda: issued.total, key=lambda row: row.key,
        group=(lambda row: (row.group, row.group)) if grouped else None,
        group_head=(lambda row: "　".join([row.group, *_words(once, row)])) if grouped else None,
        issue=Issue(
            number=issued.number, digest=issued.digest, address=f"{settings.SITE_URL}{issued.get_absolute_url()}",
            words=" ".join((exact_words(issued.issued_at), issued.seat_title, issued.person_name)),
        ),
    )  # fmt: skip


def _once(columns):
    return [column for column in columns if column.name in ONCE_PER_GROUP and not column.page]


def _words(columns, row):
    return [tables.in_words(column.value(row)) for column in columns]


def columns_of(issued, addresses=None):
    """Its Columns; `addresses`: {row key: address} of the things that the reader may open."""
    known = {column["name"] for column in issued.columns}
    found = []
    for column in issued.columns:
        name, above = column["name"], ABOVE.get(column["name"])
        found.append(
            tables.Column(
                name=name, label=column["label"], width=column["width"], number=column["number"],
                group=column["group"], page=column["page"], value=_value(name, day=column["day"]),
                link=(lambda row: addresses.get(row.key, "")) if addresses and name == "title" else None,
                above=_value(above) if above in known and column["page"] else None,
            )
        )  # fmt: skip
    return tuple(found)


def _value(name, *, day=False):
    def value(row):
        found = row.cells.get(name)
        return date.fromisoformat(found) if day and found else found

    return value


@dataclass(frozen=True)
class Block:
    """Rows under one heading: words of the group, its parties and the like, the lines with their cells, subtotal."""

    group: str
    more: list[str]
    lines: list
    subtotal: str


def blocks(issued, rows, user):
    """The Blocks of some of its rows, which stand in their order; the subtotal where a group ends."""
    columns = columns_of(issued, addresses_of(rows, user))
    shown = tables.shown(columns)
    once = _once(columns)
    sums = {}
    if names := {row.group for row in rows} - {""}:
        found = issued.rows.filter(group__in=names).order_by().values("group")
        sums = {row["group"]: row for row in found.annotate(n=Count("pk"), last=Max("index"))}
    return [_block(group, list(found), shown, once, sums) for group, found in groupby(rows, key=lambda row: row.group)]


def _block(group, rows, shown, once, sums):
    sum_of = sums.get(group)
    ends = sum_of is not None and sum_of["last"] == rows[-1].index
    return Block(
        group,
        _words(once, rows[0]),
        [tables.cells(shown, row) for row in rows],
        tables.subtotal_words(group, sum_of["n"]) if ends else "",
    )


def addresses_of(rows, user):
    """{row key: address} for the problems and agreements that `user` may open; a query for each of the two."""
    ids = {"problem": [], "agreement": []}
    for row in rows:
        kind, _space, pk = row.key.partition(" ")
        if kind in ids:
            ids[kind].append(int(pk))
    found = {}
    for model in (Problem, Agreement):
        kind = model._meta.model_name
        if ids[kind]:
            seen = model.objects.visible_to(user).filter(pk__in=ids[kind]).values_list("pk", flat=True)
            found |= {f"{kind} {pk}": reverse(f"pairing:{kind}", args=[pk]) for pk in seen}
    return found
