-- What else has to be read again when some objects were touched: an agreement tells of its problems and of those who
-- signed, a problem of the pairs it was in, an organisation of all it owns, joined or signed.
WITH body AS (
    SELECT unnest(%(organisations)s::bigint[]) AS id
), pair AS (
    SELECT unnest(%(agreements)s::bigint[]) AS id
    UNION SELECT y.agreement_id FROM pairing_party y JOIN body b ON b.id = y.organisation_id OR b.id = y.unit_id
    UNION SELECT y.agreement_id
    FROM body b
    JOIN accounts_seat s ON s.organisation_id = b.id
    JOIN pairing_signature g ON g.seat_id = s.id
    JOIN pairing_party y ON y.id = g.party_id
), problem AS (
    SELECT unnest(%(problems)s::bigint[]) AS id
    UNION SELECT p.id FROM pairing_problem p JOIN body b ON b.id = p.owner_id
    UNION SELECT e.problem_id FROM pairing_episode e JOIN pair a ON a.id = e.agreement_id
), agreement AS (
    SELECT id FROM pair
    UNION SELECT e.agreement_id FROM pairing_episode e JOIN problem p ON p.id = e.problem_id
), organisation AS (
    SELECT id FROM body
    UNION SELECT y.organisation_id FROM pairing_party y JOIN agreement a ON a.id = y.agreement_id
    UNION SELECT e.helper_id FROM pairing_episode e JOIN agreement a ON a.id = e.agreement_id WHERE e.helper_id IS NOT NULL
    UNION SELECT s.organisation_id
    FROM agreement a
    JOIN pairing_party y ON y.agreement_id = a.id
    JOIN pairing_signature g ON g.party_id = y.id
    JOIN accounts_seat s ON s.id = g.seat_id
)
SELECT (SELECT array_agg(id) FROM problem), (SELECT array_agg(id) FROM agreement),
       (SELECT array_agg(id) FROM organisation), (SELECT array_agg(id) FROM pair)
