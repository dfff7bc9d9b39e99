"""Checkpoints: the tree over all transfers, signed, countersigned by witnesses, and handed over as files."""

import datetime
import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from lms.credit import signing
from lms.credit.core import chain, merkle, note
from lms.credit.core.checkpoint import CheckpointFile, Step, TreeHead, digest_of_revoked, parse_head
from lms.credit.core.lines import day_of
from lms.credit.core.note import BadNote, Key, Note, Signature
from lms.credit.domain import policies, tree
from lms.credit.domain.tree import Place, TreeError
from lms.credit.enums import CheckpointKind
from lms.credit.errors import BadCosignature, LostCheckpoint
from lms.credit.models.proof import Checkpoint, Witness, WitnessSignature

if TYPE_CHECKING:
    from lms.credit.models.ledger import Transfer

logger = logging.getLogger(__name__)

AHEAD = datetime.timedelta(minutes=10)
"""How far a witness's clock may run ahead of ours."""


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That a transfer is in the tree of a checkpoint: `note` is the checkpoint with all its signatures."""

    place: Place
    note: Note


def make_checkpoint(*, kind: CheckpointKind, at: datetime.datetime) -> Checkpoint:
    """Give every settled transfer its place, and sign the tree. Its time never runs backwards, whatever the clock does.

    Raises TreeError, and signs nothing, where the tree does not continue the one that was signed last.
    """
    tree.grow()
    with tree.locked():
        return _sign(kind, at)


def make_if_due(*, at: datetime.datetime) -> Checkpoint | None:
    """The checkpoint of the day, or the next one; None where it is not time yet, or another process was faster.

    Of the kind PERIOD where a year or cycle of a policy in force ended with the day before. Raises TreeError as above.
    """
    if not is_due(at):
        return None
    tree.grow()
    with tree.locked():
        if not is_due(at):
            return None
        closed = policies.a_period_ends(day_of(at) - datetime.timedelta(days=1))
        return _sign(CheckpointKind.PERIOD if closed else CheckpointKind.DAILY, at)


def is_due(at: datetime.datetime) -> bool:
    """Whether the newest checkpoint is of an earlier day (Asia/Shanghai), or there are transfers that wait for one.

    Those wait for CHECKPOINT_EVERY_MINUTES at the most.
    """
    last = newest()
    if last is None or day_of(last.made_at) < day_of(at):
        return True
    waited = datetime.timedelta(minutes=settings.CHECKPOINT_EVERY_MINUTES)
    return at - last.made_at >= waited and tree.has_more_than(last.size)


def check_continues(before: Checkpoint, size: int) -> None:
    """Raises TreeError where the tree of `size` leaves is not a continuation of an earlier checkpoint's."""
    if size < before.size:
        raise TreeError(
            f"the record holds {size} transfers, but a checkpoint of {before.size} was signed:"
            " it was restored from an older backup, or transfers were removed"
        )
    if tree.root_at(before.size) != bytes(before.root):
        raise TreeError(
            f"the first {before.size} transfers are not the ones that the checkpoint of"
            f" {before.made_at.isoformat()} was signed over"
        )


def newest(*, holding: "Transfer | None" = None) -> Checkpoint | None:
    """The newest checkpoint; of those whose tree holds a transfer, if one is named."""
    found = Checkpoint.objects.order_by("-pk")
    if holding is not None:
        leaf = getattr(holding, "leaf", None)
        if leaf is None:
            return None
        found = found.filter(size__gt=leaf.position)
    return found.first()


def inclusion_of(transfer: "Transfer") -> Inclusion | None:
    """The proof that a transfer is in the newest checkpoint; None where none was made since it was booked."""
    checkpoint = newest(holding=transfer)
    if checkpoint is None:
        return None
    place = tree.place_of(transfer.pk, checkpoint.size)
    return Inclusion(place, note_of(checkpoint)) if place else None


def note_of(checkpoint: Checkpoint) -> Note:
    """The checkpoint with its own signature and those of its witnesses, the earliest first."""
    lines = checkpoint.cosignatures.order_by("pk").values_list("line", flat=True)
    return note.parse_note(checkpoint.note).with_signatures(map(note.parse_signature, lines))


def checkpoint_file(checkpoint: Checkpoint, *, since: int | None = None) -> CheckpointFile:
    """A checkpoint ready to be handed over, with the proof that it continues every earlier one (`since`: that one)."""
    signed = note_of(checkpoint)
    head = parse_head(signed.text)
    steps = [
        Step(parse_head(one.text), one, proof)
        for one, proof in _steps(checkpoint, since)
    ]  # fmt: skip
    return CheckpointFile(
        head=head,
        note=signed,
        revoked=frozenset(revoked_at(head.size)),
        steps=tuple(steps),
        keys=(*own_keys(head.origin), *witness_keys()),
    )


