-- How each agreement lives: its state, what is special about it (flag), and all its days, counted back from the last
-- thing that happened. The first 34 go through every state twice, so that the smallest world has them all.
-- i % 25 = 0: ended to be paired again; the next one is its successor and begins on the day of the end.
CREATE TEMP TABLE w_life AS
WITH kinds AS MATERIALIZED (
    SELECT i, i % 25 = 0 AND i > 34 AND i < w.agreements AS rematched, (i - 1) % 25 = 0 AND i > 35 AS successor,
           pg_temp.dice(i, 1, 1000) < w.present AS recent, pg_temp.dice(i, 2, 100) AS kind,
           pg_temp.dice(i, 7, 100) < w.running AS runs
    FROM w_world w, generate_series(1, w.agreements) i
), states AS MATERIALIZED (
    SELECT i, rematched, successor, CASE
        WHEN i <= 34 THEN w.states[1 + (i - 1) % cardinality(w.states)]
        WHEN rematched THEN 'terminated'
        WHEN runs THEN 'active'
        WHEN successor THEN CASE WHEN recent THEN 'active' ELSE 'closed' END
        WHEN recent THEN CASE
            WHEN kind < 50 THEN 'active' WHEN kind < 60 THEN 'acceptance' WHEN kind < 69 THEN 'drafting'
            WHEN kind < 77 THEN 'invited' WHEN kind < 84 THEN 'submitted' WHEN kind < 90 THEN 'signing'
            WHEN kind < 94 THEN 'returned' WHEN kind < 97 THEN 'suspended' WHEN kind < 99 THEN 'countered'
            ELSE 'draft' END
        ELSE CASE
            WHEN kind < 81 THEN 'closed' WHEN kind < 86 THEN 'terminated' WHEN kind < 90 THEN 'declined'
            WHEN kind < 93 THEN 'lapsed' WHEN kind < 96 THEN 'withdrawn' WHEN kind < 98 THEN 'refused'
            ELSE 'discarded' END
        END AS state, pg_temp.dice(i, 3, 100) AS special, pg_temp.dice(i, 4, 3) AS sub
    FROM kinds, w_world w
), flags AS MATERIALIZED (
    SELECT *, CASE
        WHEN successor OR i <= 34 THEN ''
        WHEN state = 'active' THEN CASE WHEN special < 8 THEN 'overdue' WHEN special < 20 THEN 'extended'
            WHEN special < 26 THEN 'pending' WHEN special < 30 THEN 'proposed' ELSE '' END
        WHEN state = 'closed' THEN CASE WHEN special < 12 THEN 'extended' WHEN special < 24 THEN 'late'
            WHEN special < 28 THEN 'resumed' ELSE '' END
        ELSE '' END AS flag,
        CASE WHEN state IN ('draft', 'discarded') THEN 0
             WHEN state IN ('invited', 'withdrawn', 'lapsed') THEN 1
             WHEN state IN ('countered', 'declined') OR state = 'drafting' AND sub = 0 THEN 2
             WHEN state = 'drafting' THEN 3
             WHEN state IN ('submitted', 'refused') THEN 4
             WHEN state IN ('returned', 'signing') THEN 5
             ELSE 6 END AS reach,
        CASE WHEN pg_temp.dice(i, 5, 100) < 75 OR state = 'drafting' THEN 1
             WHEN pg_temp.dice(i, 5, 100) < 95 THEN 2 ELSE 3 END AS rounds,
        CASE WHEN state IN ('countered', 'declined') OR pg_temp.dice(i, 6, 100) >= 5 THEN 2 ELSE 3 END AS parties
    FROM states
), invitations AS MATERIALIZED (  -- from here on o_…: days after the draft was begun; a successor waits for the end of the first
    SELECT *, pg_temp.dice(i, 11, 3) + CASE WHEN successor THEN 1 ELSE 0 END AS o_invite FROM flags
), answers AS MATERIALIZED (
    SELECT *, o_invite + 1 + pg_temp.dice(i, 12, 5) AS o_answer FROM invitations
), paces AS MATERIALIZED (
    SELECT *, o_answer + 1 + pg_temp.dice(i, 13, 5) AS o_edit FROM answers
), submissions AS MATERIALIZED (
    SELECT *, o_edit + 9 * (rounds - 1) + 3 AS o_submit FROM paces
), reviews AS MATERIALIZED (
    SELECT *, o_submit + 1 + pg_temp.dice(i, 14, 4) AS o_review FROM submissions
), signatures AS MATERIALIZED (
    SELECT *, o_review + 1 + pg_temp.dice(i, 15, 3) AS o_sign FROM reviews
), offsets AS MATERIALIZED (
    SELECT *, o_sign + pg_temp.dice(i, 16, 4) AS o_signed FROM signatures
), lasts AS MATERIALIZED (
    SELECT o.*, CASE
        WHEN reach = 0 THEN 0
        WHEN reach = 1 THEN o_invite
        WHEN reach = 2 THEN o_answer
        WHEN reach = 3 THEN o_edit + CASE sub WHEN 2 THEN 2 ELSE 0 END
        WHEN reach = 4 THEN o_submit
        WHEN state = 'returned' OR reach = 5 AND sub < 2 THEN o_review
        WHEN reach = 5 THEN o_sign
        ELSE o_signed END AS o_last,
        CASE
        WHEN state = 'draft' THEN w.today - 1 - pg_temp.dice(i, 20, 20)
        WHEN state IN ('invited', 'countered', 'signing') THEN w.today - 1 - pg_temp.dice(i, 20, 8)
        WHEN state = 'drafting' THEN w.today - 1 - pg_temp.dice(i, 20, 14)
        WHEN state = 'submitted' THEN w.today - 1 - pg_temp.dice(i, 20, 6)
        WHEN state = 'returned' THEN w.today - 1 - pg_temp.dice(i, 20, 12)
        WHEN flag = 'overdue' THEN w.today - 95 - pg_temp.dice(i, 20, 25)
        WHEN state = 'active' AND flag = 'extended' THEN w.today - 95 - pg_temp.dice(i, 20, 80)
        WHEN flag = 'pending' THEN w.today - 75 - pg_temp.dice(i, 20, 10)
        WHEN flag = 'proposed' OR state = 'acceptance' THEN w.today - 70 - pg_temp.dice(i, 20, 15)
        WHEN state = 'active' THEN w.today - 1 - pg_temp.dice(i, 20, 88)
        WHEN state = 'suspended' THEN w.today - 50 - pg_temp.dice(i, 20, 30)
        WHEN reach = 6 THEN w.start_on + head + pg_temp.dice(i, 20, w.today - 110 - tail - w.start_on - head)
        ELSE w.start_on + 60 + pg_temp.dice(i, 20, w.today - 95 - w.start_on) END AS last_on
    FROM w_world w, offsets o, LATERAL (
        SELECT CASE WHEN successor THEN 190 ELSE 70 END AS head,
               CASE flag WHEN 'extended' THEN 100 WHEN 'late' THEN 30 ELSE 0 END AS tail) span
), begun AS MATERIALIZED (
    SELECT *, last_on - o_last AS begun_on FROM lasts
), ends AS MATERIALIZED (  -- an agreement that is paired again ends when its successor begins
    SELECT *, CASE WHEN rematched THEN lead(begun_on) OVER (ORDER BY i) END AS rematch_on FROM begun
), starts AS MATERIALIZED (
    SELECT *, CASE WHEN rematched THEN rematch_on - 30 - pg_temp.dice(i, 21, 50) - o_signed
              ELSE begun_on END AS created_on FROM ends
), signings AS MATERIALIZED (
    SELECT s.*, CASE WHEN reach >= 1 THEN created_on + o_invite END AS invited_on,
           CASE WHEN reach >= 2 THEN created_on + o_answer END AS answered_on,
           CASE WHEN reach >= 3 THEN created_on + o_edit END AS edited_on,
           CASE WHEN reach >= 4 THEN created_on + o_submit END AS submitted_on,
           CASE WHEN state = 'signing' OR reach = 6 THEN created_on + o_review END AS approved_on,
           CASE WHEN reach = 6 OR state = 'signing' AND sub = 2 THEN created_on + o_sign END AS sign_on,
           CASE WHEN reach = 6 THEN created_on + o_signed END AS signed_on
    FROM starts s
), terms AS MATERIALIZED (
    SELECT *, (signed_on + interval '3 months')::date AS original_due_on, CASE
        WHEN flag = 'extended' THEN (signed_on + interval '6 months')::date
        WHEN flag = 'resumed' THEN (signed_on + interval '3 months')::date + 15
        ELSE (signed_on + interval '3 months')::date END AS due_on,
        CASE WHEN flag IN ('extended', 'pending') THEN signed_on + 70 END AS asked_on,
        CASE WHEN flag = 'extended' THEN signed_on + 72 END AS granted_on,
        CASE WHEN flag = 'resumed' THEN signed_on + 20 WHEN state = 'suspended' THEN signed_on + 30 END AS suspended_on,
        CASE WHEN flag = 'resumed' THEN signed_on + 35 END AS resumed_on
    FROM signings
), finishes AS MATERIALIZED (
    SELECT t.*, CASE
        WHEN state = 'acceptance' THEN w.today - 1 - pg_temp.dice(i, 22, 5)
        WHEN state <> 'closed' THEN NULL
        WHEN flag = 'late' THEN due_on + 1 + pg_temp.dice(i, 22, 20)
        WHEN flag = 'extended' THEN due_on - pg_temp.dice(i, 22, 40)
        ELSE signed_on + 55 + pg_temp.dice(i, 22, 33) END AS completed_on
    FROM terms t, w_world w
)
SELECT f.*, nextval('pairing_agreement_id_seq') AS id,
       CASE WHEN flag = 'proposed' THEN w.today - 1 - pg_temp.dice(i, 23, 3) ELSE completed_on END AS proposed_on,
       CASE state WHEN 'closed' THEN completed_on + 1 + pg_temp.dice(i, 24, 6)
           WHEN 'terminated' THEN coalesce(rematch_on, signed_on + 30 + pg_temp.dice(i, 24, 55))
           WHEN 'declined' THEN answered_on WHEN 'withdrawn' THEN invited_on + 3 WHEN 'lapsed' THEN invited_on + 24
           WHEN 'refused' THEN submitted_on + 3 WHEN 'discarded' THEN created_on + 5 END AS ended_on
FROM finishes f, w_world w ORDER BY i;
CREATE UNIQUE INDEX ON w_life (i);
ANALYZE w_life;
