"""Keys by which a program such as OBS sends a lesson."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from live.models.lesson import Lesson
from lms.api.models import AppendOnly


class IngestKey(AppendOnly):
    """A key, of which only the digest is kept. The newest of a lesson is the one that is good."""

    lesson = models.ForeignKey(
        Lesson, verbose_name=_("live lesson"), on_delete=models.PROTECT, related_name="keys"
    )
    digest = models.CharField(_("digest"), max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("expires at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("key of a lesson")
        verbose_name_plural = _("keys of lessons")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["lesson", "-id"], name="newest_key_of_a_lesson")
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.made_at:%Y-%m-%d %H:%M}"

    @property
    def studio(self) -> uuid.UUID:
        """Names who sends by it as a studio's page is named: after a dropped line, or with a newer key, it goes on."""
        return uuid.uuid5(self.lesson_id, f"program of {self.by_id}")
