"""The ledger only grows, always sums to zero and notices what was changed behind its back."""

import datetime
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from hypothesis import given
from hypothesis import strategies as st

from lms.credit import queries
from lms.credit.core.hours import Hours
from lms.credit.domain import audit
from lms.credit.domain.confirm import confirm, reject
from lms.credit.domain.dispute import dismiss, dispute, uphold
from lms.credit.domain.erase import erase
from lms.credit.domain.evidence import take_part
from lms.credit.domain.register import register
from lms.credit.domain.reverse import reverse
from lms.credit.enums import AccountKind, Erasable
from lms.credit.errors import NotReversible
from lms.credit.models.ledger import Account, LedgerHead, Posting, Transfer, TransferLine
from lms.people.enums import DutyKind
from lms.people.models import Person
from lms.runtime.postgres import OWNER
from lms.testing import credit
from lms.testing.factories import DutyFactory, PersonFactory, RoleSpellFactory

AT = credit.AT
FOREVER = datetime.datetime.max.replace(tzinfo=datetime.UTC)
TABLES = (
    "credit_evidence",
    "credit_trainingversion",
    "credit_account",
    "credit_transfer",
    "credit_transferline",
    "credit_posting",
    "credit_erasure",
    "credit_nothingbooked",
)
PRIVATE = ("credit_evidencedetail", "credit_reason")
SET_SOMETHING = {
    "credit_evidence": "kind = 'x'",
    "credit_trainingversion": "number = 9",
    "credit_account": "kind = 'pending'",
    "credit_transfer": "hundredths = 900",
    "credit_transferline": "hundredths = 900",
    "credit_posting": "hundredths = 900",
    "credit_erasure": "rule = 'x'",
    "credit_nothingbooked": "facts = '{}'",
    "credit_evidencedetail": "data = '{}'",
    "credit_reason": "text = 'x'",
}
ATTEMPTS = [
    statement.format(table=table, change=SET_SOMETHING[table])
    for table in (*TABLES, *PRIVATE)
    for statement in (
        "UPDATE {table} SET {change}",
        "DELETE FROM {table}",
        "TRUNCATE {table} CASCADE",
    )
]


def a_booked_teacher() -> Person:
    person = RoleSpellFactory().person
    credit.booked(person)
    return person


def fill_every_table() -> None:
    """A row in each: the triggers are asked row by row."""
    person = a_booked_teacher()
    for text in ("看错了", "又看错了"):
        entry = credit.booked(person)
        reversal = reverse(entry.booking, by=person, because=text, at=AT)
    erase(Erasable.REASON, [reversal.pk], rule="test", by=None, at=AT)
    for _ in range(2):  # the second finds nothing left
        version = credit.declared(needs=[credit.watch("media.asset:shared")])
        take_part(person=person, training_key=version.training.key, at=AT)
    wall = [(AT, AT + credit.TEN_MINUTES)]
    credit.evidence(person, subject="media.asset:shared", wall=wall)


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ATTEMPTS)
def test_application_role_may_only_add(statement: str) -> None:
    a_booked_teacher()
    with pytest.raises(Exception, match="permission denied") as refused, transaction.atomic():
        connection.cursor().execute(statement)
    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_triggers_stop_the_owner_too(own_database, postgres) -> None:
    fill_every_table()
    with postgres.connect(OWNER, own_database) as owner:
        for statement in ATTEMPTS:
            refusal = r"never changed or removed|goes only with a row of credit_erasure"
            with pytest.raises(psycopg.errors.RaiseException, match=refusal):
                owner.execute(statement)


@contextmanager
def commit() -> Iterator[None]:
    """What a commit would check is checked now, since the test is rolled back."""
    with transaction.atomic():
        yield
        check_deferred()


def check_deferred() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.django_db
def test_transfer_without_postings_cannot_commit() -> None:
    (entry,) = queries.entries_of(a_booked_teacher())
    bare = entry.booking
    bare.pk = None
    bare._state.adding = True
    bare.public_id, bare.key, bare.sequence = uuid.uuid4(), "x:1", 2
    with pytest.raises(IntegrityError, match="postings move 0"), commit():
        bare.save(force_insert=True)


@pytest.mark.django_db
@pytest.mark.parametrize("legs", [(1,), (-1,), (200,), (-5, 5)])
def test_postings_added_later_cannot_commit(legs: tuple[int, ...]) -> None:
    (entry,) = queries.entries_of(a_booked_teacher())
    mine = Account.objects.filter(
        person=entry.booking.person, kind__in=(AccountKind.REJECTED, AccountKind.CONFIRMED)
    )
    more = [
        Posting(transfer=entry.booking, account=account, hundredths=hundredths)
        for account, hundredths in zip(mine, legs, strict=False)
    ]
    with pytest.raises(IntegrityError), commit():
        Posting.objects.bulk_create(more)


