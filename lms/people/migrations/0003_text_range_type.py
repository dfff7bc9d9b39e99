"""A range of texts, so that an exclusion constraint can compare words without the extension btree_gist."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0002_person_language")]

    operations = [
        migrations.RunSQL(
            "CREATE TYPE textrange AS RANGE (SUBTYPE = text)", reverse_sql="DROP TYPE textrange"
        ),
    ]
