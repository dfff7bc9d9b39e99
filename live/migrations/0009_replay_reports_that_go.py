"""Reports of replays' players go by the rules of retention; the application's role may only add them."""

from django.db import migrations

CREATE = """
CREATE FUNCTION live_forget_reports(the_person bigint, the_lesson uuid, the_end timestamptz)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    removed bigint;
BEGIN
    IF the_person IS NULL AND the_end IS NULL THEN
        RAISE EXCEPTION 'Reports are forgotten of a person or before a moment.';
    END IF;
    DELETE FROM live_replayreport
    WHERE (the_person IS NULL OR person_id = the_person)
        AND (the_lesson IS NULL OR lesson_id = the_lesson)
        AND (the_end IS NULL OR at <= the_end);
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END $$;
"""
DROP = "DROP FUNCTION live_forget_reports(bigint, uuid, timestamptz)"


class Migration(migrations.Migration):
    dependencies = [("live", "0008_shares_of_a_lesson")]

    operations = [migrations.RunSQL(CREATE, DROP)]
