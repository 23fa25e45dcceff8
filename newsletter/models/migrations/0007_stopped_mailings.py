"""A mailing that was stopped does not stand in the way of the next one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("newsletter", "0006_key"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="mailing",
            name="mailing_once_an_audience",
        ),
        migrations.RemoveConstraint(
            model_name="mailing",
            name="mailing_corrects_once",
        ),
        migrations.AddConstraint(
            model_name="mailing",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("corrects__isnull", True), ("reason", ""), models.Q(("state", "cancelled"), _negated=True)
                ),
                fields=("edition", "segment", "practice"),
                name="mailing_once_an_audience",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailing",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("corrects__isnull", False), ("reason", ""), models.Q(("state", "cancelled"), _negated=True)
                ),
                fields=("edition", "corrects"),
                name="mailing_corrects_once",
            ),
        ),
    ]
