"""Pairs and solved problems between the nodes of a Part, by year of signing and category; set-based.

A pair belongs to the year of its last signature. Of three parties each two are linked, and the pair is counted once
wherever it stands alone. Its solved problems are those written off under it by the day, whenever that was.
"""

from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import ExtractYear

from pairing.models import Episode, Problem

# An end of a pair is the body that signed; from the day on which that is merged, its successor in the open pair.
ENDS = """
WITH moved AS MATERIALIZED (
    SELECT signature.party_id, seat.organisation_id
    FROM pairing_signature signature JOIN accounts_seat seat ON seat.id = signature.seat_id
    JOIN accounts_organisation gone ON gone.id = seat.organisation_id
    WHERE signature.voided_at IS NULL AND gone.successor_id IS NOT NULL AND gone.closed_on > %s
),
chosen AS ({chosen}),
ends AS MATERIALIZED (
    SELECT chosen.id, chosen.signed_year::int AS year, COALESCE(placed.node, -1) AS node, COUNT(*) AS seats
    FROM chosen JOIN pairing_party party ON party.agreement_id = chosen.id AND party.name_then <> ''
    LEFT JOIN moved ON moved.party_id = party.id
    JOIN accounts_organisation body ON body.id = COALESCE(moved.organisation_id, party.organisation_id)
    LEFT JOIN UNNEST(%s::bigint[], %s::int[]) AS placed (body, node) ON placed.body = {body}
    GROUP BY 1, 2, 3
),
inside AS MATERIALIZED (SELECT DISTINCT id, year FROM ends WHERE node >= 0)
"""
# Both ends of a line, the first one never the higher; a line from a node to itself is a pair inside it.
LINES = "ends a JOIN ends b ON b.id = a.id AND (b.node > a.node OR b.node = a.node AND a.seats > 1)"
# In a large programme the planner asks it of every body, the one at the top too, below which there is no name.
CHILD = """CASE WHEN body.path LIKE %s THEN NULLIF(split_part(substr(body.path, %s), '/', 1), '')::bigint END"""
# As LIKE 'path%', in a form whose index many paths can use at once: "0" is the character after "/".
BELOW = """SELECT signed.* FROM ({chosen}) signed WHERE signed.id IN (
    SELECT party.agreement_id FROM pairing_party party
    JOIN accounts_organisation body ON body.id = party.organisation_id
    JOIN UNNEST(%s::text[], %s::text[]) AS reach (first, beyond)
        ON body.path ~>=~ reach.first AND body.path ~<~ reach.beyond
    UNION SELECT party.agreement_id FROM moved JOIN pairing_party party ON party.id = moved.party_id
)"""
SOLVED = "solved AS MATERIALIZED (SELECT agreement_id, COUNT(*) AS n FROM ({solved}) solving WHERE {here} GROUP BY 1)"
# Pairs of the same year and the same bodies are one row: however many pairs there are, the rows stay few.
COUNTED = """
SELECT pair.year, pair.nodes, pair.seats, COUNT(*), SUM(COALESCE(solved.n, 0)) FROM (
    SELECT id, year, array_agg(node ORDER BY node) AS nodes, array_agg(seats ORDER BY node) AS seats
    FROM ends GROUP BY id, year HAVING MAX(node) >= 0
) pair LEFT JOIN solved ON solved.agreement_id = pair.id GROUP BY 1, 2, 3
"""
MEMORY = "SET LOCAL work_mem = '64MB'"  # of the one large query of the page, which would else sort on disk


@dataclass
class Counts:
    """(pairs, solved problems) each. `lines`: by (node, node), the same twice: inside it; -1 is all outside the part.

    `years`: by year of signing, of the part and category, whatever the year chosen.
    """

    lines: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    nodes: dict[int, tuple[int, int]] = field(default_factory=dict)
    years: dict[int, tuple[int, int]] = field(default_factory=dict)

    def add(self, nodes, seats, numbers):
        """(pairs, solved problems) of pairs with these `nodes` (ascending), so many parties in each."""
        for index, node in enumerate(nodes):
            _add(self.nodes, node, numbers)
            if seats[index] > 1 and node >= 0:
                _add(self.lines, (node, node), numbers)
            for other in nodes[index + 1 :]:
                _add(self.lines, (node, other), numbers)

    def total(self, year=None):
        """(pairs, solved problems) of a year or of all, each pair once."""
        found = [self.years.get(year, (0, 0))] if year else self.years.values()
        return sum(pairs for pairs, _n in found), sum(solved for _n, solved in found)


