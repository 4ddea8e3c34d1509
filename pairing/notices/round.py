"""One round over the clocks: a query finds the distinct Moments, Python the steps, one INSERT tells everybody.

A round covers one day (planning) or many (a simulation): a step stands on a stretch of days, and whoever holds a seat
on one of them is told on the first. No query and no object per matter, whatever their number.
"""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from pairing.deadlines import SHANGHAI, next_working_day
from pairing.models import RuleVersion, working_days
from pairing.notices.clocks import CLOCKS
from pairing.notices.once import WRITE_ONCE
from pairing.notices.steps import Moment, Reached

MORNING = time(9)
NOTICES = "pairing_notice"  # the table of those that are told

# As one text: the planner multiplies the odds of five columns down to a single row, and then walks every row for each.
_MOMENT = "{0}.programme_id || ' ' || {0}.rules || ' ' || {0}.mark || ' ' || {0}.day || ' ' || {0}.until"
SAME_MOMENT = f"{_MOMENT.format('s')} = {_MOMENT.format('v')}"
MOMENTS = "SELECT DISTINCT programme_id, rules, mark, day, until FROM ({matters}) s"

# Holders of the seats of `role` at a place of the matter.
BY_ROLE = """
CROSS JOIN LATERAL unnest(CASE v.place WHEN 'turn' THEN s.turn_of WHEN 'sides' THEN s.sides
                          ELSE ARRAY[p.committee_id] END) place(id)
JOIN accounts_seat seat ON seat.organisation_id = place.id AND seat.role = v.role AND seat.matter = ''
     AND seat.from_on <= v.to_on AND (seat.to_on IS NULL OR seat.to_on >= v.from_on)
     AND (v.place <> 'above' OR NOT EXISTS (
         SELECT FROM accounts_seat reviewer WHERE reviewer.organisation_id = p.committee_id
         AND reviewer.role = 'reviewer' AND reviewer.matter = '' AND reviewer.from_on <= v.from_on
         AND (reviewer.to_on IS NULL OR reviewer.to_on >= v.from_on)))"""
# The reviewers of the programme and those appointed for the matter, without the recused; where none is left, the lead.
BY_GROUP = """
JOIN LATERAL (
    SELECT held.*, bool_or(held.role = 'reviewer') OVER () AS reviewed
    FROM (SELECT person_id, role, from_on, to_on FROM accounts_seat
          WHERE organisation_id = p.committee_id AND role IN ('reviewer', 'lead') AND matter = ''
          UNION ALL SELECT person_id, role, from_on, to_on FROM appointed
          WHERE matter = s.object_type || ' ' || s.object_id) held
    WHERE held.from_on <= v.to_on AND (held.to_on IS NULL OR held.to_on >= v.from_on) AND NOT EXISTS (
        SELECT FROM accounts_seat other JOIN accounts_organisation place ON place.id = other.organisation_id
        JOIN accounts_organisation body ON starts_with(place.path, body.path) AND body.id = ANY (s.bodies)
        WHERE other.person_id = held.person_id
              AND other.from_on <= v.from_on AND (other.to_on IS NULL OR other.to_on >= v.from_on))
) seat ON seat.role = 'reviewer' OR NOT seat.reviewed"""
TELL = """
WITH appointed AS MATERIALIZED (SELECT * FROM accounts_seat WHERE matter <> ''), told AS (
    SELECT person.id AS person_id, s.object_type, s.object_id, v.step, s.occasion, v.level,
           jsonb_build_object('label', s.label, 'number', s.number) || s.facts || v.details AS details,
           greatest(v.at, seat.from_on::timestamp AT TIME ZONE 'Asia/Shanghai') AS planned_at
    FROM unnest(%(programme)s::bigint[], %(rules)s::bigint[], %(mark)s::text[], %(day)s::date[], %(until)s::date[],
                %(from_on)s::date[], %(to_on)s::date[], %(at)s::timestamptz[], %(step)s::text[], %(level)s::text[],
                %(role)s::text[], %(place)s::text[], %(vacant)s::bool[], %(details)s::jsonb[])
         v(programme_id, rules, mark, day, until, from_on, to_on, at, step, level, role, place, vacant, details)
    JOIN ({matters}) s ON {same_moment}
    JOIN pairing_programme p ON p.id = s.programme_id
    {audience}
    JOIN accounts_user person ON person.id = seat.person_id AND person.is_active
    WHERE NOT v.vacant OR EXISTS (
        SELECT FROM unnest(s.turn_of) empty(id) WHERE NOT EXISTS (
            SELECT FROM accounts_seat held JOIN accounts_user holder ON holder.id = held.person_id
            WHERE held.organisation_id = empty.id AND held.role = 'secretary' AND held.matter = ''
                  AND holder.is_active AND held.from_on <= v.from_on
                  AND (held.to_on IS NULL OR held.to_on >= v.from_on)))
)"""


