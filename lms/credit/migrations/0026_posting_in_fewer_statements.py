"""A posting in fewer and lighter statements: posts are read once for booking and standing, rows written as sets.

Takes the place of 0020's and 0021's functions, as there with the rights of whoever calls them.
"""

from importlib import import_module

from django.db import migrations

FIRST = import_module("lms.credit.migrations.0020_posting_in_the_server")
BEFORE = import_module("lms.credit.migrations.0021_standing_with_the_posting")

# A person's posts, the one that began last first; where it is at a school, with that school, its bureau (the
# organisation at the root, whose path is `root` characters long) and when that bureau counted these providers.
POSTS = """
CREATE OR REPLACE FUNCTION credit_posts(whose bigint, providers uuid[], root integer)
RETURNS json LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN (
        SELECT json_agg(json_build_array(
                spell.role, spell.from_on, spell.to_on, school.public_id, school.name, bureau.public_id, bureau.name, (
                    SELECT json_agg(json_build_array(provider.public_id, a.from_on, a.to_on))
                    FROM people_accreditation a JOIN people_provider provider ON provider.id = a.provider_id
                    WHERE provider.public_id = ANY(providers) AND a.bureau_id = bureau.id)
            ) ORDER BY spell.from_on DESC, spell.id DESC)
        FROM people_rolespell spell
        LEFT JOIN people_organisation school ON school.id = spell.organisation_id AND school.kind = 'school'
        LEFT JOIN people_organisation bureau ON bureau.path = left(school.path, root)
        WHERE spell.person_id = whose
    );
END $$
"""

# As 0021 has it, but that the head is locked by statements of its own, and what a standing is worked out from is asked
# of one person: credit_who is made for thousands. Their posts are among what is read anyway.
OPEN = """
CREATE OR REPLACE FUNCTION credit_open(
    whose bigint, ledger bigint, source text, of_kind text, of_subject text, sat tstzmultirange, today date,
    free text[], root integer, seen text[])
RETURNS json LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
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
    history json;
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
            history := credit_history(whose, seen, today);
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
        'standing', standing,
        'history', history);
END $$
"""

# Writes transfers, each with its reason, dated lines and legs ([kind, person, provider, hundredths]), and the new ends
# of the chains ([person, number, hash, moment]); returns the transfers' keys in the order given.
WRITE = """
CREATE OR REPLACE FUNCTION credit_write(entries jsonb, ends jsonb) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
    every bigint[];
BEGIN
    WITH written AS (
        INSERT INTO credit_transfer (public_id, person_id, key, act, state, hundredths, booking_id, moves_id,
            reverses_id, happened_on, recorded_at, by_id, because_digest, version_id, facts, evidence,
            evidence_digest, paid_spans, paid_wall, paid_digest, sequence, previous, hash, chain_version)
        SELECT public_id, person_id, key, act, state, hundredths, booking_id, moves_id,
            reverses_id, happened_on, recorded_at, by_id, because_digest, version_id, facts, evidence,
            evidence_digest, paid_spans, paid_wall, paid_digest, sequence, previous, hash, chain_version
        FROM jsonb_populate_recordset(NULL::credit_transfer, entries)
        RETURNING id
    )
    SELECT array_agg(id ORDER BY id) INTO every FROM written;
    IF entries @? '$[*].salt' THEN
        INSERT INTO credit_reason (transfer_id, salt, text)
        SELECT every[place], decode(entry->>'salt', 'hex'), entry->>'reason'
        FROM jsonb_array_elements(entries) WITH ORDINALITY one (entry, place) WHERE entry ? 'salt';
    END IF;
    INSERT INTO credit_transferline (transfer_id, "on", hundredths)
    SELECT every[place], (line->>0)::date, (line->>1)::integer
    FROM jsonb_array_elements(entries) WITH ORDINALITY one (entry, place), jsonb_array_elements(entry->'lines') line;
    INSERT INTO credit_posting (transfer_id, account_id, hundredths)
    SELECT every[place], credit_account_of(leg->>0, (leg->>1)::bigint, (leg->>2)::uuid), (leg->>3)::integer
    FROM jsonb_array_elements(entries) WITH ORDINALITY one (entry, place), jsonb_array_elements(entry->'legs') leg;
    -- One after the other, each found by its key: nobody knows how many there are when this is planned.
    FOR place IN 0 .. jsonb_array_length(ends) - 1 LOOP
        UPDATE credit_ledgerhead SET sequence = (ends->place->>1)::integer, hash = ends->place->>2,
            recorded_at = (ends->place->>3)::timestamptz
        WHERE person_id = (ends->place->>0)::bigint;
    END LOOP;
    RETURN every;
END $$
"""

# All that one posting writes: a piece of evidence, transfers with the new ends of their chains, the standings that come
# of them; null for what there is none of. Returns the evidence's key, or null, and the transfers' after it.
POST_BEFORE = "credit_post(jsonb, jsonb, jsonb, jsonb)"
POST = """
CREATE FUNCTION credit_post(piece jsonb, entries jsonb, ends jsonb, standings jsonb)
RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
    evidence bigint;
    transfers bigint[];
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
    RETURN evidence || transfers;
END $$
"""

REPLACED = [(POSTS, FIRST.POSTS), (OPEN, BEFORE.OPEN), (WRITE, FIRST.WRITE)]


class Migration(migrations.Migration):
    dependencies = [("credit", "0025_balances_follow")]

    operations = [
        *(
            migrations.RunSQL(sql, before.replace("CREATE", "CREATE OR REPLACE", 1))
            for sql, before in REPLACED
        ),
        # What it returns is no longer what it was, so that it cannot be replaced.
        migrations.RunSQL(f"DROP FUNCTION {POST_BEFORE}", BEFORE.POST),
        migrations.RunSQL(POST, f"DROP FUNCTION {POST_BEFORE}"),
    ]
