"""Whether what is kept (facts, their sums by day and month, facts of pairs) is what reading everything anew would make.

A recount by the counting QuerySets (checking.py) looks at the whole programme on some days; this looks at every body,
category and way on every day, by the same SQL that keeps them in step.
"""

from django.db import connection

from reports.rollups.folding import FAMILIES, PAIR, facts_now, pairs_now, pieces_of, sql

FACT = "kind, object_id, programme_id, bodies, category, way, measures, days, changes"
DIFFERING = "SELECT count(DISTINCT ({key})) FROM (({first} EXCEPT {second}) UNION ALL ({second} EXCEPT {first})) rows"


def differing(programme):
    """{what: number of rows} of what is kept otherwise than it would be made anew; without those that agree."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'; SET LOCAL jit = off")
        found = {f"facts of {family}": _differing_facts(cursor, programme, family) for family in FAMILIES}
        here = {"programme": programme.pk}
        for what, key, kept, anew in _statements():
            cursor.execute(DIFFERING.format(key=key, first=kept, second=anew), here)
            [found[what]] = cursor.fetchone()
    return {what: n for what, n in found.items() if n}


def _differing_facts(cursor, programme, family):
    """Piece by piece, as a rebuild reads them."""
    kinds, _name, _table = FAMILIES[family]
    kept = (
        f"SELECT {FACT} FROM reports_fact WHERE kind = ANY(%(kinds)s) AND programme_id = %(programme)s "
        "AND object_id >= %(first)s AND object_id < %(last)s"
    )
    n = 0
    for wanted, piece in pieces_of(cursor, programme, family):
        anew = f"SELECT {FACT} FROM ({facts_now(family, wanted)}) fresh WHERE programme_id = %(programme)s"
        statement = DIFFERING.format(key="kind, object_id", first=kept, second=anew)
        cursor.execute(statement, piece | {"kinds": list(kinds)})
        n += cursor.fetchone()[0]
    return n


def _statements():
    """(what, key of a row, SQL of the rows kept, SQL of the same made anew)."""
    days = "programme_id, body, key, measure, day"
    months = "programme_id, body, key, measure, month"
    all_facts = "WITH difference AS (SELECT *, 1 AS factor FROM reports_fact WHERE programme_id = %(programme)s) "
    by_month = days.replace("day", "date_trunc('month', day)::date AS month")
    return (
        ("sums of days", days,
         f"SELECT {days}, n FROM reports_daycount WHERE programme_id = %(programme)s AND n <> 0",
         f"SELECT {days}, n FROM ({all_facts} {sql('entries')}) entry"),
        ("sums of months", months,
         f"SELECT {months}, n FROM reports_monthcount WHERE programme_id = %(programme)s AND n <> 0",
         f"SELECT {by_month}, sum(n)::int AS n FROM reports_daycount WHERE programme_id = %(programme)s "
         "GROUP BY 1, 2, 3, 4, 5 HAVING sum(n) <> 0"),
        ("facts of pairs", "agreement_id, from_on",
         f"SELECT {PAIR} FROM reports_pairfact WHERE programme_id = %(programme)s",
         f"SELECT {PAIR} FROM ({pairs_now('a.programme_id = %(programme)s')}) fresh"),
    )  # fmt: skip
