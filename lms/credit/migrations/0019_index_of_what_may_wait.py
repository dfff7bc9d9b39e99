from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("credit", "0018_reminders")]

    operations = [
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(
                condition=models.Q(("state__in", ["pending", "confirmed", "disputed"])),
                fields=["state", "id"],
                include=("person", "hundredths", "recorded_at"),
                name="transfer_that_may_wait",
            ),
        ),
    ]
