"""Where a person's hours lie is kept with the end of their chain; the next migration adds it up."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("credit", "0023_one_look_at_a_transfers_balance"),
    ]

    operations = [
        migrations.AddField(
            model_name="ledgerhead",
            name="confirmed",
            field=models.PositiveIntegerField(default=0, verbose_name="Confirmed"),
        ),
        migrations.AddField(
            model_name="ledgerhead",
            name="disputed",
            field=models.PositiveIntegerField(default=0, verbose_name="In question"),
        ),
        migrations.AddField(
            model_name="ledgerhead",
            name="pending",
            field=models.PositiveIntegerField(default=0, verbose_name="Awaiting confirmation"),
        ),
        migrations.AddField(
            model_name="ledgerhead",
            name="registered",
            field=models.PositiveIntegerField(default=0, verbose_name="Registered"),
        ),
        migrations.AddField(
            model_name="ledgerhead",
            name="rejected",
            field=models.PositiveIntegerField(default=0, verbose_name="Not accepted"),
        ),
    ]
