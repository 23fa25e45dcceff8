"""What came back, and what it says about the mailbox."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("newsletter", "0004_pages"),
    ]

    operations = [
        migrations.CreateModel(
            name="Bounce",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("gone", "there is no such mailbox"),
                            ("closed", "the mailbox is full or takes no mail"),
                            ("blocked", "mail like ours is not wanted there"),
                            ("other", "the reason is not clear"),
                        ],
                        max_length=8,
                    ),
                ),
                ("status", models.CharField(blank=True, max_length=24)),
                ("source", models.CharField(max_length=255)),
                ("at", models.DateTimeField()),
                (
                    "delivery",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="bounce", to="newsletter.delivery"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("cause__in", ["gone", "closed", "blocked", "other"])),
                        name="bounce_cause_known",
                    )
                ],
            },
        ),
    ]
