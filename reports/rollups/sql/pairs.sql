-- Who stands at the ends of signed agreements, from day to day: the bodies that signed; from the day on which one is
-- closed, the body that has its place among the parties. A row for each stretch in which nobody gives place. The
-- condition "wanted" says of which agreements a.
WITH wanted AS MATERIALIZED (
    SELECT a.id, a.programme_id, a.signed_on, c.path AS top
    FROM pairing_agreement a
    JOIN pairing_programme r ON r.id = a.programme_id
    JOIN accounts_organisation c ON c.id = r.committee_id
    WHERE a.signed_on IS NOT NULL AND {wanted}
), party AS MATERIALIZED (  -- of the signed text
    SELECT w.id, y.id AS party, y.organisation_id AS body
    FROM wanted w JOIN pairing_party y ON y.agreement_id = w.id AND y.name_then > ''
), signer AS (  -- who signed is not who has the place now
    SELECT p.party, s.organisation_id AS body, o.closed_on
    FROM party p
    JOIN pairing_signature g ON g.party_id = p.party AND g.voided_at IS NULL
    JOIN accounts_seat s ON s.id = g.seat_id AND s.organisation_id <> p.body
    JOIN accounts_organisation o ON o.id = s.organisation_id AND o.closed_on IS NOT NULL
), place AS MATERIALIZED (
    SELECT p.id, p.body, s.body AS signed, s.closed_on FROM party p LEFT JOIN signer s USING (party)
), turn AS (
    SELECT id, signed_on AS day FROM wanted
    UNION SELECT w.id, p.closed_on FROM place p JOIN wanted w USING (id) WHERE p.closed_on > w.signed_on
), stretch AS (
    SELECT id, day AS from_on, lead(day) OVER (PARTITION BY id ORDER BY day) AS to_on FROM turn
), standing AS (
    SELECT t.id, t.from_on, t.to_on, o.id AS body, o.path
    FROM stretch t JOIN place p USING (id)
    JOIN accounts_organisation o ON o.id = CASE WHEN p.closed_on > t.from_on THEN p.signed ELSE p.body END
), ends AS (
    SELECT s.id, s.from_on, s.to_on, array_agg(s.body ORDER BY s.body) AS ends, string_agg(s.path, '') AS paths,
           array_agg(x.child ORDER BY x.child) AS children
    FROM standing s JOIN wanted w USING (id), LATERAL (
        SELECT CASE WHEN starts_with(s.path, w.top)
               THEN coalesce(nullif(split_part(substr(s.path, length(w.top) + 1), '/', 1), '')::bigint, 0)
               ELSE 0 END AS child
    ) x GROUP BY s.id, s.from_on, s.to_on
), solved AS (  -- problems whose first write-off was in this pair
    SELECT e.agreement_id AS id, array_agg(e.written_off_on ORDER BY e.written_off_on, p.category_id) AS days,
           array_agg(coalesce(p.category_id, 0) ORDER BY e.written_off_on, p.category_id) AS categories
    FROM wanted w JOIN pairing_episode e ON e.agreement_id = w.id JOIN pairing_problem p ON p.id = e.problem_id
    WHERE e.written_off_on IS NOT NULL AND NOT EXISTS (
        SELECT FROM pairing_episode b
        WHERE b.problem_id = e.problem_id AND (b.written_off_on, b.id) < (e.written_off_on, e.id)
    )
    GROUP BY e.agreement_id
), listed AS (  -- when the pair was signed, or later
    SELECT w.id, array_agg(DISTINCT p.category_id) AS categories
    FROM wanted w JOIN pairing_episode e ON e.agreement_id = w.id JOIN pairing_problem p ON p.id = e.problem_id
    WHERE e.taken_on IS NOT NULL AND coalesce(e.released_on, 'infinity') >= w.signed_on AND p.category_id IS NOT NULL
    GROUP BY w.id
)
SELECT e.id AS agreement_id, w.programme_id, w.signed_on, e.from_on, e.to_on, e.ends, e.children,
       (SELECT array_agg(DISTINCT b.body::bigint) FROM unnest(string_to_array(btrim(e.paths, '/'), '/')) AS b (body)
        WHERE b.body > '') AS bodies,
       coalesce(l.categories, '{{}}') AS categories, coalesce(s.days, '{{}}') AS solved,
       coalesce(s.categories, '{{}}') AS solved_in
FROM ends e JOIN wanted w USING (id) LEFT JOIN solved s USING (id) LEFT JOIN listed l USING (id)
