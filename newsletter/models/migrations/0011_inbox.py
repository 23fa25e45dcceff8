"""Mail that comes back: what arrived, what was understood, what was done, how far each act is trusted."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("newsletter", "0010_accounts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Arrival",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=255)),
                ("epoch", models.CharField(blank=True, max_length=20)),
                ("key", models.CharField(max_length=255)),
                ("is_filed", models.BooleanField(default=False)),
            ],
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
                ("sender_compared", models.CharField(blank=True, db_index=True, max_length=320)),
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
            ],
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
        ),
        migrations.RemoveConstraint(
            model_name="automaticmail",
            name="automatic_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="queueitem",
            name="queue_kind_known",
        ),
        migrations.AddField(
            model_name="postedform",
            name="is_own",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="postedform",
            name="mechanism",
            field=models.CharField(
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
        migrations.AddField(
            model_name="postedform",
            name="source",
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
        migrations.AlterField(
            model_name="queueitem",
            name="kind",
            field=models.CharField(
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
        ),
        migrations.AddIndex(
            model_name="reply",
            index=models.Index(fields=["state", "at"], name="reply_waiting"),
        ),
        migrations.AddIndex(
            model_name="reply",
            index=models.Index(condition=models.Q(("has_letter", True)), fields=["at"], name="reply_has_letter"),
        ),
        migrations.AddConstraint(
            model_name="reply",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["received", "classified", "waiting_for_staff", "done", "quarantined"])
                ),
                name="reply_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reply",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddField(
            model_name="arrival",
            name="reply",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="arrivals", to="newsletter.reply"
            ),
        ),
        migrations.AddField(
            model_name="queueitem",
            name="reply",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="queue_item",
                to="newsletter.reply",
            ),
        ),
        migrations.AddConstraint(
            model_name="queueitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["feedback", "news", "alert", "question", "reply"])),
                name="queue_kind_known",
            ),
        ),
        migrations.AddField(
            model_name="replystep",
            name="reply",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="newsletter.reply"
            ),
        ),
        migrations.AddField(
            model_name="replystep",
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
            model_name="trust",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="trust",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", ["watch", "suggest", "act"])), name="trust_level_known"
            ),
        ),
        migrations.AddIndex(
            model_name="arrival",
            index=models.Index(
                condition=models.Q(("is_filed", False)), fields=["source", "epoch"], name="arrival_unfiled"
            ),
        ),
        migrations.AddConstraint(
            model_name="arrival",
            constraint=models.UniqueConstraint(fields=("source", "epoch", "key"), name="arrival_once"),
        ),
        migrations.AddConstraint(
            model_name="replystep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["done", "declined", "corrected", "undone", "handed", "answered", "closed"])
                ),
                name="step_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="replystep",
            constraint=models.CheckConstraint(
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
        ),
    ]
