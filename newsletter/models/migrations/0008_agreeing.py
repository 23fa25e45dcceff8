"""Approvals by one person alone, drafts for comment, and what was put right after an issue went out."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import newsletter.models.mailings


class Migration(migrations.Migration):
    dependencies = [
        ("newsletter", "0007_stopped_mailings"),
    ]

    operations = [
        migrations.CreateModel(
            name="DraftRemark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(null=True)),
                ("text", models.TextField()),
                ("author", models.CharField(max_length=320)),
                ("source", models.CharField(max_length=255)),
                ("position", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("settled_by", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="DraftRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uid",
                    models.CharField(
                        default=newsletter.models.mailings.new_uid, editable=False, max_length=16, unique=True
                    ),
                ),
                ("issue_id", models.CharField(db_index=True, max_length=64)),
                ("places", models.JSONField()),
                ("source_hash", models.CharField(max_length=64)),
                ("people", models.PositiveIntegerField()),
                ("by", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="WebCorrection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("issue_id", models.CharField(db_index=True, max_length=64)),
                ("note", models.CharField(max_length=1000)),
                ("by", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="WithdrawnPicture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("issue_id", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=100)),
                ("reason", models.CharField(max_length=200)),
                ("by", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="automaticmail",
            name="automatic_kind_known",
        ),
        migrations.AddField(
            model_name="approval",
            name="alone_because",
            field=models.CharField(blank=True, max_length=500),
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
        migrations.AddField(
            model_name="draftround",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="draftremark",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="remarks", to="newsletter.draftround"
            ),
        ),
        migrations.AddField(
            model_name="webcorrection",
            name="edition",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="newsletter.edition"
            ),
        ),
        migrations.AddField(
            model_name="webcorrection",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="withdrawnpicture",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="draftremark",
            constraint=models.UniqueConstraint(fields=("source", "position"), name="remark_once"),
        ),
        migrations.AddConstraint(
            model_name="withdrawnpicture",
            constraint=models.UniqueConstraint(fields=("issue_id", "name"), name="picture_withdrawn_once"),
        ),
    ]
