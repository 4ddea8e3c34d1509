-- The problems themselves: words, number, since when, whose turn, who sees them.
CREATE TEMP TABLE w_joiner AS
SELECT f.p, b.b, b.id AS body, f.filed_on + 1 AS joined_on
FROM w_fate f, w_world w, LATERAL (
    SELECT * FROM w_branch WHERE w_branch.b = (f.owner_b + 1 + pg_temp.dice(f.p, 61, w.branches - 1)) % w.branches) b
WHERE pg_temp.dice(f.p, 60, 100) < 2 AND f.filed_on + 2 < w.today
  AND f.state NOT IN ('draft', 'discarded', 'to_confirm', 'explained');

CREATE INDEX ON w_joiner (p);
ANALYZE w_joiner;

CREATE TEMP TABLE w_viewer AS
WITH seen AS (
    SELECT f.p, b.id AS body FROM w_fate f JOIN w_branch b ON b.b = f.filer_b
    UNION SELECT f.p, b.id FROM w_fate f JOIN w_branch b ON b.b = f.owner_b WHERE f.state NOT IN ('draft', 'discarded')
    UNION SELECT p, body FROM w_joiner
    UNION SELECT l.p, y.body FROM w_listed l JOIN w_party y USING (i) WHERE l.outcome <> 'wish'
)
SELECT p, array_agg(body ORDER BY body) AS bodies FROM seen GROUP BY p;
CREATE UNIQUE INDEX ON w_viewer (p);
ANALYZE w_viewer;

CREATE TEMP TABLE w_problem AS
WITH worded AS (
    SELECT f.*, nextval('pairing_problem_id_seq') AS id, o.id AS owner_id, o.short_name AS owner_short,
           o.name AS owner_name, v.bodies AS viewers, t.n AS topic, t.category_id,
           w.places[1 + pg_temp.dice(f.p, 62, cardinality(w.places))] || t.problem AS title,
           CASE WHEN pg_temp.dice(f.p, 63, 2) = 0 THEN o.unit_id END AS unit_id,
           r.id AS filer_id, r.short_name AS filer_short, coalesce(r.liaison_user_id, r.user_id) AS filed_by_id,
           a.signed_on, a.invited_on, a.completed_on
    FROM w_fate f JOIN w_branch o ON o.b = f.owner_b JOIN w_branch r ON r.b = f.filer_b JOIN w_viewer v USING (p)
    CROSS JOIN w_world w JOIN w_topic t ON t.n = pg_temp.dice(f.p, 64, w.topics)
    LEFT JOIN w_life a ON a.i = f.i
), numbered AS (
    SELECT *, CASE WHEN state NOT IN ('draft', 'discarded') THEN extract(year FROM filed_on)::int END AS year,
           CASE WHEN state NOT IN ('draft', 'discarded') THEN row_number() OVER (
               PARTITION BY state IN ('draft', 'discarded'), extract(year FROM filed_on) ORDER BY filed_on, p) END AS sequence
    FROM worded
)
SELECT n.*, CASE WHEN year IS NULL THEN '' ELSE '问题〔' || year || '〕' || sequence || '号' END AS number,
       CASE WHEN state IN ('draft', 'to_confirm', 'discarded') THEN NULL
            WHEN state = 'explained' THEN stands_since ELSE filed_on END AS raised_on,
       since.at AS state_since,
       greatest(since.at, also.at, looked.at, joined.at) AS last_at, also.at AS turned_at,
       CASE WHEN state IN ('draft', 'to_confirm', 'open') OR outcome = 'claimed' THEN 'branches'
            WHEN outcome = 'kept' THEN 'group' ELSE '' END AS turn
FROM numbered n, LATERAL (SELECT CASE
        WHEN stands_since IS NOT NULL AND outcome = 'refused' THEN pg_temp.moment(stands_since, 70)
        WHEN stands_since IS NOT NULL THEN pg_temp.moment(stands_since, 75)
        WHEN outcome IN ('', 'wish') THEN pg_temp.moment(filed_on, 0)
        WHEN outcome = 'matched' THEN pg_temp.moment(invited_on, 1)
        WHEN outcome = 'released' THEN pg_temp.moment(pair_ended_on, end_place)
        WHEN outcome = 'closed' THEN CASE look_back WHEN 'relapsed' THEN pg_temp.moment(pair_ended_on + 92, 75)
                                     ELSE pg_temp.moment(pair_ended_on, 70) END
        WHEN outcome = 'kept' THEN pg_temp.moment(signed_on + 20, 54)
        WHEN outcome = 'done' AND completed_on IS NOT NULL THEN pg_temp.moment(completed_on, 68)
        WHEN outcome = 'done' THEN pg_temp.moment(signed_on + 20, 54)
        ELSE pg_temp.moment(signed_on, 49) END AS at) since,
    LATERAL (SELECT CASE outcome WHEN 'claimed' THEN pg_temp.moment(signed_on + 20, 54)
                                 WHEN 'kept' THEN pg_temp.moment(pair_ended_on, 70) END AS at) also,
    LATERAL (SELECT CASE WHEN look_back <> '' THEN pg_temp.moment(pair_ended_on + 92, 75) END AS at) looked,
    LATERAL (SELECT max(pg_temp.moment(j.joined_on, 1)) AS at FROM w_joiner j WHERE j.p = n.p) joined;
CREATE UNIQUE INDEX ON w_problem (p);
ANALYZE w_problem;

INSERT INTO pairing_problem (
    id, programme_id, year, sequence, number, created_at, state_since, last_event_at, turn, turn_of, turn_names,
    turn_since, viewers, state, title, description, category_id, urgency, owner_id, unit_id, filer_id, filed_by_id,
    raised_on, ground, last_look_back, text_version)
SELECT id, w.programme, year, sequence, number, pg_temp.moment(filed_on, 0), state_since,
       CASE WHEN state <> 'draft' THEN last_at END, turn,
       CASE WHEN state = 'draft' THEN ARRAY[filer_id] WHEN turn = 'branches' THEN ARRAY[owner_id] ELSE '{}' END,
       CASE WHEN state = 'draft' THEN filer_short WHEN turn = 'branches' THEN owner_short ELSE '' END,
       CASE WHEN turn <> '' THEN coalesce(turned_at, state_since) END, viewers, state, title,
       title || '，影响进度和质量，本支部试过两次仍未解决，希望有经验的支部帮助。', category_id,
       w.urgencies[1 + pg_temp.dice(p, 65, cardinality(w.urgencies))], owner_id, unit_id, filer_id, filed_by_id,
       raised_on, CASE WHEN state = 'refused' THEN 'many_years' ELSE '' END,
       CASE WHEN outcome = 'closed' THEN look_back ELSE '' END, 1
FROM w_problem, w_world w ORDER BY p;

INSERT INTO pairing_joiner (problem_id, organisation_id, joined_on)
SELECT q.id, j.body, j.joined_on FROM w_joiner j JOIN w_problem q USING (p);

INSERT INTO pairing_interval (kind, problem_id, from_on, reason)
SELECT state, id, stands_since, CASE state WHEN 'withdrawn' THEN '已自行解决' WHEN 'parked' THEN '等待上级方案'
           WHEN 'explained' THEN '情况已说明，不再列入' ELSE '两年内不能解决' END
FROM w_problem WHERE state IN ('withdrawn', 'parked', 'explained', 'refused');

INSERT INTO pairing_lookbackrecord (problem_id, looked_on, verdict, note)
SELECT id, pair_ended_on + 92, look_back, CASE look_back WHEN 'relapsed' THEN '换人后又出现' ELSE '' END
FROM w_problem WHERE look_back <> '';
