from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pairing", "0003_notices_and_stops")]
    operations = [
        migrations.AlterField(model_name="duechange", name="cause", field=models.CharField(max_length=20)),
    ]
