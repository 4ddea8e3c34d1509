-- What changed facts add to the sums: of the whole programme and of each body with sums of its own; in all, by category,
-- by way. Byte order ("C") sorts several times faster than that of a language.
SELECT t.programme_id, t.body, k.key COLLATE "C" AS key, t.measure COLLATE "C" AS measure, t.day, sum(t.n)::int AS n
FROM (
    SELECT d.programme_id, b.body, d.category, d.way, u.measure, u.day, sum(u.n * d.factor) AS n
    FROM difference d,
         unnest(d.measures, d.days, d.changes) AS u(measure, day, n),
         LATERAL (SELECT 0::bigint AS body UNION ALL SELECT s.body FROM reports_summedbody s
                  WHERE s.programme_id = d.programme_id AND s.body = ANY(d.bodies)) b
    GROUP BY 1, 2, 3, 4, 5, 6
) t, LATERAL (SELECT '' AS key
              UNION ALL SELECT 'category:' || t.category WHERE t.category IS NOT NULL
              UNION ALL SELECT 'way:' || t.way WHERE t.way > '') k
GROUP BY 1, 2, 3, 4, 5 HAVING sum(t.n) <> 0
