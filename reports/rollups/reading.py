"""Figures from the sums: the months before a day and the days of its month."""

from collections import defaultdict
from itertools import product

from django.db import connection

from accounts.models import Side
from pairing.enums import Direction, Level
from pairing.models import Category
from reports.models import EVERYWHERE
from reports.rollups.measures import EVERY, PROBLEM_MEASURES

PLACE = {"direction": 0, "level": 1, "initiator_side": 2}  # in the key of a way

# the first row says whether the whole programme has still to be read
LEVELS = """
SELECT NULL::date, NULL::text, count(*) FROM reports_touched
WHERE kind = 'programme' AND object_id = %(programme)s
UNION ALL SELECT a.day, s.measure, sum(s.n)
FROM unnest(%(days)s::date[]) AS a(day), LATERAL (
    SELECT measure, n FROM reports_monthcount
    WHERE programme_id = %(programme)s AND body = %(body)s AND key = ANY(%(keys)s) AND measure = ANY(%(measures)s)
      AND month < date_trunc('month', a.day)
    UNION ALL SELECT measure, n FROM reports_daycount
    WHERE programme_id = %(programme)s AND body = %(body)s AND key = ANY(%(keys)s) AND measure = ANY(%(measures)s)
      AND day >= date_trunc('month', a.day) AND day <= a.day
) s GROUP BY a.day, s.measure
"""
# of a pair whose signer was closed, and whose place was taken elsewhere
MOVED = """
SELECT DISTINCT body FROM reports_fact, unnest(bodies) AS body
WHERE kind = 'moved' AND programme_id = %(programme)s AND body = ANY(%(bodies)s)
"""
# of several bodies: those with sums of their own, and the others, whose facts are few; at last those that MOVED names
LEVELS_OF_BODIES = (
    """
SELECT b.body, a.day, c.measure, c.n
FROM reports_summedbody b CROSS JOIN unnest(%(days)s::date[]) AS a(day) CROSS JOIN LATERAL (
    SELECT s.measure, sum(s.n) AS n FROM (
        SELECT measure, n FROM reports_monthcount
        WHERE programme_id = b.programme_id AND body = b.body AND key = '' AND measure = ANY(%(measures)s)
          AND month < date_trunc('month', a.day)
        UNION ALL SELECT measure, n FROM reports_daycount
        WHERE programme_id = b.programme_id AND body = b.body AND key = '' AND measure = ANY(%(measures)s)
          AND day >= date_trunc('month', a.day) AND day <= a.day
    ) s GROUP BY 1
) c
WHERE b.programme_id = %(programme)s AND b.body = ANY(%(bodies)s)
UNION ALL SELECT b.body, a.day, u.measure, sum(u.n)
FROM unnest(%(bodies)s::bigint[]) AS b(body)
JOIN reports_fact f ON f.programme_id = %(programme)s AND f.bodies @> ARRAY[b.body]
  AND NOT EXISTS (SELECT FROM reports_summedbody s WHERE s.programme_id = f.programme_id AND s.body = b.body),
     unnest(f.measures, f.days, f.changes) AS u(measure, day, n), unnest(%(days)s::date[]) AS a(day)
WHERE u.measure = ANY(%(measures)s) AND u.day <= a.day
GROUP BY 1, 2, 3
UNION ALL SELECT body, NULL, NULL, 0 FROM ("""
    + MOVED
    + """) m
"""
)
# of a body without sums of its own
LEVELS_FROM_FACTS = """
SELECT NULL::date, NULL::text, count(*) FROM reports_touched
WHERE kind = 'programme' AND object_id = %(programme)s
UNION ALL SELECT a.day, u.measure, sum(u.n)
FROM reports_fact f, unnest(f.measures, f.days, f.changes) AS u(measure, day, n), unnest(%(days)s::date[]) AS a(day)
WHERE f.programme_id = %(programme)s AND f.bodies @> ARRAY[%(body)s]::bigint[]
  AND (%(categories)s::bigint[] IS NULL OR f.category = ANY(%(categories)s))
  AND u.measure = ANY(%(measures)s) AND u.day <= a.day
GROUP BY a.day, u.measure
"""
# whole months from the months, the first and the last from their days
MONTHS = """
SELECT month, key, measure, sum(n) FROM (
    SELECT month, key, measure, n FROM reports_monthcount
    WHERE programme_id = %(programme)s AND body = %(body)s AND key = ANY(%(keys)s) AND measure = ANY(%(measures)s)
      AND month > %(first)s AND month < date_trunc('month', %(last)s::date)
    UNION ALL SELECT date_trunc('month', day)::date, key, measure, n FROM reports_daycount
    WHERE programme_id = %(programme)s AND body = %(body)s AND key = ANY(%(keys)s) AND measure = ANY(%(measures)s)
      AND day >= %(first)s AND day <= %(last)s AND day < date_trunc('month', %(first)s::date) + interval '1 month'
    UNION ALL SELECT date_trunc('month', day)::date, key, measure, n FROM reports_daycount
    WHERE programme_id = %(programme)s AND body = %(body)s AND key = ANY(%(keys)s) AND measure = ANY(%(measures)s)
      AND day >= date_trunc('month', %(last)s::date) AND day <= %(last)s
      AND date_trunc('month', %(first)s::date) < date_trunc('month', %(last)s::date)
) s GROUP BY 1, 2, 3
"""
MONTHS_FROM_FACTS = """
SELECT date_trunc('month', u.day)::date, k.key, u.measure, sum(u.n)
FROM reports_fact f, unnest(f.measures, f.days, f.changes) AS u(measure, day, n),
     LATERAL (VALUES (''), ('category:' || f.category), ('way:' || f.way)) k (key)
WHERE f.programme_id = %(programme)s AND f.bodies @> ARRAY[%(body)s]::bigint[] AND u.measure = ANY(%(measures)s)
  AND u.day BETWEEN %(first)s AND %(last)s AND k.key = ANY(%(keys)s)
GROUP BY 1, 2, 3
"""


