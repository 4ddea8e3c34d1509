-- Replaces the rows of PairFact of some agreements, where they differ, by fresh ones.
WITH fresh AS MATERIALIZED (
{fresh}
), gone AS (
    DELETE FROM reports_pairfact p
    WHERE p.agreement_id = ANY(%(ids)s)
      AND NOT EXISTS (SELECT FROM fresh f WHERE (f.agreement_id, f.from_on) = (p.agreement_id, p.from_on))
)
INSERT INTO reports_pairfact AS p ({columns})
SELECT {columns} FROM fresh
ON CONFLICT (agreement_id, from_on) DO UPDATE SET
    programme_id = excluded.programme_id, signed_on = excluded.signed_on, to_on = excluded.to_on, ends = excluded.ends,
    children = excluded.children, bodies = excluded.bodies, categories = excluded.categories,
    solved = excluded.solved, solved_in = excluded.solved_in
WHERE (p.programme_id, p.signed_on, p.to_on, p.ends, p.children, p.bodies, p.categories, p.solved, p.solved_in)
      IS DISTINCT FROM
      (excluded.programme_id, excluded.signed_on, excluded.to_on, excluded.ends, excluded.children, excluded.bodies,
       excluded.categories, excluded.solved, excluded.solved_in)
