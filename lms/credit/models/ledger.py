"""The double-entry ledger of hours. `lms.credit.domain.ledger` is its one writer."""

import datetime
import uuid
from collections.abc import Iterable
from typing import Any, ClassVar, NamedTuple

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.credit.core import chain
from lms.credit.core.hours import Hours
from lms.credit.enums import AccountKind, Act
from lms.credit.fields import SpansField
from lms.credit.models.base import AppendOnly, erasable


class Leg(NamedTuple):
    """A posting as a transfer says it: the account's kind, and whose it is, by public id."""

    account: str
    provider: uuid.UUID | None
    person: uuid.UUID | None
    hundredths: int


class LedgerHead(models.Model):
    """The end of a person's chain. Whoever writes to a person's part of the ledger locks this row first.

    With it goes where the person's hours lie, in hundredths: the sums of all postings up to that end. No writer says
    these: the database adds them up by itself as the end moves on (function credit_head_follows), whoever moves it.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="+",
    )
    sequence = models.PositiveIntegerField(_("last number"), default=0)
    hash = models.CharField(_("last hash"), max_length=64, default=chain.START)
    recorded_at = models.DateTimeField(_("last recorded at"), null=True)
    pending = models.PositiveIntegerField(AccountKind.PENDING.label, default=0)
    confirmed = models.PositiveIntegerField(AccountKind.CONFIRMED.label, default=0)
    registered = models.PositiveIntegerField(AccountKind.REGISTERED.label, default=0)
    rejected = models.PositiveIntegerField(AccountKind.REJECTED.label, default=0)
    disputed = models.PositiveIntegerField(AccountKind.DISPUTED.label, default=0)

    class Meta:
        verbose_name = _("end of a chain")
        verbose_name_plural = _("ends of chains")

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash[:12]}"


class Account(AppendOnly):
    """Where hours lie: issued by a provider (by its public id; null: by no provider), or with a person in one state."""

    kind = models.CharField(_("kind"), max_length=16, choices=AccountKind.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    provider = models.UUIDField(_("provider"), null=True)

    class Meta(AppendOnly.Meta):
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["person", "kind", "provider"], nulls_distinct=False, name="account_once"
            ),
            models.CheckConstraint(
                condition=Q(kind=AccountKind.ISSUED, person__isnull=True)
                | (~Q(kind=AccountKind.ISSUED) & Q(person__isnull=False, provider__isnull=True)),
                name="account_has_its_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.person_id or self.provider}"


class Said:
    """What a transfer says: one that is a row, or a booking that is about to be (`lms.credit.domain.ledger`)."""

    def content(
        self: Any, lines: Iterable[tuple[datetime.date, int]], legs: Iterable["Leg"]
    ) -> dict[str, Any]:
        """Everything it says, as its hash is made of; by public ids, so that it means the same anywhere.

        `lines`: days with their hundredths of an hour.
        """
        return {
            "id": str(self.public_id),
            "person": str(self.person.public_id),
            "sequence": self.sequence,
            "key": self.key,
            "act": self.act,
            "state": self.state,
            "hundredths": self.hundredths,
            "booking": str(self.booking.public_id) if self.booking else None,
            "moves": str(self.moves.public_id) if self.moves else None,
            "paid_digest": self.paid_digest or None,
            "reverses": str(self.reverses.public_id) if self.reverses else None,
            "happened_on": self.happened_on.isoformat(),
            "recorded_at": chain.moment(self.recorded_at),
            "by": str(self.by.public_id) if self.by else None,
            "because_digest": self.because_digest or None,
            "training": {
                "key": self.version.training.key,
                "version": self.version.number,
                "digest": self.version.digest,
            },
            "facts": self.facts,
            "evidence": [str(one) for one in self.evidence],
            "evidence_digest": self.evidence_digest,
            "lines": [[on.isoformat(), hundredths] for on, hundredths in lines],
            "postings": [
                {
                    "account": leg.account,
                    "provider": str(leg.provider) if leg.provider else None,
                    "person": str(leg.person) if leg.person else None,
                    "hundredths": leg.hundredths,
                }
                for leg in legs
            ],
        }


class Transfer(Said, AppendOnly):
    """Hours that move, once, with everything that was known that day. Its postings are the two legs.

    A booking starts a chain of transfers of the same hours; each further one `moves` its predecessor, which has one
    successor at the most, and names the `booking`. The last one's `state` says where the hours lie now. A reversal
    also names what it `reverses`. At commit its postings sum to zero and move its amount, its lines add up to it: the
    function credit_check_balance sees to that, called for each row of the three tables.

    A booking says what it was paid for: `paid_spans`, stretches of each subject's timeline ({subject: [[from, to]]} in
    microseconds), and `paid_wall`, when the person sat before it. No two bookings that stand share any of it. The hash
    covers them by `paid_digest`: a statement proves them without showing when somebody learnt.
    """

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="transfers",
    )
    key = models.CharField(_("key"), max_length=200)
    act = models.CharField(_("act"), max_length=16, choices=Act.choices)
    state = models.CharField(_("state"), max_length=16, choices=AccountKind.choices)
    hundredths = models.PositiveIntegerField(_("hundredths of an hour"))
    booking = models.ForeignKey(
        "self",
        verbose_name=_("booking"),
        on_delete=models.PROTECT,
        null=True,
        related_name="chain",
    )
    moves = models.OneToOneField(
        "self",
        verbose_name=_("moves on"),
        on_delete=models.PROTECT,
        null=True,
        related_name="moved_by",
    )
    reverses = models.OneToOneField(
        "self",
        verbose_name=_("reverses"),
        on_delete=models.PROTECT,
        null=True,
        related_name="reversed_by",
    )
    happened_on = models.DateField(_("happened on"))
    recorded_at = models.DateTimeField(_("recorded at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    because_digest = models.CharField(_("digest of the reason"), max_length=64, blank=True)
    version = models.ForeignKey(
        "credit.TrainingVersion",
        verbose_name=_("version of the training"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    facts = models.JSONField(_("facts of the day"))
    evidence = ArrayField(models.UUIDField(), verbose_name=_("evidence"))
    evidence_digest = models.CharField(_("digest of the evidence"), max_length=64)
    paid_spans = models.JSONField(_("content paid for"), null=True)
    paid_wall = SpansField(_("time paid for"), null=True)
    paid_digest = models.CharField(_("digest of what was paid for"), max_length=64, blank=True)
    sequence = models.PositiveIntegerField(_("number"))
    previous = models.CharField(_("hash before"), max_length=64)
    hash = models.CharField(_("hash"), max_length=64)
    chain_version = models.PositiveSmallIntegerField(
        _("version of the hash"), default=chain.VERSION
    )

    class Meta(AppendOnly.Meta):
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "key"], name="transfer_once"),
            models.UniqueConstraint(fields=["person", "sequence"], name="transfer_sequence_unique"),
            models.CheckConstraint(condition=Q(hundredths__gt=0), name="transfer_moves_something"),
            models.CheckConstraint(
                condition=Q(act=Act.BOOK, booking__isnull=True, moves__isnull=True)
                | (~Q(act=Act.BOOK) & Q(booking__isnull=False, moves__isnull=False)),
                name="transfer_starts_or_moves",
            ),
            models.CheckConstraint(
                condition=Q(act=Act.REVERSE, reverses__isnull=False)
                | (~Q(act=Act.REVERSE) & Q(reverses__isnull=True)),
                name="transfer_reversal_names_it",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # What waits, of a whole city: read from this index and the one on `moves` alone.
            models.Index(
                fields=["state", "id"],
                include=["person", "hundredths", "recorded_at"],
                condition=Q(
                    state__in=[AccountKind.PENDING, AccountKind.CONFIRMED, AccountKind.DISPUTED]
                ),
                name="transfer_that_may_wait",
            )
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.hours} ({self.person_id} #{self.sequence})"

    @property
    def hours(self) -> Hours:
        """How much it moves."""
        return Hours(self.hundredths)

    @property
    def because(self) -> str:
        """The reason given; empty without one, or once it was erased."""
        kept = getattr(self, "kept_reason", None) if self.because_digest else None
        return kept.text if kept else ""


class Reason(models.Model):
    """Why somebody moved hours, in their words: proved by the transfer's digest of it, erasable one day."""

    append_only = True

    transfer = models.OneToOneField(
        Transfer,
        verbose_name=_("transfer"),
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="kept_reason",
    )
    salt = models.BinaryField(_("salt"), max_length=16)
    text = models.CharField(_("reason"), max_length=500)

    class Meta:
        verbose_name = _("reason")
        verbose_name_plural = _("reasons")
        triggers: ClassVar[list[Any]] = erasable("transfer_id")

    def __str__(self) -> str:
        return self.text


