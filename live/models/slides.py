"""Slides of a lesson: files as they were brought, their pages as pictures, and when which page was on."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from live.enums import DeckState
from live.models.lesson import Lesson
from lms.api.models import AppendOnly


class Deck(models.Model):
    """A file of slides. Its pages are files beside the recording, see live.domain.slides."""

    public_id = models.UUIDField(
        _("public id"), primary_key=True, default=uuid.uuid4, editable=False
    )
    lesson = models.ForeignKey(
        Lesson, verbose_name=_("live lesson"), on_delete=models.PROTECT, related_name="decks"
    )
    name = models.CharField(_("file name"), max_length=120)
    state = models.CharField(
        _("state"), max_length=16, choices=DeckState.choices, default=DeckState.WAITING
    )
    #: Pages there are, 0 while it is not known, and those that are made.
    pages = models.PositiveSmallIntegerField(_("pages"), default=0)
    made = models.PositiveSmallIntegerField(_("pages made"), default=0)
    #: Why it was refused: a code of live.domain.slides.
    refusal = models.CharField(_("refusal"), max_length=32, blank=True)
    attempt = models.PositiveSmallIntegerField(pgettext_lazy("task", "attempt"), default=0)
    #: While this lasts somebody is at work on it; afterwards they are gone.
    lease_until = models.DateTimeField(_("lease until"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(_("added at"))

    class Meta:
        verbose_name = _("slides")
        verbose_name_plural = _("slides")
        ordering = ["added_at", "public_id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["lease_until"],
                name="deck_unfinished",
                condition=Q(state__in=[DeckState.WAITING, DeckState.WORKING]),
            )
        ]

    def __str__(self) -> str:
        return self.name


class SlideShown(AppendOnly):
    """A page came on, or with `page` 0 the slides went off: the replay's chapters."""

    lesson = models.ForeignKey(
        Lesson, verbose_name=_("live lesson"), on_delete=models.PROTECT, related_name="slides_shown"
    )
    deck = models.ForeignKey(
        Deck, verbose_name=_("slides"), on_delete=models.PROTECT, related_name="+"
    )
    page = models.PositiveSmallIntegerField(_("page"))
    at = models.DateTimeField(_("at"))
    #: Microseconds of the recording, all takes joined.
    media_us = models.PositiveBigIntegerField(_("place in the recording"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("page shown")
        verbose_name_plural = _("pages shown")
        ordering = ["at", "pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["lesson", "at"], name="slide_shown_in_lesson")
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.page}"
