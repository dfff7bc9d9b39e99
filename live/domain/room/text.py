"""Texts that people write in a room."""

import datetime
import uuid

from django.utils.translation import gettext as _

from live.core.wordfilter import holds_one_of, words_in
from live.domain.errors import Refused
from live.models.lesson import Lesson
from live.models.room import Mute, WordList
from lms.api.people import Accreditation


def cleaned(text: str, *, most: int) -> str:
    """The text on one line, without what cannot be seen. Raises Refused where nothing or too much is left."""
    seen = " ".join("".join(one for one in text if one.isprintable() or one.isspace()).split())
    if not seen:
        raise Refused("empty", _("There is nothing in it. Write something first."))
    if len(seen) > most:
        raise Refused(
            "too-long", _("At most %(most)d characters. Shorten it a little.") % {"most": most}
        )
    return seen


def is_filtered(lesson_id: uuid.UUID, text: str, on: datetime.date) -> bool:
    """Whether a word stands in it that the provider or a bureau which accredits it does not show."""
    provider = Lesson.objects.filter(pk=lesson_id).values("provider")
    bureaus = Accreditation.objects.on(on).filter(provider__in=provider)
    lists = WordList.objects.filter(provider__in=provider) | WordList.objects.filter(
        bureau__in=bureaus.values("bureau")
    )
    return holds_one_of(text, words_in(lists.values_list("words", flat=True)))


def check_not_muted(lesson_id: uuid.UUID, person_id: int, at: datetime.datetime) -> None:
    """Raise Refused where somebody may not write in this room then."""
    newest = Mute.objects.filter(lesson=lesson_id, person=person_id).order_by("pk").last()
    is_over = newest is not None and newest.until is not None and newest.until <= at
    if newest is not None and newest.is_muted and not is_over:
        raise Refused("muted", _("The assistant has muted you. You can still listen and sign in."))
