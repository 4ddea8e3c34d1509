-- The sums by day of a whole programme, from all its facts.
WITH difference AS (SELECT *, 1 AS factor FROM reports_fact WHERE programme_id = %(programme)s)
INSERT INTO reports_daycount (programme_id, body, key, measure, day, n)
{entries}
