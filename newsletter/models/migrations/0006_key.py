"""The database remembers which key it was made with."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("newsletter", "0005_bounces"),
    ]

    operations = [
        migrations.AddField(
            model_name="workspacestate",
            name="key_id",
            field=models.CharField(blank=True, max_length=16),
        ),
    ]
