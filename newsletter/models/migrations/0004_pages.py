"""Readers' pages: requests to confirm, short mails, posted forms, what waits for staff."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("newsletter", "0003_subscriptions"),
    ]

    operations = [
        migrations.CreateModel(
            name="PostedForm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("join", "to join"),
                            ("leave", "to leave"),
                            ("settings", "the link to their settings"),
                            ("move", "to change their address"),
                            ("contribute", "feedback or news"),
                        ],
                        max_length=16,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("address", models.CharField(blank=True, max_length=320)),
                ("details", models.JSONField(blank=True, default=dict)),
                ("address_key", models.CharField(blank=True, max_length=64)),
                ("domain_key", models.CharField(blank=True, max_length=64)),
                ("network_key", models.CharField(blank=True, max_length=64)),
                ("body", models.CharField(blank=True, max_length=64)),
                ("language", models.CharField(max_length=35)),
                ("wording", models.CharField(blank=True, max_length=64)),
                ("next_at", models.DateTimeField(null=True)),
                ("mailed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_at__isnull", False)), fields=["next_at"], name="posted_waiting"
                    ),
                    models.Index(fields=["network_key", "at"], name="posted_network"),
                    models.Index(fields=["address_key", "at"], name="posted_address"),
                    models.Index(
                        condition=models.Q(("mailed_at__isnull", False)), fields=["mailed_at"], name="posted_mailed"
                    ),
                    models.Index(fields=["at"], name="posted_at"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["join", "leave", "settings", "move", "contribute"])),
                        name="posted_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("next_at__isnull", False), models.Q(("address", ""), ("details", {})), _connector="OR"
                        ),
                        name="posted_forgets",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AutomaticMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
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
                        ],
                        max_length=16,
                    ),
                ),
                ("cause", models.CharField(max_length=100, unique=True)),
                ("address", models.CharField(blank=True, max_length=320)),
                ("address_key", models.CharField(max_length=64)),
                ("language", models.CharField(max_length=35)),
                ("facts", models.JSONField(blank=True, default=dict)),
                ("answers", models.CharField(blank=True, max_length=500)),
                ("message_id", models.CharField(max_length=255, unique=True)),
                ("date", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "about to leave"),
                            ("sent", "handed over"),
                            ("given_up", "could not be delivered"),
                        ],
                        default="waiting",
                        max_length=16,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True)),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="newsletter.subscriptionrequest",
                    ),
                ),
                (
                    "subscriber",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="newsletter.subscriber",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["next_at"], name="automatic_waiting"
                    ),
                    models.Index(fields=["address_key", "kind", "date"], name="automatic_address"),
                ],
                "constraints": [
                    models.CheckConstraint(
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
                                ],
                            )
                        ),
                        name="automatic_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "sent", "given_up"])), name="automatic_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("next_at__isnull", False), ("state", "waiting")),
                            models.Q(
                                models.Q(("state", "waiting"), _negated=True),
                                ("address", ""),
                                ("next_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="automatic_forgets",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QueueItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("feedback", "feedback"),
                            ("news", "news for an issue"),
                            ("alert", "something unusual"),
                        ],
                        max_length=16,
                    ),
                ),
                ("source", models.CharField(max_length=255, unique=True)),
                ("at", models.DateTimeField()),
                ("title", models.CharField(max_length=300)),
                ("address", models.CharField(blank=True, max_length=320)),
                ("address_compared", models.CharField(blank=True, db_index=True, max_length=320)),
                ("body", models.CharField(blank=True, max_length=64)),
                ("language", models.CharField(blank=True, max_length=35)),
                ("content", models.JSONField(default=dict)),
                ("picture", models.CharField(blank=True, max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("done", "done")], default="waiting", max_length=16
                    ),
                ),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["state", "at"], name="queue_waiting")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["feedback", "news", "alert"])), name="queue_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "done"])), name="queue_state_known"
                    ),
                ],
            },
        ),
    ]
