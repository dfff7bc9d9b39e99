"""What was sent about lessons, so that nothing is sent twice."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from live.enums import NoticeKind
from live.models.lesson import Lesson
from lms.api.models import AppendOnly


class Notice(AppendOnly):
    """Those concerned were told: that a lesson begins, moved, is cancelled, or is about to end by itself."""

    lesson = models.ForeignKey(
        Lesson, verbose_name=_("live lesson"), on_delete=models.PROTECT, related_name="notices"
    )
    kind = models.CharField(_("kind"), max_length=16, choices=NoticeKind.choices)
    #: The beginning it speaks of, when it was moved, or the last picture before a silence: what is told of once.
    about = models.DateTimeField(_("about"))
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("notice about a lesson")
        verbose_name_plural = _("notices about lessons")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["lesson", "kind", "about"], name="notice_once")
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.kind}"
