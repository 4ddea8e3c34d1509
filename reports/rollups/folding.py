"""From what was touched to facts and sums: incremental (fold), before a page (catch_up), from nothing (rebuild).

One folder at a time (FOLDER, a lock of the transaction). What is touched is taken away first and read afterwards, so a
change that commits in between is either read already or still noted: reading it twice changes nothing.
"""

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db import OperationalError, connection, transaction

from pairing.enums import Ground
from pairing.models import Agreement, Problem, Programme
from reports.models import DayCount, Fact, MonthCount, SummedBody, Touched

SQL = Path(__file__).parent / "sql"
FOLDER = 5_310_204_871  # the key of the advisory lock: any number that nobody else takes
DUE_SOON_DAYS = 14  # calendar days, where no rule version is published (domain.md §8)
AT_ONCE = 2_000  # notes that one transaction folds
ON_A_PAGE = 500  # touched objects that a page folds before it answers
NOTES = 10_000  # notes that a page looks through for them: one object may be touched many times
PATIENCE = "200ms"  # how long a page waits for another folder
PIECE = 50_000  # objects that a rebuild reads in one statement
LARGE = 5_000  # facts from which on a body has sums of its own

FAMILIES = {  # file of facts: (kinds it makes, what stands for the object in it, table of the objects)
    "problems": (("problem", "solving", "solution", "refusal"), "p", "pairing_problem"),
    "agreements": (("agreement", "moved"), "a", "pairing_agreement"),
    "branches": (("branch",), "o", "accounts_organisation"),
    "reviews": (("review",), "a", "pairing_agreement"),
}
GROUNDS = ", ".join(f"'{ground}'" for ground in Ground.values)  # of refusal, that are counted each by itself
PAIR = "agreement_id, programme_id, signed_on, from_on, to_on, ends, children, bodies, categories, solved, solved_in"


@cache
def sql(name):
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def facts_now(family, wanted):
    """SQL that reads the facts of one of FAMILIES from what was recorded; `wanted`: SQL that says of which objects."""
    return sql(family).format(wanted=wanted, due_soon_days=DUE_SOON_DAYS, grounds=GROUNDS)


def pairs_now(wanted):
    """SQL that reads the rows of PairFact from what was recorded; `wanted`: SQL that says of which agreements a."""
    return sql("pairs").format(wanted=wanted)


