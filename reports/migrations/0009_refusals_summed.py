from django.db import migrations


class Migration(migrations.Migration):
    """Refusals are counted by their ground: all is read again."""

    dependencies = [
        ("reports", "0008_facts_by_signers"),
    ]

    operations = [
        migrations.RunSQL(
            "INSERT INTO reports_touched (kind, object_id) SELECT 'programme', id FROM pairing_programme",
            migrations.RunSQL.noop,
        ),
    ]
