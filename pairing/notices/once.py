"""The last words of every statement that tells people something: what is `told` is written once."""

# To be put behind `WITH … told AS (SELECT person_id, object_type, object_id, step, occasion, level, details,
# planned_at …)`. {into}: pairing_notice, or the table of a simulation with the same unique key. Whom %(known_before)s
# finds told already is left out before an id is drawn; the key settles what two workers write at the same time.
WRITE_ONCE = """
INSERT INTO {into} (person_id, object_type, object_id, step, occasion, level, details, planned_at)
SELECT * FROM told WHERE NOT EXISTS (
    SELECT FROM pairing_notice n WHERE n.person_id = told.person_id AND n.object_type = told.object_type
    AND n.object_id = told.object_id AND n.step = told.step AND n.occasion = told.occasion
    AND n.planned_at < %(known_before)s)
ORDER BY planned_at, object_id, person_id ON CONFLICT DO NOTHING"""
