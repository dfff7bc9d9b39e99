"""What checks at commit that a transfer is whole looks once at each row, not three times, and nothing switches it off.

The triggers of before asked first whether a session's setting tells them to be ignored, which none of ours does: an
error raised and caught at each row. They were more of a posting's time than what they check.
"""

import pgtrigger.migrations
from django.db import migrations

# Postings sum to zero and move the amount, lines add up to it. On the transfer too: one without postings has no posting
# whose trigger could object. On each of the three: a row that is added to a transfer later is looked at as well.
CHECK = """
CREATE FUNCTION credit_check_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked bigint;
    amount bigint;
    dated bigint;
    total bigint;
    moved bigint;
BEGIN
    IF TG_TABLE_NAME = 'credit_transfer' THEN
        checked := NEW.id;
    ELSE
        checked := NEW.transfer_id;
    END IF;
    SELECT (SELECT hundredths FROM credit_transfer WHERE id = checked),
        (SELECT COALESCE(SUM(hundredths), 0) FROM credit_transferline WHERE transfer_id = checked),
        COALESCE(SUM(hundredths), 0), COALESCE(SUM(hundredths) FILTER (WHERE hundredths > 0), 0)
    INTO amount, dated, total, moved
    FROM credit_posting WHERE transfer_id = checked;
    IF total <> 0 OR moved IS DISTINCT FROM amount OR dated IS DISTINCT FROM amount THEN
        RAISE EXCEPTION 'transfer %: amount %, postings move % and sum to %, lines %',
            checked, amount, moved, total, dated USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""
TABLES = ("credit_transfer", "credit_transferline", "credit_posting")


def created(table: str) -> str:
    """The trigger of one of them."""
    return f"""
        CREATE CONSTRAINT TRIGGER credit_balanced AFTER INSERT ON {table}
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION credit_check_balance()
    """


class Migration(migrations.Migration):
    dependencies = [("credit", "0022_booked_reads_once")]

    operations = [
        migrations.RunSQL(CHECK, "DROP FUNCTION credit_check_balance()"),
        *(
            migrations.RunSQL(created(table), f"DROP TRIGGER credit_balanced ON {table}")
            for table in TABLES
        ),
        pgtrigger.migrations.RemoveTrigger(model_name="posting", name="posting_balanced"),
        pgtrigger.migrations.RemoveTrigger(model_name="transfer", name="balanced"),
        pgtrigger.migrations.RemoveTrigger(model_name="transferline", name="line_balanced"),
    ]
