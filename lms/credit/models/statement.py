"""What was issued on paper."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Certificate(models.Model):
    """A certificate of confirmed hours: a public code and the signed facts that it states.

    It names a person and so may have to be erased one day; what proves it unchanged is its signature.
    """

    code = models.CharField(_("code"), max_length=19, unique=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="certificates",
    )
    transfer = models.OneToOneField(
        "credit.Transfer",
        verbose_name=_("confirmed by"),
        on_delete=models.PROTECT,
        related_name="certificate",
    )
    payload = models.JSONField(_("what it states"))
    key = models.CharField(_("signed with"), max_length=16)
    signature = models.BinaryField(_("signature"), max_length=64)
    issued_at = models.DateTimeField(_("issued at"))

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")

    def __str__(self) -> str:
        return self.code


class CertificateFile(models.Model):
    """A file that was handed out for a certificate: a new version of the layout makes another."""

    certificate = models.ForeignKey(
        Certificate,
        verbose_name=_("certificate"),
        on_delete=models.CASCADE,
        related_name="files",
    )
    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        verbose_name = _("file of a certificate")
        verbose_name_plural = _("files of certificates")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["digest"], name="certificate_file_once")
        ]

    def __str__(self) -> str:
        return self.digest[:12]
