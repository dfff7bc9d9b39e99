"""What was issued on paper."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Issued(models.Model):
    """A public code and the signed facts that the paper states.

    It names a person and so may have to be erased one day; what proves it unchanged is its signature.
    """

    code = models.CharField(_("code"), max_length=19, unique=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="%(class)ss",
    )
    payload = models.JSONField(_("what it states"))
    key = models.CharField(_("signed with"), max_length=16)
    signature = models.BinaryField(_("signature"), max_length=64)
    issued_at = models.DateTimeField(_("issued at"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.code


class Certificate(Issued):
    """A certificate of the confirmed hours of one booking."""

    transfer = models.OneToOneField(
        "credit.Transfer",
        verbose_name=_("confirmed by"),
        on_delete=models.PROTECT,
        related_name="certificate",
    )

    class Meta(Issued.Meta):
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")


class Statement(Issued):
    """A statement of all hours of a period, whatever became of them, as known at a moment."""

    class Meta(Issued.Meta):
        verbose_name = _("statement")
        verbose_name_plural = _("statements")


class HandedOut(models.Model):
    """A PDF that was handed out: a new layout, or a proof that was not there before, makes another."""

    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.digest[:12]


class CertificateFile(HandedOut):
    """The PDF of a certificate."""

    paper = models.ForeignKey(
        Certificate,
        verbose_name=_("certificate"),
        on_delete=models.CASCADE,
        related_name="files",
    )

    class Meta(HandedOut.Meta):
        verbose_name = _("file of a certificate")
        verbose_name_plural = _("files of certificates")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["digest"], name="certificate_file_once")
        ]


class StatementFile(HandedOut):
    """The PDF of a statement."""

    paper = models.ForeignKey(
        Statement,
        verbose_name=_("statement"),
        on_delete=models.CASCADE,
        related_name="files",
    )

    class Meta(HandedOut.Meta):
        verbose_name = _("file of a statement")
        verbose_name_plural = _("files of statements")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["digest"], name="statement_file_once")
        ]
