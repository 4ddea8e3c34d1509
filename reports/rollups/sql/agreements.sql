-- Facts of signed agreements: signed, running, due soon, overdue, stopped, ended and how, days late, extended, first
-- solved problem; as AgreementsAsOf counts them on every day. The condition "wanted" says of which agreements a.
WITH wanted AS MATERIALIZED (
    SELECT a.id, a.programme_id, a.signed_on, a.ended_on, a.state, a.days_late, a.level,
           a.direction, (SELECT max(n) FROM unnest(r.remind_before) n) AS remind
    FROM pairing_agreement a LEFT JOIN pairing_ruleversion r ON r.id = a.rule_version_id
    WHERE a.signed_on IS NOT NULL AND {wanted}
), published AS (  -- how many days before the due date "soon" begins, for pairs that keep no rules of their own
    SELECT programme_id, starts_on, coalesce((SELECT max(n) FROM unnest(remind_before) n), 0) AS remind,
           row_number() OVER (PARTITION BY programme_id ORDER BY starts_on) AS place
    FROM pairing_ruleversion WHERE published_on IS NOT NULL
), happening AS (
    SELECT id, signed_on AS day, 1 AS run, 0 AS stop, 0 AS back, NULL::date AS due, 0::bigint AS row, NULL::int AS remind
    FROM wanted
    UNION ALL SELECT id, ended_on, -1, 0, 0, NULL, 0, NULL FROM wanted WHERE ended_on IS NOT NULL
    UNION ALL SELECT w.id, c.decided_on, 0, 0, 0, c.due_on, c.id, NULL
        FROM wanted w JOIN pairing_duechange c ON c.agreement_id = w.id
    UNION ALL SELECT w.id, i.from_on, 0, 1, 0, NULL, 0, NULL
        FROM wanted w JOIN pairing_interval i ON i.agreement_id = w.id WHERE i.kind IN ('suspended', 'acceptance')
    UNION ALL SELECT w.id, i.to_on, 0, -1, CASE i.kind WHEN 'acceptance' THEN i.to_on - i.from_on ELSE 0 END, NULL, 0, NULL
        FROM wanted w JOIN pairing_interval i ON i.agreement_id = w.id
        WHERE i.kind IN ('suspended', 'acceptance') AND i.to_on IS NOT NULL
    UNION ALL SELECT w.id, x.asked_on, 0, 1, 0, NULL, 0, NULL
        FROM wanted w JOIN pairing_extension x ON x.agreement_id = w.id WHERE x.timely
    UNION ALL SELECT w.id, x.decided_on, 0, -1, 0, NULL, 0, NULL
        FROM wanted w JOIN pairing_extension x ON x.agreement_id = w.id WHERE x.timely AND x.decided_on IS NOT NULL
    UNION ALL SELECT w.id, p.starts_on, 0, 0, 0, NULL, 0, p.remind
        FROM wanted w JOIN published p USING (programme_id)
        WHERE w.remind IS NULL AND p.starts_on > w.signed_on AND p.place > 1
), by_day AS (
    SELECT id, day, sum(run) AS run, sum(stop) AS stop, sum(back) AS back, max(remind) AS remind,
           (array_agg(due ORDER BY row DESC) FILTER (WHERE due IS NOT NULL))[1] AS due
    FROM happening GROUP BY id, day
), course AS (
    SELECT id, day, sum(run) OVER past > 0 AS runs, sum(stop) OVER past > 0 AS stands, (sum(back) OVER past)::int AS back,
           array_agg(due) FILTER (WHERE due IS NOT NULL) OVER past AS dues,
           array_agg(remind) FILTER (WHERE remind IS NOT NULL) OVER past AS reminds,
           coalesce(lead(day) OVER (PARTITION BY id ORDER BY day), 'infinity') AS until
    FROM by_day WINDOW past AS (PARTITION BY id ORDER BY day)
), piece AS (
    SELECT c.id, c.day, c.until, c.stands, c.dues[cardinality(c.dues)] + c.back AS due,
           coalesce(w.remind, c.reminds[cardinality(c.reminds)], (
               SELECT p.remind FROM published p WHERE p.programme_id = w.programme_id
               ORDER BY p.starts_on > w.signed_on, CASE WHEN p.starts_on <= w.signed_on THEN p.starts_on END DESC, p.starts_on
               LIMIT 1
           ), {due_soon_days}) AS remind
    FROM course c JOIN wanted w USING (id) WHERE c.runs
), stretch AS (
    SELECT id, 'running' AS measure, day AS from_on, until AS to_on FROM piece
    UNION ALL SELECT id, 'stopped', day, until FROM piece WHERE stands
    UNION ALL SELECT id, 'overdue', greatest(day, due + 1), until FROM piece WHERE NOT stands AND due IS NOT NULL
    UNION ALL SELECT id, 'due_soon', greatest(day, due - remind), least(until, due + 1)
        FROM piece WHERE NOT stands AND due IS NOT NULL
), solved AS (  -- problems whose first write-off was in this pair
    SELECT w.id, min(e.written_off_on) AS day
    FROM wanted w JOIN pairing_episode e ON e.agreement_id = w.id
    WHERE e.written_off_on IS NOT NULL AND NOT EXISTS (
        SELECT FROM pairing_episode b
        WHERE b.problem_id = e.problem_id AND (b.written_off_on, b.id) < (e.written_off_on, e.id)
    )
    GROUP BY w.id
), extended AS (
    SELECT w.id, min(x.decided_on) AS day
    FROM wanted w JOIN pairing_extension x ON x.agreement_id = w.id WHERE x.decision = 'granted' GROUP BY w.id
), entry AS (
    SELECT id, 'signed' AS measure, signed_on AS day, 1 AS n FROM wanted
    UNION ALL SELECT id, measure, from_on, 1 FROM stretch WHERE from_on < to_on
    UNION ALL SELECT id, measure, to_on, -1 FROM stretch WHERE from_on < to_on AND to_on < 'infinity'
    UNION ALL SELECT id, 'ended', ended_on, 1 FROM wanted WHERE ended_on IS NOT NULL
    UNION ALL SELECT id, CASE WHEN state = 'terminated' THEN state WHEN days_late > 0 THEN 'late' ELSE 'on_time' END,
        ended_on, 1
        FROM wanted WHERE ended_on IS NOT NULL AND (state = 'terminated' OR state = 'closed' AND days_late IS NOT NULL)
    UNION ALL SELECT id, 'days_late', ended_on, days_late FROM wanted
        WHERE ended_on IS NOT NULL AND state = 'closed' AND days_late > 0
    UNION ALL SELECT s.id, 'solving_pairs', greatest(s.day, w.signed_on), 1 FROM solved s JOIN wanted w USING (id)
    UNION ALL SELECT x.id, 'extended', greatest(x.day, w.signed_on), 1 FROM extended x JOIN wanted w USING (id)
), summed AS (  -- where one stretch ends and the next begins nothing changes
    SELECT id, measure, day, sum(n)::smallint AS n FROM entry GROUP BY id, measure, day HAVING sum(n) <> 0
), gathered AS (
    SELECT id, array_agg(measure ORDER BY day, measure) AS measures, array_agg(day ORDER BY day, measure) AS days,
           array_agg(n ORDER BY day, measure) AS changes
    FROM summed GROUP BY id
), signer AS (
    SELECT w.id, g.id AS signature, s.organisation_id AS body, y.organisation_id AS heir
    FROM wanted w
    JOIN pairing_party y ON y.agreement_id = w.id
    JOIN pairing_signature g ON g.party_id = y.id AND g.voided_at IS NULL
    JOIN accounts_seat s ON s.id = g.seat_id
), moved AS (  -- since its signer was closed the pair counts for who took its place: these lie above one of them only
    SELECT r.signature, r.id, b.body::bigint AS body
    FROM signer r
    JOIN accounts_organisation o ON o.id IN (r.body, r.heir),
    unnest(string_to_array(btrim(o.path, '/'), '/')) AS b(body)
    WHERE r.heir <> r.body
    GROUP BY 1, 2, 3 HAVING count(*) = 1
), signer_bodies AS (
    SELECT id, array_agg(body ORDER BY body) AS bodies
    FROM (
        SELECT r.id, b.body::bigint AS body
        FROM signer r
        JOIN accounts_organisation o ON o.id = r.body,
        unnest(string_to_array(btrim(o.path, '/'), '/')) AS b(body)
        UNION SELECT id, body FROM moved
    ) above
    GROUP BY id
), begun AS (
    SELECT w.id, min(o.side) AS side
    FROM wanted w JOIN pairing_party y ON y.agreement_id = w.id AND y.role = 'initiator'
    JOIN accounts_organisation o ON o.id = y.organisation_id
    GROUP BY w.id
)
SELECT 'agreement' AS kind, w.id AS object_id, w.programme_id, coalesce(b.bodies, '{{}}') AS bodies, NULL::bigint AS category,
       w.direction || '|' || w.level || '|' || coalesce(s.side, '') AS way, g.measures, g.days, g.changes
FROM gathered g
JOIN wanted w USING (id)
LEFT JOIN signer_bodies b USING (id)
LEFT JOIN begun s USING (id)
UNION ALL  -- counts nothing: it names the bodies for which the sums cannot say from when to when the pair counts
SELECT 'moved', w.id, w.programme_id, array_agg(DISTINCT m.body ORDER BY m.body), NULL, '', '{{}}', '{{}}', '{{}}'
FROM wanted w JOIN moved m USING (id)
GROUP BY w.id, w.programme_id
