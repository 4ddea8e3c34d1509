-- Which problems stand on which list: the first as many as there are agreements one each, then at random; a successor
-- takes over those of its predecessor. `k` is the place on the list, from 0; two problems make a goal.
CREATE TEMP TABLE w_listed AS
WITH own AS (
    SELECT p, CASE WHEN p <= w.agreements THEN p ELSE 1 + pg_temp.dice(p, 31, w.agreements) END::int AS i
    FROM w_world w, generate_series(1, w.listed) p
), every AS (
    SELECT p, i, false AS again FROM own
    UNION ALL SELECT own.p, own.i + 1, true FROM own JOIN w_life l USING (i) WHERE l.rematched
), placed AS (
    SELECT p, i, again, row_number() OVER (PARTITION BY i ORDER BY again DESC, p)::int - 1 AS k FROM every
), judged AS (
    SELECT *, CASE WHEN k = 0 THEN 0 ELSE pg_temp.dice(p, 33, 100) END AS luck FROM placed
)
SELECT j.*, k / 2 AS g, nextval('pairing_episode_id_seq') AS id,
       CASE WHEN rematched OR again OR pg_temp.dice(p, 32, 10) < 7 THEN 0 ELSE 1 END AS owner_ord,
       CASE WHEN state IN ('acceptance', 'closed') OR flag = 'proposed'
            THEN CASE WHEN luck < 92 THEN 'done' WHEN luck < 97 THEN 'part' ELSE 'not' END ELSE '' END AS result,
       CASE
           WHEN reach = 0 THEN 'wish'
           WHEN state IN ('declined', 'withdrawn', 'lapsed') THEN 'released'
           WHEN state = 'refused' THEN 'refused'
           WHEN state = 'terminated'
               THEN CASE WHEN k = 0 AND NOT rematched AND pg_temp.dice(p, 34, 100) < 30 THEN 'kept' ELSE 'released' END
           WHEN state = 'closed' THEN CASE WHEN luck < 92 THEN 'closed' ELSE 'released' END
           WHEN state = 'acceptance' THEN CASE WHEN luck < 92 THEN 'done' ELSE 'in_pairing' END
           WHEN state = 'active' AND flag <> 'proposed' AND signed_on + 20 < w.today THEN CASE
               WHEN pg_temp.dice(p, 34, 100) < 8 THEN 'claimed'
               WHEN pg_temp.dice(p, 34, 100) < 16 THEN 'done' ELSE 'in_pairing' END
           WHEN reach = 6 THEN 'in_pairing'
           ELSE 'matched' END AS outcome
FROM judged j JOIN w_life l USING (i), w_world w;
CREATE INDEX ON w_listed (i);
CREATE INDEX ON w_listed (p);
ANALYZE w_listed;

-- Where each problem stands today, from the last list it was on; those never listed by a die.
CREATE TEMP TABLE w_fate AS
WITH last AS (
    SELECT DISTINCT ON (l.p) l.p, l.i, l.id AS episode, l.outcome, l.again, a.ended_on, a.state AS pair_state
    FROM w_listed l JOIN w_life a USING (i) ORDER BY l.p, l.again DESC
), first AS (
    SELECT l.p, l.owner_ord, y.b, a.created_on FROM w_listed l JOIN w_life a USING (i)
    JOIN w_party y ON y.i = l.i AND y.ord = l.owner_ord WHERE NOT l.again
), listed AS (
    SELECT p, f.b AS owner_b, f.b AS filer_b, i, episode, outcome, ended_on, pair_state,
           greatest(w.start_on, f.created_on - 3 - pg_temp.dice(p, 36, 60)) AS filed_on,
           CASE WHEN outcome = 'closed' AND pg_temp.dice(p, 38, 100) < 80 AND ended_on + 92 < w.today
                THEN CASE WHEN pg_temp.dice(p, 39, 100) < 85 THEN 'works' WHEN pg_temp.dice(p, 39, 100) < 97 THEN 'partly'
                          ELSE 'relapsed' END ELSE '' END AS look_back,
           CASE WHEN outcome = 'released' AND ended_on + 8 < w.today AND pair_state <> 'terminated'
                THEN pg_temp.dice(p, 35, 100) ELSE 0 END AS after
    FROM last JOIN first f USING (p), w_world w
), lone AS (
    SELECT p, pg_temp.dice(p, 51, w.branches) AS owner_b, p - w.listed AS j, pg_temp.dice(p, 52, 100) AS kind
    FROM w_world w, generate_series(w.listed + 1, w.problems) p
), stated AS (
    SELECT p, owner_b, CASE
        WHEN j <= 16 THEN w.lone_states[1 + (j - 1) % cardinality(w.lone_states)]
        WHEN kind < 55 THEN 'open' WHEN kind < 70 THEN 'withdrawn' WHEN kind < 78 THEN 'refused'
        WHEN kind < 82 THEN 'parked' WHEN kind < 85 THEN 'explained' WHEN kind < 88 THEN 'to_confirm'
        WHEN kind < 96 THEN 'draft' ELSE 'discarded' END AS state
    FROM lone, w_world w
), dated AS (
    SELECT p, owner_b, state, CASE
        WHEN state IN ('to_confirm', 'explained') AND owner_b <> owner_b / 40 * 40 THEN owner_b / 40 * 40
        WHEN state IN ('to_confirm', 'explained') THEN (owner_b + 1) % w.branches
        ELSE owner_b END AS filer_b, CASE state
        WHEN 'open' THEN w.today - 1 - pg_temp.dice(p, 53, 200)
        WHEN 'to_confirm' THEN w.today - 1 - pg_temp.dice(p, 53, 4)
        WHEN 'draft' THEN w.today - 1 - pg_temp.dice(p, 53, 60)
        ELSE w.start_on + pg_temp.dice(p, 53, w.today - 40 - w.start_on) END AS filed_on
    FROM stated, w_world w
)
SELECT p, owner_b, filer_b, i, episode, filed_on, look_back, outcome, ended_on AS pair_ended_on,
       CASE pair_state WHEN 'declined' THEN 2 ELSE 70 END AS end_place, CASE outcome
           WHEN 'closed' THEN CASE look_back WHEN 'relapsed' THEN 'open' ELSE 'closed' END
           WHEN 'done' THEN 'done' WHEN 'kept' THEN 'done' WHEN 'claimed' THEN 'in_pairing' WHEN 'refused' THEN 'refused'
           WHEN 'wish' THEN 'open'
           WHEN 'released' THEN CASE WHEN after > 75 THEN 'withdrawn' WHEN after > 65 THEN 'parked' ELSE 'open' END
           ELSE outcome END AS state,
       CASE outcome WHEN 'refused' THEN ended_on
           WHEN 'released' THEN CASE WHEN after > 65 THEN ended_on + 7 END END AS stands_since
FROM listed
UNION ALL
SELECT p, owner_b, filer_b, NULL, NULL, filed_on, '', '', NULL, NULL, state,
       CASE WHEN state IN ('withdrawn', 'refused', 'parked', 'explained', 'discarded')
            THEN filed_on + 2 + pg_temp.dice(p, 54, 20) END
FROM dated;
