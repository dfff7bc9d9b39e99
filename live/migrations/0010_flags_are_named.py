"""The last fields without a name of their own get one."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("live", "0009_replay_reports_that_go")]

    operations = [
        migrations.AlterField(
            model_name="replayreport",
            name="flags",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=16),
                default=list,
                size=None,
                verbose_name="flags",
            ),
        ),
    ]
