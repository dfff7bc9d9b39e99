"""Checkpoints say what the record is, continue each other, and carry their witnesses."""

import datetime
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lms.credit.core import checkpoint as files
from lms.credit.core import merkle, note
from lms.credit.core.note import Key, Note
from lms.credit.domain import checkpoints
from lms.credit.domain.checkpoints import make_checkpoint
from lms.credit.domain.confirm import confirm
from lms.credit.domain.reverse import reverse
from lms.credit.domain.tree import TreeError
from lms.credit.enums import CheckpointKind
from lms.credit.errors import BadCosignature, LostCheckpoint
from lms.credit.models.policy import Policy, PolicyAssignment
from lms.credit.models.proof import Checkpoint, Witness, WitnessSignature
from lms.people.enums import DutyKind
from lms.testing import credit
from lms.testing.factories import DutyFactory, PersonFactory, RoleSpellFactory

pytestmark = pytest.mark.django_db
AT = datetime.datetime(2026, 6, 1, 16, 0, 1, tzinfo=datetime.UTC)
A_DAY = datetime.timedelta(days=1)
PRIVATE = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"school").digest())


@pytest.fixture(autouse=True)
def keys(settings, tmp_path) -> None:
    settings.SIGNING_KEY_FILE = str(tmp_path / "signing.pem")
    settings.SITE_URL = "https://study.example.cn"


def made(at: datetime.datetime = AT) -> Checkpoint:
    return make_checkpoint(kind=CheckpointKind.DAILY, at=at)


def confirmed():
    """Hours that a verifier confirmed, and the verifier."""
    spell = RoleSpellFactory()
    verifier = DutyFactory(kind=DutyKind.VERIFIER, organisation=spell.organisation).person
    entry = credit.booked(spell.person)
    (outcome,) = confirm(verifier=verifier, bookings=[entry.id], at=credit.AT)
    return outcome.transfer, verifier


def test_checkpoint_says_what_the_record_is_and_is_signed() -> None:
    credit.booked(PersonFactory())
    one = made()
    read = note.parse_note(one.note)
    head = files.parse_head(read.text)
    assert (head.origin, head.size, head.at) == ("study.example.cn/ledger", 1, AT)
    assert (head.root, head.revoked) == (bytes(one.root), 0)
    (key,) = checkpoints.own_keys(head.origin)
    assert note.is_signed(read, key)


def test_record_without_transfers_can_be_signed() -> None:
    assert made().size == 0
    assert bytes(checkpoints.newest().root) == merkle.EMPTY_ROOT


def test_origin_stays_what_it_was_first(settings) -> None:
    made()
    settings.SITE_URL = "https://other.example"
    head = files.parse_head(note.parse_note(made(AT + A_DAY).note).text)
    assert head.origin == "study.example.cn/ledger"


def test_files_prove_that_each_continues_the_ones_before() -> None:
    for number in range(4):
        credit.booked(PersonFactory())
        made(AT + number * A_DAY)
    made(AT + 4 * A_DAY)
    file = checkpoints.checkpoint_file(checkpoints.newest())
    assert [step.head.size for step in file.steps] == [1, 2, 3, 4]
    assert files.first_fault(file, file.keys) is None
    assert files.parse_file(files.write_file(file)) == file
    only = checkpoints.checkpoint_file(checkpoints.newest(), since=2)
    assert [step.head.size for step in only.steps] == [2]


def test_making_one_costs_the_same_queries(django_assert_max_num_queries) -> None:
    credit.booked(PersonFactory())
    made()
    for count in (1, 3):
        for _ in range(count):
            credit.booked(PersonFactory())
        with django_assert_max_num_queries(24):
            made()


def test_transfer_is_proved_to_be_in_the_newest(django_assert_max_num_queries) -> None:
    first = credit.booked(PersonFactory()).booking
    made()
    for _ in range(4):
        credit.booked(PersonFactory())
    newest = made(AT + A_DAY)
    with django_assert_max_num_queries(8):
        proof = checkpoints.inclusion_of(first)
    leaf = merkle.leaf_hash(bytes.fromhex(first.hash))
    assert merkle.verify_inclusion(
        proof.place.position, proof.place.size, leaf, proof.place.proof, bytes(newest.root)
    )
    assert checkpoints.inclusion_of(credit.booked(PersonFactory()).booking) is None


def test_hours_that_count_no_longer_are_named_and_named_no_more_when_they_count_again() -> None:
    transfer, verifier = confirmed()
    assert sizes_and_revoked(made()) == (2, [])
    undone = reverse(transfer, by=verifier, because="看错了人", at=credit.AT)
    assert sizes_and_revoked(made()) == (3, [transfer.hash])
    (again,) = confirm(verifier=verifier, bookings=[transfer.booking.public_id], at=credit.AT)
    assert again.transfer.moves_id == undone.pk
    assert sizes_and_revoked(made()) == (4, [])
    third = reverse(again.transfer, by=verifier, because="又错了", at=credit.AT)
    assert third.sequence == 5
    assert sizes_and_revoked(made()) == (5, sorted([transfer.hash, again.transfer.hash]))
    assert [one.hex() for one in checkpoints.revoked_at(3)] == [transfer.hash]


