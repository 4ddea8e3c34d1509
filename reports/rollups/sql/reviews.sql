-- Facts of reviews, by agreement: for which grounds goals were refused, and the agreement as a whole; as reports.refusals
-- reads them. The condition "wanted" says of which agreements a, "grounds" which grounds are counted.
WITH wanted AS MATERIALIZED (
    SELECT a.id, a.programme_id FROM pairing_agreement a WHERE {wanted}
), refusal AS (
    SELECT w.id, g.ground, (o.given_at AT TIME ZONE 'Asia/Shanghai')::date AS day
    FROM wanted w
    JOIN pairing_review r ON r.agreement_id = w.id
    JOIN pairing_opinion o ON o.review_id = r.id
    JOIN pairing_goalopinion g ON g.opinion_id = o.id AND g.verdict = 'refuse'
    UNION ALL
    SELECT w.id, r.ground, (r.decided_at AT TIME ZONE 'Asia/Shanghai')::date
    FROM wanted w
    JOIN pairing_review r ON r.agreement_id = w.id AND r.outcome = 'refused' AND r.decided_at IS NOT NULL
)
SELECT 'review' AS kind, w.id AS object_id, w.programme_id, '{{}}'::bigint[] AS bodies, NULL::bigint AS category, '' AS way,
       array_agg('for_' || f.ground ORDER BY f.day, f.ground) AS measures,
       array_agg(f.day ORDER BY f.day, f.ground) AS days, array_agg(1::smallint ORDER BY f.day, f.ground) AS changes
FROM refusal f JOIN wanted w USING (id)
WHERE f.ground IN ({grounds})
GROUP BY w.id, w.programme_id
