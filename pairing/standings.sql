-- One row of pairing_standing for each running pair, as of %(day)s: reported against planned progress, visits, silence
-- and what follows from them. pairing/standings.py says what each reason means; tests/test_standings.py recounts it.
WITH pair AS (
    SELECT a.id, a.programme_id, a.state = 'active' AS active, a.signed_on, a.due_on, a.original_due_on,
           a.due_on + a.stopped_days AS due_day, a.decision_pending, a.muted_on IS NOT NULL AS muted, a.rule_version_id
    FROM pairing_agreement a
    WHERE a.state IN ('active', 'suspended', 'acceptance') AND (%(all)s OR a.id = ANY(%(agreements)s))
), in_force AS ( -- as Programme.rules_on: the latest version that has begun, before the first one the first
    SELECT DISTINCT ON (programme_id) programme_id, id
    FROM pairing_ruleversion
    WHERE published_on IS NOT NULL
    ORDER BY programme_id, starts_on > %(day)s, CASE WHEN starts_on <= %(day)s THEN starts_on END DESC, starts_on
), plan AS (
    SELECT id, max(percent) FILTER (WHERE day < %(day)s) AS percent
    FROM ({planned_line}) line
    GROUP BY id
), latest AS (
    SELECT DISTINCT ON (r.party_id) r.party_id, r.percent, (r.reported_at AT TIME ZONE 'Asia/Shanghai')::date AS day
    FROM pair p JOIN pairing_progressreport r ON r.agreement_id = p.id
    ORDER BY r.party_id, r.reported_at DESC, r.id DESC
), stated AS (
    SELECT y.agreement_id AS id, count(*) = count(l.party_id) AS by_all, min(l.percent) AS lowest,
           max(l.percent) AS highest, max(l.day) AS last_day
    FROM pair p JOIN pairing_party y ON y.agreement_id = p.id LEFT JOIN latest l ON l.party_id = y.id
    WHERE y.left_on IS NULL
    GROUP BY y.agreement_id
), visit AS (
    SELECT f.agreement_id AS id, max(f.done_on) AS visited_on, greatest(max(f.done_on), max(f.skipped_on)) AS seen_on,
           bool_or(f.planned_on < %(day)s AND open) AS missed,
           coalesce(max(f.planned_on) FILTER (WHERE open AND f.planned_on <= %(sunday)s),
                    min(f.planned_on) FILTER (WHERE open)) AS visit_on
    FROM pair p JOIN pairing_followup f ON f.agreement_id = p.id,
         LATERAL (SELECT f.done_on IS NULL AND f.skipped_on IS NULL AS open) state
    GROUP BY f.agreement_id
), still AS (
    SELECT i.agreement_id AS id, max(i.to_on) AS went_on_on
    FROM pair p JOIN pairing_interval i ON i.agreement_id = p.id
    GROUP BY i.agreement_id
), heard AS (
    SELECT p.id, (max(e.happened_at) AT TIME ZONE 'Asia/Shanghai')::date AS day
    FROM pair p
    JOIN accounts_event e ON e.object_type = 'agreement' AND e.object_id = p.id
    JOIN accounts_seat s ON s.id = e.seat_id AND s.role = ANY(%(branch_roles)s)
    JOIN pairing_party y ON y.agreement_id = p.id AND y.left_on IS NULL AND y.organisation_id = s.organisation_id
    GROUP BY p.id
), claim AS ( -- of pairs in acceptance whose whole list was reported as done
    SELECT p.id, min(e.claimed_on) AS first_on, max(e.claimed_on) AS last_on, count(*) AS n,
           count(DISTINCT btrim(e.effect)) AS effects, max(btrim(e.effect)) = '' AS blank
    FROM pair p JOIN pairing_episode e ON e.agreement_id = p.id
    WHERE NOT p.active AND e.taken_on IS NOT NULL AND e.released_on IS NULL
    GROUP BY p.id, p.due_day
    HAVING count(*) = count(e.claimed_on)
       AND (min(e.claimed_on) >= p.due_day - %(last_days)s OR min(e.claimed_on) = max(e.claimed_on))
), found AS (
    SELECT p.id, p.programme_id, coalesce(plan.percent, 0) AS planned,
           CASE WHEN s.by_all THEN s.lowest END AS lowest, s.highest, v.visited_on,
           p.due_on, v.seen_on, CASE WHEN p.active THEN v.visit_on END AS visit_on,
           coalesce(h.day, p.signed_on) AS heard_on, coalesce(p.active AND NOT p.decision_pending
               AND coalesce(CASE WHEN s.by_all THEN s.lowest END, 0) < plan.percent, false) AS behind,
           p.active AND NOT p.decision_pending AND NOT p.muted AND p.due_day < %(day)s AS late,
           coalesce(p.active AND s.by_all AND s.highest - s.lowest >= r.gap_points
               AND s.last_day < %(seen_before)s, false) AS gap,
           coalesce(p.active AND v.visited_on IS NULL AND v.missed, false) AS never_visited,
           p.active AND %(day)s - greatest(coalesce(h.day, p.signed_on), still.went_on_on) >= r.silence_days AS silent,
           coalesce(v.visited_on IS NULL AND (c.blank OR c.n > 1 AND c.effects = 1), false) AS formal
    FROM pair p
    LEFT JOIN in_force f ON f.programme_id = p.programme_id
    LEFT JOIN pairing_ruleversion r ON r.id = coalesce(p.rule_version_id, f.id)
    LEFT JOIN plan ON plan.id = p.id
    LEFT JOIN stated s ON s.id = p.id
    LEFT JOIN visit v ON v.id = p.id
    LEFT JOIN still ON still.id = p.id
    LEFT JOIN heard h ON h.id = p.id
    LEFT JOIN claim c ON c.id = p.id
)
INSERT INTO pairing_standing (agreement_id, programme_id, day, planned, lowest, highest, behind, visited_on, heard_on,
                              due_on, seen_on, visit_on, risk, reasons)
SELECT id, programme_id, %(day)s, planned, lowest, highest, behind, visited_on, heard_on, due_on,
       seen_on, visit_on,
       CASE WHEN late THEN %(late)s ELSE 0 END + CASE WHEN behind THEN %(behind)s ELSE 0 END
       + CASE WHEN gap THEN %(gap)s ELSE 0 END + CASE WHEN never_visited THEN %(never_visited)s ELSE 0 END
       + CASE WHEN silent THEN %(silence)s ELSE 0 END + CASE WHEN formal THEN %(formal)s ELSE 0 END,
       array_remove(ARRAY[
           CASE WHEN late THEN 'late' END, CASE WHEN behind THEN 'behind' END, CASE WHEN gap THEN 'gap' END,
           CASE WHEN never_visited THEN 'never_visited' END, CASE WHEN silent THEN 'silence' END,
           CASE WHEN formal THEN 'formal' END
       ], NULL)
FROM found
ORDER BY id -- two rounds at once take the rows in one order
ON CONFLICT (agreement_id) DO UPDATE SET
    programme_id = excluded.programme_id, day = excluded.day, planned = excluded.planned, lowest = excluded.lowest,
    highest = excluded.highest, behind = excluded.behind, visited_on = excluded.visited_on,
    heard_on = excluded.heard_on, due_on = excluded.due_on, seen_on = excluded.seen_on, visit_on = excluded.visit_on,
    risk = excluded.risk, reasons = excluded.reasons
