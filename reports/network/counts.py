"""Pairs and solved problems between the nodes of a Part, by year of signing and category; set-based.

A pair belongs to the year of its last signature. Of three parties each two are linked, and the pair is counted once
wherever it stands alone. Its solved problems are those written off under it by the day, whenever that was.
"""

from collections import Counter
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from pairing.models import Episode, Problem
from reports.rollups import pairs_of

YEAR = "EXTRACT(YEAR FROM p.signed_on)::int"
STANDING = "p.programme_id = %s AND p.signed_on <= %s AND p.from_on <= %s AND (p.to_on IS NULL OR p.to_on > %s)"
# The child of a body that each end is or lies below; 0 for what lies elsewhere. Of the committee it is kept ready.
BELOW = """CROSS JOIN LATERAL (
    SELECT array_agg(
        CASE WHEN starts_with(body.path, %s)
        THEN COALESCE(NULLIF(split_part(substr(body.path, %s), '/', 1), '')::bigint, 0) ELSE 0 END
    ) AS children FROM UNNEST(p.ends) AS e (body) JOIN accounts_organisation body ON body.id = e.body
) below"""
NODE = "CASE WHEN ends[{n}] IS NOT NULL THEN COALESCE(n{n}.node, -1) END"
# Pairs of the same year and the same nodes are one row: however many pairs there are, the rows stay few. Hardly any
# pair has more than three parties; what is beyond comes as it is. GROUP BY tells the planner that a body is placed
# once, OFFSET that no array is to be put together twice.
COUNTED = """
WITH placed AS (SELECT body, MIN(node) AS node FROM UNNEST(%s::bigint[], %s::int[]) AS placed (body, node) GROUP BY 1)
SELECT year, {nodes}, CASE WHEN ends[4] IS NOT NULL THEN ends[4:] END AS rest, COUNT(*), SUM(solved) FROM (
    SELECT {year} AS year, {ends} AS ends, {solved} AS solved FROM {pairs} WHERE {narrowed} OFFSET 0
) pair {joins} GROUP BY 1, 2, 3, 4, 5
"""
SOLVED = "width_bucket(%s::date, p.solved)"  # how many of its days, which ascend, are over
OF_CATEGORY = (
    "ARRAY(SELECT c.id FROM pairing_category c, (SELECT %s AS id) asked WHERE asked.id IN (c.id, c.parent_id))"
)
SOLVED_IN = f"""(
    SELECT COUNT(*) FROM UNNEST(p.solved, p.solved_in) AS one (day, category)
    WHERE one.day <= %s AND one.category = ANY({OF_CATEGORY})
)"""
ONE_OF = """(  -- two elements by themselves: to unfold the array of each of many pairs would take seconds
    {ends}[1] = ANY(%s::bigint[]) OR {ends}[2] = ANY(%s::bigint[])
    OR {ends}[3] IS NOT NULL AND EXISTS (SELECT FROM UNNEST({ends}[3:]) AS e (body) WHERE e.body = ANY(%s::bigint[]))
)"""
TWO_OF = "(SELECT COUNT(*) FROM UNNEST({ends}) AS e (body) WHERE e.body = ANY(%s::bigint[])) > 1"
OTHER = "EXISTS (SELECT FROM UNNEST({ends}) AS e (body) WHERE e.body <> ALL(%s::bigint[]))"
MEMORY = "SET LOCAL work_mem = '64MB'"  # of the one large query of the page, which would else sort on disk


@dataclass
class Counts:
    """(pairs, solved problems) each. `lines`: by (node, node), the same twice: inside it; -1 is all outside the part.

    `years`: by year of signing, of the part and category, whatever the year chosen.
    """

    lines: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    nodes: dict[int, tuple[int, int]] = field(default_factory=dict)
    years: dict[int, tuple[int, int]] = field(default_factory=dict)

    def add(self, ends, numbers):
        """(pairs, solved problems) of pairs whose parties lie in these nodes."""
        seats = Counter(ends)
        nodes = sorted(seats)
        for index, node in enumerate(nodes):
            _add(self.nodes, node, numbers)
            if seats[node] > 1 and node >= 0:
                _add(self.lines, (node, node), numbers)
            for other in nodes[index + 1 :]:
                _add(self.lines, (node, other), numbers)

    def total(self, year=None):
        """(pairs, solved problems) of a year or of all, each pair once."""
        found = [self.years.get(year, (0, 0))] if year else self.years.values()
        return sum(pairs for pairs, _n in found), sum(solved for _n, solved in found)


