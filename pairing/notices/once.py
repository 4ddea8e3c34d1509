"""The last words of every statement that tells people something: what is `told` is written once."""

# To be put behind `WITH … told AS (SELECT person_id, object_type, object_id, step, occasion, level, details,
# planned_at …)`. {into}: pairing_notice, or the table of a simulation with the same unique key. The key decides, row by
# row through its own index: a join with what was told before would read all notices of a supervisor for each of them.
WRITE_ONCE = """
INSERT INTO {into} (person_id, object_type, object_id, step, occasion, level, details, planned_at)
SELECT * FROM told ORDER BY planned_at, object_id, person_id ON CONFLICT DO NOTHING"""
