from django.db import migrations


class Migration(migrations.Migration):
    """Pairs count for who signed, branches are counted as helpers, late days are added up: all is read again."""

    dependencies = [
        ("reports", "0007_pair_fact"),
    ]

    operations = [
        migrations.RunSQL(
            "INSERT INTO reports_touched (kind, object_id) SELECT 'programme', id FROM pairing_programme",
            migrations.RunSQL.noop,
        ),
    ]
