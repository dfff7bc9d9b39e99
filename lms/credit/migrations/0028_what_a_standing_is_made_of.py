"""What a standing is worked out from is read after what settling needs, which is answered before: the caller goes on.

And what a posting writes is kept piece by piece, as the caller has it, instead of by one function at the end.
"""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("lms.credit.migrations.0026_posting_in_fewer_statements")

# As 0026 has it, but that what was booked for the person is not read: only noted, for the rest of the transaction, that
# credit_seen is to. What is asked here of one person and of what they booked goes by the indexes: a plan made while a
# table is small reads all of it, and is kept until the statistics are made anew, a minute of growing later.
OPEN = """
CREATE FUNCTION credit_open(
    whose bigint, ledger bigint, source text, of_kind text, of_subject text, sat tstzmultirange, today date,
    free text[], root integer)
RETURNS json LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    -- Put together once: the planner would do so for each version that it looks at.
    alone jsonb := jsonb_build_array(jsonb_build_object('kind', of_kind, 'subject', of_subject));
    united jsonb := jsonb_build_array(jsonb_build_object('kinds', jsonb_build_array(of_kind), 'subject', of_subject));
    -- An assignment, which takes no statement; and before the head's own, which sees what was committed meanwhile.
    shared text := pg_advisory_xact_lock_shared(ledger);
    head json;
    known bigint;
    waiting json;
    about json;
    subjects text[];
    seen_subjects text[];
    kinds text[];
    providers uuid[];
    sittings tstzmultirange;
    last boolean;
    policy record;
    standing json;
BEGIN
    SELECT json_build_array(sequence, hash, recorded_at) INTO head
    FROM credit_ledgerhead WHERE person_id = whose FOR UPDATE;
    IF head IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT id INTO known FROM credit_evidence WHERE source_key = source;
    IF FOUND THEN
        RETURN json_build_object('head', head, 'known', known);
    END IF;
    SELECT json_agg(json_build_array(
            version.id, version.number, version.facts::text, version.needs::text, version.digest,
            version.declared_by_id, version.declared_at, training.id, training.public_id, training.key
        ) ORDER BY part.id), array_agg((version.facts->'provider'->>'id')::uuid)
    INTO waiting, providers
    FROM credit_participation part
    JOIN credit_trainingversion version ON version.id = part.version_id
    JOIN credit_training training ON training.id = part.training_id
    WHERE part.person_id = whose AND (version.needs @> alone OR version.needs @> united)
        AND NOT EXISTS (SELECT FROM credit_transfer booked
            WHERE booked.person_id = whose AND booked.key = 'award:' || training.key);
    IF waiting IS NULL THEN
        RETURN json_build_object('head', head);
    END IF;
    SELECT array_agg(need->>'subject') INTO subjects
    FROM json_array_elements(waiting) one, json_array_elements((one->>3)::json) need;
    SELECT json_agg(json_build_array(
            e.id, e.public_id, e.kind, e.subject, e.source_key, e.amount::text, e.spans, (
                SELECT json_agg(json_build_array(lower(span), upper(span))) FROM unnest(e.wall) span),
            e.facts, e.detail_digest, e.recorded_at, e.digest
        ) ORDER BY e.recorded_at, e.id), range_agg(e.wall), array_agg(e.subject || '#' || e.kind),
        array_agg(e.subject)
    INTO about, sittings, kinds, seen_subjects
    FROM credit_evidence e WHERE e.person_id = whose AND e.subject = ANY(subjects);
    -- Nothing is booked of a training that asks for a thing about which there is nothing at all yet.
    last := subjects <@ array_append(seen_subjects, of_subject);
    IF NOT last AND json_array_length(waiting) > 1 THEN
        last := EXISTS (SELECT FROM json_array_elements(waiting) one WHERE NOT EXISTS (
            SELECT FROM json_array_elements((one->>3)::json) need
            WHERE need->>'subject' <> ALL(array_append(seen_subjects, of_subject))));
    END IF;
    IF last THEN
        -- The post that began last decides, at a school before other places; its nearest organisation with an
        -- assignment; the newest version in force.
        SELECT person.joined_on, place.id AS place, version.id AS version, version.digest INTO policy
        FROM people_person person
        LEFT JOIN LATERAL (
            SELECT organisation.id, organisation.path
            FROM people_rolespell spell JOIN people_organisation organisation ON organisation.id = spell.organisation_id
            WHERE spell.person_id = whose AND spell.from_on <= today AND (spell.to_on IS NULL OR spell.to_on >= today)
            ORDER BY organisation.kind = 'school' DESC, spell.from_on DESC, spell.id DESC LIMIT 1
        ) place ON TRUE
        LEFT JOIN LATERAL (
            SELECT assignment.policy_id
            FROM credit_policyassignment assignment
            JOIN people_organisation above ON above.id = assignment.organisation_id
            WHERE starts_with(place.path, above.path)
                AND assignment.from_on <= today AND (assignment.to_on IS NULL OR assignment.to_on >= today)
            ORDER BY above.depth DESC LIMIT 1
        ) assigned ON TRUE
        LEFT JOIN LATERAL (
            SELECT newest.id, newest.digest FROM credit_policyversion newest
            WHERE newest.policy_id = assigned.policy_id AND newest.in_force_from <= today
            ORDER BY newest.number DESC LIMIT 1
        ) version ON TRUE
        WHERE person.id = whose;
        IF policy.version IS NOT NULL THEN
            PERFORM set_config('credit.wanted', 'true', TRUE);
            standing := json_build_array(policy.joined_on, policy.place, policy.version, policy.digest);
        ELSIF NOT EXISTS (SELECT FROM credit_standing WHERE person_id = whose) THEN
            standing := json_build_array(policy.joined_on, policy.place, NULL, NULL);
        END IF;
    END IF;
    RETURN json_build_object(
        'head', head,
        'waiting', waiting,
        'about', about,
        -- More than is asked for in the end does no harm: what shares nothing takes nothing.
        'paid', credit_paid(
            whose, subjects || kinds || (of_subject || '#' || of_kind), sat + COALESCE(sittings, '{}'), free),
        'posts', credit_posts(whose, providers, root),
        'standing', standing);
END $$
"""

