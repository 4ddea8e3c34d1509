-- What was done about each agreement, as the workflow engine would have recorded it. `place` orders the steps of a day:
-- 1 invite, 2.. answers, 10 r .. the r-th round, 45.. signatures (49 the last), 50.. the running pair, 65.. completion,
-- 70 the end. `actor` is a number of w_actor, NULL the clock; reviewers are -11, -12, ...
CREATE TEMP TABLE w_round AS
SELECT a.i, r, a.edited_on + 9 * (r - 1) AS edited_on, r = a.rounds AS final,
       CASE WHEN r = a.rounds THEN a.digest ELSE pg_temp.sha256(a.digest || r) END AS digest,
       CASE WHEN a.reach >= 4 THEN a.edited_on + 9 * (r - 1) + 3 END AS submitted_on,
       CASE WHEN r < a.rounds THEN a.edited_on + 9 * (r - 1) + 6
            WHEN a.reach >= 5 THEN a.created_on + a.o_review END AS reviewed_on,
       CASE WHEN r < a.rounds OR a.state = 'returned' THEN 'returned' WHEN a.reach >= 5 THEN 'approved'
            WHEN a.state = 'refused' THEN 'refused' ELSE '' END AS outcome,
       -11 - pg_temp.dice(a.i * 10 + r, 95, w.reviewers) AS reviewer, nextval('pairing_review_id_seq') AS review_id
FROM w_agreement a, w_world w, generate_series(1, a.rounds) r
WHERE a.reach >= 3 ORDER BY a.i, r;
CREATE INDEX ON w_round (i);
ANALYZE w_round;

-- Goals and list as saved: in earlier rounds the criterion was still vague.
CREATE TEMP TABLE w_saved AS
WITH owners AS (
    SELECT goal_id, jsonb_object_agg(party_id, jsonb_build_object('name', name, 'post', post)) AS owners
    FROM w_owner GROUP BY goal_id
), problems AS (
    SELECT goal_id, jsonb_agg(problem_id ORDER BY k) AS problems FROM w_episode GROUP BY goal_id
)
SELECT g.i, final, jsonb_agg(jsonb_build_object(
           'id', CASE WHEN final THEN g.id END, 'text', g.goal, 'measure', g.measure,
           'criterion', CASE WHEN final THEN g.criterion ELSE '有明显改善' END, 'date', g.day, 'owners', o.owners,
           'problems', p.problems, 'goal', jsonb_build_object('id', g.id, 'name', g.goal)) ORDER BY g.g) AS goals,
       jsonb_object_agg(g.id, CASE WHEN final THEN '{"verdict": "pass"}'::jsonb
           ELSE '{"verdict": "revise", "comment": "完成标准要能检查"}' END) AS verdicts
FROM w_goal g JOIN owners o ON o.goal_id = g.id JOIN problems p ON p.goal_id = g.id, (VALUES (true), (false)) f(final)
GROUP BY g.i, final;
CREATE UNIQUE INDEX ON w_saved (i, final);
ANALYZE w_saved;