def count(part, signed, question, *, year=None, category=None):
    """The Counts of a Part; `signed`: the agreements that the person counts, a QuerySet. At most two queries."""
    rows = _rows(part, signed, question, category)
    solved, params = _solved(question, category)
    numbers = (1, 2, 3)
    sql = COUNTED.format(
        nodes=", ".join(NODE.format(n=n) for n in numbers), year=YEAR, ends=rows.ends, solved=solved, pairs=rows.source,
        narrowed=rows.narrowed, joins=" ".join(f"LEFT JOIN placed n{n} ON n{n}.body = ends[{n}]" for n in numbers),
    )  # fmt: skip
    counts = Counts()
    with connection.cursor() as cursor:
        if part.grouped:
            cursor.execute(MEMORY)
        placed = [list(part.placed), list(part.placed.values())]
        cursor.execute(sql, [*placed, *params, *rows.of_source, *rows.of_narrowed])
        for signed_year, *three, rest, pairs, problems in cursor.fetchall():
            nodes = [node for node in three if node is not None] + [part.placed.get(body, -1) for body in rest or ()]
            if max(nodes) < 0:
                continue
            _add(counts.years, signed_year, (pairs, int(problems)))
            if year in (None, signed_year):
                counts.add(nodes, (pairs, int(problems)))
    return counts


def _add(found, key, numbers):
    pairs, solved = found.get(key, (0, 0))
    found[key] = pairs + numbers[0], solved + numbers[1]


def agreement_ids(part, signed, question, *, year=None, ends=(), category=None):
    """Expression: ids of the agreements of a Part that have these `ends` (none, one or two indexes of nodes)."""
    rows = _with_ends(part, signed, question, year, ends, category)
    return RawSQL(
        f"SELECT p.agreement_id FROM {rows.source} WHERE {rows.narrowed}", [*rows.of_source, *rows.of_narrowed]
    )


def total(part, signed, question, *, year=None, ends=(), category=None):
    """(pairs, solved problems) of the same; one query."""
    rows = _with_ends(part, signed, question, year, ends, category)
    solved, params = _solved(question, category)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*), COALESCE(SUM({solved}), 0) FROM {rows.source} WHERE {rows.narrowed}",
            [*params, *rows.of_source, *rows.of_narrowed],
        )
        pairs, problems = cursor.fetchone()
    return pairs, int(problems)


def _solved(question, category):
    """(SQL, parameters) of the number of problems solved under one pair by the day."""
    return (SOLVED, [question.as_of]) if category is None else (SOLVED_IN, [question.as_of, category.pk])


def _with_ends(part, signed, question, year, ends, category):
    """The Rows of a Part that have these `ends`."""
    rows = _rows(part, signed, question, category)
    inside = list(part.placed)
    for end in {*ends}:
        bodies = [body for body, node in part.placed.items() if node == end]
        if end < 0:
            rows.narrow(OTHER, inside)
        else:
            rows.narrow(TWO_OF if len(ends) == 2 and ends[0] == ends[1] else ONE_OF, bodies)
            rows.narrow("p.bodies && %s::bigint[]", bodies)  # the same by index, and more
    if max(ends, default=-1) < 0:
        rows.narrow(ONE_OF, inside)
    if year:
        rows.narrow(f"{YEAR} = %s", year)
    return rows


def solved_problems(agreements, question, category=None):
    """Problems solved under `agreements` (ids as agreement_ids answers them) by the day, each once."""
    solving = Episode.objects.solving_on(question.as_of).filter(agreement__in=agreements)
    if category is not None:
        solving = solving.filter(Q(problem__category=category) | Q(problem__category__parent=category))
    return Problem.objects.filter(pk__in=solving.order_by().values("problem"))


@dataclass
class Rows:
    """Where the pairs of a Part are read: SQL of source, of the array of ends and of the conditions; parameters."""

    source: str
    ends: str
    narrowed: str
    of_source: list
    of_narrowed: list

    def narrow(self, condition, value):
        """By a further condition; `value` for each of its placeholders."""
        self.narrowed += f" AND {condition.format(ends=self.ends)}"
        self.of_narrowed += [value] * condition.count("%s")


def _rows(part, signed, question, category):
    """The Rows of a Part as of the day: all that have an end in it, and maybe others where it is the whole."""
    source = pairs_of(question.programme, waits=part.waits)
    rows = Rows(source, "p.ends", STANDING, [], [question.programme.pk, *[question.as_of] * 3])
    if part.grouped and part.body.pk == question.programme.committee_id:
        rows.ends = "p.children"
    elif part.grouped:
        rows.ends = "below.children"
        rows.source, rows.of_source = f"{rows.source} {BELOW}", [part.body.path, len(part.body.path) + 1]
    if not part.whole:
        rows.narrow("p.bodies && %s::bigint[]", list(part.placed) if part.run else [part.body.pk])
    if category is not None:  # a problem of it stood on the list when the pair was signed, or later
        rows.narrow(f"p.categories && {OF_CATEGORY}", category.pk)
    if question.own_scope or question.filters:
        ids, of_ids = signed.order_by().values("pk").query.sql_with_params()
        rows.narrowed += f" AND p.agreement_id IN ({ids})"
        rows.of_narrowed += of_ids
    return rows