class TransferLine(AppendOnly):
    """Hours of a transfer that arose on one day (Asia/Shanghai): what a day's cap and a period are asked about."""

    transfer = models.ForeignKey(
        Transfer, verbose_name=_("transfer"), on_delete=models.PROTECT, related_name="lines"
    )
    on = models.DateField(_("day"))
    hundredths = models.PositiveIntegerField(_("hundredths of an hour"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("dated line")
        verbose_name_plural = _("dated lines")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["transfer", "on"], name="line_a_day"),
            models.CheckConstraint(condition=Q(hundredths__gt=0), name="line_holds_something"),
        ]

    def __str__(self) -> str:
        return f"{self.on}: {self.hours}"

    @property
    def hours(self) -> Hours:
        """The day's part."""
        return Hours(self.hundredths)


class Posting(AppendOnly):
    """One leg of a transfer: hours that leave an account (negative) or reach it."""

    transfer = models.ForeignKey(
        Transfer, verbose_name=_("transfer"), on_delete=models.PROTECT, related_name="postings"
    )
    account = models.ForeignKey(
        Account, verbose_name=_("account"), on_delete=models.PROTECT, related_name="postings"
    )
    hundredths = models.IntegerField(_("hundredths of an hour"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["transfer", "account"], name="posting_an_account"),
            models.CheckConstraint(condition=~Q(hundredths=0), name="posting_moves_something"),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.hundredths}"

    @property
    def leg(self) -> Leg:
        """What its transfer says of it."""
        account = self.account
        person = account.person.public_id if account.person else None
        return Leg(account.kind, account.provider, person, self.hundredths)
