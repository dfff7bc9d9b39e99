import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

# Every digest and hash changes with this, and none may be written anew: what was recorded before cannot be kept.
REFUSE_OLD_RECORDS = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM credit_evidence) OR EXISTS (SELECT FROM credit_transfer) THEN
        RAISE EXCEPTION 'This database was written by a version before the first release, whose record cannot be '
            'carried over. Start with an empty one (the demo: remove the folder var).';
    END IF;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("credit", "0004_policies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(REFUSE_OLD_RECORDS, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="EvidenceDetail",
            fields=[
                (
                    "evidence",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="kept_detail",
                        serialize=False,
                        to="credit.evidence",
                        verbose_name="evidence",
                    ),
                ),
                ("salt", models.BinaryField(max_length=16, verbose_name="salt")),
                ("data", models.JSONField(verbose_name="detail")),
            ],
            options={
                "verbose_name": "detail of evidence",
                "verbose_name_plural": "details of evidence",
            },
        ),
        migrations.CreateModel(
            name="Reason",
            fields=[
                (
                    "transfer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="kept_reason",
                        serialize=False,
                        to="credit.transfer",
                        verbose_name="transfer",
                    ),
                ),
                ("salt", models.BinaryField(max_length=16, verbose_name="salt")),
                ("text", models.CharField(max_length=500, verbose_name="reason")),
            ],
            options={
                "verbose_name": "reason",
                "verbose_name_plural": "reasons",
            },
        ),
        migrations.RemoveField(
            model_name="transfer",
            name="because",
        ),
        migrations.AddField(
            model_name="evidence",
            name="detail_digest",
            field=models.CharField(blank=True, max_length=64, verbose_name="digest of the detail"),
        ),
        migrations.AddField(
            model_name="transfer",
            name="because_digest",
            field=models.CharField(blank=True, max_length=64, verbose_name="digest of the reason"),
        ),
        migrations.AlterField(
            model_name="account",
            name="kind",
            field=models.CharField(
                choices=[
                    ("issued", "Issued"),
                    ("pending", "Awaiting confirmation"),
                    ("confirmed", "Confirmed"),
                    ("registered", "Registered"),
                    ("rejected", "Not accepted"),
                    ("disputed", "In question"),
                ],
                max_length=16,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="transfer",
            name="act",
            field=models.CharField(
                choices=[
                    ("book", "Booked by evidence"),
                    ("confirm", "Confirmed by the school"),
                    ("reject", "Not accepted by the school"),
                    ("register", "Registered by the bureau"),
                    ("dispute", "Questioned"),
                    ("reverse", "Reversed"),
                ],
                max_length=16,
                verbose_name="act",
            ),
        ),
        migrations.AlterField(
            model_name="transfer",
            name="state",
            field=models.CharField(
                choices=[
                    ("issued", "Issued"),
                    ("pending", "Awaiting confirmation"),
                    ("confirmed", "Confirmed"),
                    ("registered", "Registered"),
                    ("rejected", "Not accepted"),
                    ("disputed", "In question"),
                ],
                max_length=16,
                verbose_name="state",
            ),
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("credit_reason", "The reason of a decision"),
                            ("credit_evidencedetail", "Devices and sessions of evidence"),
                        ],
                        max_length=40,
                        verbose_name="what",
                    ),
                ),
                ("subject", models.BigIntegerField(verbose_name="key of what was erased")),
                ("rule", models.CharField(max_length=200, verbose_name="rule")),
                ("at", models.DateTimeField(verbose_name="erased at")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="erased by",
                    ),
                ),
            ],
            options={
                "verbose_name": "erasure",
                "verbose_name_plural": "erasures",
                "abstract": False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evidencedetail",
            trigger=pgtrigger.compiler.Trigger(
                name="refuse_change",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'Rows of % are never changed or removed.', TG_TABLE_NAME;",
                    hash="8d6c9962b7a1249744fde02d26ace4fec3de093a",
                    operation="UPDATE",
                    pgid="pgtrigger_refuse_change_f7b6d",
                    table="credit_evidencedetail",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evidencedetail",
            trigger=pgtrigger.compiler.Trigger(
                name="refuse_unnamed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF EXISTS (SELECT FROM credit_erasure WHERE what = TG_TABLE_NAME AND subject = OLD.evidence_id) THEN\n        RETURN OLD;\n    END IF;\n    RAISE EXCEPTION 'A row of % goes only with a row of credit_erasure that says why.', TG_TABLE_NAME;\n",
                    hash="e17b5375cefb87a71c0dccb43c1771bba6e3c5d9",
                    operation="DELETE",
                    pgid="pgtrigger_refuse_unnamed_delete_2e572",
                    table="credit_evidencedetail",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="evidencedetail",
            trigger=pgtrigger.compiler.Trigger(
                name="refuse_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'Rows of % are never changed or removed.', TG_TABLE_NAME;",
                    hash="17c2e7369f0f9063efcf0a9f1bb15143bfcac46b",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_refuse_truncate_af2a2",
                    table="credit_evidencedetail",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reason",
            trigger=pgtrigger.compiler.Trigger(
                name="refuse_change",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'Rows of % are never changed or removed.', TG_TABLE_NAME;",
                    hash="df567048b95511af2115b3dcd0a32dd7bab060f6",
                    operation="UPDATE",
                    pgid="pgtrigger_refuse_change_7284a",
                    table="credit_reason",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reason",
            trigger=pgtrigger.compiler.Trigger(
                name="refuse_unnamed_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF EXISTS (SELECT FROM credit_erasure WHERE what = TG_TABLE_NAME AND subject = OLD.transfer_id) THEN\n        RETURN OLD;\n    END IF;\n    RAISE EXCEPTION 'A row of % goes only with a row of credit_erasure that says why.', TG_TABLE_NAME;\n",
                    hash="f1d4ccc58ad4e501b0d2943a6d3f5e71ceeb8dc4",
                    operation="DELETE",
                    pgid="pgtrigger_refuse_unnamed_delete_9f4ad",
                    table="credit_reason",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reason",
            trigger=pgtrigger.compiler.Trigger(
                name="refuse_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'Rows of % are never changed or removed.', TG_TABLE_NAME;",
                    hash="b5568958f5df031d8f33057aa8e891186feee60b",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_refuse_truncate_30734",
                    table="credit_reason",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.UniqueConstraint(fields=("what", "subject"), name="erased_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="erasure",
            trigger=pgtrigger.compiler.Trigger(
                name="refuse_change",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'Rows of % are never changed or removed.', TG_TABLE_NAME;",
                    hash="749b50fd8222a3f291eab6ef6c5ec4940e4f115c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_refuse_change_99fcf",
                    table="credit_erasure",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="erasure",
            trigger=pgtrigger.compiler.Trigger(
                name="refuse_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'Rows of % are never changed or removed.', TG_TABLE_NAME;",
                    hash="0fafb6441242f57b19b2230eb6c37a69f7d074e5",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_refuse_truncate_43d30",
                    table="credit_erasure",
                    when="BEFORE",
                ),
            ),
        ),
    ]
