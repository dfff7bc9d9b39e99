from django.db import migrations

# The one door: it runs with its owner's rights, which alone may remove these rows, and never without saying why.
CREATE = """
CREATE FUNCTION credit_erase(the_table text, the_subjects bigint[], the_rule text, the_eraser bigint, the_moment timestamptz)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    removed bigint;
BEGIN
    IF the_table = 'credit_reason' THEN
        INSERT INTO credit_erasure (what, subject, rule, by_id, at)
            SELECT the_table, transfer_id, the_rule, the_eraser, the_moment
            FROM credit_reason WHERE transfer_id = ANY(the_subjects);
        DELETE FROM credit_reason WHERE transfer_id = ANY(the_subjects);
    ELSIF the_table = 'credit_evidencedetail' THEN
        INSERT INTO credit_erasure (what, subject, rule, by_id, at)
            SELECT the_table, evidence_id, the_rule, the_eraser, the_moment
            FROM credit_evidencedetail WHERE evidence_id = ANY(the_subjects);
        DELETE FROM credit_evidencedetail WHERE evidence_id = ANY(the_subjects);
    ELSE
        RAISE EXCEPTION 'Nothing is erased from %.', the_table;
    END IF;
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END $$;
"""
DROP = "DROP FUNCTION credit_erase(text, bigint[], text, bigint, timestamptz)"


class Migration(migrations.Migration):
    dependencies = [("credit", "0005_erasable_reasons_and_detail")]

    operations = [migrations.RunSQL(CREATE, DROP)]
