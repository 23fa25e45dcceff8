"""Accounts, subscribers and their consent, editions, mailings, the ledger, the log."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import newsletter.models.mailings
import newsletter.models.records
import newsletter.models.subscribers


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address_key", models.CharField(max_length=64, null=True)),
                ("message_id", models.CharField(max_length=255)),
                ("date", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "waiting"),
                            ("claimed", "waiting"),
                            ("transmitting", "waiting"),
                            ("accepted", "accepted"),
                            ("refused", "sent back by their mail system"),
                            ("deferred", "trying again"),
                            ("in_doubt", "we can't tell"),
                            ("skipped", "left out"),
                        ],
                        default="pending",
                        max_length=16,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("left", "left in time"),
                            ("erased", "left, and asked to be erased"),
                            ("paused", "paused"),
                            ("suppressed", "never to write to again"),
                            ("unreachable", "no longer reachable"),
                            ("already", "already had it"),
                            ("cancelled", "stopped before it left"),
                            ("expired", "given up after days of trying"),
                            ("evidence", "settled by later evidence"),
                            ("decided", "settled by a person"),
                            ("not_known", "never found out"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                ("attempt", models.PositiveIntegerField(default=0)),
                ("fence", models.PositiveIntegerField(default=0)),
                ("owner", models.CharField(blank=True, default="", max_length=64)),
                ("lease_until", models.DateTimeField(null=True)),
                ("next_at", models.DateTimeField(null=True)),
                ("code", models.PositiveSmallIntegerField(null=True)),
                ("enhanced", models.CharField(blank=True, default="", max_length=16)),
                ("reply_text", models.CharField(blank=True, default="", max_length=1000)),
                ("provider_ref", models.CharField(blank=True, default="", max_length=255)),
                ("updated_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("issue_id", models.CharField(db_index=True, max_length=64)),
                ("content_hash", models.CharField(max_length=64, unique=True)),
                ("source_hash", models.CharField(max_length=64)),
                ("folder", models.CharField(max_length=255)),
                ("variants_summary", models.JSONField(default=list)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="e-mail address")),
                ("name", models.CharField(max_length=200)),
                (
                    "role",
                    models.CharField(
                        choices=[("editor", "Editor"), ("approver", "Approver"), ("administrator", "Administrator")],
                        default="editor",
                        max_length=20,
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("is_staff", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AuditRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_index=True)),
                ("by", models.CharField(max_length=200)),
                ("action", models.CharField(max_length=64)),
                ("subject", models.CharField(max_length=200)),
                ("detail", models.JSONField(default=dict)),
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
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("pending", "waiting"),
                            ("claimed", "waiting"),
                            ("transmitting", "waiting"),
                            ("accepted", "accepted"),
                            ("refused", "sent back by their mail system"),
                            ("deferred", "trying again"),
                            ("in_doubt", "we can't tell"),
                            ("skipped", "left out"),
                        ],
                        max_length=16,
                    ),
                ),
                ("code", models.PositiveSmallIntegerField(null=True)),
                ("enhanced", models.CharField(blank=True, default="", max_length=16)),
                ("reply_text", models.CharField(blank=True, default="", max_length=1000)),
                ("transport", models.CharField(blank=True, default="", max_length=255)),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="attempts", to="newsletter.delivery"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DeliveryEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(max_length=64)),
                ("event_id", models.CharField(max_length=255)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("delivered", "delivered"),
                            ("delayed", "delayed on the way"),
                            ("bounced", "sent back later"),
                            ("complained", "marked as spam"),
                        ],
                        max_length=16,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("raw", models.JSONField(default=dict)),
                (
                    "delivery",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="events",
                        to="newsletter.delivery",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person", models.CharField(max_length=200)),
                ("person_key", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
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
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="approvals", to="newsletter.edition"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Mailing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uid",
                    models.CharField(
                        default=newsletter.models.mailings.new_uid, editable=False, max_length=16, unique=True
                    ),
                ),
                ("segment", models.CharField(blank=True, max_length=64)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("transport", models.CharField(max_length=255)),
                ("practice", models.BooleanField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "ready to go"),
                            ("scheduled", "scheduled"),
                            ("needs_approval", "waiting for somebody to say it may go"),
                            ("sending", "on its way"),
                            ("paused", "paused"),
                            ("finished", "finished"),
                            ("cancelled", "stopped"),
                        ],
                        default="planned",
                        max_length=16,
                    ),
                ),
                ("chosen", models.PositiveBigIntegerField(default=0)),
                ("skipped_at_plan", models.PositiveBigIntegerField(default=0)),
                ("planned_at", models.DateTimeField()),
                ("scheduled_for", models.DateTimeField(blank=True, null=True)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="mailings", to="newsletter.edition"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="delivery",
            name="mailing",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliveries",
                to="newsletter.mailing",
            ),
        ),
        migrations.CreateModel(
            name="Subscriber",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.BigIntegerField(
                        default=newsletter.models.subscribers.new_public_id, editable=False, unique=True
                    ),
                ),
                ("address", models.CharField(max_length=320)),
                ("address_compared", models.CharField(max_length=320, unique=True)),
                ("name", models.CharField(blank=True, max_length=200)),
                ("body", models.CharField(blank=True, max_length=64)),
                ("role", models.CharField(blank=True, max_length=100)),
                ("nation", models.CharField(blank=True, max_length=64)),
                ("language", models.CharField(blank=True, max_length=35)),
                ("tags", models.JSONField(blank=True, default=list)),
                ("attributes", models.JSONField(blank=True, default=dict)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "asked, not yet confirmed"),
                            ("subscribed", "subscribed"),
                            ("unsubscribed", "left"),
                            ("bounced", "address no longer works"),
                            ("complained", "marked our mail as spam"),
                        ],
                        default="pending",
                        max_length=16,
                    ),
                ),
                ("paused_until", models.DateTimeField(blank=True, null=True)),
                ("basis", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "indexes": [models.Index(fields=["status", "body"], name="subscriber_status_body")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["pending", "subscribed", "unsubscribed", "bounced", "complained"])
                        ),
                        name="subscriber_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("address_compared", ""), _negated=True), name="subscriber_has_address"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("basis", ""), _negated=True), name="subscriber_has_basis"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="delivery",
            name="subscriber",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="deliveries",
                to="newsletter.subscriber",
            ),
        ),
        migrations.CreateModel(
            name="ConsentRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_index=True)),
                (
                    "event",
                    models.CharField(
                        choices=[
                            ("requested", "asked to join"),
                            ("confirmed", "confirmed"),
                            ("imported", "came with an import"),
                            ("added", "added by staff"),
                            ("changed", "details changed"),
                            ("paused", "paused"),
                            ("resumed", "pause ended"),
                            ("left", "left"),
                            ("returned", "came back"),
                            ("bounced", "address stopped working"),
                            ("complained", "marked our mail as spam"),
                        ],
                        max_length=16,
                    ),
                ),
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
                ("basis", models.CharField(blank=True, max_length=64)),
                ("source", models.CharField(blank=True, max_length=500)),
                ("wording", models.CharField(blank=True, max_length=64)),
                ("reason", models.TextField(blank=True)),
                ("by", models.CharField(blank=True, max_length=200)),
                (
                    "subscriber",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="consent", to="newsletter.subscriber"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Suppression",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address_key", models.CharField(max_length=64, unique=True)),
                ("key_id", models.CharField(max_length=16)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("erased", "asked to be erased"),
                            ("asked", "asked never to be written to"),
                            ("complained", "marked our mail as spam"),
                            ("bounced", "address does not exist"),
                            ("staff", "decided by staff"),
                        ],
                        max_length=16,
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", ["erased", "asked", "complained", "bounced", "staff"])),
                        name="suppression_reason_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Variant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64)),
                ("language", models.CharField(max_length=35)),
                ("audiences", models.JSONField(default=list)),
                ("subject", models.CharField(max_length=998)),
                ("html_hash", models.CharField(max_length=64)),
                ("html_bytes", models.PositiveIntegerField()),
                ("text_bytes", models.PositiveIntegerField()),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="variants", to="newsletter.edition"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="delivery",
            name="variant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="newsletter.variant"
            ),
        ),
        migrations.CreateModel(
            name="WorkspaceState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "mode",
                    models.CharField(
                        choices=[("practice", "Practice"), ("live", "Live")], default="practice", max_length=16
                    ),
                ),
                ("home", models.CharField(blank=True, max_length=1000)),
                ("changed_by", models.CharField(blank=True, max_length=200)),
                ("changed_at", models.DateTimeField(null=True)),
                ("instance_epoch", models.CharField(default=newsletter.models.records.new_epoch, max_length=16)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="workspace_state_single_row"),
                    models.CheckConstraint(
                        condition=models.Q(("mode__in", ["practice", "live"])), name="workspace_mode_known"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["editor", "approver", "administrator"])), name="user_role_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                name="user_email_lower_case",
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "outcome__in",
                        [
                            "pending",
                            "claimed",
                            "transmitting",
                            "accepted",
                            "refused",
                            "deferred",
                            "in_doubt",
                            "skipped",
                        ],
                    )
                ),
                name="attempt_outcome_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="deliveryevent",
            constraint=models.UniqueConstraint(fields=("provider", "event_id"), name="event_once"),
        ),
        migrations.AddConstraint(
            model_name="deliveryevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["delivered", "delayed", "bounced", "complained"])),
                name="event_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.UniqueConstraint(fields=("edition", "person_key"), name="approval_once_a_person"),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(
                condition=models.Q(("person_key", ""), _negated=True), name="approval_has_person"
            ),
        ),
        migrations.AddIndex(
            model_name="mailing",
            index=models.Index(fields=["state"], name="mailing_state"),
        ),
        migrations.AddConstraint(
            model_name="mailing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["planned", "scheduled", "needs_approval", "sending", "paused", "finished", "cancelled"],
                    )
                ),
                name="mailing_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reason", "")),
                fields=("edition", "segment", "practice"),
                name="mailing_once_an_audience",
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
                            "paused",
                            "resumed",
                            "left",
                            "returned",
                            "bounced",
                            "complained",
                        ],
                    )
                ),
                name="consent_event_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("mechanism__in", ["form", "link", "reply", "import", "staff", "bounce", "complaint"])
                ),
                name="consent_mechanism_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="variant",
            constraint=models.UniqueConstraint(fields=("edition", "key"), name="variant_once_an_edition"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["mailing", "state", "next_at"], name="delivery_claim"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(fields=("mailing", "subscriber"), name="delivery_once_a_subscriber"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(fields=("mailing", "address_key"), name="delivery_once_an_address"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "pending",
                            "claimed",
                            "transmitting",
                            "accepted",
                            "refused",
                            "deferred",
                            "in_doubt",
                            "skipped",
                        ],
                    )
                ),
                name="delivery_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "reason__in",
                        [
                            "",
                            "left",
                            "erased",
                            "paused",
                            "suppressed",
                            "unreachable",
                            "already",
                            "cancelled",
                            "expired",
                            "evidence",
                            "decided",
                            "not_known",
                        ],
                    )
                ),
                name="delivery_reason_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "skipped"), _negated=True),
                    ("reason__in", ["left", "erased", "paused", "suppressed", "unreachable", "already", "cancelled"]),
                    _connector="OR",
                ),
                name="delivery_skipped_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "deferred"), _negated=True), ("next_at__isnull", False), _connector="OR"
                ),
                name="delivery_deferred_has_time",
            ),
        ),
    ]
