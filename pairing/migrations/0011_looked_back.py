from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_pieces_of_names"),
        ("pairing", "0010_pieces_and_orders_of_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                condition=models.Q(("last_look_back", ""), _negated=True),
                fields=["last_look_back", "-id"],
                name="problem_looked_back",
            ),
        ),
    ]
