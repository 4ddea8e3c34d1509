"""What a database holds, in numbers by which two databases are compared."""

from datetime import date

from psycopg2 import sql

from pairing.models import Programme
from reports.questions import Question
from reports.selectors import solved_totals

Census = dict[str, list]  # table -> [number of rows, checksum of all of them]
# the text of a row must not depend on the settings of a server or session
PLAIN = {"TimeZone": "UTC", "DateStyle": "ISO", "IntervalStyle": "postgres", "extra_float_digits": "1"}


def count(cursor) -> Census:
    """Rows and checksum of every table, whatever their order; the cursor stands in a transaction."""
    for name, value in PLAIN.items():
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    question = sql.SQL("SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text FROM {} t")
    found = {}
    for (table,) in cursor.fetchall():
        cursor.execute(question.format(sql.Identifier("public", table)))
        found[table] = list(cursor.fetchone())
    return found


def figures(day: date) -> dict[str, list[int]]:
    """The figures of the statistics as of a day: programme -> [pairs, party branches, solved problems]."""
    questions = {
        f"{programme.pk} {programme.name}": Question(programme=programme, as_of=day, own_scope=False)
        for programme in Programme.objects.only("name").order_by("pk")  # before an update the newest column is missing
    }
    return {name: list(solved_totals(question)) for name, question in questions.items()}


def differences(meant: dict[str, list], found: dict[str, list]) -> list[str]:
    """ "name: meant / found" for everything that is not alike."""
    names = sorted(meant.keys() | found.keys())
    return [f"{name}: {meant.get(name)} / {found.get(name)}" for name in names if meant.get(name) != found.get(name)]
