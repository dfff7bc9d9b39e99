"""The balances beside the end of a chain are what the postings up to it come to: added up once here, then by a trigger.

Once for each person in a write, however many rows that writes. A writer that said them could say something else than
it posts; the trigger leaves nobody a say, and refuses an end whose transfers are not there, or that goes back.
"""

from django.db import migrations

BACKFILL = """
UPDATE credit_ledgerhead head
SET pending = held.pending, confirmed = held.confirmed, registered = held.registered,
    rejected = held.rejected, disputed = held.disputed
FROM (
    SELECT account.person_id,
        COALESCE(SUM(leg.hundredths) FILTER (WHERE account.kind = 'pending'), 0) AS pending,
        COALESCE(SUM(leg.hundredths) FILTER (WHERE account.kind = 'confirmed'), 0) AS confirmed,
        COALESCE(SUM(leg.hundredths) FILTER (WHERE account.kind = 'registered'), 0) AS registered,
        COALESCE(SUM(leg.hundredths) FILTER (WHERE account.kind = 'rejected'), 0) AS rejected,
        COALESCE(SUM(leg.hundredths) FILTER (WHERE account.kind = 'disputed'), 0) AS disputed
    FROM credit_posting leg JOIN credit_account account ON account.id = leg.account_id
    WHERE account.person_id IS NOT NULL GROUP BY account.person_id
) held
WHERE held.person_id = head.person_id
"""

# The legs of the transfers by which the end moves on, two of each. They are found by equality and short ranges of
# indexes, so that a plan made before the tables have grown stays good.
FOLLOW = """
CREATE FUNCTION credit_head_follows() RETURNS trigger LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    done integer := 0;
    legs bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.pending := 0;
        NEW.confirmed := 0;
        NEW.registered := 0;
        NEW.rejected := 0;
        NEW.disputed := 0;
    ELSE
        done := OLD.sequence;
        NEW.pending := OLD.pending;
        NEW.confirmed := OLD.confirmed;
        NEW.registered := OLD.registered;
        NEW.rejected := OLD.rejected;
        NEW.disputed := OLD.disputed;
    END IF;
    IF NEW.sequence = done THEN
        RETURN NEW;
    END IF;
    SELECT count(*),
        NEW.pending + COALESCE(SUM(leg.hundredths) FILTER (WHERE account.kind = 'pending'), 0),
        NEW.confirmed + COALESCE(SUM(leg.hundredths) FILTER (WHERE account.kind = 'confirmed'), 0),
        NEW.registered + COALESCE(SUM(leg.hundredths) FILTER (WHERE account.kind = 'registered'), 0),
        NEW.rejected + COALESCE(SUM(leg.hundredths) FILTER (WHERE account.kind = 'rejected'), 0),
        NEW.disputed + COALESCE(SUM(leg.hundredths) FILTER (WHERE account.kind = 'disputed'), 0)
    INTO legs, NEW.pending, NEW.confirmed, NEW.registered, NEW.rejected, NEW.disputed
    FROM credit_transfer moved
    JOIN credit_posting leg ON leg.transfer_id = moved.id
    JOIN credit_account account ON account.id = leg.account_id
    WHERE moved.person_id = NEW.person_id AND moved.sequence > done AND moved.sequence <= NEW.sequence;
    IF legs <> 2 * (NEW.sequence - done) THEN
        RAISE EXCEPTION 'the chain of person % does not go from transfer % to %',
            NEW.person_id, done, NEW.sequence USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""
TRIGGER = """
CREATE TRIGGER credit_head_follows BEFORE INSERT OR UPDATE ON credit_ledgerhead
FOR EACH ROW EXECUTE FUNCTION credit_head_follows()
"""


class Migration(migrations.Migration):
    dependencies = [("credit", "0024_balances_beside_the_end")]

    operations = [
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
        migrations.RunSQL(FOLLOW, "DROP FUNCTION credit_head_follows()"),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER credit_head_follows ON credit_ledgerhead"),
    ]
