"""Makes a world: one committee with its companies, branches and people, one programme, and what happened in it.

Everything is set-based SQL (sql/*.sql, run in the order of their names over temporary tables w_*). Rows satisfy the
constraints, and every derived column is what the workflow would have written; tests/test_worldmaker.py proves it.
The same seed, sizes and day make the same world, whatever ids the database gives.
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from time import monotonic

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils import timezone, translation

from accounts.models import Event, Kind, Organisation, Post, Role, Seat, UnitLink, User
from pairing.deadlines import next_working_day, previous_working_day
from pairing.enums import AgreementState, ProblemState
from pairing.models import (
    Agreement,
    Category,
    CounterProposal,
    DueChange,
    Episode,
    Extension,
    FollowUp,
    Goal,
    GoalOpinion,
    GoalOwner,
    Interval,
    Joiner,
    LookBackRecord,
    Opinion,
    Party,
    Problem,
    Programme,
    ProgressReport,
    Review,
    RuleVersion,
    Signature,
    working_days,
)
from pairing.reference import load_reference
from pairing.worldmaker import words
from pairing.worldmaker.speed import bare_tables

SQL = Path(__file__).parent / "sql"
PASSWORD = "Jiedui-demo-2026"  # noqa: S105 (that of the demo; the command refuses production settings)
FILLED = (
    Organisation, UnitLink, Post, User, Seat, Problem, Joiner, LookBackRecord, Agreement, Party, CounterProposal, Goal,
    GoalOwner, Episode, Review, Opinion, GoalOpinion, Signature, DueChange, Extension, Interval, ProgressReport,
    FollowUp, Event,
)  # fmt: skip
REVIEWERS = 5
LISTED = 0.8  # share of the problems that stand on the list of some agreement
PRESENT = 600  # per mille of the agreements under way today in a world of one year; a fifth of that in five
MOST_PRESENT = 400
LONE_STATES = [
    ProblemState.OPEN, ProblemState.TO_CONFIRM, ProblemState.DRAFT, ProblemState.DISCARDED, ProblemState.WITHDRAWN,
    ProblemState.PARKED, ProblemState.REFUSED, ProblemState.EXPLAINED,
]  # fmt: skip
NOTES = {
    "declined": "今年任务已满", "countered": "两个月足够", "withdrawn": "改由内部解决", "refused": "两年内不能解决",
    "terminated": "牵头人员调离，无力继续",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Size:
    """How large a world is. ValueError for sizes that make no world.

    `running`: about so many percent of the agreements run today; 0: as many as are left over from `years` years.
    """

    branches: int
    problems: int
    agreements: int
    years: int = 3
    seed: int = 1
    running: int = 0

    def __post_init__(self):
        if self.branches < 3 or self.years < 1:
            raise ValueError("a world has at least three branches and one year")
        if self.agreements < 1 or self.agreements > self.problems * LISTED:
            raise ValueError(f"at least one agreement, and at most {LISTED} times as many as problems")
        if not 0 <= self.running <= 100:
            raise ValueError("running is a percentage")


@transaction.atomic
def make_world(size, *, today=None, say=lambda sentence: None):
    """Make a world of `size` (a Size) that ends on the day before `today` (default: the present day).

    `say` is called with one sentence per part. Answers the Programme.
    """
    today = today or timezone.localdate()
    load_reference()
    start_on = today - timedelta(days=365 * size.years)
    with translation.override("zh-hans"), connection.cursor() as cursor:
        programme = _programme(start_on)
        _prepare(cursor, size, programme, today, start_on)
        began = monotonic()
        with bare_tables(cursor, [model._meta.db_table for model in FILLED]):
            for path in sorted(SQL.glob("*.sql")):
                cursor.execute(path.read_text().replace("{seed}", str(int(size.seed))))
                say(f"{path.stem}: {monotonic() - began:.1f} s so far")
            _tidy(cursor)
        say(f"indexes: {monotonic() - began:.1f} s so far")
    return programme


def _programme(start_on):
    """Committee, discipline committee, the working group and the programme with its rules."""
    number = Programme.objects.filter(committee__code__startswith="W").count() + 1
    code = f"W{number}"
    root = Organisation.objects.create(
        code=code, name=f"第{number}集团党委", short_name=f"第{number}集团", kind=Kind.COMMITTEE, order=900 + number
    )
    discipline = Organisation.objects.create(
        code=f"{code}-JW", name=f"第{number}集团纪委", short_name="集团纪委", parent=root,
        kind=Kind.DISCIPLINE_COMMITTEE, order=901 + number,
    )  # fmt: skip
    password, since = make_password(PASSWORD), start_on - timedelta(days=365)
    people = [
        ("supervisor", Role.SUPERVISOR, "督办人"),
        ("leader", Role.LEADER, "党委书记"),
        ("lead", Role.LEAD, "组长"),
    ]
    people += [(f"reviewer{n or ''}", Role.REVIEWER, f"工作组成员{n + 1}") for n in range(REVIEWERS)]
    for username, role, name in people:
        _seat(root, f"{code.lower()}{username}", role, name, password, since)
    _seat(discipline, f"{code.lower()}jw", Role.SECRETARY, "纪委书记", password, since)
    programme = Programme.objects.create(name=f"第{number}集团结对共建", committee=root, starts_on=start_on)
    RuleVersion.objects.create(
        programme=programme, title="结对共建规定", starts_on=start_on, published_on=start_on, reason="启动"
    )
    return programme


def _seat(organisation, username, role, name, password, since):
    person = User.objects.create(username=username, name=name, password=password, password_changed_at=timezone.now())
    Seat.objects.create(person=person, role=role, organisation=organisation, from_on=since)


def _prepare(cursor, size, programme, today, start_on):
    """The temporary tables that the SQL reads: parameters, topics, the working group, the calendar."""
    root = programme.committee
    topics = list(_topics())
    _table(cursor, "w_topic", "n int, category_id bigint, problem text, goal text, measure text, criterion text, "
           "effect text, effect_json text", topics)  # fmt: skip
    _table(cursor, "w_group", "actor int, user_id bigint, seat_id bigint, person_name text, seat_title text, role text",
           list(_group(root)))  # fmt: skip
    _table(cursor, "w_day", "day date PRIMARY KEY, next_on date, prev_on date", list(_days(start_on, today)))
    present = min(MOST_PRESENT, PRESENT // size.years)
    values = {
        "code text": root.code, "root bigint": root.pk, "root_path text": root.path, "programme bigint": programme.pk,
        "rules bigint": programme.rule_versions.get().pk, "start_on date": start_on, "today date": today,
        "branches int": size.branches, "problems int": size.problems, "agreements int": size.agreements,
        "listed int": int(size.problems * LISTED), "present int": present, "running int": size.running,
        "reviewers int": REVIEWERS,
        "topics int": len(topics), "password text": User.objects.filter(seats__organisation=root)[0].password,
        "secretary text": str(Role.SECRETARY.label), "notes jsonb": json.dumps(NOTES),
        "states text[]": [state.value for state in AgreementState],
        "lone_states text[]": [state.value for state in LONE_STATES],
        "places text[]": words.PLACES, "towns text[]": words.TOWNS, "sites text[]": words.SITES,
        "departments text[]": words.DEPARTMENTS, "urgencies text[]": words.URGENCIES,
    }  # fmt: skip
    _table(cursor, "w_world", ", ".join(values), [tuple(values.values())])


def _table(cursor, name, columns, rows):
    cursor.execute(f"CREATE TEMP TABLE {name} ({columns})")
    places = f"({', '.join(['%s'] * len(rows[0]))})"
    cursor.execute(
        f"INSERT INTO {name} VALUES {', '.join([places] * len(rows))}",
        [value for row in rows for value in row],
    )
    cursor.execute(f"ANALYZE {name}")


def _topics():
    categories = {category.name: category.pk for category in Category.objects.filter(parent__isnull=False)}
    for n, topic in enumerate(words.topics()):
        category, *rest = topic.values()
        yield n, categories[category], *rest, json.dumps(topic["effect"])


def _group(root):
    """The working group as actors: lead -1, supervisor -2, leader -3, reviewers -11 and below."""
    number = {Role.LEAD: -1, Role.SUPERVISOR: -2, Role.LEADER: -3}
    reviewer = -11
    for seat in Seat.objects.for_header().select_related("person").filter(organisation=root).order_by("pk"):
        actor = number.get(seat.role, reviewer)
        reviewer -= seat.role == Role.REVIEWER
        yield actor, seat.person_id, seat.pk, seat.person.name, seat.title_on_record, seat.role


def _days(start_on, today):
    """Each day with the working day on or after it and the one on or before it."""
    calendar = working_days()
    first = start_on - timedelta(days=30)
    for n in range((today - first).days + 400):
        day = date.fromordinal(first.toordinal() + n)
        yield day, next_working_day(day, calendar), previous_working_day(day, calendar)


def _tidy(cursor):
    """Temporary tables live as long as the connection: a second world in the same one needs the names again."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r' AND relname ~ '^w_'"
    )
    cursor.execute(f"DROP TABLE {', '.join(name for (name,) in cursor.fetchall())}")
