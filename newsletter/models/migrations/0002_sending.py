"""What sending needs: corrections, an index that counts by itself, and keyed hashes of half the length."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("newsletter", "0001_initial"),
    ]

    operations = [
        # A shorter hash is the beginning of the longer one, so nobody who was suppressed is forgotten.
        migrations.RunSQL(
            [
                "UPDATE newsletter_suppression SET address_key = substr(address_key, 1, 32)",
                "UPDATE newsletter_delivery SET address_key = substr(address_key, 1, 32) WHERE address_key IS NOT NULL",
            ],
            migrations.RunSQL.noop,
        ),
        migrations.RemoveConstraint(
            model_name="delivery",
            name="delivery_once_a_subscriber",
        ),
        migrations.RemoveConstraint(
            model_name="delivery",
            name="delivery_once_an_address",
        ),
        migrations.RemoveConstraint(
            model_name="mailing",
            name="mailing_once_an_audience",
        ),
        migrations.RemoveIndex(
            model_name="delivery",
            name="delivery_claim",
        ),
        migrations.AddField(
            model_name="mailing",
            name="corrects",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="newsletter.mailing",
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="subscriber",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="deliveries",
                to="newsletter.subscriber",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["mailing", "state", "next_at", "reason"], name="delivery_claim"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(fields=("subscriber", "mailing"), name="delivery_once_a_subscriber"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("address_key__isnull", False)),
                fields=("mailing", "address_key"),
                name="delivery_once_an_address",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailing",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("corrects__isnull", True),
                    ("reason", ""),
                    models.Q(("chosen", 0), ("state", "cancelled"), _negated=True),
                ),
                fields=("edition", "segment", "practice"),
                name="mailing_once_an_audience",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("corrects__isnull", False), ("reason", "")),
                fields=("edition", "corrects"),
                name="mailing_corrects_once",
            ),
        ),
    ]
