"""What was erased, by which rule: the record that lets the ledger stay provable without it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.credit.enums import Erasable
from lms.credit.models.base import AppendOnly


class Erasure(AppendOnly):
    """One erased row: the table it stood in (`what`) and its key there (`subject`), the rule, and who erased when."""

    what = models.CharField(_("what"), max_length=40, choices=Erasable.choices)
    subject = models.BigIntegerField(_("key of what was erased"))
    rule = models.CharField(_("rule"), max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("erased by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    at = models.DateTimeField(_("erased at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["what", "subject"], name="erased_once")
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.subject}"
