"""ledger_check finds what a superuser changes with the triggers off, and says what it is."""

import datetime
import random
from contextlib import contextmanager
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction

from lms.credit.domain import audit
from lms.credit.domain.audit import transfers as audited
from lms.credit.domain.checkpoints import make_checkpoint
from lms.credit.domain.claims import accept
from lms.credit.domain.confirm import confirm, reject
from lms.credit.domain.reverse import reverse
from lms.credit.enums import CheckpointKind
from lms.people.enums import DutyKind
from lms.runtime import paths
from lms.testing import credit
from lms.testing.claims import claimed
from lms.testing.factories import DutyFactory, RoleSpellFactory
from tests.lms.web.school import make_school

ADD_UP = import_module("lms.credit.migrations.0025_balances_follow").BACKFILL
AT = datetime.datetime(2026, 6, 1, 16, 0, 1, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def keys(settings, tmp_path) -> None:
    settings.SIGNING_KEY_FILE = str(tmp_path / "signing.pem")


@pytest.fixture
def record(own_database, postgres):
    """Three teachers' hours in every state, a checkpoint over most of it, and somebody who can do everything."""
    spell = RoleSpellFactory()
    school = spell.organisation
    verifier = DutyFactory(kind=DutyKind.VERIFIER, organisation=school).person
    teachers = [spell.person, *(RoleSpellFactory(organisation=school).person for _ in range(2))]
    bookings = [credit.booked(teacher).id for _ in range(3) for teacher in teachers]
    done = confirm(verifier=verifier, bookings=bookings[:5], at=AT)
    reject(verifier=verifier, bookings=bookings[5:7], because='看错了 "\\ \u2028', at=AT)
    reverse(done[0].transfer, by=verifier, because="不是本人", at=AT)
    make_checkpoint(kind=CheckpointKind.DAILY, at=AT)
    confirm(verifier=verifier, bookings=bookings[:1], at=AT)
    make_checkpoint(kind=CheckpointKind.DAILY, at=AT)
    credit.booked(teachers[0])
    with superuser() as somebody:
        yield somebody


@contextmanager
def superuser():
    """The connection that the audit reads through, for somebody who can do everything."""
    connection.close()
    settings = dict(connection.settings_dict)
    connection.settings_dict |= {"USER": "postgres", "PASSWORD": paths.secret("postgres:postgres")}
    yield Superuser()
    connection.close()
    connection.settings_dict |= settings


class Superuser:
    """Somebody whom no grant and no trigger stops, on the connection that the audit reads through."""

    def execute(self, sql: str, parameters=None):
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        cursor = connection.cursor()
        cursor.execute(sql, parameters)
        return cursor


@contextmanager
def undone():
    """What is done inside is undone in the end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def fault() -> str:
    return audit.first_fault() or ""


def test_honest_record_agrees(record) -> None:
    said = []
    assert audit.first_fault(say=said.append) is None
    assert said[0] == "19 of 19 transfers agree"


def test_ledger_without_anything_agrees(own_database) -> None:
    assert audit.first_fault() is None


def test_changed_amount_is_found(record) -> None:
    record.execute("UPDATE credit_transfer SET hundredths = 300 WHERE id = 4")
    assert "transfer 2 does not say what its hash was made of" in fault()


def test_changed_amount_with_all_that_follows_from_it_is_found(record) -> None:
    for table in ("transferline", "posting"):
        record.execute(
            f"UPDATE credit_{table} SET hundredths = 2 * hundredths WHERE transfer_id = 4"
        )
    record.execute("UPDATE credit_transfer SET hundredths = 400 WHERE id = 4")
    assert "transfer 2 does not say what its hash was made of" in fault()


def test_deleted_row_is_found(record) -> None:
    record.execute("DELETE FROM credit_transfer WHERE id = 4")
    assert "but 3 is next: transfers are missing" in fault()


def test_deleted_row_that_stands_in_no_tree_is_found(record) -> None:
    for table in ("treeleaf", "treetile", "checkpoint", "revocation"):
        record.execute(f"DELETE FROM credit_{table}")
    record.execute("DELETE FROM credit_transfer WHERE id = 4")
    assert "transfer 3 follows transfer 1: one is missing" in fault()


def test_deleted_legs_are_found(record) -> None:
    record.execute("DELETE FROM credit_posting WHERE transfer_id = 4")
    assert "transfer 2 does not say what its hash was made of" in fault()


def test_swapped_order_is_found(record) -> None:
    first = "person_id = (SELECT person_id FROM credit_transfer WHERE id = 1)"
    record.execute(
        f"UPDATE credit_transfer SET sequence = 1000 + sequence WHERE {first} AND sequence < 3"
    )
    record.execute(
        f"UPDATE credit_transfer SET sequence = 1003 - sequence WHERE {first} AND sequence > 1000"
    )
    assert "transfer 2 follows transfer 0" in fault()


def test_swapped_leaves_are_found(record) -> None:
    record.execute("UPDATE credit_treeleaf SET position = -1 - position WHERE position IN (2, 3)")
    record.execute("UPDATE credit_treeleaf SET position = 6 + position WHERE position < 0")
    assert "stands at 3 of the tree, but 2 is next" in fault()


def test_inserted_row_is_found(record) -> None:
    copied = columns(record, "credit_transfer", "id", "public_id", "key", "sequence")
    record.execute(
        f"INSERT INTO credit_transfer (public_id, key, sequence, {copied})"
        f" SELECT gen_random_uuid(), 'award:courses.course:gift', 99, {copied} FROM credit_transfer WHERE id = 1"
    )
    assert "transfer 99 follows transfer" in fault()


def test_inserted_row_with_a_chain_made_anew_is_found(record) -> None:
    """Somebody who can compute hashes rewrites a whole chain: the tree, and what was signed over it, remembers."""
    record.execute("UPDATE credit_transfer SET happened_on = happened_on - 400 WHERE id = 4")
    rewrite_chains(record)
    assert "is not what stands at 3 of the tree" in fault()
    rewrite_tree(record)
    assert "was signed over other transfers than the first 17" in fault()


def test_changed_fact_is_found(record) -> None:
    record.execute(
        'UPDATE credit_transfer SET facts = facts || \'{"form": "school"}\' WHERE id = 2'
    )
    assert "transfer 1 does not say what its hash was made of" in fault()


def test_truncated_tail_after_a_checkpoint_is_found(record) -> None:
    for table in ("posting", "transferline", "reason"):
        record.execute(f"DELETE FROM credit_{table} WHERE transfer_id > 17")
    record.execute("DELETE FROM credit_treeleaf WHERE transfer_id > 17")
    record.execute("DELETE FROM credit_transfer WHERE id > 17")
    record.execute(
        "UPDATE credit_ledgerhead head SET (sequence, hash) = (SELECT sequence, hash FROM credit_transfer t"
        " WHERE t.person_id = head.person_id ORDER BY sequence DESC LIMIT 1)"
    )
    record.execute(ADD_UP)
    assert (
        "is over 18 transfers, but only 17 stand in the tree: the last ones were removed" in fault()
    )


def test_truncated_tail_without_a_checkpoint_is_found_by_its_head(record) -> None:
    for table in ("posting", "transferline"):
        record.execute(f"DELETE FROM credit_{table} WHERE transfer_id = 19")
    record.execute("DELETE FROM credit_transfer WHERE id = 19")
    assert "their chain ended at" in fault()


def columns(record, table: str, *without: str) -> str:
    found = record.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY 1",
        [table],
    )
    return ", ".join(name for (name,) in found if name not in without)


def rewrite_chains(record) -> None:
    """Every hash computed anew from the rows, as the application would."""
    from lms.credit import queries
    from lms.credit.core import chain
    from lms.people.models import Person

    for person in Person.objects.filter(transfers__isnull=False).distinct():
        before = chain.START
        for link in queries.links_of(person):
            hash_ = chain.link(before, link.facts)
            record.execute(
                "UPDATE credit_transfer SET previous = %s, hash = %s WHERE person_id = %s AND sequence = %s",
                [before, hash_, person.pk, link.sequence],
            )
            before = hash_
        record.execute(
            "UPDATE credit_ledgerhead SET hash = %s WHERE person_id = %s", [before, person.pk]
        )


def rewrite_tree(record) -> None:
    record.execute(
        "UPDATE credit_treeleaf leaf SET hash = sha256('\\x00'::bytea || decode(t.hash, 'hex'))"
        " FROM credit_transfer t WHERE t.id = leaf.transfer_id"
    )


def forge(record) -> None:
    """Chains and tree made anew after a change, and nothing signed that could remember."""
    rewrite_chains(record)
    record.execute("DELETE FROM credit_checkpoint")
    rewrite_tree(record)


def test_late_entry_that_pretends_to_be_early_is_found(record) -> None:
    record.execute(
        "UPDATE credit_transfer SET recorded_at = recorded_at - interval '1 year' WHERE id = 4"
    )
    forge(record)
    assert "transfer 2 was recorded before the one that it follows" in fault()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("paid_wall = first.paid_wall", "transfer 2 was paid for time that another booking"),
        ("paid_spans = first.paid_spans", "was paid for content of media.asset:"),
    ],
)
def test_minutes_paid_twice_are_found(record, change: str, words: str) -> None:
    """Also where whoever did it made every digest anew."""
    from lms.credit.core import chain
    from lms.credit.core.minutes import as_moments
    from lms.credit.models.ledger import Transfer
    from lms.credit.queries.settling import paid_by

    record.execute(
        f"UPDATE credit_transfer t SET {change} FROM credit_transfer first WHERE t.id = 4 AND first.id = 1"
    )
    paid = paid_by(Transfer.objects.get(pk=4))
    wall = [[chain.moment(one) for one in span] for span in as_moments(paid.wall)]
    digest = chain.digest({"spans": paid.spans, "wall": wall})
    record.execute("UPDATE credit_transfer SET paid_digest = %s WHERE id = 4", [digest])
    forge(record)
    assert words in fault()


CHANGES = [
    ("UPDATE credit_reason SET text = text || '!'", "has a reason that is missing or was changed"),
    ("DELETE FROM credit_reason", "has a reason that is missing or was changed"),
    ("UPDATE credit_evidence SET facts = facts || '{\"devices\": []}' WHERE id = 2", "evidence"),
    ("UPDATE credit_evidence SET digest = repeat('0', 64) WHERE id = 2", "rests on evidence"),
    ("DELETE FROM credit_evidence WHERE id = 2", "rests on evidence that is missing"),
    ("UPDATE credit_trainingversion SET needs = '[]' WHERE id = 1", "is not what was declared"),
    ("UPDATE credit_account SET provider = gen_random_uuid() WHERE kind = 'issued'", "does not say what its hash"),
    ("INSERT INTO credit_transferline (transfer_id, \"on\", hundredths) VALUES (99, now(), 1)",
     "belong to no transfer"),
    ("UPDATE credit_ledgerhead SET sequence = sequence + 1", "their chain ended at"),
    ("DELETE FROM credit_ledgerhead", "no head of their chain"),
    ("UPDATE credit_ledgerhead SET pending = pending + 1, rejected = rejected + 1",
     "the end of their chain says"),
    ("UPDATE credit_treeleaf SET hash = sha256(hash) WHERE position = 0", "stands at 0 of the tree"),
    ("DELETE FROM credit_treeleaf WHERE position = 0", "the tree"),
    ("INSERT INTO credit_treetile (level, index, hashes, root) VALUES (0, 0, '', '')", "the tree has 1 tiles"),
    ("UPDATE credit_checkpoint SET root = sha256(root)", "says something else than what was signed"),
    ("UPDATE credit_checkpoint SET note = replace(note, 'time 2026', 'time 2025')", "is not signed by a key"),
    ("DELETE FROM credit_revocation WHERE id = (SELECT min(id) FROM credit_revocation)", "no longer count"),
    ("UPDATE credit_revocation SET revoked = NOT revoked", "no longer count"),
    ("UPDATE people_person SET public_id = gen_random_uuid()", "does not say what its hash"),
]  # fmt: skip


def test_other_changes_are_found(record) -> None:
    unnoticed = []
    for change, words in CHANGES:
        with undone():
            assert record.execute(change).rowcount, change
            if words not in (said := fault()):
                unnoticed.append((change, said))
    assert unnoticed == []


def test_changed_balance_is_named_and_added_up_anew_it_is_right_again(record) -> None:
    zero = "pending = 0, confirmed = 0, registered = 0, rejected = 0, disputed = 0"
    ((first,),) = record.execute(
        "UPDATE credit_ledgerhead SET confirmed = confirmed - 200, registered = 200"
        " WHERE person_id = (SELECT min(person_id) FROM credit_ledgerhead WHERE confirmed >= 200)"
        " RETURNING (SELECT public_id FROM people_person WHERE id = person_id)"
    ).fetchall()
    assert fault().startswith(f"person {first}: the end of their chain says")
    record.execute(f"UPDATE credit_ledgerhead SET {zero}")
    assert "hundredths pending, but their postings add up to" in fault()

    record.execute(ADD_UP)
    assert fault() == ""


def test_unsigned_reversal_of_what_does_not_stand_topmost_is_found(record) -> None:
    record.execute("UPDATE credit_transfer SET reverses_id = booking_id WHERE act = 'reverse'")
    forge(record)
    assert "not the last one standing" in fault()


def test_what_is_written_for_hashing_is_what_the_chain_writes(record, monkeypatch) -> None:
    """The fast text is tested against the slow one: every transfer and every piece of evidence, to the byte."""
    from lms.credit import queries
    from lms.credit.core import chain
    from lms.people.models import Person

    hashed = []

    class Hashlib:
        @staticmethod
        def sha256(data: bytes):
            hashed.append(data)
            return real(data)

    real = audited.hashlib.sha256
    monkeypatch.setattr(audited, "hashlib", Hashlib)
    assert audit.first_fault() is None
    for person in Person.objects.filter(transfers__isnull=False).distinct():
        for link in queries.links_of(person):
            assert (
                chain.PREFIX + link.previous.encode() + b"\n" + chain.canonical(link.facts)
                in hashed
            )


# What proves nothing: surrogate keys, words for people, and times that nothing signs.
UNPROVED = {
    ("credit_posting", "id"),
    ("credit_transferline", "id"),
    ("credit_revocation", "id"),
    ("credit_checkpoint", "kind"),
    ("credit_checkpoint", "id"),
    ("credit_trainingversion", "declared_at"),
    ("credit_trainingversion", "declared_by_id"),
}
TABLES = [
    "credit_transfer", "credit_transferline", "credit_posting", "credit_ledgerhead", "credit_reason",
    "credit_evidence", "credit_trainingversion", "credit_treeleaf", "credit_revocation", "credit_checkpoint",
]  # fmt: skip
CHANGED = {
    "bigint": "{0} + 1000",
    "integer": "{0} + 1",
    "smallint": "{0} + 1",
    "boolean": "NOT {0}",
    "date": "{0} + 1",
    "timestamp with time zone": "{0} + interval '1 microsecond'",
    "uuid": "gen_random_uuid()",
    "jsonb": "jsonb_build_object('changed', {0})",
    "text": "{0} || 'x'",
    "bytea": "set_byte({0}, 0, 255 - get_byte({0}, 0))",
    "numeric": "0.123456",
    "ARRAY": "{0} || gen_random_uuid()",
    "USER-DEFINED": "'{{}}'",
    "tstzmultirange": "'{{}}'",
    "character varying": "overlay({0} placing chr(ascii({0}) %% 26 + 97) from 1)",
}


def test_any_changed_field_of_any_table_is_found(record) -> None:
    rng = random.Random(20261122)
    fields = record.execute(
        "SELECT table_name, column_name, data_type FROM information_schema.columns"
        " WHERE table_name = ANY(%s) ORDER BY 1, 2",
        [TABLES],
    ).fetchall()
    unnoticed = []
    for table, column, kind in fields:
        if (table, column) in UNPROVED:
            continue
        rows = record.execute(
            f'SELECT ctid::text FROM {table} WHERE "{column}" IS NOT NULL'
        ).fetchall()
        if not rows:
            continue
        (row,) = rng.choice(rows)
        with undone():
            change = CHANGED[kind].format(f'"{column}"')
            try:
                record.execute(f'UPDATE {table} SET "{column}" = {change} WHERE ctid = %s', [row])
            except IntegrityError:
                continue  # refused whoever asks
            if not fault():
                unnoticed.append((table, column, kind))
    assert unnoticed == []


def test_policy_changed_after_it_was_published_is_found(record) -> None:
    for change in (
        "text = replace(text, '360', '36')",
        "in_force_from = in_force_from + 1",
        "examples = '[]'",
        "number = 2",
    ):
        with undone():
            record.execute(f"UPDATE credit_policyversion SET {change}")
            assert "does not say what was published" in fault()


NOTHING = """
INSERT INTO credit_nothingbooked (person_id, version_id, training_id, facts, evidence, recorded_at)
SELECT t.person_id, v.id, v.training_id, v.facts || '{"already": []}', t.evidence, now()
FROM credit_transfer t JOIN credit_trainingversion v ON v.id = t.version_id WHERE t.id = 1
"""


def test_changed_completion_without_hours_is_found(record) -> None:
    for change in (
        'facts = facts || \'{"title": "别的"}\'',
        "training_id = training_id + 1",
        "person_id = (SELECT max(person_id) FROM credit_transfer)",
        "evidence = evidence || gen_random_uuid()",
    ):
        with undone():
            record.execute(NOTHING)
            assert fault() == ""
            record.execute(f"UPDATE credit_nothingbooked SET {change}")
            assert "brought no hours" in fault()


def test_taken_out_checkpoint_that_a_witness_signed_is_found(record) -> None:
    with undone():
        record.execute(
            "INSERT INTO credit_witness (id, vkey, active, organisation_id) VALUES (1, 'school+0+x', true, 1)"
        )
        record.execute(
            "INSERT INTO credit_witnesssignature (line, signed_at, received_at, checkpoint_id, witness_id)"
            " SELECT '', made_at, made_at, id + 1000, 1 FROM credit_checkpoint LIMIT 1"
        )
        assert fault() == "a checkpoint that school signed is missing"


CLAIMED = (
    "UPDATE credit_claim SET title = '别的'",
    "UPDATE credit_claim SET sessions = jsonb_set(sessions, '{0,hundredths}', '800')",
    "UPDATE credit_claim SET sessions = sessions - 0",
    "UPDATE credit_claim SET brought_by_id = (SELECT by_id FROM credit_claimdecision)",
    "UPDATE credit_claimdecision SET by_id = (SELECT brought_by_id FROM credit_claim)",
    "UPDATE credit_claimproof SET digest = repeat('0', 64)",
    "DELETE FROM credit_claimproof",
    "UPDATE credit_claimpart SET person_id = (SELECT by_id FROM credit_claimdecision)",
)


def test_claim_changed_after_it_was_accepted_is_found(own_database, postgres) -> None:
    school = make_school()
    accept(by=school.verifier, parts=claimed(school.teacher).parts.all(), at=credit.AT)
    with superuser() as somebody:
        assert fault() == ""
        for change in CLAIMED:
            with undone():
                somebody.execute(change)
                assert "does not say what was checked and booked" in fault(), change