def sizes_and_revoked(one: Checkpoint) -> tuple[int, list[str]]:
    file = checkpoints.checkpoint_file(one)
    assert files.first_fault(file, file.keys) is None
    return one.size, sorted(hash_.hex() for hash_ in file.revoked)


def test_clock_set_back_does_not_turn_checkpoints_back() -> None:
    made(AT)
    assert made(AT - A_DAY).made_at == AT


def test_due_once_a_day() -> None:
    assert checkpoints.is_due(AT)
    made(AT)  # one second past midnight in Asia/Shanghai
    assert not checkpoints.is_due(AT + datetime.timedelta(hours=23, minutes=59))
    assert checkpoints.is_due(AT + datetime.timedelta(hours=24))
    late = AT + datetime.timedelta(hours=20)
    made(late)
    assert checkpoints.is_due(late + datetime.timedelta(hours=5))
    assert not checkpoints.is_due(late - A_DAY)


def test_due_when_transfers_have_waited(settings) -> None:
    settings.CHECKPOINT_EVERY_MINUTES = 60
    credit.booked(PersonFactory())
    made()
    credit.booked(PersonFactory())
    assert checkpoints.make_if_due(at=AT + datetime.timedelta(minutes=59)) is None
    assert checkpoints.make_if_due(at=AT + datetime.timedelta(minutes=60)).size == 2
    assert checkpoints.make_if_due(at=AT + datetime.timedelta(minutes=180)) is None


def test_end_of_a_policys_year_is_said() -> None:
    policy = Policy.objects.get(slug="wenzhou-2012")
    PolicyAssignment.objects.create(
        policy=policy, organisation=RoleSpellFactory().organisation, from_on=AT.date()
    )
    midnight = datetime.datetime(2026, 12, 31, 16, 0, 20, tzinfo=datetime.UTC)
    assert checkpoints.make_if_due(at=midnight - A_DAY).kind == CheckpointKind.DAILY
    assert checkpoints.make_if_due(at=midnight).kind == CheckpointKind.PERIOD
    assert checkpoints.make_if_due(at=midnight + A_DAY).kind == CheckpointKind.DAILY


def test_tree_that_does_not_continue_the_last_checkpoint_is_not_signed() -> None:
    credit.booked(PersonFactory())
    one = made()
    Checkpoint.objects.create(
        size=one.size, root=bytes(32), made_at=AT, kind=CheckpointKind.DEMAND, note=one.note
    )
    with pytest.raises(TreeError, match="are not the ones that the checkpoint of"):
        made()
    Checkpoint.objects.create(
        size=2, root=bytes(32), made_at=AT, kind=CheckpointKind.DEMAND, note=one.note
    )
    with pytest.raises(TreeError, match="restored from an older backup"):
        made()


def witness(name: str = "school.example/witness", **facts) -> Witness:
    key = Key(name, note.COSIGNATURE, PRIVATE.public_key().public_bytes_raw())
    return Witness.objects.create(
        organisation=RoleSpellFactory().organisation, vkey=key.vkey, **facts
    )


def countersigned(one: Checkpoint, at: datetime.datetime = AT) -> str:
    read = note.parse_note(one.note)
    line = note.cosign(read.text, "school.example/witness", PRIVATE, at_s=int(at.timestamp()))
    return str(read.with_signatures([line]))


def test_witness_signature_is_kept_once_and_handed_out() -> None:
    school = witness()
    one = made()
    for _ in range(2):
        (kept,) = checkpoints.add_cosignatures(countersigned(one), at=AT)
    assert WitnessSignature.objects.count() == 1
    assert (kept.witness, kept.signed_at) == (school, AT.replace(microsecond=0))
    file = checkpoints.checkpoint_file(one)
    assert school.key in file.keys
    assert note.is_signed(file.note, school.key)


def test_what_no_witness_of_ours_signed_is_refused() -> None:
    one = made()
    text = countersigned(one)
    for nonsense in ("", "text", one.note, text):
        with pytest.raises(BadCosignature):
            checkpoints.add_cosignatures(nonsense, at=AT)
    school = witness(active=False)
    with pytest.raises(BadCosignature):
        checkpoints.add_cosignatures(text, at=AT)
    school.active = True
    school.save()
    with pytest.raises(BadCosignature):
        checkpoints.add_cosignatures(text, at=AT - A_DAY)
    assert checkpoints.add_cosignatures(text, at=AT)


def test_witnessed_checkpoint_that_is_gone_is_noticed(caplog) -> None:
    witness()
    one = made()
    ours = files.parse_head(note.parse_note(one.note).text)
    from dataclasses import replace

    lost = replace(ours, size=7, root=bytes(32))
    signed = checkpoints._signed(lost.text, lost.origin)
    line = note.cosign(lost.text, "school.example/witness", PRIVATE, at_s=int(AT.timestamp()))
    with pytest.raises(LostCheckpoint):
        checkpoints.add_cosignatures(str(signed.with_signatures([line])), at=AT)
    assert "restored from an older backup" in caplog.text
    with pytest.raises(BadCosignature):
        checkpoints.add_cosignatures(str(Note(lost.text, (line,))), at=AT)