@pytest.mark.django_db
def test_line_added_later_cannot_commit() -> None:
    (entry,) = queries.entries_of(a_booked_teacher())
    more = TransferLine(transfer=entry.booking, on=datetime.date(2026, 1, 1), hundredths=5)
    with pytest.raises(IntegrityError), commit():
        more.save(force_insert=True)


@pytest.mark.django_db
def test_what_was_looked_at_once_is_looked_at_again_and_no_setting_hinders_it() -> None:
    (entry,) = queries.entries_of(a_booked_teacher())
    check_deferred()
    account = Account.objects.get(person=entry.booking.person, kind=AccountKind.REJECTED)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL pgtrigger.ignore = '{credit_balanced,balanced}'")
    with pytest.raises(IntegrityError, match="sum to 7"), commit():
        Posting.objects.create(transfer=entry.booking, account=account, hundredths=7)


@pytest.mark.django_db
def test_nobody_says_a_balance_but_the_database() -> None:
    person = a_booked_teacher()
    held = queries.balance(person)
    head = LedgerHead.objects.filter(person=person)

    head.update(pending=0, registered=900)
    assert queries.balance(person) == held
    whole = head.get()
    head.delete()
    whole.registered = 900
    whole.save(force_insert=True)
    assert queries.balance(person) == held
    for sequence in (0, 2):
        with pytest.raises(IntegrityError, match="does not go from"), transaction.atomic():
            head.update(sequence=sequence)


WHAT = ["earn", "confirm", "reject", "register", "dispute", "uphold", "dismiss", "reverse"]
ACTS = st.lists(
    st.tuples(st.sampled_from(WHAT), st.integers(0, 1), st.integers(0, 3), st.integers(0, 2)), max_size=16
)  # fmt: skip


@pytest.mark.django_db
@given(acts=ACTS, hours=st.integers(1, 3000))
def test_any_order_of_acts_keeps_every_invariant(acts, hours) -> None:
    with transaction.atomic():
        spell = RoleSpellFactory()
        teachers = [spell.person, RoleSpellFactory(organisation=spell.organisation).person]
        verifier = DutyFactory(kind=DutyKind.VERIFIER, organisation=spell.organisation).person
        officer = DutyFactory(
            kind=DutyKind.BUREAU_ADMIN, organisation=spell.organisation.get_root()
        ).person
        for step, (act, who, which, by) in enumerate(acts):
            at = AT + datetime.timedelta(hours=step)
            entries = queries.entries_of(teachers[who])
            if act == "earn":
                credit.booked(teachers[who], hours=Hours(hours), at=at)
            elif entries:
                somebody = (verifier, officer, teachers[who])[by]
                do(act, entries[which % len(entries)], somebody, at)
        check_deferred()
        for teacher in teachers:
            hold_invariants(teacher)
        transaction.set_rollback(True)


def do(act: str, entry: queries.Entry, by: Person, at: datetime.datetime) -> None:
    """One of the acts, by whoever: what they may not do leaves everything as it was."""
    acts = {
        "confirm": lambda: confirm(verifier=by, bookings=[entry.id], at=at),
        "reject": lambda: reject(verifier=by, bookings=[entry.id], because="看错了", at=at),
        "register": lambda: register(officer=by, bookings=[entry.id], at=at),
        "dispute": lambda: dispute(by=by, bookings=[entry.id], because="不是本人", at=at),
        "uphold": lambda: uphold(by=by, bookings=[entry.id], because="属实", at=at),
        "dismiss": lambda: dismiss(by=by, bookings=[entry.id], because="查无此事", at=at),
        "reverse": lambda: undo(entry, by, at),
    }
    for one in acts[act]() or ():
        assert (one.transfer is None) != (one.problem is None)
        if one.problem:
            assert queries.entry(entry.id).history == entry.history


def undo(entry: queries.Entry, by: Person, at: datetime.datetime) -> None:
    """Only what stands topmost can be reversed."""
    standing = entry.standing
    for one in entry.history:
        if one not in standing[-1:]:
            with pytest.raises(NotReversible):
                reverse(one, by=by, because="退错了", at=at)
    for one in standing[-1:]:
        reverse(one, by=by, because="退错了", at=at)


def hold_invariants(person: Person) -> None:
    assert audit.first_fault() is None
    transfers = Transfer.objects.filter(person=person).order_by("sequence")
    assert [one.sequence for one in transfers] == list(range(1, len(transfers) + 1))
    for one in transfers:
        assert sum(posting.hundredths for posting in one.postings.all()) == 0
    moved = [one.moves_id for one in transfers if one.moves_id]
    assert len(moved) == len(set(moved))
    held = Account.objects.filter(person=person).annotate(sum=Sum("postings__hundredths"))
    assert all((one.sum or 0) >= 0 for one in held)
    by_state = {state: Hours(0) for state in AccountKind}
    for entry in queries.entries_of(person):
        by_state[entry.state] += entry.hours
    del by_state[AccountKind.ISSUED]
    assert queries.balance(person) == queries.Balance(**by_state)
    assert queries.balance(person, known_at=FOREVER) == queries.Balance(**by_state)


