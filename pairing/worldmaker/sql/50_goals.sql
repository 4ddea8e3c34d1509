-- Goals of two problems each, once goals are written; the topic is that of the first problem under the goal.
CREATE TEMP TABLE w_goal AS
SELECT l.i, l.g, nextval('pairing_goal_id_seq') AS id, t.goal, t.measure, t.criterion,
       a.edited_on + 9 * (a.rounds - 1) + 63 + pg_temp.dice(l.i, 71, 25) AS day,
       CASE WHEN r.worst = '' THEN '' WHEN r.worst = 'done' THEN 'done' ELSE 'part' END AS result
FROM w_listed l JOIN w_life a USING (i) JOIN w_problem q USING (p) JOIN w_topic t ON t.n = q.topic,
     LATERAL (SELECT max(o.result) AS worst FROM w_listed o WHERE o.i = l.i AND o.g = l.g) r
WHERE a.reach >= 3 AND l.k % 2 = 0
ORDER BY l.i, l.g;
CREATE UNIQUE INDEX ON w_goal (i, g);
ANALYZE w_goal;

-- The list as stored: the days of each episode follow from what became of it.
CREATE TEMP TABLE w_episode AS
SELECT l.id, l.p, l.i, l.k, l.g, l.again, l.outcome, q.id AS problem_id, q.number, q.title, q.owner_name, l.owner_ord,
       a.id AS agreement_id, g.id AS goal_id, h.body AS helper_id, h.name AS helper_name,
       CASE WHEN l.outcome <> 'wish' THEN a.invited_on END AS taken_on,
       d.claimed_on, CASE WHEN d.claimed_on IS NOT NULL THEN CASE l.outcome
           WHEN 'claimed' THEN y.body WHEN 'kept' THEN q.owner_id
           ELSE CASE WHEN a.completed_on IS NULL THEN q.owner_id ELSE z.body END END END AS claimed_by_id,
       CASE WHEN l.outcome <> 'claimed' THEN d.claimed_on END AS confirmed_on,
       CASE WHEN l.outcome = 'closed' THEN a.ended_on END AS written_off_on,
       CASE WHEN l.outcome IN ('released', 'refused') THEN a.ended_on END AS released_on,
       CASE WHEN l.outcome = 'closed' AND q.look_back = 'relapsed' THEN a.ended_on + 92 END AS relapsed_on,
       CASE WHEN l.outcome IN ('claimed', 'kept', 'done') THEN 'done' ELSE l.result END AS result,
       CASE WHEN l.outcome IN ('claimed', 'kept', 'done') OR l.result = 'done' THEN t.effect ELSE '' END AS effect,
       t.effect_json
FROM w_listed l JOIN w_life a USING (i) JOIN w_problem q USING (p) JOIN w_topic t ON t.n = q.topic
JOIN w_party y ON y.i = l.i AND y.ord = 1 - l.owner_ord
JOIN w_party z ON z.i = l.i AND z.ord = a.parties - 1
LEFT JOIN w_goal g ON g.i = l.i AND g.g = l.g
LEFT JOIN w_party h ON h.i = l.i AND h.ord = 1 - l.owner_ord AND a.reach >= 3 AND pg_temp.dice(l.p, 72, 100) < 80,
LATERAL (SELECT CASE WHEN l.outcome IN ('claimed', 'kept') OR l.outcome = 'done' AND a.completed_on IS NULL
                     THEN a.signed_on + 20
                     WHEN l.outcome IN ('done', 'closed') THEN a.completed_on END AS claimed_on) d
ORDER BY l.i, l.k;
CREATE INDEX ON w_episode (i);
ANALYZE w_episode;

CREATE TEMP TABLE w_owner AS
SELECT g.i, g.g, g.id AS goal_id, y.ord, y.id AS party_id, y.name AS party_name,
       CASE y.ord WHEN 0 THEN '负责人甲' WHEN 1 THEN '负责人乙' ELSE '负责人丙' END AS name,
       CASE WHEN y.hq THEN '主管' ELSE '工程师' END AS post
