-- Follow-ups as pairing.deadlines.follow_up_days plans them: every 14 days inside the term, moved to working days;
-- an extension plans on from the last one; after a suspension what was planned since moves along. w_day
-- has every day with the working days around it.
CREATE TEMP TABLE w_visit AS
WITH first AS (
    SELECT DISTINCT a.i, d.day FROM w_agreement a, generate_series(1, (a.original_due_on - a.signed_on) / 14) n,
        LATERAL (SELECT CASE WHEN next_on > a.original_due_on THEN prev_on ELSE next_on END AS day
                 FROM w_day WHERE w_day.day = a.signed_on + 14 * n) d
    WHERE d.day > a.signed_on
), moved AS (
    SELECT DISTINCT a.i, CASE WHEN f.day < a.suspended_on OR a.resumed_on IS NULL THEN f.day
                              WHEN d.next_on > a.due_on THEN d.prev_on ELSE d.next_on END AS day
    FROM first f JOIN w_agreement a USING (i)
    LEFT JOIN w_day d ON d.day = f.day + (a.resumed_on - a.suspended_on)
), lasts AS (
    SELECT i, max(day) AS day FROM moved GROUP BY i
), second AS (
    SELECT DISTINCT a.i, d.day FROM w_agreement a JOIN lasts USING (i), generate_series(1, (a.due_on - lasts.day) / 14) n,
        LATERAL (SELECT CASE WHEN next_on > a.due_on THEN prev_on ELSE next_on END AS day
                 FROM w_day WHERE w_day.day = lasts.day + 14 * n) d
    WHERE a.flag IN ('extended', 'resumed') AND d.day > lasts.day
), planned AS (
    SELECT i, day AS planned_on FROM moved UNION ALL SELECT i, day FROM second
)
SELECT p.*, nextval('pairing_followup_id_seq') AS id, CASE
           WHEN planned_on >= coalesce(proposed_on, ended_on, CASE WHEN state = 'suspended' THEN suspended_on END, w.today) THEN ''
           WHEN f.luck < 85 THEN 'done' WHEN f.luck < 90 THEN 'skipped' ELSE '' END AS fate,
       (ARRAY['visit', 'call', 'paper'])[1 + f.luck % 3] AS kind
FROM planned p JOIN w_agreement a USING (i), w_world w,
     LATERAL (SELECT pg_temp.dice(p.i::bigint * 10000 + (p.planned_on - w.start_on), 91, 100) AS luck) f
ORDER BY p.i, p.planned_on;
CREATE INDEX ON w_visit (i);
ANALYZE w_visit;

-- Progress: each party after a month and, where the work goes on, after two; the percentages rise.
CREATE TEMP TABLE w_progress AS
SELECT y.i, y.ord, y.id AS party_id, y.b, a.id AS agreement_id, n.half, a.signed_on + n.day AS day,
       CASE n.half WHEN 1 THEN 20 ELSE 60 END + pg_temp.dice(y.i * 10 + y.ord, 92, 30) AS percent
FROM w_agreement a JOIN w_party y USING (i), w_world w, (VALUES (1, 15), (2, 60)) n(half, day)
WHERE a.reach = 6 AND pg_temp.dice(y.i * 10 + y.ord, 93 + n.half, 100) < 85
  AND a.signed_on + n.day < coalesce(a.proposed_on, a.ended_on, CASE WHEN a.state = 'suspended' THEN a.suspended_on END, w.today);
