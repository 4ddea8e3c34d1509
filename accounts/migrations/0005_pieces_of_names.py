import django.contrib.postgres.indexes
from django.db import migrations, models

import accounts.models.substrings
from accounts.models.substrings import CREATE_PIECES, DROP_PIECES


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_job_run")]
    operations = [
        migrations.RunSQL(CREATE_PIECES, DROP_PIECES),
        migrations.AddIndex(
            model_name="organisation", index=models.Index(fields=["order", "code"], name="organisation_order")
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=django.contrib.postgres.indexes.GinIndex(
                accounts.models.substrings.Pieces("name", "short_name", "code"), name="organisation_pieces"
            ),
        ),
    ]