@dataclass(frozen=True, kw_only=True)
class Round:
    """What a round covers: `days` in order; `at` when it plans (None: nine o'clock of each day); `matters`
    {"agreement": ids, "problem": ids} or None for all; `programme` an id or None for all; `draft` a RuleVersion taken
    for all of its programme; `into` the table that is written."""

    days: list[date]
    at: datetime | None = None
    matters: dict[str, list[int]] | None = None
    programme: int | None = None
    draft: RuleVersion | None = None
    into: str = NOTICES
    calendar: object = field(default_factory=working_days)

    @property
    def plays(self):
        """Whether it is only played: nobody is told."""
        return self.into != NOTICES

    @cached_property
    def rulebook(self):
        return Rulebook(self.draft)

    def moment_of(self, day):
        """When something is planned on `day`."""
        return self.at or datetime.combine(day, MORNING, SHANGHAI)

    def tell(self, clocks=CLOCKS):
        """Let everybody be told what the clocks say; answers how many notices are new."""
        return sum(self._tell_clock(clock) for clock in clocks if self._concerns(clock))

    def _concerns(self, clock):
        return self.matters is None or bool(self.matters.get(clock.about))

    def _tell_clock(self, clock):
        stretches = [stretch for stretch in self.stretches(clock) if not self.plays or self._is_told(stretch)]
        group = [stretch for stretch in stretches if stretch.reached.who.place == "group"]
        others = [stretch for stretch in stretches if stretch.reached.who.place != "group"]
        return self._write(clock, BY_ROLE, others) + self._write(clock, BY_GROUP, group)

    def stretches(self, clock):
        """[Stretch]: which steps of a clock stand for which matters on which of the days."""
        return [stretch for moment in self._moments(clock) for stretch in self._stretches(clock, moment)]

    def _moments(self, clock):
        with connection.cursor() as cursor:
            cursor.execute(MOMENTS.format(matters=self.matters_of(clock)), self.scope_of(clock))
            return [Moment(*row) for row in cursor.fetchall()]

    def matters_of(self, clock):
        """The SQL of a clock, restricted to the matters of the round; its parameters are `scope_of`."""
        only = ""
        if self.matters is not None:
            only += " AND m.id = ANY (%(ids)s)"
        if self.programme is not None:
            only += " AND m.programme_id = %(only_programme)s"
        return clock.matters.format(only=only)

    def scope_of(self, clock):
        ids = (self.matters or {}).get(clock.about)
        return {"first": self.days[0], "last": self.days[-1], "ids": ids, "only_programme": self.programme}

    def _stretches(self, clock, moment):
        """The Stretches of one Moment; a step for vacant seats stands for each day anew, for seats are filled."""
        found, yesterday = [], {}
        for day in self.days:
            rules = self.rulebook.of(moment, day)
            today = {}
            for reached in clock.steps(moment, rules, day, self.calendar) if rules else ():
                stretch = None if reached.vacant else yesterday.get(reached)
                if stretch is None:
                    stretch = Stretch(moment, reached, rules, day, day)
                    found.append(stretch)
                stretch.to_on = day
                today[reached] = stretch
            yesterday = today
        return found

    def _is_told(self, stretch):
        """Whether it still stands on a day on which messages go out; what is over by then is left out of them."""
        return next_working_day(stretch.from_on, self.calendar) <= stretch.to_on

    def _write(self, clock, audience, stretches):
        if not stretches:
            return 0
        rows = zip(*(stretch.row(self.moment_of(stretch.from_on)) for stretch in stretches), strict=True)
        values = dict(zip(COLUMNS, map(list, rows), strict=True))
        sql = (TELL + WRITE_ONCE).format(
            matters=self.matters_of(clock), same_moment=SAME_MOMENT, audience=audience, into=self.into
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, values | self.scope_of(clock))
            return cursor.rowcount


COLUMNS = (
    "programme", "rules", "mark", "day", "until", "from_on", "to_on", "at", "step", "level", "role", "place", "vacant",
    "details",
)  # fmt: skip


@dataclass
class Stretch:
    """A step of a Moment that stands from one day to another."""

    moment: Moment
    reached: Reached
    rules: RuleVersion
    from_on: date
    to_on: date

    def row(self, at):
        reached = self.reached
        details = reached.details | {"rule": self.rules.title, "rule_on": self.rules.starts_on}
        return (
            *self.moment, self.from_on, self.to_on, at,
            reached.step, reached.level, *reached.who, reached.vacant, json.dumps(details, cls=DjangoJSONEncoder),
        )  # fmt: skip


class Rulebook:
    """The rule version of a Moment on a day; `draft` stands for all of its programme."""

    def __init__(self, draft=None):
        self._draft = draft
        self._versions = RuleVersion.objects.in_bulk()
        self._published = defaultdict(list)
        for version in sorted(self._versions.values(), key=lambda version: version.starts_on):
            if version.published_on:
                self._published[version.programme_id].append(version)

    def of(self, moment, day):
        """A RuleVersion, as Agreement.rules and Programme.rules_on; None where there is none or it is seconds old."""
        if self._draft and self._draft.programme_id == moment.programme:
            return self._draft
        if moment.rules:
            return self._versions.get(moment.rules)
        published = self._published[moment.programme]
        begun = [version for version in published if version.starts_on <= day]
        return (begun or published[:1] or [None])[-1]
