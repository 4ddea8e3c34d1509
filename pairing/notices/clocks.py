"""The clocks: which matters run on them (SQL), and which steps they know (pairing.notices.steps).

The SQL of a clock has one row per matter and start of the clock, with these columns:
  object_type, object_id, programme_id
  rules      id of the rule version kept by an agreement, 0: the programme's of the day
  mark, day, until   as in Moment; NEVER where nothing takes its place
  occasion   with person, object and step unique: told once
  number, label, facts (jsonb)   for the words
  turn_of    organisations whose turn it is      sides    those told of it: present parties, owner
  bodies     whose people are recused
It may use %(first)s and %(last)s, the days that are planned; `m` is the matter, {only} restricts it to some.
What is expensive per matter (arrays) is read only for those that are told.
"""

from collections.abc import Callable
from dataclasses import dataclass

from pairing.deadlines import PLANNED_LINE
from pairing.enums import CLOCK_OF_TURN
from pairing.enums import AgreementState as A
from pairing.enums import ProblemState as P
from pairing.notices import steps

NEVER = f"DATE '{steps.NEVER}'"
WAITING_AGREEMENTS = (
    A.INVITED, A.COUNTERED, A.DRAFTING, A.SUBMITTED, A.RETURNED, A.SIGNING, A.ACTIVE, A.ACCEPTANCE,
)  # fmt: skip
WAITING_PROBLEMS = (P.TO_CONFIRM, P.IN_PAIRING, P.DONE)


def _in(states):
    return ", ".join(f"'{state.value}'" for state in states)


_AGREEMENT = """
    'agreement' AS object_type, m.id AS object_id, m.programme_id, coalesce(m.rule_version_id, 0) AS rules,
    m.number, trim(m.number || ' ' || m.aim) AS label, m.turn_of, array(
        SELECT organisation_id FROM pairing_party WHERE agreement_id = m.id AND left_on IS NULL) AS sides, array(
        SELECT organisation_id FROM pairing_party WHERE agreement_id = m.id AND left_on IS NULL) AS bodies"""
_PROBLEM = """
    'problem' AS object_type, m.id AS object_id, m.programme_id, 0::bigint AS rules,
    m.number, trim(m.number || ' ' || m.title) AS label, m.turn_of, ARRAY[m.owner_id] AS sides, array(
        SELECT m.owner_id UNION SELECT organisation_id FROM pairing_joiner WHERE problem_id = m.id
        UNION SELECT y.organisation_id FROM pairing_party y WHERE y.left_on IS NULL AND y.agreement_id = (
            SELECT e.agreement_id FROM pairing_episode e WHERE e.problem_id = m.id AND e.taken_on IS NOT NULL
            ORDER BY e.id DESC LIMIT 1)) AS bodies"""
# a state is waited in once; within a running pair, or for a helper's claim, each turn is an occasion of its own
_WAITING = f"""
    m.state || ' ' || m.turn AS mark, (since.at AT TIME ZONE 'Asia/Shanghai')::date AS day, {NEVER} AS until,
    m.state || ' ' || to_char(since.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+0000"') AS occasion,
    jsonb_build_object('state', m.state, 'since', m.turn_since) AS facts"""
_RUNNING = "m.state = 'active' AND NOT m.decision_pending AND m.muted_on IS NULL"

# since when the clock of a state runs, as pairing.enums.clock_column
_SINCE = f"(SELECT CASE WHEN m.state IN ({_in(sorted(CLOCK_OF_TURN))}) THEN m.turn_since ELSE m.state_since END AS at)"

AGREEMENTS_WAITING = f"""
SELECT {_AGREEMENT}, {_WAITING}
FROM pairing_agreement m, LATERAL {_SINCE} since
WHERE m.state IN ({_in(WAITING_AGREEMENTS)}) AND m.turn <> '' {{only}}"""

PROBLEMS_WAITING = f"""
SELECT {_PROBLEM}, {_WAITING}
FROM pairing_problem m, LATERAL {_SINCE} since
WHERE m.state IN ({_in(WAITING_PROBLEMS)}) AND m.turn <> '' {{only}}"""

DUE_DATES = f"""
SELECT {_AGREEMENT}, '' AS mark, m.due_on + m.stopped_days AS day, {NEVER} AS until,
       (m.due_on + m.stopped_days)::text AS occasion, '{{{{}}}}'::jsonb AS facts
FROM pairing_agreement m
WHERE {_RUNNING} AND m.due_on + m.stopped_days <= %(last)s::date + 366 {{only}}"""

FOLLOW_UPS = f"""
SELECT {_AGREEMENT}, '' AS mark, visit.day, visit.until, visit.day::text AS occasion, '{{{{}}}}'::jsonb AS facts
FROM pairing_agreement m JOIN (
    SELECT m.id, f.planned_on AS day,
           lead(f.planned_on, 1, {NEVER}) OVER (PARTITION BY m.id ORDER BY f.planned_on) AS until
    FROM pairing_followup f JOIN pairing_agreement m ON m.id = f.agreement_id
    WHERE {_RUNNING} AND f.planned_on <= %(last)s AND f.done_on IS NULL AND f.skipped_on IS NULL {{only}}
) visit USING (id)
WHERE visit.until > %(first)s"""

# the planned line, where it lies above the lowest report
_PAIRS = f"(SELECT m.id, m.due_on, m.original_due_on FROM pairing_agreement m WHERE {_RUNNING} {{only}})"
GOALS_MISSED = f"""
SELECT {_AGREEMENT}, '' AS mark, missed.day, missed.until, missed.day::text AS occasion,
       jsonb_build_object('planned', missed.planned, 'reported', missed.lowest) AS facts
FROM pairing_agreement m JOIN (
    SELECT line.id, line.day, line.percent AS planned, coalesce(standing.lowest, 0) AS lowest, line.due_on,
           lead(line.day, 1, line.due_on) OVER (PARTITION BY line.id ORDER BY line.day) AS until
    FROM ({PLANNED_LINE.format(pairs=_PAIRS)}) line
    JOIN pairing_standing standing ON standing.agreement_id = line.id
) missed USING (id)
WHERE missed.planned > missed.lowest AND missed.day < missed.due_on
      AND missed.day < %(last)s AND missed.until >= %(first)s"""

LOOK_BACKS = f"""
SELECT {_PROBLEM}, '' AS mark, e.written_off_on AS day, {NEVER} AS until, e.written_off_on::text AS occasion,
       '{{{{}}}}'::jsonb AS facts
FROM pairing_problem m JOIN pairing_episode e ON e.problem_id = m.id
WHERE m.state = 'closed' AND m.last_look_back = '' AND e.relapsed_on IS NULL
      AND e.written_off_on BETWEEN %(first)s::date - 800 AND %(last)s {{only}}"""


@dataclass(frozen=True)
class Clock:
    about: str  # "agreement" or "problem"
    matters: str  # SQL as described above
    steps: Callable  # (Moment, RuleVersion, today, calendar) -> steps that stand on that day


CLOCKS = (
    Clock("agreement", AGREEMENTS_WAITING, steps.state),
    Clock("problem", PROBLEMS_WAITING, steps.state),
    Clock("agreement", DUE_DATES, steps.due_date),
    Clock("agreement", GOALS_MISSED, steps.behind_plan),
    Clock("agreement", FOLLOW_UPS, steps.follow_up),
    Clock("problem", LOOK_BACKS, steps.look_back),
)
LAPSES = Clock("agreement", AGREEMENTS_WAITING, steps.lapse)  # the clock's own act, played by a simulation
