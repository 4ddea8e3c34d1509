-- Facts of party branches, in each programme: they exist, take part (taking_part_on), helped (helping_on), are of pairs
-- that solved problems (signers_of). Reads the facts of agreements, which are made before. The condition "wanted" says of which organisations o.
WITH wanted AS MATERIALIZED (
    SELECT o.id, o.path, coalesce(o.opened_on, date '1900-01-01') AS opened, coalesce(o.closed_on, 'infinity') AS closed
    FROM accounts_organisation o WHERE o.kind = 'party_branch' AND {wanted}
), own AS MATERIALIZED (
    SELECT w.id, g.party_id
    FROM wanted w
    JOIN accounts_seat s ON s.organisation_id = w.id
    JOIN pairing_signature g ON g.seat_id = s.id AND g.voided_at IS NULL
), inherited AS (  -- signed by a body that was closed, whose place in the pair it took
    SELECT w.id, g.party_id, so.closed_on
    FROM wanted w
    JOIN pairing_party y ON y.organisation_id = w.id
    JOIN pairing_signature g ON g.party_id = y.id AND g.voided_at IS NULL
    JOIN accounts_seat s ON s.id = g.seat_id AND s.organisation_id <> w.id
    JOIN accounts_organisation so ON so.id = s.organisation_id AND so.closed_on IS NOT NULL
), pair AS (
    SELECT x.id, a.programme_id, a.id AS agreement, greatest(a.signed_on, x.since) AS day, x.since IS NULL AS signed
    FROM (SELECT id, party_id, NULL::date AS since FROM own
          UNION ALL SELECT id, party_id, closed_on FROM inherited) x
    JOIN pairing_party y ON y.id = x.party_id
    JOIN pairing_agreement a ON a.id = y.agreement_id
    WHERE a.signed_on IS NOT NULL
), part AS (
    SELECT p.id, p.programme_id, min(p.day) AS day,
           min(f.days[array_position(f.measures, 'solving_pairs')]) FILTER (WHERE p.signed) AS solving
    FROM pair p
    LEFT JOIN reports_fact f
        ON f.kind = 'agreement' AND f.object_id = p.agreement AND f.programme_id = p.programme_id
    GROUP BY p.id, p.programme_id
), helping AS (  -- named as helper, or, where nobody is named, party of a pair that has a problem of somebody else
    SELECT w.id, a.programme_id, a.signed_on AS day
    FROM wanted w
    JOIN pairing_episode e ON e.helper_id = w.id AND e.taken_on IS NOT NULL
    JOIN pairing_agreement a ON a.id = e.agreement_id
    WHERE a.signed_on IS NOT NULL
    UNION ALL
    SELECT w.id, a.programme_id, a.signed_on
    FROM wanted w
    JOIN pairing_party y ON y.organisation_id = w.id AND y.name_then > ''
    JOIN pairing_agreement a ON a.id = y.agreement_id
    JOIN pairing_episode e ON e.agreement_id = a.id AND e.helper_id IS NULL AND e.taken_on IS NOT NULL
    JOIN pairing_problem p ON p.id = e.problem_id AND p.owner_id <> w.id
    WHERE a.signed_on IS NOT NULL
), helped AS (
    SELECT id, programme_id, min(day) AS day FROM helping GROUP BY 1, 2
), exists_in AS (
    SELECT w.id, r.id AS programme_id, w.opened, w.closed
    FROM pairing_programme r
    JOIN accounts_organisation c ON c.id = r.committee_id
    JOIN wanted w ON w.path LIKE c.path || '%%'
    WHERE w.opened < w.closed AND (%(programme)s IS NULL OR r.id = %(programme)s)
), stretch AS (
    SELECT id, programme_id, 'existing' AS measure, opened AS from_on, closed AS to_on FROM exists_in
    UNION ALL SELECT e.id, e.programme_id, 'taking_part', greatest(p.day, e.opened), e.closed
        FROM exists_in e JOIN part p USING (id, programme_id)
    UNION ALL SELECT e.id, e.programme_id, 'helping', greatest(h.day, e.opened), e.closed
        FROM exists_in e JOIN helped h USING (id, programme_id)
    UNION ALL SELECT id, programme_id, 'solving_branches', solving, 'infinity'
        FROM part WHERE solving IS NOT NULL AND (%(programme)s IS NULL OR programme_id = %(programme)s)
), entry AS (
    SELECT id, programme_id, measure, from_on AS day, 1 AS n FROM stretch WHERE from_on < to_on
    UNION ALL SELECT id, programme_id, measure, to_on, -1 FROM stretch WHERE from_on < to_on AND to_on < 'infinity'
), gathered AS (
    SELECT id, programme_id, array_agg(measure ORDER BY day, measure) AS measures,
           array_agg(day ORDER BY day, measure) AS days, array_agg(n::smallint ORDER BY day, measure) AS changes
    FROM entry GROUP BY id, programme_id
)
SELECT 'branch' AS kind, g.id AS object_id, g.programme_id, b.bodies, NULL::bigint AS category, '' AS way,
       g.measures, g.days, g.changes
FROM gathered g
JOIN wanted w USING (id),
LATERAL (SELECT array_agg(x::bigint ORDER BY x::bigint) AS bodies
         FROM unnest(string_to_array(btrim(w.path, '/'), '/')) x) b
