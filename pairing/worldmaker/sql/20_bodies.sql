-- Companies of 40 branches each, four of them headquarters; every branch with its unit, post, secretary and seat,
-- every third with a liaison.
CREATE TEMP TABLE w_company AS
SELECT c, nextval('accounts_organisation_id_seq') AS id,
       w.towns[1 + c % cardinality(w.towns)] || '第' || c / cardinality(w.towns) + 1 || '分公司' AS name
FROM w_world w, generate_series(0, (w.branches - 1) / 40) c;

INSERT INTO accounts_organisation (id, code, name, short_name, kind, joint, side, parent_id, "order", path)
SELECT c.id, w.code || '-C' || c.c, c.name || '党委', c.name, 'committee', false, '', w.root,
       1000 + c.c * 100, w.root_path || c.id || '/'
FROM w_company c, w_world w;

CREATE TEMP TABLE w_branch AS
SELECT n.b, c.c, c.id AS company, n.b % 40 < 4 AS hq, n.name AS unit_name, n.name || '党支部' AS name,
       n.name || '支部' AS short_name, n.id, w.root_path || c.id || '/' || n.id || '/' AS path,
       n.unit_id, n.post_id, n.user_id, n.seat_id, n.liaison_user_id, n.liaison_seat_id
FROM w_world w, w_company c, LATERAL (
    SELECT b, nextval('accounts_organisation_id_seq') AS id, nextval('accounts_organisation_id_seq') AS unit_id,
           nextval('accounts_post_id_seq') AS post_id,
           nextval('accounts_user_id_seq') AS user_id, nextval('accounts_seat_id_seq') AS seat_id,
           CASE WHEN b % 3 = 0 THEN nextval('accounts_user_id_seq') END AS liaison_user_id,
           CASE WHEN b % 3 = 0 THEN nextval('accounts_seat_id_seq') END AS liaison_seat_id,
           c.name || CASE WHEN b % 40 < 4 THEN w.departments[1 + b % 40]
                          ELSE '第' || b % 40 - 3 || w.sites[1 + b % cardinality(w.sites)] END AS name
    FROM generate_series(c.c * 40, least(c.c * 40 + 40, w.branches) - 1) b
) n;
CREATE UNIQUE INDEX ON w_branch (b);
ANALYZE w_branch;

INSERT INTO accounts_organisation (id, code, name, short_name, kind, joint, side, parent_id, "order", path)
SELECT b.id, w.code || '-' || b.b, b.name, b.short_name, 'party_branch', false,
       CASE WHEN b.hq THEN 'headquarters' ELSE 'grassroots' END, b.company, 1001 + b.c * 100 + b.b % 40, b.path
FROM w_branch b, w_world w
UNION ALL
SELECT b.unit_id, w.code || '-' || b.b || '-U', b.unit_name, b.unit_name, 'unit', false, '', b.company,
       1041 + b.c * 100 + b.b % 40, w.root_path || b.company || '/' || b.unit_id || '/'
FROM w_branch b, w_world w;

INSERT INTO accounts_unitlink (unit_id, branch_id, from_on)
SELECT b.unit_id, b.id, w.start_on - 365 FROM w_branch b, w_world w;

INSERT INTO accounts_post (id, organisation_id, name)
SELECT post_id, id, CASE WHEN hq THEN '综合管理岗' ELSE '现场技术岗' END FROM w_branch;

INSERT INTO accounts_user (id, password, username, name, email, language, is_active, must_change_password,
                           password_changed_at, joined_at)
SELECT p.id, w.password, lower(w.code) || p.username, p.name, '', '', true, false, now(), now()
FROM w_world w, (
    SELECT user_id AS id, 's' || b AS username, unit_name || '书记' AS name FROM w_branch
    UNION ALL SELECT liaison_user_id, 'l' || b, unit_name || '联络员' FROM w_branch WHERE liaison_user_id IS NOT NULL
) p;

INSERT INTO accounts_seat (id, person_id, role, organisation_id, from_on, matter, may_backdate)
SELECT s.id, s.person_id, s.role, s.organisation_id, w.start_on - 365, '', false
FROM w_world w, (
    SELECT seat_id AS id, user_id AS person_id, 'secretary' AS role, id AS organisation_id FROM w_branch
    UNION ALL SELECT liaison_seat_id, liaison_user_id, 'liaison', id FROM w_branch WHERE liaison_seat_id IS NOT NULL
) s;

-- Who acts: secretaries under the number of their branch; w_group holds the working group under negative numbers.
CREATE TEMP TABLE w_actor AS
SELECT b AS actor, user_id, seat_id, unit_name || '书记' AS person_name,
       short_name || ' ' || w.secretary AS seat_title, id AS body
FROM w_branch, w_world w
UNION ALL
SELECT actor, user_id, seat_id, person_name, seat_title, NULL FROM w_group;
CREATE UNIQUE INDEX ON w_actor (actor);
ANALYZE w_actor;
