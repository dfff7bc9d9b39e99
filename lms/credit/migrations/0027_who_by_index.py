"""People and their standings are looked up by key, also by a plan made while nobody had a standing yet.

A function keeps its plan for the session: one made for an empty table reads all of it for each person as it fills, and
the first standings of a city took three times as long.
"""

from django.db import migrations

WHO = "ALTER FUNCTION credit_who(bigint[], date)"


class Migration(migrations.Migration):
    dependencies = [("credit", "0026_posting_in_fewer_statements")]

    operations = [
        migrations.RunSQL(f"{WHO} SET enable_seqscan = off", f"{WHO} RESET enable_seqscan")
    ]