def catch_up(limit=ON_A_PAGE):
    """Fold what was touched, if it is not more than `limit`; answers whether nothing is left.

    Costs one query where nothing was touched. In a read-only transaction nothing is folded.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(DISTINCT (kind, object_id)), current_setting('transaction_read_only') "
            "FROM (SELECT kind, object_id FROM reports_touched LIMIT %s) t",
            [NOTES + 1],
        )
        notes, objects, read_only = cursor.fetchone()
    if not notes:
        return True
    if notes > NOTES or objects > limit or read_only == "on":
        return False
    try:
        with transaction.atomic(), _one_folder(patience=PATIENCE):
            return not _fold(NOTES, small_only=limit).left
    except OperationalError:  # somebody else is folding, and longer than a page waits
        return False


def fold(limit=AT_ONCE):
    """Fold up to `limit` of what was touched; answers how many notes of it were taken away, 0 when nothing waits."""
    with transaction.atomic(), _one_folder():
        return _fold(limit).taken


def _renew_pairs(cursor, wanted, touched, asked):
    """PairFact of the agreements a that are `wanted`, whose rows p are those `touched`: conditions with `asked`."""
    statement = sql("apply_pairs").format(fresh=pairs_now(wanted), touched=touched, columns=PAIR)
    cursor.execute(statement, asked)


@contextmanager
def _one_folder(patience=None):
    """The block has the facts for itself until the end of the transaction; OperationalError after `patience`."""
    with connection.cursor() as cursor:
        if patience:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [patience])
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOLDER])
        if patience:
            cursor.execute("SELECT set_config('lock_timeout', '0', true)")
    yield


@dataclass(frozen=True)
class Folded:
    """How many notes were taken away, and the programmes left for later because they are large."""

    taken: int
    left: list[int]


def _fold(notes, small_only=None):
    """Fold up to so many notes in the present transaction.

    `small_only`: programmes with more objects than that are left for later.
    """
    touched = {"problem": set(), "agreement": set(), "organisation": set(), "programme": set()}
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM reports_touched WHERE id IN (SELECT id FROM reports_touched ORDER BY id LIMIT %s) "
            "RETURNING kind, object_id",
            [notes],
        )
        taken = cursor.fetchall()
    for kind, object_id in taken:
        touched[kind].add(object_id)
    left = [pk for pk in touched["programme"] if small_only and _is_large(pk, small_only)]
    Touched.objects.bulk_create(Touched(kind="programme", object_id=pk) for pk in left)
    for programme in Programme.objects.filter(pk__in=touched["programme"] - set(left)):
        _rebuild(programme)
    _fold_objects(touched)
    return Folded(len(taken), left)


def _is_large(programme, limit):
    """Whether a programme has more than `limit` problems, agreements or organisations."""
    committee = Programme.objects.select_related("committee").get(pk=programme).committee
    found = (
        Problem.objects.filter(programme=programme),
        Agreement.objects.filter(programme=programme),
        type(committee).objects.below(committee),
    )
    return any(len(rows.order_by().values_list("pk")[: limit + 1]) > limit for rows in found)


def _fold_objects(touched):
    if not (touched["problem"] or touched["agreement"] or touched["organisation"]):
        return
    with connection.cursor() as cursor:
        cursor.execute(sql("reach"), {f"{kind}s": sorted(touched[kind]) for kind in touched})
        reached = cursor.fetchone()
        for (family, (kinds, name, _table)), ids in zip(FAMILIES.items(), reached, strict=True):
            if not ids:
                continue
            fresh = facts_now(family, f"{name}.id = ANY(%(ids)s)")
            statement = sql("apply").format(
                fresh=fresh, entries=sql("entries"), touched="f.kind = ANY(%(kinds)s) AND f.object_id = ANY(%(ids)s)"
            )
            cursor.execute(statement, {"ids": ids, "kinds": list(kinds), "programme": None})
        if agreements := reached[list(FAMILIES).index("agreements")]:
            _renew_pairs(cursor, "a.id = ANY(%(ids)s)", "p.agreement_id = ANY(%(ids)s)", {"ids": agreements})


def rebuild(programme=None, say=lambda sentence: None):
    """Make all facts and sums anew, of one programme or of all; `say` is called with a sentence per part.

    Meanwhile steps go on: what they touch is folded afterwards.
    """
    programmes = [programme] if programme else Programme.objects.order_by("pk")
    for each in programmes:
        with transaction.atomic(), _one_folder():
            _rebuild(each, say)


def _rebuild(programme, say=lambda sentence: None):
    Touched.objects.filter(kind="programme", object_id=programme.pk).delete()
    for model in (Fact, DayCount, MonthCount, SummedBody):
        rows = model.objects.filter(programme=programme)
        rows._raw_delete(rows.db)  # no row of these has anything below it
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'; SET LOCAL jit = off")
        for family in FAMILIES:
            _rebuild_family(cursor, programme, family, say)
        here = {"programme": programme.pk}
        _renew_pairs(cursor, "a.programme_id = %(programme)s", "p.programme_id = %(programme)s", here)
        say(f"pairs of {programme.pk}")
        cursor.execute(
            "INSERT INTO reports_summedbody (programme_id, body) "
            "SELECT %s, body FROM reports_fact, unnest(bodies) AS body WHERE programme_id = %s AND body <> ALL(%s) "
            "GROUP BY body HAVING count(*) > %s",
            [programme.pk, programme.pk, _at_or_above(programme.committee), LARGE],
        )
        _sum_up(cursor, programme)
        say(f"sums of {programme.pk}")


def _at_or_above(committee):
    """Ids of the bodies for which everything of a programme counts: its committee and those above."""
    return [int(part) for part in committee.path.strip("/").split("/")]


def _rebuild_family(cursor, programme, family, say):
    head = "INSERT INTO reports_fact (kind, object_id, programme_id, bodies, category, way, measures, days, changes) "
    for wanted, piece in pieces_of(cursor, programme, family):
        cursor.execute(head + facts_now(family, wanted), piece)
        say(f"{family} up to {piece['last']}")


def pieces_of(cursor, programme, family):
    """(condition for facts_now, its parameters) for each so many objects: first, last (without it) and programme."""
    _kinds, name, table = FAMILIES[family]
    wanted = f"{name}.id >= %(first)s AND {name}.id < %(last)s"
    if family != "branches":
        wanted += f" AND {name}.programme_id = %(programme)s"
    cursor.execute(f"SELECT min(id), max(id) FROM {table}")
    first, last = cursor.fetchone()
    for start in range(first or 0, (last or -1) + 1, PIECE):
        yield wanted, {"first": start, "last": start + PIECE, "programme": programme.pk}


def _sum_up(cursor, programme):
    cursor.execute(sql("sums").format(entries=sql("entries")), {"programme": programme.pk})
    cursor.execute(
        "INSERT INTO reports_monthcount (programme_id, body, key, measure, month, n) "
        "SELECT programme_id, body, key, measure, date_trunc('month', day)::date, sum(n) FROM reports_daycount "
        "WHERE programme_id = %s GROUP BY 1, 2, 3, 4, 5 HAVING sum(n) <> 0",
        [programme.pk],
    )


def known_until():
    """The moment up to which everything is folded; None where nothing waits."""
    return Touched.objects.order_by("pk").values_list("at", flat=True).first()


def waits(programme):
    """Whether the whole of `programme` has still to be read for the first time."""
    return Touched.objects.filter(kind="programme", object_id=programme.pk).exists()
