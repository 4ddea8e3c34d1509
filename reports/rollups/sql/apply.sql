-- Replaces the facts of some objects by fresh ones and adds the difference to the sums, in one statement.
-- Placeholders: fresh, the SELECT of their facts as they are now; touched, which rows of reports_fact are theirs.
WITH fresh AS MATERIALIZED (
{fresh}
), stale AS MATERIALIZED (
    SELECT f.kind, f.object_id, f.programme_id, f.bodies, f.category, f.way, f.measures, f.days, f.changes
    FROM reports_fact f WHERE {touched}
), difference AS MATERIALIZED (
    (SELECT *, 1 AS factor FROM fresh EXCEPT SELECT *, 1 FROM stale)
    UNION ALL (SELECT *, -1 FROM stale EXCEPT SELECT *, -1 FROM fresh)
), gone AS (
    DELETE FROM reports_fact f USING difference d
    WHERE d.factor = -1 AND (f.kind, f.object_id, f.programme_id) = (d.kind, d.object_id, d.programme_id)
      AND NOT EXISTS (
        SELECT FROM fresh n WHERE (n.kind, n.object_id, n.programme_id) = (d.kind, d.object_id, d.programme_id))
), put AS (
    INSERT INTO reports_fact (kind, object_id, programme_id, bodies, category, way, measures, days, changes)
    SELECT kind, object_id, programme_id, bodies, category, way, measures, days, changes
    FROM difference WHERE factor = 1
    ON CONFLICT (kind, object_id, programme_id) DO UPDATE SET
        bodies = excluded.bodies, category = excluded.category, way = excluded.way, measures = excluded.measures,
        days = excluded.days, changes = excluded.changes
), entry AS MATERIALIZED (
{entries}
), by_day AS (
    INSERT INTO reports_daycount AS c (programme_id, body, key, measure, day, n)
    SELECT programme_id, body, key, measure, day, n FROM entry
    ON CONFLICT (programme_id, body, key, measure, day) DO UPDATE SET n = c.n + excluded.n
)
INSERT INTO reports_monthcount AS c (programme_id, body, key, measure, month, n)
SELECT programme_id, body, key, measure, date_trunc('month', day)::date, sum(n)
FROM entry GROUP BY 1, 2, 3, 4, 5 HAVING sum(n) <> 0
ON CONFLICT (programme_id, body, key, measure, month) DO UPDATE SET n = c.n + excluded.n
