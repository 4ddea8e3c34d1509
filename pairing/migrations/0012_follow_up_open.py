from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_pieces_of_names"),
        ("pairing", "0011_looked_back"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(
                condition=models.Q(("done_on__isnull", True), ("skipped_on__isnull", True)),
                fields=["agreement", "planned_on"],
                name="follow_up_open",
            ),
        ),
    ]
