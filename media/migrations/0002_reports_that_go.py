from django.db import migrations

# The one door: it runs with its owner's rights, which alone may remove reports. Whoever calls it names a person or a
# moment: nobody empties the table by leaving everything out.
CREATE = """
CREATE FUNCTION media_forget_reports(the_person bigint, the_asset text, the_end timestamptz)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    removed bigint;
BEGIN
    IF the_person IS NULL AND the_end IS NULL THEN
        RAISE EXCEPTION 'Reports are forgotten of a person or before a moment.';
    END IF;
    DELETE FROM media_watchreport
    WHERE (the_person IS NULL OR person_id = the_person)
        AND (the_asset IS NULL OR asset_id::text = the_asset)
        AND (the_end IS NULL OR at <= the_end);
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END $$;
"""
DROP = "DROP FUNCTION media_forget_reports(bigint, text, timestamptz)"


class Migration(migrations.Migration):
    dependencies = [("media", "0001_assets_jobs_and_watching")]

    operations = [migrations.RunSQL(CREATE, DROP)]
