from django.db import migrations

# The same door (0006) to more rooms. Tables and the keys of what their rows belong to are named here and nowhere else.
CREATE = """
CREATE OR REPLACE FUNCTION credit_erase(
    the_table text, the_subjects bigint[], the_rule text, the_eraser bigint, the_moment timestamptz
)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_key text;
    removed bigint;
BEGIN
    the_key := CASE the_table
        WHEN 'credit_reason' THEN 'transfer_id'
        WHEN 'credit_evidencedetail' THEN 'evidence_id'
        WHEN 'credit_flagwords' THEN 'step_id'
        WHEN 'credit_claimwords' THEN 'decision_id'
        WHEN 'credit_prooffile' THEN 'proof_id'
    END;
    IF the_key IS NULL THEN
        RAISE EXCEPTION 'Nothing is erased from %.', the_table;
    END IF;
    EXECUTE format(
        'INSERT INTO credit_erasure (what, subject, rule, by_id, at) SELECT $1, %I, $3, $4, $5 FROM %I WHERE %I = ANY($2)',
        the_key, the_table, the_key
    ) USING the_table, the_subjects, the_rule, the_eraser, the_moment;
    EXECUTE format('DELETE FROM %I WHERE %I = ANY($1)', the_table, the_key) USING the_subjects;
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("credit", "0013_flags_and_claims")]

    # Backwards the wider door stays: 0006 drops it by its arguments.
    operations = [migrations.RunSQL(CREATE, migrations.RunSQL.noop)]