CHANGES = [
    "UPDATE credit_transfer SET hundredths = hundredths + 1 WHERE sequence = 2",
    "UPDATE credit_transfer SET because_digest = 'x' WHERE sequence = 2",
    "UPDATE credit_reason SET text = 'x'",
    "UPDATE credit_reason SET salt = '\\x00'",
    "DELETE FROM credit_reason",
    "UPDATE credit_evidencedetail SET data = '{\"devices\": []}'",
    "UPDATE credit_evidencedetail SET salt = '\\x00'",
    "DELETE FROM credit_evidencedetail",
    "UPDATE credit_evidence SET detail_digest = ''",
    "UPDATE credit_transfer SET happened_on = happened_on - 1 WHERE sequence = 1",
    "UPDATE credit_transfer SET recorded_at = recorded_at - interval '1 microsecond' WHERE sequence = 2",
    "UPDATE credit_transfer SET facts = jsonb_set(facts, '{level}', '\"national\"') WHERE sequence = 1",
    "UPDATE credit_transfer SET by_id = NULL WHERE sequence = 3",
    "UPDATE credit_transfer SET sequence = 10 - sequence",
    "UPDATE credit_transfer SET evidence = ARRAY[gen_random_uuid()] WHERE sequence = 2",
    'UPDATE credit_transferline SET "on" = "on" - 1',
    "UPDATE credit_posting SET hundredths = -hundredths",
    "UPDATE credit_posting SET account_id = (SELECT max(account_id) FROM credit_posting) WHERE hundredths < 0",
    "DELETE FROM credit_posting WHERE hundredths < 0",
    "DELETE FROM credit_transfer WHERE sequence = 2",
    "DELETE FROM credit_transfer WHERE sequence = 3",
    "DELETE FROM credit_transfer",
    "UPDATE credit_evidence SET amount = 0.5",
    'UPDATE credit_evidence SET facts = facts || \'{"device": "desk"}\'',
    "UPDATE credit_evidence SET wall = '{}'",
    "UPDATE credit_evidence SET digest = reverse(digest)",
    "DELETE FROM credit_evidence",
    "UPDATE credit_trainingversion SET needs = jsonb_set(needs, '{0,minimum}', '\"0.1\"')",
    "UPDATE credit_trainingversion SET facts = facts || '{\"hundredths\": 100}'",
    "UPDATE credit_ledgerhead SET sequence = sequence + 1",
]


def test_changes_behind_our_back_are_found(own_database, postgres) -> None:
    spell = RoleSpellFactory()
    verifier = DutyFactory(kind=DutyKind.VERIFIER, organisation=spell.organisation).person
    first = credit.booked(spell.person)
    second = credit.booked(spell.person)
    confirm(verifier=verifier, bookings=[first.id], at=AT)
    reject(verifier=verifier, bookings=[second.id], because="看错了", at=AT)
    assert audit.first_fault() is None

    with postgres.connect("postgres", own_database) as superuser:
        superuser.execute("SET session_replication_role = replica")
        keep(superuser)
        unnoticed = []
        for change in CHANGES:
            assert superuser.execute(change).rowcount, change
            if audit.first_fault() is None:
                unnoticed.append(change)
            restore(superuser)
    assert unnoticed == []
    assert audit.first_fault() is None


KEPT = (*TABLES, *PRIVATE, "credit_ledgerhead")


def keep(superuser) -> None:
    for table in KEPT:
        superuser.execute(f"CREATE TEMP TABLE kept_{table} AS TABLE {table}")


def restore(superuser) -> None:
    for table in KEPT:
        superuser.execute(f"DELETE FROM {table}")
        superuser.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")


@pytest.mark.django_db
def test_award_is_booked_once_whatever_the_code_does() -> None:
    (entry,) = queries.entries_of(a_booked_teacher())
    again = entry.booking
    again.pk = None
    again._state.adding = True
    again.public_id, again.sequence = uuid.uuid4(), 2
    with pytest.raises(IntegrityError, match="transfer_once"), transaction.atomic():
        again.save(force_insert=True)


@pytest.mark.django_db
def test_exact_hundredths_never_drift() -> None:
    person = PersonFactory()
    credit.evidence(person, amount=Decimal("0.3333333"))
    for hundredths in (1, 33, 67, 99):
        credit.booked(person, hours=Hours(hundredths))
    assert queries.balance(person).pending == Hours(200)
    assert LedgerHead.objects.get(person=person).sequence == 4
