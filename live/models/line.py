"""What was said to rooms in the last hours, for pages that were away. Copies: the rows behind them are others."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from live.models.lesson import Lesson


class RoomLine(models.Model):
    """A message as it went out. Its key is its place in the one order of all; kept for a day."""

    lesson = models.ForeignKey(
        Lesson, verbose_name=_("live lesson"), on_delete=models.CASCADE, related_name="+"
    )
    #: "room", "hosts", or a person's key.
    to = models.CharField(_("to"), max_length=20)
    message = models.JSONField(_("message"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("line of a room")
        verbose_name_plural = _("lines of rooms")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["lesson", "id"], name="lines_of_a_room"),
            models.Index(fields=["at"], name="lines_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.pk}"
