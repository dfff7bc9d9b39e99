from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("credit", "0001_training_evidence_and_ledger")]

    operations = [
        migrations.AddField(
            model_name="trainingversion",
            name="digest",
            field=models.CharField(default="", max_length=64, verbose_name="digest"),
            preserve_default=False,
        ),
    ]
