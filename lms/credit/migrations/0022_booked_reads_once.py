"""What was booked for people is read once, and the dated lines of the last transfers alone: a third of them.

Takes the place of 0020's, as there with the rights of whoever calls it.
"""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("lms.credit.migrations.0020_posting_in_the_server")

# As 0020 has it. Which transfers are the last is found among narrow rows; only these are looked up again, for their
# facts and lines.
BOOKED = """
CREATE OR REPLACE FUNCTION credit_booked(people bigint[], states text[], as_of date)
RETURNS TABLE (person_id bigint, booking bigint, state varchar, training bigint, form text, level text, purpose text,
    themes text, accredited boolean, assessments text, diploma_on text, days date[], amounts integer[])
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN QUERY
    WITH every AS MATERIALIZED (
        SELECT one.id, one.moves_id, one.state FROM credit_transfer one WHERE one.person_id = ANY(people)
    ), unmoved AS MATERIALIZED (
        SELECT every.id FROM every WHERE every.state = ANY(states)
            AND NOT EXISTS (SELECT FROM every next WHERE next.moves_id = every.id)
    )
    SELECT last.person_id, COALESCE(last.booking_id, last.id), last.state, version.training_id,
        last.facts->>'form', last.facts->>'level', last.facts->>'purpose', (last.facts->'themes')::text,
        (last.facts->'accredited') IS DISTINCT FROM 'false'::jsonb,
        (last.facts->'assessments')::text, last.facts->>'diploma_on', lines.days, lines.amounts
    FROM unmoved
    JOIN credit_transfer last ON last.id = unmoved.id
    JOIN credit_trainingversion version ON version.id = last.version_id
    CROSS JOIN LATERAL (
        SELECT array_agg(line."on") AS days, array_agg(line.hundredths) AS amounts
        FROM credit_transferline line WHERE line.transfer_id = unmoved.id AND line."on" <= as_of
    ) lines
    WHERE lines.days IS NOT NULL;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("credit", "0021_standing_with_the_posting")]

    operations = [
        migrations.RunSQL(BOOKED, BEFORE.BOOKED.replace("CREATE", "CREATE OR REPLACE", 1))
    ]
