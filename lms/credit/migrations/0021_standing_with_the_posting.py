"""A standing goes with the posting that changes it: read in the trip before, kept in the trip that writes.

The functions that this one puts in the place of 0020's own, as there with the rights of whoever calls them.
"""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("lms.credit.migrations.0020_posting_in_the_server")

# Rows as credit_booked answers, for one person. Apart from that one because plans are made before the tables have grown
# and kept: what is asked of one person by equality goes by the indexes from the first day, a batch of people does not.
HISTORY = """
CREATE FUNCTION credit_history(whose bigint, states text[], as_of date)
RETURNS json LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN (
        SELECT json_agg(json_build_array(
            last.person_id, COALESCE(last.booking_id, last.id), last.state, version.training_id,
            last.facts->>'form', last.facts->>'level', last.facts->>'purpose', (last.facts->'themes')::text,
            (last.facts->'accredited') IS DISTINCT FROM 'false'::jsonb,
            (last.facts->'assessments')::text, last.facts->>'diploma_on', lines.days, lines.amounts))
        FROM credit_transfer last
        JOIN credit_trainingversion version ON version.id = last.version_id
        CROSS JOIN LATERAL (
            SELECT array_agg(line."on") AS days, array_agg(line.hundredths) AS amounts
            FROM credit_transferline line WHERE line.transfer_id = last.id AND line."on" <= as_of
        ) lines
        WHERE last.person_id = whose AND last.state = ANY(states) AND lines.days IS NOT NULL
            AND NOT EXISTS (SELECT FROM credit_transfer next WHERE next.moves_id = last.id)
    );
END $$
"""

# As 0020 has it, and where the new piece may be the last that was missing, also what a standing is worked out from
# (domain/standing.py): who the person is `today` as a policy sees them, and what was booked for them in these states.
OPEN = """
CREATE FUNCTION credit_open(
    whose bigint, ledger bigint, source text, of_kind text, of_subject text, sat tstzmultirange, today date,
    free text[], root integer, seen text[])
RETURNS json LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    -- Put together once: the planner would do so for each version that it looks at.
    alone jsonb := jsonb_build_array(jsonb_build_object('kind', of_kind, 'subject', of_subject));
    united jsonb := jsonb_build_array(jsonb_build_object('kinds', jsonb_build_array(of_kind), 'subject', of_subject));
    head json;
    known bigint;
    waiting json;
    about json;
    subjects text[];
    seen_subjects text[];
    kinds text[];
    providers uuid[];
    sittings tstzmultirange;
    person json;
    policy bigint;
    history json;
BEGIN
    SELECT json_build_array(sequence, hash, recorded_at) INTO head FROM credit_lock(ARRAY[whose], ledger);
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
    IF EXISTS (SELECT FROM json_array_elements(waiting) one WHERE NOT EXISTS (
            SELECT FROM json_array_elements((one->>3)::json) need
            WHERE need->>'subject' <> ALL(array_append(seen_subjects, of_subject)))) THEN
        SELECT json_build_array(who.person_id, who.joined_on, who.sequence, who.organisation_id, who.version_id,
            who.digest, who.kept, who.spells), who.version_id
        INTO person, policy FROM credit_who(ARRAY[whose], today) who;
        IF policy IS NOT NULL THEN
            history := credit_history(whose, seen, today);
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
        'person', person,
        'history', history);
END $$
"""

# Keeps standings. A slower one that knows of fewer transfers does not overwrite what a later transfer has written
# meanwhile.
KEEP_STANDINGS = """
CREATE FUNCTION credit_keep_standings(given jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO credit_standing (person_id, organisation_id, version_id, as_of, sequence, stale, met, would_meet,
        counted, required, owed, would_owe, owed_trainings, due, requirements, school)
    SELECT person_id, organisation_id, version_id, as_of, sequence, stale, met, would_meet,
        counted, required, owed, would_owe, owed_trainings, due, requirements, school
    FROM jsonb_populate_recordset(NULL::credit_standing, given)
    ON CONFLICT (person_id) DO UPDATE SET organisation_id = EXCLUDED.organisation_id,
        version_id = EXCLUDED.version_id, as_of = EXCLUDED.as_of, sequence = EXCLUDED.sequence,
        stale = EXCLUDED.stale, met = EXCLUDED.met, would_meet = EXCLUDED.would_meet, counted = EXCLUDED.counted,
        required = EXCLUDED.required, owed = EXCLUDED.owed, would_owe = EXCLUDED.would_owe,
        owed_trainings = EXCLUDED.owed_trainings, due = EXCLUDED.due, requirements = EXCLUDED.requirements,
        school = EXCLUDED.school
    WHERE credit_standing.sequence <= EXCLUDED.sequence;
END $$
"""

# All that one posting writes: a piece of evidence, transfers with the new ends of their chains, the standings that come
# of them; null for what there is none of. Returns the evidence's key and the transfers'.
POST = """
CREATE FUNCTION credit_post(piece jsonb, entries jsonb, ends jsonb, standings jsonb,
    OUT evidence bigint, OUT transfers bigint[]) LANGUAGE plpgsql AS $$
BEGIN
    IF piece IS NOT NULL THEN
        evidence := credit_keep_evidence(piece);
    END IF;
    IF entries IS NOT NULL THEN
        transfers := credit_write(entries, ends);
    END IF;
    IF standings IS NOT NULL THEN
        PERFORM credit_keep_standings(standings);
    END IF;
END $$
"""

OPEN_BEFORE = "credit_open(bigint, bigint, text, text, text, tstzmultirange, text[], integer)"
FUNCTIONS = {
    "credit_history(bigint, text[], date)": HISTORY,
    "credit_open(bigint, bigint, text, text, text, tstzmultirange, date, text[], integer, text[])": OPEN,
    "credit_keep_standings(jsonb)": KEEP_STANDINGS,
    "credit_post(jsonb, jsonb, jsonb, jsonb)": POST,
}


class Migration(migrations.Migration):
    dependencies = [("credit", "0020_posting_in_the_server")]

    operations = [
        migrations.RunSQL(f"DROP FUNCTION {OPEN_BEFORE}", BEFORE.OPEN),
        *(
            migrations.RunSQL(sql, f"DROP FUNCTION {signature}")
            for signature, sql in FUNCTIONS.items()
        ),
    ]
