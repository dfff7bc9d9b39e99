"""What proves the ledger to others: the tree over all transfers, the signed checkpoints of it, and their witnesses.

Everything but the list of witnesses may only grow. `lms.credit.domain.tree` and `.checkpoints` are the writers.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.credit.core.note import Key, parse_key
from lms.credit.enums import CheckpointKind
from lms.credit.models.base import AppendOnly


class TreeLeaf(AppendOnly):
    """A transfer's place in the tree, from 0, without gaps; `hash` is the leaf hash over the transfer's own."""

    position = models.BigIntegerField(_("position"), primary_key=True)
    transfer = models.OneToOneField(
        "credit.Transfer",
        verbose_name=_("transfer"),
        on_delete=models.PROTECT,
        related_name="leaf",
    )
    hash = models.BinaryField(_("hash"), max_length=32)

    class Meta(AppendOnly.Meta):
        verbose_name = _("leaf of the tree")
        verbose_name_plural = _("leaves of the tree")

    def __str__(self) -> str:
        return str(self.position)


class TreeTile(AppendOnly):
    """256 neighbouring hashes of one of the levels 0, 8, 16, ..., written once all of them are known; `root` is theirs.

    Level 0 here is that of the leaves, 1 the one eight above it, and so on: `root` is a hash of the next level.
    """

    level = models.PositiveSmallIntegerField(_("level"))
    index = models.BigIntegerField(_("index"))
    hashes = models.BinaryField(_("hashes"), max_length=8192)
    root = models.BinaryField(_("root"), max_length=32)

    class Meta(AppendOnly.Meta):
        verbose_name = _("tile of the tree")
        verbose_name_plural = _("tiles of the tree")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["level", "index"], name="tile_once")
        ]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class Revocation(AppendOnly):
    """From a tree of `size` leaves on, a transfer that brought hours to those that count is undone, or holds again."""

    transfer = models.ForeignKey(
        "credit.Transfer",
        verbose_name=_("transfer"),
        on_delete=models.PROTECT,
        related_name="revocations",
    )
    size = models.BigIntegerField(_("size of the tree"))
    revoked = models.BooleanField(_("undone"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("revocation")
        verbose_name_plural = _("revocations")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["transfer", "size"], name="revocation_once")
        ]

    def __str__(self) -> str:
        return f"{self.transfer_id} {self.size} {self.revoked}"


class Checkpoint(AppendOnly):
    """The tree as it was once, signed. `note` is the signed note itself, without its witnesses."""

    size = models.BigIntegerField(_("transfers"))
    root = models.BinaryField(_("root"), max_length=32)
    made_at = models.DateTimeField(_("made at"))
    kind = models.CharField(_("kind"), max_length=16, choices=CheckpointKind.choices)
    note = models.TextField(_("note"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        ordering: ClassVar[list[str]] = ["-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["size"], name="checkpoint_by_size")
        ]

    def __str__(self) -> str:
        return f"{self.size} {self.made_at.isoformat()}"

    @property
    def root_hex(self) -> str:
        """The root, to be read."""
        return bytes(self.root).hex()


class Witness(models.Model):
    """A school or bureau that countersigns checkpoints with a key of its own."""

    organisation = models.ForeignKey(
        "people.Organisation",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="witnesses",
    )
    vkey = models.CharField(
        _("public key"),
        max_length=300,
        unique=True,
        help_text=_("As “python -m lms.credit.witness” prints it: name+id+key."),
    )
    active = models.BooleanField(
        _("in use"), default=True, help_text=_("Untick it when the key is no longer theirs alone.")
    )

    class Meta:
        verbose_name = _("witness")
        verbose_name_plural = _("witnesses")

    def __str__(self) -> str:
        return self.key.name

    @property
    def key(self) -> Key:
        """The key, ready to verify with."""
        return parse_key(self.vkey)


class WitnessSignature(AppendOnly):
    """A witness's line under a checkpoint (cosignature/v1)."""

    checkpoint = models.ForeignKey(
        Checkpoint,
        verbose_name=_("checkpoint"),
        on_delete=models.PROTECT,
        related_name="cosignatures",
    )
    witness = models.ForeignKey(
        Witness,
        verbose_name=_("witness"),
        on_delete=models.PROTECT,
        related_name="cosignatures",
    )
    line = models.CharField(_("signature"), max_length=500)
    signed_at = models.DateTimeField(_("signed at"))
    received_at = models.DateTimeField(_("received at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("witness's signature")
        verbose_name_plural = _("witnesses' signatures")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["checkpoint", "witness"], name="cosigned_once")
        ]

    def __str__(self) -> str:
        return self.line