def add_cosignatures(text: str, *, at: datetime.datetime) -> list[WitnessSignature]:
    """Keep the witnesses' signatures of a checkpoint that somebody hands back to us, signed note as it is. Idempotent.

    Raises BadCosignature: no note, none of a witness entered here; and LostCheckpoint where we signed it and have it no
    more, which no honest record comes to.
    """
    try:
        handed = note.parse_note(text)
        head = parse_head(handed.text)
    except BadNote as problem:
        raise BadCosignature(_("This is no checkpoint with signatures.")) from problem
    by_witness = [
        (witness, one)
        for witness in Witness.objects.filter(active=True)
        for one in handed.signatures
        if note.verifies(handed.text, one, witness.key)
        and note.cosigned_at_s(one) <= (at + AHEAD).timestamp()
    ]
    if not by_witness:
        raise BadCosignature(
            _("No witness entered here has signed this, or its clock is ahead of ours.")
        )
    checkpoint = _checkpoint_of(handed, head)
    return [
        WitnessSignature.objects.get_or_create(
            checkpoint=checkpoint,
            witness=witness,
            defaults={
                "line": str(one),
                "signed_at": datetime.datetime.fromtimestamp(note.cosigned_at_s(one), datetime.UTC),
                "received_at": at,
            },
        )[0]
        for witness, one in by_witness
    ]


def revoked_at(size: int) -> list[bytes]:
    """Hashes of the transfers that brought hours to those that count and hold no longer, in a tree of `size` leaves."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT decode(transfer.hash, 'hex') FROM ("
            " SELECT DISTINCT ON (transfer_id) transfer_id, revoked FROM credit_revocation"
            " WHERE size <= %s ORDER BY transfer_id, size DESC"
            ") AS known JOIN credit_transfer transfer ON transfer.id = known.transfer_id WHERE known.revoked",
            [size],
        )
        return [bytes(one) for (one,) in cursor.fetchall()]


def origin() -> str:
    """The name under which this record signs: for ever the one of its first checkpoint."""
    first = Checkpoint.objects.order_by("pk").values_list("note", flat=True).first()
    if first is not None:
        return parse_head(note.parse_note(first).text).origin
    return settings.CHECKPOINT_ORIGIN or re.sub(r"^https?://", "", settings.SITE_URL) + "/ledger"


def own_keys(name: str) -> list[Key]:
    """The keys that ever signed here, as notes name them."""
    return [Key(name, note.ED25519, key.public_bytes_raw()) for key in signing.public_keys()]


def witness_keys() -> list[Key]:
    """The keys of the witnesses in use."""
    return [one.key for one in Witness.objects.filter(active=True).order_by("pk")]


def _sign(kind: CheckpointKind, at: datetime.datetime) -> Checkpoint:
    """Sign the tree as it is; the caller keeps it from growing meanwhile."""
    size = tree.size_now()
    before = newest()
    if before:
        check_continues(before, size)
        at = max(at, before.made_at)
    hashes = revoked_at(size)
    head = TreeHead(
        origin=origin(),
        size=size,
        root=tree.root_at(size),
        at=at,
        revoked=len(hashes),
        revoked_digest=digest_of_revoked(hashes),
    )
    signed = _signed(head.text, head.origin)
    return Checkpoint.objects.create(
        size=size, root=head.root, made_at=at, kind=kind, note=str(signed)
    )


def _steps(checkpoint: Checkpoint, since: int | None) -> list[tuple[Note, tuple[bytes, ...]]]:
    earlier = Checkpoint.objects.filter(pk__lt=checkpoint.pk, size__lte=checkpoint.size)
    if since is not None:
        earlier = earlier.filter(size=since)
    # Of several over the same tree the newest; its cosignatures are in its own file.
    by_size = {one.size: one for one in earlier.order_by("pk")}
    sizes = sorted(by_size)
    wanted = {node for one in sizes for node in merkle.consistency_nodes(one, checkpoint.size)}
    nodes = tree.nodes_for(wanted)
    return [
        (
            note.parse_note(by_size[one].note),
            tuple(merkle.consistency_proof(one, checkpoint.size, nodes)),
        )
        for one in sizes
    ]


def _checkpoint_of(handed: Note, head: TreeHead) -> Checkpoint:
    for one in Checkpoint.objects.filter(size=head.size):
        if note.parse_note(one.note).text == handed.text:
            return one
    if any(note.is_signed(handed, key) for key in own_keys(head.origin)):
        logger.critical(
            "A witness holds a checkpoint of %s transfers, made %s, that this record signed and no longer has:"
            " it was restored from an older backup, or changed.",
            head.size,
            chain.moment(head.at),
        )
        raise LostCheckpoint(size=head.size)
    raise BadCosignature(_("This checkpoint was not made here."))


def _signed(text: str, name: str) -> Note:
    key_id, value = signing.sign(text.encode())
    public = signing.public_key(key_id)
    if public is None:
        raise FileNotFoundError(f"The public half of signing key {key_id} is missing.")
    key = Key(name, note.ED25519, public.public_bytes_raw())
    return Note(text, (Signature(name, key.id, value),))
