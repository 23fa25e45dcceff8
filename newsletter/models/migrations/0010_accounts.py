"""One-time links that let staff in."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import newsletter.models.accounts


class Migration(migrations.Migration):
    dependencies = [
        ("newsletter", "0009_stay"),
    ]

    operations = [
        migrations.CreateModel(
            name="OneTimeLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("nonce", models.CharField(default=newsletter.models.accounts.new_nonce, max_length=32, unique=True)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("first", "make the first administrator"),
                            ("invitation", "accept an invitation"),
                            ("recovery", "choose a new password"),
                            ("entrance", "come in, without a password"),
                        ],
                        max_length=16,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="automaticmail",
            name="automatic_kind_known",
        ),
        migrations.AlterField(
            model_name="automaticmail",
            name="kind",
            field=models.CharField(
                choices=[
                    ("confirm", "please confirm that you want to join"),
                    ("welcome", "welcome"),
                    ("latest", "the latest issue"),
                    ("goodbye", "you are off the list"),
                    ("leave", "press here to leave"),
                    ("stay", "do you want to stay?"),
                    ("settings", "the link to your settings"),
                    ("move", "please confirm your new address"),
                    ("moved", "your address was changed"),
                    ("alert", "something unusual, for staff"),
                    ("alone", "one person approved alone, for the team"),
                    ("invitation", "an invitation to the studio"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="automaticmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "confirm",
                            "welcome",
                            "latest",
                            "goodbye",
                            "leave",
                            "stay",
                            "settings",
                            "move",
                            "moved",
                            "alert",
                            "alone",
                            "invitation",
                        ],
                    )
                ),
                name="automatic_kind_known",
            ),
        ),
        migrations.AddField(
            model_name="onetimelink",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="links",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="onetimelink",
            constraint=models.CheckConstraint(
                condition=models.Q(("purpose__in", ["first", "invitation", "recovery", "entrance"])),
                name="link_purpose_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="onetimelink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("purpose", "first"), ("user__isnull", True)),
                    models.Q(models.Q(("purpose", "first"), _negated=True), ("user__isnull", False)),
                    _connector="OR",
                ),
                name="link_names_its_person",
            ),
        ),
    ]
