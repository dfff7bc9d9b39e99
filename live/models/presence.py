"""Who was there when: one row a connection, written every few seconds by `live.domain.presence` alone."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from live.models.lesson import Lesson
from lms.api.models import SpansField


class Presence(models.Model):
    """What one connection's joins, beats and leaves come to; `live.core.traces` reads it."""

    lesson = models.ForeignKey(
        Lesson, verbose_name=_("live lesson"), on_delete=models.PROTECT, related_name="presences"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    connection = models.UUIDField(_("connection"))
    #: Each join and leave in microseconds of Unix time, in the order they came, a leave negative.
    doors = ArrayField(models.BigIntegerField(), verbose_name=_("joins and leaves"))
    #: From each sign of life to a grace after it, united.
    alive = SpansField(_("signs of life"))

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["lesson", "person", "connection"], name="presence_once_per_connection"
            )
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.person_id}"
