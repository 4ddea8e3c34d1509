-- Reviews, opinions, signatures, due dates, extensions, progress, follow-ups and what stood still.
INSERT INTO pairing_review (id, agreement_id, round, rule_version_id, digest, submitted_at, decided_at, outcome, ground, comment)
SELECT r.review_id, a.id, r.r, w.rules, r.digest, pg_temp.moment(r.submitted_on, 10 * r.r + 5), CASE
           WHEN r.reviewed_on IS NOT NULL THEN pg_temp.moment(r.reviewed_on, 10 * r.r + 6)
           WHEN r.outcome = 'refused' THEN pg_temp.moment(a.ended_on, 70) END, r.outcome,
       CASE r.outcome WHEN 'refused' THEN 'many_years' ELSE '' END,
       CASE r.outcome WHEN 'refused' THEN w.notes ->> 'refused' ELSE '' END
FROM w_round r JOIN w_agreement a USING (i), w_world w WHERE r.submitted_on IS NOT NULL ORDER BY r.i, r.r;

WITH given AS (
    INSERT INTO pairing_opinion (review_id, seat_id, person_name, seat_title, on_behalf_of, comment, given_at)
    SELECT r.review_id, p.seat_id, p.person_name, p.seat_title, '', '', pg_temp.moment(r.reviewed_on, 10 * r.r + 6)
    FROM w_round r JOIN w_actor p ON p.actor = r.reviewer WHERE r.reviewed_on IS NOT NULL ORDER BY r.i, r.r
    RETURNING id, review_id
)
INSERT INTO pairing_goalopinion (opinion_id, goal_id, goal_text, verdict, ground, comment)
SELECT o.id, g.id, g.goal, CASE r.outcome WHEN 'approved' THEN 'pass' ELSE 'revise' END, '',
       CASE r.outcome WHEN 'approved' THEN '' ELSE '完成标准要能检查' END
FROM given o JOIN w_round r USING (review_id) JOIN w_goal g USING (i) ORDER BY o.id, g.g;

INSERT INTO pairing_signature (party_id, seat_id, person_name, seat_title, on_behalf_of, digest, signed_at, void_reason)
SELECT y.id, p.seat_id, p.person_name, p.seat_title, '', s.details ->> 'digest', s.at, ''
FROM w_step s JOIN w_party y ON y.i = s.i AND y.b = s.actor JOIN w_actor p ON p.actor = s.actor
WHERE s.action = 'sign' ORDER BY s.id;

INSERT INTO pairing_duechange (agreement_id, decided_on, due_on, cause)
SELECT a.id, d.decided_on, d.due_on, d.cause FROM w_agreement a, LATERAL (VALUES
    (1, a.signed_on, a.original_due_on, 'sign'), (2, a.granted_on, a.due_on, 'grant_extension'),
    (2, a.resumed_on, a.due_on, 'resume')) d(place, decided_on, due_on, cause)
WHERE d.decided_on IS NOT NULL ORDER BY a.i, d.place;

INSERT INTO pairing_extension (agreement_id, party_id, asked_on, timely, reason, progress, old_due_on, new_due_on,
                               decided_on, decision, decided_by, decision_note)
SELECT a.id, y.id, a.asked_on, true, '主要材料晚到', '已完成大半', a.original_due_on,
       (a.signed_on + interval '6 months')::date, a.granted_on, CASE WHEN a.granted_on IS NULL THEN '' ELSE 'granted' END,
       coalesce(p.seat_title || ' ' || p.person_name, ''), ''
FROM w_agreement a JOIN w_party y ON y.i = a.i AND y.ord = 0
LEFT JOIN w_step s ON s.i = a.i AND s.action = 'grant_extension' LEFT JOIN w_actor p ON p.actor = s.actor
WHERE a.asked_on IS NOT NULL ORDER BY a.i;

INSERT INTO pairing_interval (kind, agreement_id, from_on, to_on, reason)
SELECT d.kind, a.id, d.from_on, d.to_on, d.reason FROM w_agreement a, LATERAL (VALUES
    ('suspended', a.suspended_on, a.resumed_on, '现场停工'), ('acceptance', a.completed_on, a.ended_on, '')
) d(kind, from_on, to_on, reason) WHERE d.from_on IS NOT NULL ORDER BY a.i;

INSERT INTO pairing_progressreport (agreement_id, party_id, percent, text, reported_at, seat_id)
SELECT g.agreement_id, g.party_id, g.percent, '按计划推进，正在逐项落实', pg_temp.moment(g.day, 50 + g.half), p.seat_id
FROM w_progress g JOIN w_actor p ON p.actor = g.b ORDER BY g.i, g.half, g.ord;

INSERT INTO pairing_followup (id, agreement_id, planned_on, done_on, kind, progress, obstacle, skipped_on, skip_reason, seat_id)
SELECT v.id, a.id, v.planned_on, CASE v.fate WHEN 'done' THEN v.planned_on END,
       CASE v.fate WHEN 'done' THEN v.kind ELSE '' END,
       CASE v.fate WHEN 'done' THEN '措施在执行，双方有记录' ELSE '' END, '',
       CASE v.fate WHEN 'skipped' THEN v.planned_on END, CASE v.fate WHEN 'skipped' THEN '当周已现场见过双方' ELSE '' END,
       CASE WHEN v.fate <> '' THEN p.seat_id END
FROM w_visit v JOIN w_agreement a USING (i), w_actor p
-- what was planned from the end on and not done is dropped: at an acceptance from the day of completion on
WHERE p.actor = -2 AND (v.fate <> '' OR v.planned_on < CASE a.state WHEN 'closed' THEN a.completed_on
                        WHEN 'terminated' THEN a.ended_on ELSE 'infinity' END)
ORDER BY v.i, v.planned_on;
