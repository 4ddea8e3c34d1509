from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_pieces_of_names"),
        ("pairing", "0013_names_of_records"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="standing",
            name="standing_risk",
        ),
        migrations.AddField(
            model_name="standing",
            name="due_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="standing",
            name="seen_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="standing",
            name="visit_on",
            field=models.DateField(null=True),
        ),
        # the next round of supervision writes every row anew, with the new columns
        migrations.RunSQL("UPDATE pairing_standing SET day = day - 1", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="agreement",
            index=models.Index(
                condition=models.Q(("state__in", ["active", "suspended", "acceptance"])),
                fields=["programme", "direction", "-id"],
                name="agreement_running",
            ),
        ),
        migrations.AddIndex(
            model_name="agreement",
            index=models.Index(
                condition=models.Q(("state", "active"), ("turn__in", ["group", "lead"])),
                fields=["programme", "turn_since"],
                name="agreement_asks_group",
            ),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(fields=["programme", "state", "category"], name="problem_filtered"),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                fields=["programme", "-risk", "agreement"], include=("seen_on",), name="standing_by_risk"
            ),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(("visit_on__isnull", False)),
                fields=["programme", "visit_on", "agreement"],
                include=("seen_on", "risk"),
                name="standing_visit",
            ),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(("reasons__contains", ["never_visited"])),
                fields=["programme", "-risk", "agreement"],
                name="standing_never_visited",
            ),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(("reasons__contains", ["late"])),
                fields=["programme", "due_on", "agreement"],
                name="standing_late",
            ),
        ),
    ]
