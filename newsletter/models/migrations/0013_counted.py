"""What pages count is kept where it changes, and lists are read in the order of an index."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import Count, Max, Min

from newsletter.models.headcounts import count_people


def _keep_what_was_chosen(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """How many got which version, and where their deliveries lie; from now on planning writes it down."""
    deliveries = apps.get_model("newsletter", "Delivery").objects
    for mailing in apps.get_model("newsletter", "Mailing").objects.filter(chosen__gt=0):
        rows = deliveries.filter(mailing=mailing).values_list("variant")
        versions = list(rows.annotate(Count("pk"), Min("pk"), Max("pk")).order_by())
        mailing.versions = {str(variant): count for variant, count, _first, _last in versions}
        mailing.first_delivery = min((first for _variant, _count, first, _last in versions), default=0)
        mailing.last_delivery = max((last for _variant, _count, _first, last in versions), default=0)
        mailing.save(update_fields=["versions", "first_delivery", "last_delivery"])


class Migration(migrations.Migration):
    dependencies = [
        ("newsletter", "0012_covers"),
    ]

    operations = [
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
        ),
        migrations.RemoveIndex(
            model_name="reply",
            name="reply_waiting",
        ),
        migrations.RemoveIndex(
            model_name="queueitem",
            name="queue_waiting",
        ),
        migrations.AddIndex(
            model_name="queueitem",
            index=models.Index(fields=["state", "kind", "at", "reply"], name="queue_waiting"),
        ),
        migrations.RemoveIndex(
            model_name="subscriber",
            name="subscriber_status_body",
        ),
        migrations.AddField(
            model_name="mailing",
            name="versions",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="mailing",
            name="first_delivery",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="mailing",
            name="last_delivery",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name="consentrecord",
            index=models.Index(fields=["event", "id"], name="consent_events"),
        ),
        migrations.AddIndex(
            model_name="reply",
            index=models.Index(fields=["state", "at", "act", "intent", "kind", "flags"], name="reply_waiting"),
        ),
        migrations.AddIndex(
            model_name="reply",
            index=models.Index(fields=["act", "at"], name="reply_act"),
        ),
        migrations.AlterField(
            model_name="reply",
            name="sender_compared",
            field=models.CharField(blank=True, max_length=320),
        ),
        migrations.AddIndex(
            model_name="reply",
            index=models.Index(fields=["sender_compared", "at"], name="reply_sender"),
        ),
        migrations.AddIndex(
            model_name="subscriber",
            index=models.Index(fields=["status", "body", "address_compared"], name="subscriber_listed"),
        ),
        migrations.AddIndex(
            model_name="subscriber",
            index=models.Index(fields=["body", "address_compared"], name="subscriber_of_body"),
        ),
        migrations.AddIndex(
            model_name="subscriber",
            index=models.Index(fields=["name", "status", "body"], name="subscriber_name"),
        ),
        migrations.AddIndex(
            model_name="subscriber",
            index=models.Index(
                condition=models.Q(("paused_until__isnull", False)), fields=["paused_until"], name="subscriber_paused"
            ),
        ),
        migrations.AddConstraint(
            model_name="headcount",
            constraint=models.UniqueConstraint(
                fields=("status", "body", "nation", "language", "tags"), name="headcount_once_a_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="headcount",
            constraint=models.CheckConstraint(condition=models.Q(("people__gte", 0)), name="headcount_not_below_none"),
        ),
        migrations.RunPython(count_people, migrations.RunPython.noop),
        migrations.RunPython(_keep_what_was_chosen, migrations.RunPython.noop),
    ]
