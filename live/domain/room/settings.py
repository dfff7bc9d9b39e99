"""How a room is set up: slow mode, questions approved first, the countdown; what one likes to see over the picture."""

import datetime
import uuid

from django.utils.translation import gettext as _

from live.domain.errors import Refused
from live.domain.room.text import cleaned
from live.models.room import Room, Taste

SLOWEST_S = 300
LONGEST_COUNTDOWN_S = 3600
MOST_WORDS_CHARS = 40


def room_of(lesson_id: uuid.UUID) -> Room:
    """The room's settings, or the defaults."""
    return Room.objects.filter(pk=lesson_id).first() or Room(pk=lesson_id)


def slow(*, lesson_id: uuid.UUID, seconds: int) -> Room:
    """Learners wait so long between two messages; 0: not at all. Raises Refused."""
    if not 0 <= seconds <= SLOWEST_S:
        raise Refused(
            "bad-seconds", _("Slow mode goes up to %(most)d seconds.") % {"most": SLOWEST_S}
        )
    return _set(lesson_id, slow_s=seconds)


def approve_first(*, lesson_id: uuid.UUID, is_on: bool) -> Room:
    """Whether learners' questions wait for the assistant."""
    return _set(lesson_id, approve_first=is_on)


def count_down(*, lesson_id: uuid.UUID, seconds: int, words: str, at: datetime.datetime) -> Room:
    """Start a countdown on every screen; 0 seconds take it away. Raises Refused."""
    if not 0 <= seconds <= LONGEST_COUNTDOWN_S:
        raise Refused(
            "bad-seconds",
            _("A countdown goes up to %(most)d minutes.") % {"most": LONGEST_COUNTDOWN_S // 60},
        )
    until = at + datetime.timedelta(seconds=seconds) if seconds else None
    said = cleaned(words, most=MOST_WORDS_CHARS) if words.strip() else ""
    return _set(lesson_id, countdown_until=until, countdown_words=said)


def taste_of(person_id: int) -> Taste:
    """What somebody likes to see over the picture, or the defaults."""
    return Taste.objects.filter(pk=person_id).first() or Taste(pk=person_id)


def set_taste(*, person_id: int, barrage: bool, reactions: bool) -> Taste:
    """Keep what somebody likes to see."""
    taste, _made = Taste.objects.update_or_create(
        pk=person_id, defaults={"barrage": barrage, "reactions": reactions}
    )
    return taste


def _set(lesson_id: uuid.UUID, **values: object) -> Room:
    room, _made = Room.objects.update_or_create(pk=lesson_id, defaults=values)
    return room