# What was booked for a person about whom credit_open has been asked, where a standing may come of it.
SEEN = """
CREATE FUNCTION credit_seen(whose bigint, states text[], as_of date)
RETURNS json LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
BEGIN
    IF current_setting('credit.wanted', TRUE) = 'true' THEN
        RETURN credit_history(whose, states, as_of);
    END IF;
    RETURN NULL;
END $$
"""

# Those that look for what was just written, among them the trigger that balances it.
BY_INDEX = ("credit_write(jsonb, jsonb)", "credit_check_balance()")

OPEN_BEFORE = (
    "credit_open(bigint, bigint, text, text, text, tstzmultirange, date, text[], integer, text[])"
)
OPEN_AFTER = "credit_open(bigint, bigint, text, text, text, tstzmultirange, date, text[], integer)"


class Migration(migrations.Migration):
    dependencies = [("credit", "0027_who_by_index")]

    operations = [
        migrations.RunSQL(
            f"DROP FUNCTION {OPEN_BEFORE}", BEFORE.OPEN.replace("CREATE OR REPLACE", "CREATE", 1)
        ),
        migrations.RunSQL(OPEN, f"DROP FUNCTION {OPEN_AFTER}"),
        migrations.RunSQL(SEEN, "DROP FUNCTION credit_seen(bigint, text[], date)"),
        *(
            migrations.RunSQL(
                f"ALTER FUNCTION {function} SET enable_seqscan = off",
                f"ALTER FUNCTION {function} RESET enable_seqscan",
            )
            for function in BY_INDEX
        ),
        migrations.RunSQL(f"DROP FUNCTION {BEFORE.POST_BEFORE}", BEFORE.POST),
    ]
