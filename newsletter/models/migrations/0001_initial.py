"""All tables, and the triggers that count people."""

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import newsletter.models.accounts
import newsletter.models.mailings
import newsletter.models.records
import newsletter.models.subscribers
from newsletter.models.headcounts import count_people


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
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
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["editor", "approver", "administrator"])),
                        name="user_role_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                        name="user_email_lower_case",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Headcount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("status", models.CharField(max_length=16)),
                ("body", models.CharField(max_length=64)),
                ("nation", models.CharField(max_length=64)),
                ("language", models.CharField(max_length=35)),
                ("tags", models.JSONField()),
                ("people", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("status", "body", "nation", "language", "tags"), name="headcount_once_a_kind"
                    ),
                    models.CheckConstraint(condition=models.Q(("people__gte", 0)), name="headcount_not_below_none"),
                ],
            },
        ),
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
                        default="form",
                        max_length=16,
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=500)),
                ("is_own", models.BooleanField(default=False)),
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
            name="Reply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fingerprint", models.CharField(max_length=64, unique=True)),
                ("message_id", models.CharField(blank=True, db_index=True, max_length=500)),
                ("source", models.CharField(max_length=255)),
                ("at", models.DateTimeField(db_index=True)),
                ("written_at", models.DateTimeField(blank=True, null=True)),
                ("size", models.PositiveIntegerField()),
                ("sender", models.CharField(blank=True, max_length=320)),
                ("sender_compared", models.CharField(blank=True, max_length=320)),
                ("sender_name", models.CharField(blank=True, max_length=200)),
                ("subject", models.CharField(blank=True, max_length=300)),
                ("references", models.JSONField(blank=True, default=list)),
                ("authentication", models.CharField(blank=True, max_length=8)),
                ("unanswerable", models.CharField(blank=True, max_length=60)),
                ("kind", models.CharField(blank=True, max_length=16)),
                ("intent", models.CharField(blank=True, max_length=16)),
                ("flags", models.JSONField(blank=True, default=list)),
                ("verdict", models.JSONField(blank=True, default=dict)),
                ("problem", models.CharField(blank=True, max_length=300)),
                (
                    "act",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("button", "what a button or subject of ours asks for"),
                            ("subscribe", "ask who wants to join to confirm"),
                            ("invite", "ask others who are named to confirm"),
                            ("unsubscribe", "take the sender off the list"),
                            ("move", "ask the new address to confirm"),
                            ("bounce", "count mail that came back"),
                            ("complaint", "take who complained off the list"),
                            ("contribution", "file as an item for the next issue"),
                            ("remarks", "keep remarks on a draft"),
                            ("hand_over", "leave it to a person"),
                            ("put_away", "put away"),
                        ],
                        max_length=16,
                    ),
                ),
                ("why_not", models.CharField(blank=True, max_length=300)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "just came in"),
                            ("classified", "read, and left alone"),
                            ("waiting_for_staff", "waits for you"),
                            ("done", "dealt with"),
                            ("quarantined", "could not be read"),
                        ],
                        default="received",
                        max_length=20,
                    ),
                ),
                ("has_letter", models.BooleanField(default=True)),
                ("is_whole", models.BooleanField(default=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["state", "at", "act", "intent", "kind", "flags"], name="reply_waiting"),
                    models.Index(fields=["act", "at"], name="reply_act"),
                    models.Index(fields=["sender_compared", "at"], name="reply_sender"),
                    models.Index(condition=models.Q(("has_letter", True)), fields=["at"], name="reply_has_letter"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["received", "classified", "waiting_for_staff", "done", "quarantined"])
                        ),
                        name="reply_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "act__in",
                                [
                                    "",
                                    "button",
                                    "subscribe",
                                    "invite",
                                    "unsubscribe",
                                    "move",
                                    "bounce",
                                    "complaint",
                                    "contribution",
                                    "remarks",
                                    "hand_over",
                                    "put_away",
                                ],
                            )
                        ),
                        name="reply_act_known",
                    ),
                ],
            },
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
                            ("subscribed", "subscribed"),
                            ("unsubscribed", "left"),
                            ("bounced", "address no longer works"),
                            ("complained", "marked our mail as spam"),
                        ],
                        default="subscribed",
                        max_length=16,
                    ),
                ),
                ("paused_until", models.DateTimeField(blank=True, null=True)),
                ("basis", models.CharField(max_length=64)),
                ("joined_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["status", "body", "address_compared"], name="subscriber_listed"),
                    models.Index(fields=["body", "address_compared"], name="subscriber_of_body"),
                    models.Index(fields=["name", "status", "body"], name="subscriber_name"),
                    models.Index(
                        condition=models.Q(("paused_until__isnull", False)),
                        fields=["paused_until"],
                        name="subscriber_paused",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["subscribed", "unsubscribed", "bounced", "complained"])),
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
            name="Trust",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("button", "what a button or subject of ours asks for"),
                            ("subscribe", "ask who wants to join to confirm"),
                            ("invite", "ask others who are named to confirm"),
                            ("unsubscribe", "take the sender off the list"),
                            ("move", "ask the new address to confirm"),
                            ("bounce", "count mail that came back"),
                            ("complaint", "take who complained off the list"),
                            ("contribution", "file as an item for the next issue"),
                            ("remarks", "keep remarks on a draft"),
                            ("hand_over", "leave it to a person"),
                            ("put_away", "put away"),
                        ],
                        max_length=16,
                        unique=True,
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("watch", "reads, and touches nothing"),
                            ("suggest", "suggests, and a person presses"),
                            ("act", "acts, and tells what it did"),
                        ],
                        max_length=8,
                    ),
                ),
                ("agreed", models.PositiveIntegerField(default=0)),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "act__in",
                                [
                                    "button",
                                    "subscribe",
                                    "invite",
                                    "unsubscribe",
                                    "move",
                                    "bounce",
                                    "complaint",
                                    "contribution",
                                    "remarks",
                                    "hand_over",
                                    "put_away",
                                ],
                            )
                        ),
                        name="trust_act_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["watch", "suggest", "act"])), name="trust_level_known"
                    ),
                ],
            },
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
                ("key_id", models.CharField(blank=True, max_length=16)),
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
            name="Cover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("by", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="covers", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last__gte", models.F("first"))), name="cover_days_in_order"
                    )
                ],
            },
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
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person", models.CharField(max_length=200)),
                ("person_key", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("alone_because", models.CharField(blank=True, max_length=500)),
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
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "person_key"), name="approval_once_a_person"),
                    models.CheckConstraint(
                        condition=models.Q(("person_key", ""), _negated=True), name="approval_has_person"
                    ),
                ],
            },
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
                ("versions", models.JSONField(default=dict)),
                ("first_delivery", models.PositiveBigIntegerField(default=0)),
                ("last_delivery", models.PositiveBigIntegerField(default=0)),
                ("planned_at", models.DateTimeField()),
                ("scheduled_for", models.DateTimeField(blank=True, null=True)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "corrects",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="newsletter.mailing",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="mailings", to="newsletter.edition"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["state"], name="mailing_state")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "planned",
                                    "scheduled",
                                    "needs_approval",
                                    "sending",
                                    "paused",
                                    "finished",
                                    "cancelled",
                                ],
                            )
                        ),
                        name="mailing_state_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("corrects__isnull", True), ("reason", ""), models.Q(("state", "cancelled"), _negated=True)
                        ),
                        fields=("edition", "segment", "practice"),
                        name="mailing_once_an_audience",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("corrects__isnull", False), ("reason", ""), models.Q(("state", "cancelled"), _negated=True)
                        ),
                        fields=("edition", "corrects"),
                        name="mailing_corrects_once",
                    ),
                ],
            },
        ),
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
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("purpose__in", ["first", "invitation", "recovery", "entrance"])),
                        name="link_purpose_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("purpose", "first"), ("user__isnull", True)),
                            models.Q(models.Q(("purpose", "first"), _negated=True), ("user__isnull", False)),
                            _connector="OR",
                        ),
                        name="link_names_its_person",
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
                            ("question", "a question"),
                            ("reply", "a reply to look at"),
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
                (
                    "reply",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="queue_item",
                        to="newsletter.reply",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["state", "kind", "at", "reply"], name="queue_waiting")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["feedback", "news", "alert", "question", "reply"])),
                        name="queue_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "done"])), name="queue_state_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Arrival",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=255)),
                ("epoch", models.CharField(blank=True, max_length=20)),
                ("key", models.CharField(max_length=255)),
                ("is_filed", models.BooleanField(default=False)),
                (
                    "reply",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="arrivals", to="newsletter.reply"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_filed", False)), fields=["source", "epoch"], name="arrival_unfiled"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("source", "epoch", "key"), name="arrival_once")],
            },
        ),
        migrations.CreateModel(
            name="ReplyStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("done", "done"),
                            ("declined", "a person said no"),
                            ("corrected", "a person said what it is"),
                            ("undone", "taken back"),
                            ("handed", "handed to a colleague"),
                            ("answered", "answered"),
                            ("closed", "closed by a person"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("button", "what a button or subject of ours asks for"),
                            ("subscribe", "ask who wants to join to confirm"),
                            ("invite", "ask others who are named to confirm"),
                            ("unsubscribe", "take the sender off the list"),
                            ("move", "ask the new address to confirm"),
                            ("bounce", "count mail that came back"),
                            ("complaint", "take who complained off the list"),
                            ("contribution", "file as an item for the next issue"),
                            ("remarks", "keep remarks on a draft"),
                            ("hand_over", "leave it to a person"),
                            ("put_away", "put away"),
                        ],
                        max_length=16,
                    ),
                ),
                ("by", models.CharField(blank=True, max_length=200)),
                ("outcome", models.CharField(blank=True, max_length=300)),
                ("facts", models.JSONField(blank=True, default=dict)),
                (
                    "reply",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="newsletter.reply"
                    ),
                ),
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["done", "declined", "corrected", "undone", "handed", "answered", "closed"])
                        ),
                        name="step_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "act__in",
                                [
                                    "button",
                                    "subscribe",
                                    "invite",
                                    "unsubscribe",
                                    "move",
                                    "bounce",
                                    "complaint",
                                    "contribution",
                                    "remarks",
                                    "hand_over",
                                    "put_away",
                                ],
                            )
                        ),
                        name="step_act_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FormerAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address_compared", models.CharField(max_length=320, unique=True)),
                ("at", models.DateTimeField()),
                (
                    "subscriber",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_addresses",
                        to="newsletter.subscriber",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("address_compared", ""), _negated=True), name="former_address_given"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "event",
                    models.CharField(
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
            options={
                "indexes": [models.Index(fields=["event", "id"], name="consent_events")],
                "constraints": [
                    models.CheckConstraint(
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
                    models.CheckConstraint(
                        condition=models.Q(
                            ("mechanism__in", ["form", "link", "reply", "import", "staff", "bounce", "complaint"])
                        ),
                        name="consent_mechanism_known",
                    ),
                ],
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
                (
                    "subscriber",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="requests",
                        to="newsletter.subscriber",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["join", "move"])), name="request_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("mechanism__in", ["form", "link", "reply", "import", "staff", "bounce", "complaint"])
                        ),
                        name="request_mechanism_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("address_compared", ""), _negated=True), name="request_has_address"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "move"), _negated=True), ("subscriber__isnull", False), _connector="OR"
                        ),
                        name="request_to_move_is_somebodys",
                    ),
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
            options={
                "constraints": [models.UniqueConstraint(fields=("edition", "key"), name="variant_once_an_edition")],
            },
        ),
        migrations.CreateModel(
            name="WebCorrection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("issue_id", models.CharField(db_index=True, max_length=64)),
                ("note", models.CharField(max_length=1000)),
                ("by", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="newsletter.edition"
                    ),
                ),
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
            name="WithdrawnPicture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("issue_id", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=100)),
                ("reason", models.CharField(max_length=200)),
                ("by", models.CharField(max_length=200)),
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
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("issue_id", "name"), name="picture_withdrawn_once")],
            },
        ),
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
                (
                    "mailing",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="newsletter.mailing",
                    ),
                ),
                (
                    "subscriber",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="deliveries",
                        to="newsletter.subscriber",
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="newsletter.variant",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["mailing", "state", "next_at", "reason"], name="delivery_claim")],
                "constraints": [
                    models.UniqueConstraint(fields=("subscriber", "mailing"), name="delivery_once_a_subscriber"),
                    models.UniqueConstraint(
                        condition=models.Q(("address_key__isnull", False)),
                        fields=("mailing", "address_key"),
                        name="delivery_once_an_address",
                    ),
                    models.CheckConstraint(
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
                    models.CheckConstraint(
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
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "skipped"), _negated=True),
                            (
                                "reason__in",
                                ["left", "erased", "paused", "suppressed", "unreachable", "already", "cancelled"],
                            ),
                            _connector="OR",
                        ),
                        name="delivery_skipped_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "deferred"), _negated=True), ("next_at__isnull", False), _connector="OR"
                        ),
                        name="delivery_deferred_has_time",
                    ),
                ],
            },
        ),
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
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="remarks", to="newsletter.draftround"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("source", "position"), name="remark_once")],
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
                            ("stay", "do you want to stay?"),
                            ("settings", "the link to your settings"),
                            ("move", "please confirm your new address"),
                            ("moved", "your address was changed"),
                            ("answer", "what a person of the team answers to a reply"),
                            ("flagged", "a reply that must reach a named person"),
                            ("alert", "something unusual, for staff"),
                            ("alone", "one person approved alone, for the team"),
                            ("invitation", "an invitation to the studio"),
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
                    "subscriber",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="newsletter.subscriber",
                    ),
                ),
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
                                    "stay",
                                    "settings",
                                    "move",
                                    "moved",
                                    "answer",
                                    "flagged",
                                    "alert",
                                    "alone",
                                    "invitation",
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
            options={
                "constraints": [
                    models.CheckConstraint(
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
                    )
                ],
            },
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
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "event_id"), name="event_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["delivered", "delayed", "bounced", "complained"])),
                        name="event_kind_known",
                    ),
                ],
            },
        ),
        migrations.RunPython(count_people, migrations.RunPython.noop),
    ]
