from django.db import migrations

# A row trigger only: a TRUNCATE trigger would break the flush of the tests; that right is revoked instead.
FORWARD = """
CREATE FUNCTION accounts_event_is_insert_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the record cannot be changed or deleted';
END $$;
CREATE TRIGGER accounts_event_insert_only BEFORE UPDATE OR DELETE ON accounts_event
    FOR EACH ROW EXECUTE FUNCTION accounts_event_is_insert_only();
"""
BACKWARD = """
DROP TRIGGER accounts_event_insert_only ON accounts_event;
DROP FUNCTION accounts_event_is_insert_only();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
