"""What subscriptions need: requests to confirm, former addresses, the words shown, revoked links, when somebody joined."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import newsletter.models.subscribers


class Migration(migrations.Migration):
    dependencies = [
        ("newsletter", "0002_sending"),
    ]

    operations = [
        migrations.CreateModel(
            name="FormerAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address_compared", models.CharField(max_length=320, unique=True)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="RevokedToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=200)),
                ("reason", models.TextField(blank=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SubscriptionRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.BigIntegerField(
                        default=newsletter.models.subscribers.new_public_id, editable=False, unique=True
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("join", "to join"), ("move", "to change the address")], max_length=8),
                ),
                ("address", models.CharField(max_length=320)),
                ("address_compared", models.CharField(db_index=True, max_length=320)),
                ("details", models.JSONField(blank=True, default=dict)),
                ("basis", models.CharField(blank=True, max_length=64)),
                (
                    "mechanism",
                    models.CharField(
                        choices=[
                            ("form", "web form"),
                            ("link", "personal link in a header"),
                            ("reply", "e-mail"),
                            ("import", "imported file"),
                            ("staff", "staff"),
                            ("bounce", "mail sent back"),
                            ("complaint", "complaint by a mail provider"),
                        ],
                        max_length=16,
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=500)),
                ("wording", models.CharField(blank=True, max_length=64)),
                ("reason", models.TextField(blank=True)),
                ("by", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField(db_index=True)),
                ("ends_at", models.DateTimeField(db_index=True)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Wording",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.CharField(max_length=64, unique=True)),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.RemoveConstraint(
            model_name="consentrecord",
            name="consent_event_known",
        ),
        migrations.RemoveConstraint(
            model_name="subscriber",
            name="subscriber_status_known",
        ),
        migrations.AddField(
            model_name="subscriber",
            name="joined_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.RunSQL(
            [
                "UPDATE newsletter_subscriber SET joined_at = created_at",
                # Who has not confirmed is no subscriber any more; nobody is written to for it.
                "UPDATE newsletter_subscriber SET status = 'unsubscribed' WHERE status = 'pending'",
            ],
            migrations.RunSQL.noop,
        ),
        # Nobody looks for consent by its moment, and an import would write the index a million times.
        migrations.AlterField(
            model_name="consentrecord",
            name="at",
            field=models.DateTimeField(),
        ),
        migrations.AlterField(
            model_name="consentrecord",
            name="event",
            field=models.CharField(
                choices=[
                    ("requested", "asked to join"),
                    ("confirmed", "confirmed"),
                    ("imported", "came with an import"),
                    ("added", "added by staff"),
                    ("changed", "details changed"),
                    ("moved", "address changed"),
                    ("asked", "was asked whether to stay"),
                    ("paused", "paused"),
                    ("resumed", "pause ended"),
                    ("left", "left"),
                    ("returned", "came back"),
                    ("stopped", "asked never to be written to"),
                    ("bounced", "address stopped working"),
                    ("complained", "marked our mail as spam"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="subscriber",
            name="status",
            field=models.CharField(
                choices=[
                    ("subscribed", "subscribed"),
                    ("unsubscribed", "left"),
                    ("bounced", "address no longer works"),
                    ("complained", "marked our mail as spam"),
                ],
                default="subscribed",
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="consentrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "event__in",
                        [
                            "requested",
                            "confirmed",
                            "imported",
                            "added",
                            "changed",
                            "moved",
                            "asked",
                            "paused",
                            "resumed",
                            "left",
                            "returned",
                            "stopped",
                            "bounced",
                            "complained",
                        ],
                    )
                ),
                name="consent_event_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriber",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["subscribed", "unsubscribed", "bounced", "complained"])),
                name="subscriber_status_known",
            ),
        ),
        migrations.AddField(
            model_name="formeraddress",
            name="subscriber",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="former_addresses", to="newsletter.subscriber"
            ),
        ),
        migrations.AddField(
            model_name="subscriptionrequest",
            name="subscriber",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="requests",
                to="newsletter.subscriber",
            ),
        ),
        migrations.AddConstraint(
            model_name="formeraddress",
            constraint=models.CheckConstraint(
                condition=models.Q(("address_compared", ""), _negated=True), name="former_address_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriptionrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["join", "move"])), name="request_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriptionrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("mechanism__in", ["form", "link", "reply", "import", "staff", "bounce", "complaint"])
                ),
                name="request_mechanism_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriptionrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("address_compared", ""), _negated=True), name="request_has_address"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriptionrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "move"), _negated=True), ("subscriber__isnull", False), _connector="OR"
                ),
                name="request_to_move_is_somebodys",
            ),
        ),
    ]
