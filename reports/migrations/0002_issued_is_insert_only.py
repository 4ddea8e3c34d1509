from django.db import migrations

# Row triggers only: a TRUNCATE trigger would break the flush of the tests; that right is revoked instead.
FORWARD = """
CREATE FUNCTION reports_issued_is_insert_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an issued table cannot be changed or deleted';
END $$;
CREATE TRIGGER reports_issuedtable_insert_only BEFORE UPDATE OR DELETE ON reports_issuedtable
    FOR EACH ROW EXECUTE FUNCTION reports_issued_is_insert_only();
CREATE TRIGGER reports_issuedrow_insert_only BEFORE UPDATE OR DELETE ON reports_issuedrow
    FOR EACH ROW EXECUTE FUNCTION reports_issued_is_insert_only();
"""
BACKWARD = """
DROP TRIGGER reports_issuedrow_insert_only ON reports_issuedrow;
DROP TRIGGER reports_issuedtable_insert_only ON reports_issuedtable;
DROP FUNCTION reports_issued_is_insert_only();
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
