-- Whose turn it is (the parties from first_ord to last_ord) and since when: from the state, as
-- pairing.workflow.turns has it.
CREATE TEMP TABLE w_agreement AS
SELECT a.*, t.year, t.sequence, t.number, t.aim, t.label, t.text, t.digest, t.completion,
       since.at AS state_since, CASE
           WHEN state IN ('draft', 'countered', 'invited', 'drafting', 'returned', 'signing') OR flag = 'proposed'
               THEN 'branches'
           WHEN state IN ('submitted', 'acceptance') OR flag = 'pending' THEN 'group' ELSE '' END AS turn,
       CASE WHEN state IN ('draft', 'countered', 'drafting', 'returned', 'signing') THEN first.begun::int
            WHEN state = 'invited' OR flag = 'proposed' THEN 1 END AS first_ord,
       CASE WHEN state IN ('draft', 'countered') THEN 0 ELSE 2 END AS last_ord, CASE
           WHEN first.begun AND state = 'drafting' THEN pg_temp.moment(edited_on + 2, 11)
           WHEN first.begun THEN pg_temp.moment(sign_on, 45)
           WHEN flag = 'pending' THEN pg_temp.moment(asked_on, 57)
           WHEN flag = 'proposed' THEN pg_temp.moment(proposed_on, 65)
           WHEN state IN ('draft', 'countered', 'invited', 'drafting', 'returned', 'signing', 'submitted', 'acceptance')
               THEN since.at END AS turned_at
FROM w_life a JOIN w_text t USING (i), LATERAL (SELECT CASE
        WHEN reach = 0 THEN pg_temp.moment(CASE state WHEN 'draft' THEN created_on ELSE ended_on END, 0)
        WHEN state = 'invited' THEN pg_temp.moment(invited_on, 1)
        WHEN state = 'countered' THEN pg_temp.moment(answered_on, 2)
        WHEN state = 'declined' THEN pg_temp.moment(ended_on, 2)
        WHEN state = 'drafting' THEN pg_temp.moment(answered_on, parties)
        WHEN state = 'submitted' THEN pg_temp.moment(submitted_on, 10 * rounds + 5)
        WHEN state IN ('returned', 'signing') THEN pg_temp.moment(created_on + o_review, 10 * rounds + 6)
        WHEN state = 'suspended' THEN pg_temp.moment(suspended_on, 52)
        WHEN state = 'active' THEN pg_temp.moment(signed_on, 49)
        WHEN state = 'acceptance' THEN pg_temp.moment(completed_on, 68)
        ELSE pg_temp.moment(ended_on, 70) END AS at) since,
    LATERAL (SELECT state IN ('drafting', 'signing') AND reach <> 2 AND sub = 2 AS begun) first;
CREATE UNIQUE INDEX ON w_agreement (i);
ANALYZE w_agreement;

CREATE TEMP TABLE w_bodies AS
SELECT a.i, array_agg(y.body ORDER BY y.body) FILTER (WHERE a.reach > 0 OR y.ord = 0) AS viewers,
       coalesce(array_agg(y.body ORDER BY y.body) FILTER (WHERE y.ord BETWEEN a.first_ord AND a.last_ord), '{}') AS turn_of,
       coalesce(string_agg(y.short_name, '、' ORDER BY y.ord) FILTER (WHERE y.ord BETWEEN a.first_ord AND a.last_ord), '')
           AS turn_names,
       bool_or(y.post_id IS NOT NULL) AS posts, bool_or(y.hq) FILTER (WHERE y.ord = 0) AS from_hq,
       bool_or(y.hq) FILTER (WHERE y.ord > 0) AS some_hq, bool_or(NOT y.hq) FILTER (WHERE y.ord > 0) AS some_grassroots
FROM w_agreement a JOIN w_party y USING (i) GROUP BY a.i;
CREATE UNIQUE INDEX ON w_bodies (i);
ANALYZE w_bodies;
