from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0002_offscreen_study_time"),
    ]

    operations = [
        migrations.RenameField(
            model_name="enrolment", old_name="booked_at", new_name="completed_at"
        ),
        migrations.AlterField(
            model_name="enrolment",
            name="completed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="completed at"),
        ),
    ]
