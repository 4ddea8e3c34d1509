-- Facts of problems, four kinds: the problem itself (raised, and where it stands on every day, exactly as
-- ProblemQuerySet.as_of reads it), its solving (first write-off and relapse, in the way of the pair) and the solution
-- (its row of the statistics table, which counts for the parties too), and for which "grounds" it was refused, as
-- reports.refusals reads them. The condition "wanted" says of which problems p.
WITH wanted AS MATERIALIZED (
    SELECT p.id, p.programme_id, p.raised_on, coalesce(p.category_id, 0) AS category, o.path
    FROM pairing_problem p JOIN accounts_organisation o ON o.id = p.owner_id
    WHERE {wanted}
), held AS MATERIALIZED (
    SELECT w.id, w.raised_on, e.id AS episode, e.agreement_id, e.taken_on, e.written_off_on, e.relapsed_on,
           coalesce(e.released_on, 'infinity') AS released, coalesce(a.signed_on, 'infinity') AS signed,
           coalesce(e.confirmed_on, 'infinity') AS confirmed, coalesce(e.written_off_on, 'infinity') AS written,
           coalesce(e.relapsed_on, 'infinity') AS relapsed
    FROM wanted w JOIN pairing_episode e ON e.problem_id = w.id JOIN pairing_agreement a ON a.id = e.agreement_id
    WHERE e.taken_on IS NOT NULL
), stretch AS MATERIALIZED (  -- where several cover a day, the one of the lowest layer counts, then the latest taken
    SELECT w.id, 0 AS layer, i.from_on - date '1900-01-01' AS place, i.id AS row, i.kind AS state,
           greatest(i.from_on, w.raised_on) AS from_on, coalesce(i.to_on, 'infinity') AS to_on
    FROM wanted w JOIN pairing_interval i ON i.problem_id = w.id
    WHERE w.raised_on IS NOT NULL
    UNION ALL
    SELECT h.id, 1, date '1900-01-01' - h.taken_on, -h.episode, s.state,
           greatest(s.from_on, h.raised_on), least(s.to_on, h.released)
    FROM held h, LATERAL (VALUES
        ('matched', h.taken_on, least(h.signed, h.confirmed, h.written)),
        ('in_pairing', greatest(h.taken_on, h.signed), least(h.confirmed, h.written)),
        ('done', greatest(h.taken_on, h.confirmed), h.written),
        ('closed', greatest(h.taken_on, h.written), h.relapsed),
        ('open', greatest(h.taken_on, h.written, h.relapsed), 'infinity'::date)
    ) s (state, from_on, to_on)
    WHERE h.raised_on IS NOT NULL
    UNION ALL
    SELECT id, 2, 0, 0, 'open', raised_on, 'infinity' FROM wanted WHERE raised_on IS NOT NULL
), point AS (
    SELECT id, from_on AS day FROM stretch WHERE from_on < to_on
    UNION SELECT s.id, s.to_on FROM stretch s WHERE s.from_on < s.to_on AND s.to_on < 'infinity'
), standing AS (
    SELECT DISTINCT ON (p.id, p.day) p.id, p.day, s.state
    FROM point p JOIN stretch s ON s.id = p.id AND s.from_on <= p.day AND s.to_on > p.day
    ORDER BY p.id, p.day, s.layer, s.place, s.row
), change AS (
    SELECT id, day, state, lag(state) OVER (PARTITION BY id ORDER BY day) AS before FROM standing
), first_solved AS MATERIALIZED (
    SELECT DISTINCT ON (h.id) h.id, h.agreement_id, h.written_off_on
    FROM held h
    WHERE h.written_off_on IS NOT NULL
    ORDER BY h.id, h.written_off_on, h.episode
), relapse AS (
    SELECT id, min(relapsed_on) AS day FROM held WHERE relapsed_on IS NOT NULL GROUP BY id
), way AS (
    SELECT f.id, a.direction || '|' || a.level || '|' || coalesce(min(o.side), '') AS way
    FROM first_solved f
    JOIN pairing_agreement a ON a.id = f.agreement_id
    LEFT JOIN pairing_party y ON y.agreement_id = a.id AND y.role = 'initiator'
    LEFT JOIN accounts_organisation o ON o.id = y.organisation_id
    GROUP BY f.id, a.direction, a.level
), concerned AS (
    SELECT f.id, o.path FROM first_solved f JOIN wanted o ON o.id = f.id
    UNION SELECT f.id, o.path
    FROM first_solved f
    JOIN pairing_party y ON y.agreement_id = f.agreement_id AND y.name_then > ''
    JOIN accounts_organisation o ON o.id = y.organisation_id OR o.id = y.unit_id
), concerned_bodies AS (
    SELECT c.id, array_agg(DISTINCT b.body::bigint ORDER BY b.body::bigint) AS bodies
    FROM concerned c, unnest(string_to_array(btrim(c.path, '/'), '/')) AS b(body)
    GROUP BY c.id
), owner_bodies AS (
    SELECT w.id, array_agg(b.body::bigint ORDER BY b.body::bigint) AS bodies
    FROM wanted w, unnest(string_to_array(btrim(w.path, '/'), '/')) AS b(body)
    GROUP BY w.id
), refusal AS (  -- filed again it forgets its ground, the record does not; what its agreement was refused for counts there
    SELECT w.id, i.from_on AS day, coalesce(nullif(e.ground, ''), p.ground) AS ground
    FROM wanted w
    JOIN pairing_interval i ON i.problem_id = w.id AND i.kind = 'refused'
    JOIN pairing_problem p ON p.id = w.id
    LEFT JOIN LATERAL (
        SELECT (array_agg(e.details ->> 'ground' ORDER BY e.id))[1] AS ground,
               bool_or(e.action = 'refuse_with_agreement') AS with_agreement
        FROM accounts_event e
        WHERE e.object_type = 'problem' AND e.object_id = w.id AND e.action IN ('refuse', 'refuse_with_agreement')
          AND (e.happened_at AT TIME ZONE 'Asia/Shanghai')::date = i.from_on
    ) e ON true
    WHERE e.with_agreement IS NOT TRUE
), entry AS (
    SELECT 'problem' AS kind, id, 'raised' AS measure, raised_on AS day, 1 AS n FROM wanted WHERE raised_on IS NOT NULL
    UNION ALL SELECT 'problem', id, state, day, 1 FROM change WHERE state IS DISTINCT FROM before
    UNION ALL SELECT 'problem', id, before, day, -1 FROM change WHERE state IS DISTINCT FROM before AND before IS NOT NULL
    UNION ALL SELECT 'solving', f.id, 'solved', greatest(f.written_off_on, w.raised_on), 1
        FROM first_solved f JOIN wanted w USING (id) WHERE w.raised_on IS NOT NULL
    UNION ALL SELECT 'solving', r.id, 'relapsed', greatest(r.day, w.raised_on), 1
        FROM relapse r JOIN wanted w USING (id) WHERE w.raised_on IS NOT NULL
    UNION ALL SELECT 'solution', id, 'written_off', written_off_on, 1 FROM first_solved
    UNION ALL SELECT 'refusal', id, 'for_' || ground, day, 1 FROM refusal WHERE ground IN ({grounds})
), gathered AS (
    SELECT kind, id, array_agg(measure ORDER BY day, measure, n) AS measures, array_agg(day ORDER BY day, measure, n) AS days,
           array_agg(n::smallint ORDER BY day, measure, n) AS changes
    FROM entry GROUP BY kind, id
)
SELECT g.kind, g.id AS object_id, w.programme_id,
       CASE g.kind WHEN 'solution' THEN c.bodies WHEN 'refusal' THEN '{{}}' ELSE o.bodies END AS bodies,
       CASE WHEN g.kind <> 'refusal' THEN w.category END AS category,
       CASE WHEN g.kind IN ('problem', 'refusal') THEN '' ELSE coalesce(y.way, '') END AS way,
       g.measures, g.days, g.changes
FROM gathered g
JOIN wanted w USING (id)
JOIN owner_bodies o USING (id)
LEFT JOIN way y USING (id)
LEFT JOIN concerned_bodies c USING (id)
