import django.contrib.postgres.indexes
from django.conf import settings
from django.db import migrations, models

import accounts.models.substrings


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_pieces_of_names"),
        ("pairing", "0009_programme_market_told_on"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="agreement",
            index=models.Index(fields=["turn_since", "id"], name="agreement_by_waiting"),
        ),
        migrations.AddIndex(
            model_name="agreement",
            index=models.Index(fields=["-year", "-sequence", "-id"], name="agreement_by_number"),
        ),
        migrations.AddIndex(
            model_name="agreement",
            index=django.contrib.postgres.indexes.GinIndex(
                accounts.models.substrings.Pieces("aim", "number"), name="agreement_pieces"
            ),
        ),
        migrations.AddIndex(
            model_name="agreement",
            index=models.Index(fields=["due_on", "-id"], name="agreement_by_due"),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(fields=["turn_since", "id"], name="problem_by_waiting"),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(fields=["-year", "-sequence", "-id"], name="problem_by_number"),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=django.contrib.postgres.indexes.GinIndex(
                accounts.models.substrings.Pieces("title", "number"), name="problem_pieces"
            ),
        ),
    ]
