"""What belongs to no single matter: the market as a whole, and a year whose working days nobody has entered."""

import json
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from accounts.models import Role, Seat
from pairing.deadlines import add_working_days
from pairing.models import Programme, RuleVersion
from pairing.notices.once import WRITE_ONCE
from pairing.notices.steps import NEVER, Moment

# Problems that look for a partner, and since which day; a simulation has others.
UNMATCHED = """
SELECT programme_id, owner_id, (turn_since AT TIME ZONE 'Asia/Shanghai')::date AS since
FROM pairing_problem WHERE state = 'open' AND turn_since IS NOT NULL"""
# One notice per person and programme when problems have become old enough since the last one; it names all that still
# look for a partner, without those of the own branches. Who would hear of own problems alone hears nothing.
MARKET = """
WITH standing AS MATERIALIZED (
    SELECT programme_id, m.owner_id, v.fresh, v.occasion, v.details
    FROM unnest(%(programme)s::bigint[], %(since)s::date[], %(fresh)s::bool[], %(occasion)s::date[],
                %(details)s::jsonb[]) v(programme_id, since, fresh, occasion, details)
    JOIN ({unmatched}) m USING (programme_id, since)
), seat AS MATERIALIZED (
    SELECT seat.person_id, seat.organisation_id FROM accounts_seat seat
    JOIN accounts_user person ON person.id = seat.person_id AND person.is_active
    WHERE seat.role = 'secretary' AND seat.matter = ''
          AND seat.from_on <= %(today)s AND (seat.to_on IS NULL OR seat.to_on >= %(today)s)
), whole AS (
    SELECT programme_id, occasion, details, count(*) AS n, count(*) FILTER (WHERE fresh) AS fresh
    FROM standing GROUP BY programme_id, occasion, details
), own AS (
    SELECT programme_id, person_id, count(*) AS n, count(*) FILTER (WHERE fresh) AS fresh
    FROM standing JOIN seat ON seat.organisation_id = owner_id GROUP BY programme_id, person_id
), reader AS (
    SELECT DISTINCT p.id AS programme_id, p.name, seat.person_id
    FROM pairing_programme p JOIN accounts_organisation committee ON committee.id = p.committee_id
    JOIN accounts_organisation branch ON starts_with(branch.path, committee.path) AND branch.kind = 'party_branch'
    JOIN seat ON seat.organisation_id = branch.id WHERE p.id = ANY (%(programme)s::bigint[])
), told AS (
    SELECT reader.person_id, 'programme' AS object_type, programme_id AS object_id, 'market' AS step,
           whole.occasion::text AS occasion, 'blue' AS level,
           jsonb_build_object('label', reader.name, 'problems', whole.n - coalesce(own.n, 0)) || whole.details,
           %(at)s::timestamptz AS planned_at
    FROM whole JOIN reader USING (programme_id) LEFT JOIN own USING (programme_id, person_id)
    WHERE whole.fresh > coalesce(own.fresh, 0)
)"""
WEEK = timedelta(days=7)
MISSING_YEAR = """
WITH told AS (
    SELECT person_id, 'calendar' AS object_type, %(year)s::bigint AS object_id, 'calendar_missing' AS step,
           %(occasion)s AS occasion, 'yellow' AS level, '{{}}'::jsonb AS details, %(at)s::timestamptz AS planned_at
    FROM unnest(%(persons)s::bigint[]) person_id
)"""


@dataclass(frozen=True)
class Unmatched:
    """Problems of a programme that began to look for a partner on one day, and the day on which all are told."""

    programme: int
    since: date
    told_on: date
    rules: RuleVersion


def tell_market(round_, unmatched=UNMATCHED):
    """Tell all branches of problems unmatched for `market_notice` working days, once in seven days at most; what
    becomes old enough in between is told then. Answers how many notices are new.

    `unmatched`: SQL of the problems, with the columns of UNMATCHED.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT programme_id, since FROM ({unmatched}) m")
        begun = [row for row in cursor.fetchall() if round_.programme in (None, row[0])]
    count, told = 0, _told_before(round_)
    for day in filter(round_.calendar.works, round_.days):
        standing = [found for row in begun if (found := _unmatched(*row, day, round_))]
        due = {found.programme for found in standing if _is_fresh(found, told)} - _told_lately(told, day)
        if due:
            count += _write([found for found in standing if found.programme in due], day, round_, unmatched, told)
            told |= dict.fromkeys(due, day)
            if not round_.plays:
                Programme.objects.filter(pk__in=due).update(market_told_on=day)
    return count


def _told_before(round_):
    """{programme id: the day of its last notice}; a period that is played may lie before it."""
    days = Programme.objects.filter(market_told_on__isnull=False).values_list("pk", "market_told_on")
    return {pk: day for pk, day in days if not round_.plays or day < round_.days[0]}


def _told_lately(told, day):
    return {pk for pk, last in told.items() if day - last < WEEK}


def _is_fresh(found, told):
    return found.programme not in told or found.told_on > told[found.programme]


def _unmatched(programme, since, day, round_):
    rules = round_.rulebook.of(Moment(programme, 0, "", since, NEVER), day)
    if rules is None:
        return None
    over = add_working_days(since, rules.market_notice + 1, round_.calendar)  # the first working day after the clock
    return Unmatched(programme, since, over, rules) if over <= day else None


def _write(standing, day, round_, unmatched, told):
    values = {
        "programme": [found.programme for found in standing],
        "since": [found.since for found in standing],
        "fresh": [_is_fresh(found, told) for found in standing],
        "occasion": [day for _found in standing],
        "details": [_details(found.rules) for found in standing],
        "today": day, "at": round_.moment_of(day),
    }  # fmt: skip
    return _execute(MARKET, values, round_, unmatched=unmatched)


def _details(rules):
    words = {"rule": rules.title, "rule_on": rules.starts_on, "n": rules.market_notice}
    return json.dumps(words, cls=DjangoJSONEncoder)


def tell_missing_year(round_):
    """Tell the system administrators once a month, from November on, of a year without its notice."""
    first_days = {(year, f"{day:%Y-%m}"): day for day in reversed(round_.days) for year in _missing(day, round_)}
    count = 0
    for (year, occasion), day in first_days.items():
        persons = Seat.objects.on(day).filter(role=Role.SYSADMIN, person__is_active=True)
        values = {
            "year": year, "occasion": occasion, "persons": list(persons.values_list("person_id", flat=True)),
            "at": round_.moment_of(day),
        }  # fmt: skip
        count += _execute(MISSING_YEAR, values, round_)
    return count


def _missing(day, round_):
    years = (day.year, day.year + 1) if day.month >= 11 else (day.year,)
    return [year for year in years if not round_.calendar.knows(year)]


def _execute(told, values, round_, **parts):
    with connection.cursor() as cursor:
        cursor.execute((told + WRITE_ONCE).format(into=round_.into, **parts), values)
        return cursor.rowcount
