from django.db import migrations, models


class Migration(migrations.Migration):
    """What the dashboards read of every pair of a year, and what was refused, is found by index."""

    dependencies = [
        ("pairing", "0014_board_read_by_index"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="review",
            index=models.Index(condition=models.Q(("outcome", "refused")), fields=["agreement"], name="review_refused"),
        ),
        migrations.AddIndex(
            model_name="goalopinion",
            index=models.Index(condition=models.Q(("verdict", "refuse")), fields=["opinion"], name="goal_refused"),
        ),
        migrations.RemoveIndex(model_name="agreement", name="agreement_signed"),
        migrations.AddIndex(
            model_name="agreement",
            index=models.Index(
                fields=["programme", "signed_on"],
                include=("id", "invited_on", "submitted_on", "approved_on"),
                name="agreement_signed",
            ),
        ),
        migrations.AddIndex(
            model_name="agreement",
            index=models.Index(
                condition=models.Q(("state", "closed")),
                fields=["programme", "ended_on"],
                include=("id", "completed_on", "signed_on"),
                name="agreement_accepted",
            ),
        ),
        migrations.AddIndex(
            model_name="party",
            index=models.Index(
                condition=models.Q(("answer", "accepted")),
                fields=["agreement"],
                include=("answered_on",),
                name="party_accepted",
            ),
        ),
    ]
