-- Who is in: the initiator (0), its partner (1) of the same company in four of five pairs, in every second of these
-- from headquarters, and now and then a third (2). A successor has the initiator of its predecessor.
CREATE TEMP TABLE w_party AS
WITH firsts AS (
    SELECT i, parties, successor, w.branches AS n, pg_temp.dice(CASE WHEN successor THEN i - 1 ELSE i END, 41, w.branches) AS first
    FROM w_life, w_world w
), places AS (
    SELECT *, first / 40 * 40 AS base, least(40, n - first / 40 * 40) AS size FROM firsts
), seconds AS (
    SELECT *, CASE
        WHEN successor OR size < 2 OR pg_temp.dice(i, 42, 100) < 20 THEN (first + 1 + pg_temp.dice(i, 43, n - 1)) % n
        WHEN pg_temp.dice(i, 44, 100) < 50 THEN base + pg_temp.dice(i, 43, least(4, size))
        ELSE base + pg_temp.dice(i, 43, size) END AS wished
    FROM places
), thirds AS (
    SELECT *, CASE WHEN wished <> first THEN wished ELSE base + (first - base + 1) % size END AS second FROM seconds
), members AS (
    SELECT i, 0 AS ord, first AS b FROM thirds
    UNION ALL SELECT i, 1, second FROM thirds
    UNION ALL SELECT i, 2, CASE WHEN second = (first + 1) % n THEN (first + 2) % n ELSE (first + 1) % n END
        FROM thirds WHERE parties = 3
)
SELECT m.i, m.ord, m.b, nextval('pairing_party_id_seq') AS id, b.id AS body, b.name, b.short_name, b.hq,
       CASE WHEN pg_temp.dice(m.i, 45, 2) = 0 THEN b.unit_id END AS unit_id,
       CASE WHEN pg_temp.dice(m.i, 45, 2) = 0 THEN b.unit_name END AS unit_name,
       CASE WHEN pg_temp.dice(m.i, 46, 100) < 8 THEN b.post_id END AS post_id,
       CASE WHEN pg_temp.dice(m.i, 46, 100) < 8
            THEN CASE WHEN b.hq THEN '综合管理岗' ELSE '现场技术岗' END END AS post_name
FROM members m JOIN w_branch b USING (b) ORDER BY m.i, m.ord;
CREATE UNIQUE INDEX ON w_party (i, ord);
ANALYZE w_party;
