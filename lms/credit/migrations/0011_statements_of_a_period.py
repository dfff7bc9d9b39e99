import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("credit", "0010_minutes_paid_once"),
    ]

    operations = [
        migrations.RenameField(
            model_name="certificatefile", old_name="certificate", new_name="paper"
        ),
        migrations.AlterField(
            model_name="certificate",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)ss",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person",
            ),
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=19, unique=True, verbose_name="code")),
                ("payload", models.JSONField(verbose_name="what it states")),
                ("key", models.CharField(max_length=16, verbose_name="signed with")),
                ("signature", models.BinaryField(max_length=64, verbose_name="signature")),
                ("issued_at", models.DateTimeField(verbose_name="issued at")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "statement",
                "verbose_name_plural": "statements",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="StatementFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64, verbose_name="digest")),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="credit.statement",
                        verbose_name="statement",
                    ),
                ),
            ],
            options={
                "verbose_name": "file of a statement",
                "verbose_name_plural": "files of statements",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("digest",), name="statement_file_once")
                ],
            },
        ),
    ]