CREATE TEMP TABLE w_step AS
WITH steps (i, day, place, actor, action, source, target, note, details) AS (
    SELECT a.i, a.invited_on, 1, y.b, 'invite', 'draft', 'invited', '', '{}'::jsonb
    FROM w_agreement a JOIN w_party y USING (i) WHERE a.reach >= 1 AND y.ord = 0
    UNION ALL
    SELECT a.i, a.answered_on, 1 + y.ord, y.b, s.action, 'invited',
           CASE WHEN s.action <> 'accept_invitation' THEN a.state WHEN y.ord = a.parties - 1 THEN 'drafting'
                ELSE 'invited' END, CASE WHEN s.action = 'accept_invitation' THEN '' ELSE w.notes ->> a.state END,
           CASE s.action WHEN 'counter_propose' THEN '{"term_months": 2}'::jsonb ELSE '{}' END
    FROM w_agreement a JOIN w_party y USING (i) CROSS JOIN w_world w, LATERAL (SELECT CASE a.state
        WHEN 'countered' THEN 'counter_propose' WHEN 'declined' THEN 'decline_invitation'
        ELSE 'accept_invitation' END AS action) s
    WHERE a.reach >= 2 AND y.ord >= 1
    UNION ALL
    SELECT a.i, a.ended_on, CASE a.state WHEN 'discarded' THEN 0 ELSE 70 END,
           CASE a.state WHEN 'lapsed' THEN NULL WHEN 'refused' THEN -1 WHEN 'terminated' THEN -1 ELSE y.b END,
           CASE a.state WHEN 'withdrawn' THEN 'withdraw' WHEN 'lapsed' THEN 'lapse' WHEN 'refused' THEN 'refuse'
               WHEN 'discarded' THEN 'discard' ELSE 'terminate' END,
           CASE a.state WHEN 'withdrawn' THEN 'invited' WHEN 'lapsed' THEN 'invited' WHEN 'refused' THEN 'submitted'
               WHEN 'discarded' THEN 'draft' ELSE 'active' END, a.state, coalesce(w.notes ->> a.state, ''),
           CASE WHEN a.state = 'refused' THEN '{"ground": "many_years"}'
                WHEN a.rematched THEN jsonb_build_object('code', 'rematch', 'new draft', jsonb_build_object(
                    'id', next.id, 'name', next.aim))
                ELSE '{}' END
    FROM w_agreement a JOIN w_party y ON y.i = a.i AND y.ord = 0 CROSS JOIN w_world w
    LEFT JOIN w_agreement next ON a.rematched AND next.i = a.i + 1
    WHERE a.state IN ('withdrawn', 'lapsed', 'refused', 'discarded', 'terminated')
    UNION ALL
    SELECT r.i, r.edited_on, 10 * r.r, y.b, 'edit', s.state, s.state, '',
           jsonb_build_object('version', r.r - 1, 'goals', g.goals)
    FROM w_round r JOIN w_party y ON y.i = r.i AND y.ord = 0 JOIN w_saved g ON g.i = r.i AND g.final = r.final,
    LATERAL (SELECT CASE r.r WHEN 1 THEN 'drafting' ELSE 'returned' END AS state) s
    UNION ALL
    SELECT r.i, r.edited_on + 2, 10 * r.r + 1 + y.ord, y.b, 'confirm_goals', s.state, s.state, '',
           jsonb_build_object('digest', r.digest)
    FROM w_round r JOIN w_agreement a USING (i) JOIN w_party y USING (i),
    LATERAL (SELECT CASE r.r WHEN 1 THEN 'drafting' ELSE 'returned' END AS state) s
    WHERE a.reach >= 4 OR a.sub = 2 AND y.ord = 0
    UNION ALL
    SELECT r.i, r.submitted_on, 10 * r.r + 5, y.b, 'submit', CASE r.r WHEN 1 THEN 'drafting' ELSE 'returned' END,
           'submitted', '', '{}'
    FROM w_round r JOIN w_party y ON y.i = r.i AND y.ord = 0 WHERE r.submitted_on IS NOT NULL
    UNION ALL
    SELECT r.i, r.reviewed_on, 10 * r.r + 6, r.reviewer, 'opine', 'submitted',
           CASE r.outcome WHEN 'approved' THEN 'signing' ELSE 'returned' END, '',
           jsonb_build_object('goals', g.verdicts)
    FROM w_round r JOIN w_saved g ON g.i = r.i AND g.final = (r.outcome = 'approved') WHERE r.reviewed_on IS NOT NULL
    UNION ALL
    SELECT a.i, CASE WHEN s.last THEN a.signed_on ELSE a.sign_on END, CASE WHEN s.last THEN 49 ELSE 45 + y.ord END, y.b,
           'sign', 'signing', CASE WHEN s.last THEN 'active' ELSE 'signing' END, '', jsonb_build_object('digest', a.digest)
    FROM w_agreement a JOIN w_party y USING (i), LATERAL (SELECT y.ord = a.parties - 1 AS last) s
    WHERE a.reach = 6 OR a.sign_on IS NOT NULL AND y.ord = 0
    UNION ALL
    SELECT i, day, 50 + half, b, 'report_progress', 'active', 'active', '',
           jsonb_build_object('percent', percent, 'text', '按计划推进，正在逐项落实')
    FROM w_progress
    UNION ALL
    SELECT i, planned_on, 55, -2, CASE fate WHEN 'done' THEN 'follow_up' ELSE 'skip_follow_up' END, 'active', 'active',
           CASE fate WHEN 'done' THEN '' ELSE '当周已现场见过双方' END, CASE fate WHEN 'done'
               THEN jsonb_build_object('follow_up', id, 'kind', kind, 'progress', '措施在执行，双方有记录')
               ELSE jsonb_build_object('follow_up', id) END
    FROM w_visit WHERE fate <> ''
    UNION ALL
    SELECT a.i, s.day, s.place, CASE s.action WHEN 'ask_extension' THEN y.b WHEN 'accept' THEN
               -11 - pg_temp.dice(a.i, 96, w.reviewers) WHEN 'propose_completion' THEN y.b
               WHEN 'grant_extension' THEN -11 - pg_temp.dice(a.i, 97, w.reviewers) ELSE -1 END,
           s.action, s.source, s.target, s.note, s.details
    FROM w_agreement a JOIN w_party y ON y.i = a.i AND y.ord = 0 CROSS JOIN w_world w, LATERAL (VALUES
        (a.suspended_on, 52, 'suspend', 'active', 'suspended', '现场停工', '{}'::jsonb),
        (a.resumed_on, 53, 'resume', 'suspended', 'active', '', '{}'),
        (a.asked_on, 57, 'ask_extension', 'active', 'active', '主要材料晚到', jsonb_build_object(
            'new_due_on', (a.signed_on + interval '6 months')::date, 'progress', '已完成大半')),
        (a.granted_on, 58, 'grant_extension', 'active', 'active', '', '{}'),
        (a.proposed_on, 65, 'propose_completion', 'active', 'active', '', '{}'),
        (CASE WHEN a.state = 'closed' THEN a.ended_on END, 70, 'accept', 'acceptance', 'closed', '', '{}')
    ) s(day, place, action, source, target, note, details) WHERE s.day IS NOT NULL
    UNION ALL
    SELECT a.i, a.completed_on, CASE WHEN s.last THEN 68 ELSE 65 + y.ord END, y.b, 'confirm_completion', 'active',
           CASE WHEN s.last THEN 'acceptance' ELSE 'active' END, '', jsonb_build_object('digest', a.completion)
    FROM w_agreement a JOIN w_party y USING (i), LATERAL (SELECT y.ord = a.parties - 1 AS last) s
    WHERE a.completed_on IS NOT NULL AND y.ord >= 1
)
SELECT nextval('accounts_event_id_seq') AS id, s.*, pg_temp.moment(day, place) AS at
FROM (SELECT * FROM steps ORDER BY day, place, i) s;
CREATE INDEX ON w_step (i);
ANALYZE w_step;