def totals(programme, day, measures, *, body=None, category=None):
    """{measure: n} at the end of `day`.

    `body`: an Organisation, for itself and what lies below, the whole programme where it is the committee or above it;
    `category`: a Category with its children.
    """
    return levels(programme, [day], measures, body=body, category=category)[day]


def levels(programme, days, measures, *, body=None, category=None):
    """{day: {measure: n}} at the end of each of `days`, in one query; see `totals`.

    A problem counts for its owner and all above it, as "written_off" (a row of the statistics table) also for the
    parties of its pair and their units; a pair for all who signed it and those above them, once, see `moved`; a branch
    for those above it;
    a refusal by its ground for the whole programme alone.
    ValueError for unknown measures, and for a category of what has none.
    """
    return levels_if_read(programme, days, measures, body=body, category=category)[0]


def levels_if_read(programme, days, measures, *, body=None, category=None):
    """(levels, whether the programme was read at all): before its first reading all are 0. See `levels`."""
    asked = _asked(programme, measures, body, by_category=category is not None)
    categories = [category.pk, *category.children.values_list("pk", flat=True)] if category else None
    asked |= {"days": list(set(days)), "categories": categories}
    asked["keys"] = [f"category:{pk}" for pk in categories] if categories else [""]
    found, read = {day: dict.fromkeys(measures, 0) for day in days}, True
    for day, measure, n in _rows(LEVELS, LEVELS_FROM_FACTS, asked):
        if day is None:
            read = not n
        else:
            found[day][measure] = int(n)
    return found, read


def levels_of(programme, days, measures, bodies):
    """({body id: {day: {measure: n}}} of `bodies` (ids), those of them that `moved` names); one query.

    See `levels`. ValueError for unknown measures.
    """
    asked = _asked(programme, measures, None, by_category=False) | {"days": list(set(days)), "bodies": list(bodies)}
    found, elsewhere = {body: {day: dict.fromkeys(measures, 0) for day in days} for body in bodies}, set()
    with connection.cursor() as cursor:
        cursor.execute(LEVELS_OF_BODIES, asked)
        for body, day, measure, n in cursor.fetchall():
            if day is None:
                elsewhere.add(body)
            else:
                found[body][day][measure] = int(n)
    return found, elsewhere


