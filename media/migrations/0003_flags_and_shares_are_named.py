"""The last fields without a name of their own get one."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("media", "0002_reports_that_go")]

    operations = [
        migrations.AlterField(
            model_name="watchreport",
            name="flags",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=16),
                default=list,
                size=None,
                verbose_name="flags",
            ),
        ),
        migrations.AlterField(
            model_name="coverage",
            name="wanted",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.DecimalField(decimal_places=6, max_digits=7),
                default=list,
                size=None,
                verbose_name="shares asked for",
            ),
        ),
    ]
