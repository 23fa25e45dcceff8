"""A short mail more: whether somebody whom their body no longer names wants to stay."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("newsletter", "0008_agreeing"),
    ]

    operations = [
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
                        ],
                    )
                ),
                name="automatic_kind_known",
            ),
        ),
    ]
