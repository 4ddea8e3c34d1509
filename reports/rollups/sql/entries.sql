-- What facts add to the sums: of the whole programme and of each body with sums of its own; in all, by category, by way.
SELECT d.programme_id, b.body, k.key, u.measure, u.day, sum(u.n * d.factor)::int AS n
FROM difference d,
     unnest(d.measures, d.days, d.changes) AS u(measure, day, n),
     LATERAL (SELECT 0 AS body UNION ALL SELECT s.body FROM reports_summedbody s
              WHERE s.programme_id = d.programme_id AND s.body = ANY(d.bodies)) b,
     LATERAL (SELECT '' AS key
              UNION ALL SELECT 'category:' || d.category WHERE d.category IS NOT NULL
              UNION ALL SELECT 'way:' || d.way WHERE d.way > '') k
GROUP BY 1, 2, 3, 4, 5 HAVING sum(u.n * d.factor) <> 0
