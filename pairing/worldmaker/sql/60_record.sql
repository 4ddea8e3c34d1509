-- The record: the steps of agreements, then those of problems with the step of the agreement that caused them.
INSERT INTO accounts_event (id, happened_at, recorded_at, person_id, person_name, seat_id, seat_title, on_behalf_of, action,
    object_type, object_id, object_label, source, target, note, details, result)
SELECT s.id, s.at, s.at, p.user_id, coalesce(p.person_name, ''), p.seat_id, coalesce(p.seat_title, ''), '', s.action,
       'agreement', a.id, a.label, s.source, s.target, s.note, s.details, 'done'
FROM w_step s JOIN w_agreement a USING (i) LEFT JOIN w_actor p USING (actor) ORDER BY s.id;

-- The steps of an agreement that move its problems.
CREATE TEMP TABLE w_cause AS
SELECT id, i, at, actor, action, note FROM w_step
WHERE action IN ('invite', 'decline_invitation', 'withdraw', 'lapse', 'refuse', 'terminate', 'accept')
   OR action = 'sign' AND target = 'active' OR action = 'confirm_completion' AND target = 'acceptance';
CREATE INDEX ON w_cause (i);
ANALYZE w_cause;

CREATE TEMP TABLE w_act AS
WITH acts (p, at, place, actor, action, source, target, note, details, cause) AS (
    SELECT p, pg_temp.moment(filed_on, 0), 0, filer_b, 'file', 'draft',
           CASE WHEN filer_b = owner_b THEN 'open' ELSE 'to_confirm' END, '', '{}'::jsonb, NULL::bigint
    FROM w_problem WHERE number <> ''
    UNION ALL
    SELECT j.p, pg_temp.moment(j.joined_on, 1), 1, j.b, 'join', 'open', 'open', '', '{}', NULL FROM w_joiner j
    UNION ALL
    SELECT e.p, c.at, 2, c.actor, s.action, s.source, s.target, CASE s.action WHEN 'refuse_with_agreement' THEN c.note ELSE '' END,
           CASE WHEN s.action IN ('write_off', 'claim_with_pair') THEN '{}'::jsonb
                ELSE jsonb_build_object('agreement', jsonb_build_object('id', a.id, 'name', a.label)) END
           || CASE s.action WHEN 'refuse_with_agreement' THEN '{"ground": "many_years"}'::jsonb
                   WHEN 'claim_with_pair' THEN jsonb_build_object('effect', e.effect, 'agreed', true) ELSE '{}' END, c.id
    FROM w_episode e JOIN w_cause c USING (i) JOIN w_agreement a USING (i), LATERAL (SELECT * FROM (VALUES
        ('invite', 'match', 'open', 'matched', e.taken_on IS NOT NULL),
        ('sign', 'pair', 'matched', 'in_pairing', true),
        ('confirm_completion', 'claim_with_pair', 'in_pairing', 'done', e.outcome IN ('done', 'closed')),
        ('accept', 'write_off', 'done', 'closed', e.outcome = 'closed'),
        ('terminate', 'keep', 'done', 'done', e.outcome = 'kept'),
        ('refuse', 'refuse_with_agreement', 'matched', 'refused', true),
        (c.action, 'release', CASE WHEN a.reach = 6 THEN 'in_pairing' ELSE 'matched' END, 'open', e.outcome = 'released')
    ) v(cause, action, source, target, fits) WHERE v.cause = c.action AND v.fits
        AND (v.action <> 'release' OR c.action NOT IN ('invite', 'sign', 'confirm_completion'))) s
    UNION ALL
    SELECT e.p, pg_temp.moment(a.signed_on + 20, 54), 3, CASE e.outcome WHEN 'claimed' THEN h.b ELSE q.owner_b END, 'claim',
           'in_pairing', CASE e.outcome WHEN 'claimed' THEN 'in_pairing' ELSE 'done' END, '',
           jsonb_build_object('effect', e.effect), NULL
    FROM w_episode e JOIN w_agreement a USING (i) JOIN w_problem q USING (p)
    JOIN w_party h ON h.i = e.i AND h.ord = 1 - e.owner_ord
    WHERE e.claimed_on IS NOT NULL AND a.completed_on IS NULL
    UNION ALL
    SELECT p, pg_temp.moment(stands_since, 75), 4, CASE WHEN state IN ('refused', 'parked') THEN -11 WHEN state = 'discarded'
               THEN filer_b ELSE owner_b END, s.action, s.source, state, s.note,
           CASE state WHEN 'refused' THEN '{"ground": "many_years"}'::jsonb ELSE '{}' END, NULL
    FROM w_problem JOIN (VALUES ('withdrawn', 'withdraw', 'open', '已自行解决'), ('parked', 'park', 'open', '等待上级方案'),
        ('refused', 'refuse', 'open', '两年内不能解决'), ('explained', 'explain', 'to_confirm', '情况已说明，不再列入'),
        ('discarded', 'discard', 'draft', '')) s(state, action, source, note) USING (state)
    WHERE stands_since IS NOT NULL AND outcome <> 'refused'
    UNION ALL
    SELECT p, pg_temp.moment(pair_ended_on + 92, 75), 5, owner_b, 'look_back', 'closed', 'closed',
           CASE look_back WHEN 'relapsed' THEN '换人后又出现' ELSE '' END, jsonb_build_object('verdict', look_back), NULL
    FROM w_problem WHERE look_back <> ''
)
SELECT nextval('accounts_event_id_seq') AS id, a.* FROM (SELECT * FROM acts ORDER BY at, place, p) a;

INSERT INTO accounts_event (id, happened_at, recorded_at, person_id, person_name, seat_id, seat_title, on_behalf_of, action,
    object_type, object_id, object_label, source, target, note, details, cause_id, result)
SELECT s.id, s.at, s.at, p.user_id, coalesce(p.person_name, ''), p.seat_id, coalesce(p.seat_title, ''), '', s.action,
       'problem', q.id, trim(q.number || ' ' || q.title), s.source, s.target, s.note, s.details, s.cause, 'done'
FROM w_act s JOIN w_problem q USING (p) LEFT JOIN w_actor p USING (actor) ORDER BY s.id;

INSERT INTO accounts_event (happened_at, recorded_at, person_id, person_name, seat_id, seat_title, on_behalf_of, action,
    object_type, object_id, object_label, source, target, note, details, cause_id, result)
SELECT s.at, s.at, p.user_id, p.person_name, p.seat_id, p.seat_title, '', 'reopen', 'problem', q.id,
       trim(q.number || ' ' || q.title), 'closed', 'open', s.note, '{}', s.id, 'done'
FROM w_act s JOIN w_problem q USING (p) JOIN w_actor p USING (actor)
WHERE s.action = 'look_back' AND q.look_back = 'relapsed' ORDER BY s.id;

-- The next number of each year follows on, and nobody is told of what these worlds have behind them.
INSERT INTO pairing_numberseries (programme_id, kind, year, last)
SELECT w.programme, n.kind, n.year, max(n.sequence) FROM w_world w, (
    SELECT 'problem' AS kind, year, sequence FROM w_problem
    UNION ALL SELECT 'agreement', year, sequence FROM w_agreement) n
WHERE n.year IS NOT NULL GROUP BY 1, 2, 3;

UPDATE pairing_planmark SET event_id = (SELECT max(id) FROM accounts_event);
INSERT INTO pairing_planmark (event_id) SELECT max(id) FROM accounts_event HAVING NOT EXISTS (SELECT FROM pairing_planmark);
