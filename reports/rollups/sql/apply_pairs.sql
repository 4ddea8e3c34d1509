-- Replaces rows of PairFact by fresh ones, where they differ: what is the same is not written, so the table does not grow
-- when everything is read anew. Placeholders: fresh, the SELECT of the rows as they are now; touched, which rows p of
-- PairFact are theirs; columns.
WITH fresh AS MATERIALIZED (
{fresh}
), changed AS (
    SELECT {columns} FROM fresh EXCEPT SELECT {columns} FROM reports_pairfact p WHERE {touched}
), gone AS (
    DELETE FROM reports_pairfact p
    WHERE {touched} AND NOT EXISTS (
        SELECT FROM fresh f WHERE (f.agreement_id, f.from_on) = (p.agreement_id, p.from_on)
    )
)
INSERT INTO reports_pairfact ({columns})
SELECT {columns} FROM changed
ON CONFLICT (agreement_id, from_on) DO UPDATE SET
    programme_id = excluded.programme_id, signed_on = excluded.signed_on, to_on = excluded.to_on, ends = excluded.ends,
    children = excluded.children, bodies = excluded.bodies, categories = excluded.categories,
    solved = excluded.solved, solved_in = excluded.solved_in
