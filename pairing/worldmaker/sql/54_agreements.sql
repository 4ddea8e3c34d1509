-- Agreements with their parties, goals and episodes.
INSERT INTO pairing_agreement (
    id, programme_id, year, sequence, number, created_at, state_since, last_event_at, turn, turn_of, turn_names,
    turn_since, viewers, state, aim, term_months, exception_reason, exception_approved, level, direction,
    rule_version_id, predecessor_id, invited_on, submitted_on, approved_on, signed_on, due_on, original_due_on,
    completed_on, ended_on, days_late, stopped_days, decision_pending, muted_reason, end_code, end_note, end_asked_by_id,
    round, text_version, text, text_digest, witness, completion_digest)
SELECT a.id, w.programme, a.year, a.sequence, a.number, pg_temp.moment(a.created_on, 0), a.state_since, s.at,
       a.turn, b.turn_of, b.turn_names, a.turned_at, b.viewers, a.state, a.aim, 3, '', false,
       CASE WHEN b.posts AND a.reach > 0 THEN 'post' ELSE 'unit' END,
       CASE WHEN a.reach = 0 THEN ''
            WHEN b.from_hq THEN CASE WHEN b.some_grassroots THEN 'hq_gr' ELSE 'hq_hq' END
            ELSE CASE WHEN b.some_hq THEN 'gr_hq' ELSE 'gr_gr' END END,
       CASE WHEN a.reach >= 4 AND a.state <> 'returned' THEN w.rules END, before.id,
       a.invited_on, a.submitted_on, a.approved_on, a.signed_on, a.due_on, a.original_due_on, a.completed_on,
       CASE WHEN a.state <> 'discarded' THEN a.ended_on END,
       CASE a.state WHEN 'closed' THEN greatest(0, a.completed_on - a.due_on)
                    WHEN 'terminated' THEN greatest(0, a.ended_on - a.due_on) END,
       0, a.flag = 'pending', '',
       CASE WHEN a.rematched THEN 'rematch' WHEN a.state = 'terminated' THEN
           (ARRAY['no_capacity', 'gone', 'out_of_reach', 'reorganised'])[1 + pg_temp.dice(a.i, 81, 4)] ELSE '' END,
       CASE WHEN a.state IN ('declined', 'withdrawn', 'refused', 'terminated') THEN w.notes ->> a.state ELSE '' END,
       NULL, CASE WHEN a.reach >= 4 THEN a.rounds ELSE 0 END, CASE WHEN a.reach >= 3 THEN a.rounds ELSE 0 END,
       CASE WHEN a.approved_on IS NOT NULL THEN a.text ELSE '' END,
       CASE WHEN a.approved_on IS NOT NULL THEN a.digest ELSE '' END,
       '', a.completion
FROM w_agreement a JOIN w_bodies b USING (i) CROSS JOIN w_world w
LEFT JOIN (SELECT i, max(at) AS at FROM w_step GROUP BY i) s USING (i)
LEFT JOIN w_agreement before ON a.successor AND before.i = a.i - 1 AND before.rematched
ORDER BY a.i;

INSERT INTO pairing_party (
    id, agreement_id, organisation_id, unit_id, post_id, role, "order", answer, answered_on, answer_reason,
    confirmed_digest, confirmed_on, completion_digest, agrees_to_end, left_reason, name_then, unit_then, post_then)
SELECT y.id, a.id, y.body, y.unit_id, y.post_id, CASE y.ord WHEN 0 THEN 'initiator' ELSE 'invitee' END, y.ord, s.answer,
       CASE WHEN s.answer <> '' THEN a.answered_on END,
       CASE WHEN s.answer IN ('declined', 'countered') THEN w.notes ->> s.answer ELSE '' END,
       CASE WHEN s.confirmed THEN a.digest ELSE '' END,
       CASE WHEN s.confirmed THEN a.edited_on + 9 * (a.rounds - 1) + 2 END,
       CASE WHEN a.flag <> 'proposed' OR y.ord = 0 THEN a.completion ELSE '' END, false, '',
       CASE WHEN s.named THEN y.name ELSE '' END, CASE WHEN s.named THEN coalesce(y.unit_name, '') ELSE '' END,
       CASE WHEN s.named THEN coalesce(y.post_name, '') ELSE '' END
FROM w_party y JOIN w_agreement a USING (i) CROSS JOIN w_world w, LATERAL (
    SELECT CASE WHEN y.ord = 0 OR a.reach < 2 THEN '' WHEN a.state IN ('declined', 'countered') THEN a.state
                ELSE 'accepted' END AS answer,
           a.reach >= 4 AND a.state <> 'returned' OR a.state = 'drafting' AND a.reach = 3 AND a.sub = 2 AND y.ord = 0
               AS confirmed, a.approved_on IS NOT NULL AS named) s
ORDER BY y.i, y.ord;

INSERT INTO pairing_counterproposal (party_id, aim, term_months, reason, made_on, outcome)
SELECT y.id, '', 2, w.notes ->> 'countered', a.answered_on, ''
FROM w_party y JOIN w_agreement a USING (i) CROSS JOIN w_world w WHERE a.state = 'countered' AND y.ord = 1;

INSERT INTO pairing_goal (id, agreement_id, "order", text, measure, criterion, date, result)
SELECT g.id, a.id, g.g + 1, g.goal, g.measure, g.criterion, g.day, g.result FROM w_goal g JOIN w_agreement a USING (i)
ORDER BY g.i, g.g;

INSERT INTO pairing_goalowner (goal_id, party_id, name, post)
SELECT goal_id, party_id, name, post FROM w_owner ORDER BY i, g, ord;

INSERT INTO pairing_episode (
    id, problem_id, agreement_id, goal_id, helper_id, "order", taken_on, claimed_on, claimed_by_id, confirmed_on,
    written_off_on, released_on, relapsed_on, result, effect)
SELECT id, problem_id, agreement_id, goal_id, helper_id, k + 1, taken_on, claimed_on, claimed_by_id, confirmed_on,
       written_off_on, released_on, relapsed_on, result, effect
FROM w_episode ORDER BY i, k;