def moved(programme, bodies):
    """Those of `bodies` (ids) of which the sums of pairs say nothing: a signer was closed, and who took its place in
    the pair lies elsewhere, so that from that day on the pair counts for other bodies."""
    with connection.cursor() as cursor:
        cursor.execute(MOVED, {"programme": programme.pk, "bodies": list(bodies)})
        return {body for (body,) in cursor.fetchall()}


def by_month(programme, measures, first, last, *, body=None, split=None):
    """What changed month by month from `first` to `last` (dates, both included): [{month, key, measure, n}].

    `month` is its first day; months in which nothing changed are missing. `key` is None without `split`; with it the
    id of the category (0: none), or the value of direction, level or initiator's side ("" where none is known).
    Of measures that rise and fall (running, overdue, open …) it is the difference within the month: the level at its
    end is `levels`. ValueError for unknown measures, and for a split of what it does not apply to.
    """
    asked = _asked(programme, measures, body, by_category=split == "category")
    asked |= {"first": first, "last": last, "keys": _keys(split)}
    return _months(split, _rows(MONTHS, MONTHS_FROM_FACTS, asked))


def by_month_together(programme, measures_of, first, last, categories):
    """{split: rows as of by_month} of {split: measures}, of the whole programme, in one query.

    `categories`: the ids of all there are, which the caller knows.
    """
    asked = [_asked(programme, measures_of[split], None, by_category=split == "category") for split in measures_of]
    keys_of = {split: set(_keys(split, categories)) for split in measures_of}
    everything = {
        **asked[0], "measures": [measure for one in asked for measure in one["measures"]], "first": first, "last": last,
        "keys": [key for keys in keys_of.values() for key in keys],
    }  # fmt: skip
    found = _rows(MONTHS, MONTHS_FROM_FACTS, everything)
    return {
        split: _months(split, [row for row in found if row[1] in keys_of[split] and row[2] in measures])
        for split, measures in measures_of.items()
    }


def _months(split, rows):
    found = defaultdict(int)
    for month, key, measure, n in rows:
        found[month, _key_of(split, key), measure] += int(n)
    rows = [{"month": month, "key": key, "measure": measure, "n": n} for (month, key, measure), n in found.items() if n]
    return sorted(rows, key=lambda row: (row["month"], str(row["key"]), row["measure"]))


def _asked(programme, measures, body, *, by_category):
    known = PROBLEM_MEASURES if by_category else EVERY
    if unknown := set(measures) - set(known):
        raise ValueError(f"not counted{' by category' if by_category else ''}: {sorted(unknown)}")
    whole = body is None or programme.committee.lies_below(body)
    return {"programme": programme.pk, "measures": list(measures), "body": EVERYWHERE if whole else body.pk}


def _keys(split, categories=None):
    """All keys by which a split goes: named one by one, each is found by the index; `categories`: ids, where known."""
    if split is None:
        return [""]
    if split == "category":
        known = Category.objects.values_list("pk", flat=True) if categories is None else categories
        return [f"category:{pk}" for pk in (0, *known)]
    ways = product(["", *Direction.values], Level.values, ["", *Side.values])
    return [f"way:{'|'.join(way)}" for way in ways]


def _rows(from_sums, from_facts, asked):
    """The rows of the first statement, or of the second for a body without sums of its own."""
    with connection.cursor() as cursor:
        if asked["body"] != EVERYWHERE:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM reports_summedbody WHERE programme_id = %(programme)s AND body = %(body)s)",
                asked,
            )
            [summed] = cursor.fetchone()
            from_sums = from_sums if summed else from_facts
        cursor.execute(from_sums, asked)
        return cursor.fetchall()


def _key_of(split, key):
    if split is None:
        return None
    value = key.partition(":")[2]
    return int(value) if split == "category" else value.split("|")[PLACE[split]]