def signed_in(signed, category):
    """Those of `signed` on whose list a problem of the category stood when they were signed, or later."""
    if category is None:
        return signed
    listed = Episode.objects.filter(_of(category), agreement=OuterRef("pk"), taken_on__isnull=False)
    return signed.filter(Exists(listed.filter(Q(released_on__isnull=True) | Q(released_on__gte=OuterRef("signed_on")))))


def _of(category):
    return Q(problem__category=category) | Q(problem__category__parent=category)


def count(part, signed, question, *, year=None, category=None):
    """The Counts of a Part; `signed` as signed_in answers it. One query."""
    ends, params = _ends(part, signed, question)
    solving = Episode.objects.solving_on(question.as_of)
    if category is not None:
        solving = solving.filter(_of(category))
    solved, of_solved = solving.order_by().values("agreement_id").query.sql_with_params()
    all_of_it = part.whole and not question.own_scope  # then looking up each pair would cost more than reading all
    here = "TRUE" if all_of_it else "agreement_id IN (SELECT id FROM inside)"
    counts = Counts()
    with connection.cursor() as cursor:
        if part.grouped:
            cursor.execute(MEMORY)
        cursor.execute(f"{ends}, {SOLVED.format(solved=solved, here=here)} {COUNTED}", [*params, *of_solved])
        for signed_year, nodes, seats, pairs, problems in cursor.fetchall():
            numbers = (pairs, int(problems))
            _add(counts.years, signed_year, numbers)
            if year in (None, signed_year):
                counts.add(nodes, seats, numbers)
    return counts


def _add(found, key, numbers):
    pairs, solved = found.get(key, (0, 0))
    found[key] = pairs + numbers[0], solved + numbers[1]


def agreement_ids(part, signed, question, *, year=None, ends=()):
    """Expression: ids of the agreements of a Part that have these `ends` (none, one or two indexes of nodes)."""
    sql, params = _ends(part, signed, question)
    if len(ends) == 2:
        found, of_ends = f"SELECT a.id FROM {LINES} WHERE a.node = %s AND b.node = %s", sorted(ends)
    elif ends:
        found, of_ends = "SELECT a.id FROM ends a WHERE a.node = %s AND a.id IN (SELECT id FROM inside)", [*ends]
    else:
        found, of_ends = "SELECT a.id FROM inside a WHERE TRUE", []
    in_year, of_year = (" AND a.year = %s", [year]) if year else ("", [])
    return RawSQL(f"{sql} {found}{in_year}", [*params, *of_ends, *of_year])


def solved_problems(agreements, question, category=None):
    """Problems solved under `agreements` (ids as agreement_ids answers them) by the day, each once."""
    solving = Episode.objects.solving_on(question.as_of).filter(agreement__in=agreements)
    if category is not None:
        solving = solving.filter(_of(category))
    return Problem.objects.filter(pk__in=solving.order_by().values("problem"))


def _ends(part, signed, question):
    """(SQL of ENDS, its parameters)."""
    dated = signed.order_by().annotate(signed_year=ExtractYear("signed_on")).values("id", "signed_year")
    chosen, of_chosen = dated.query.sql_with_params()
    if not part.whole:
        chosen, of_chosen = (
            BELOW.format(chosen=chosen),
            [*of_chosen, part.paths, [f"{path[:-1]}0" for path in part.paths]],
        )
    params = [question.as_of, *of_chosen, list(part.placed), list(part.placed.values())]
    body = "body.id"
    if part.grouped:
        body = CHILD
        params += [f"{part.body.path}%", len(part.body.path) + 1]
    return ENDS.format(chosen=chosen, body=body), params