FROM w_goal g JOIN w_party y USING (i);
CREATE INDEX ON w_owner (i, g);
ANALYZE w_owner;

-- The text in canonical form, exactly as pairing.workflow.contract renders it, and its digest.
CREATE TEMP TABLE w_text AS
WITH owners AS (
    SELECT i, g, string_agg('  责任人（' || party_name || '）：' || name || '，' || post, E'\n' ORDER BY ord) AS lines
    FROM w_owner GROUP BY i, g
), problems AS (
    SELECT i, g, string_agg('  问题：' || number || ' ' || title || '（' || owner_name
               || coalesce('，协助方：' || helper_name, '') || '）', E'\n' ORDER BY k) AS lines
    FROM w_episode WHERE goal_id IS NOT NULL GROUP BY i, g
), goals AS (
    SELECT i, string_agg('目标' || g + 1 || '：' || goal || E'\n  措施：' || measure || E'\n  完成标准：' || criterion
               || E'\n  完成时间：' || pg_temp.chinese_date(day) || E'\n' || o.lines || E'\n' || p.lines, E'\n' ORDER BY g) AS lines
    FROM w_goal JOIN owners o USING (i, g) JOIN problems p USING (i, g) GROUP BY i
), parties AS (
    SELECT i, string_agg(ord + 1 || '. ' || concat_ws('，', name, unit_name, post_name), E'\n' ORDER BY ord) AS lines,
           string_agg(short_name, '、' ORDER BY ord) AS names
    FROM w_party GROUP BY i
), numbers AS (
    SELECT i, CASE WHEN invited_on IS NULL THEN NULL ELSE extract(year FROM invited_on)::int END AS year,
           CASE WHEN invited_on IS NOT NULL THEN row_number() OVER (
               PARTITION BY invited_on IS NULL, extract(year FROM invited_on) ORDER BY invited_on, i) END AS sequence
    FROM w_life
), aims AS (
    SELECT e.i, '共同' || t.goal AS aim FROM w_listed e JOIN w_problem q USING (p) JOIN w_topic t ON t.n = q.topic
    WHERE e.k = 0
), written AS (
    SELECT n.i, n.year, n.sequence, m.aim, coalesce('结对〔' || n.year || '〕' || n.sequence || '号', '') AS number,
           E'结对共建协议书\n协议编号：结对〔' || n.year || '〕' || n.sequence || E'号\n合作事项：' || m.aim || E'\n\n参与方：\n'
               || p.lines || E'\n\n共建期限：3个月，自最后一方签字之日起算。\n\n共建目标与任务清单：\n' || g.lines || E'\n' AS text
    FROM numbers n JOIN aims m USING (i) JOIN parties p USING (i) LEFT JOIN goals g USING (i)
), results AS (
    SELECT i, string_agg('[' || id || ', "' || result || '"]', ', ' ORDER BY g) AS goals FROM w_goal GROUP BY i
), effects AS (
    SELECT e.i, string_agg('[' || e.id || ', "' || e.result || '", ' || CASE WHEN e.effect = '' THEN '""' ELSE e.effect_json END
               || ']', ', ' ORDER BY e.id) AS episodes FROM w_episode e GROUP BY e.i
)
SELECT t.*, pg_temp.sha256(text) AS digest, trim(number || ' ' || aim) AS label,
       CASE WHEN a.proposed_on IS NOT NULL
            THEN pg_temp.sha256('[[' || r.goals || '], [' || e.episodes || ']]') ELSE '' END AS completion
FROM written t JOIN w_life a USING (i) LEFT JOIN results r USING (i) LEFT JOIN effects e USING (i);
CREATE UNIQUE INDEX ON w_text (i);
ANALYZE w_text;
