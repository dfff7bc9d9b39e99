"""What stands beside a replay: chapters from pages shown and questions answered, and what was said, in its time."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from live.core import timeline
from live.domain import presence, slides
from live.domain.replays import Replay
from live.enums import MessageFate, QuestionState
from live.models.lesson import Lesson
from live.models.room import Message, Question

MOST_SAID = 1000
"""Lines of chat on the page; the log has all."""
_US = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A place to go to. `at_s`: seconds of the replay; `page`: of which slides, where it is one."""

    at_s: float
    words: str
    deck: uuid.UUID | None = None
    page: int = 0

    @property
    def picture(self) -> str:
        """The small picture of the page among the lesson's slides; empty where it is none."""
        return f"{self.deck}-{self.page:04d}.s.webp" if self.deck else ""


@dataclass(frozen=True, kw_only=True)
class Said:
    """A line of chat or a question, where the replay shows what it was said to."""

    at_s: float
    name: str
    text: str
    answer: str = ""
    is_question: bool = False


def chapters_of(lesson: Lesson, replay: Replay) -> list[Chapter]:
    """Each page of the slides, and each question that was answered live, in order; what was cut away is left out."""
    found = [
        Chapter(
            at_s=_in_replay(one.media_s, replay),
            words=_("Page %(page)d") % {"page": one.page},
            deck=one.deck,
            page=one.page,
        )
        for one in slides.shown_in(lesson.pk)
        if one.page and _is_shown(one.media_s, replay)
    ]
    answered = Question.objects.filter(lesson=lesson, state=QuestionState.ANSWERED)
    found += [
        Chapter(at_s=_in_replay(one.media_s, replay), words=one.text)
        for one in answered
        if one.media_s is not None and _is_shown(one.media_s, replay)
    ]
    return sorted(found, key=lambda one: one.at_s)


def said_in(lesson: Lesson, replay: Replay) -> list[Said]:
    """Chat and questions in order of the replay; what was taken off or kept back, and what was cut away, is not."""
    shown = Message.objects.filter(lesson=lesson, fate=MessageFate.SHOWN, removal=None)
    asked = Question.objects.filter(lesson=lesson).exclude(
        state__in=(QuestionState.WAITING, QuestionState.DECLINED, QuestionState.MERGED)
    )
    lines = [
        (one.at, Said(at_s=0, name=one.person.name, text=one.text))
        for one in shown.select_related("person").order_by("pk")[:MOST_SAID]
    ]
    lines += [
        (
            one.at,
            Said(at_s=0, name=one.person.name, text=one.text, answer=one.answer, is_question=True),
        )
        for one in asked.select_related("person")
    ]
    placed = [
        Said(
            at_s=place,
            name=line.name,
            text=line.text,
            answer=line.answer,
            is_question=line.is_question,
        )
        for at, line in lines
        if (place := _place(presence.us(at) - replay.start_us, replay)) is not None
    ]
    return sorted(placed, key=lambda one: one.at_s)


def _place(on_lesson_us: int, replay: Replay) -> float | None:
    """Seconds of the replay at a moment of the lesson; None where it shows nothing of that moment."""
    recorded_us = _recorded(on_lesson_us, replay.tracks)
    return None if recorded_us is None else _in_replay(recorded_us / _US, replay)


def _recorded(on_lesson_us: int, tracks: Iterable[timeline.Track]) -> int | None:
    for track in tracks:
        if track.at_us <= on_lesson_us < track.at_us + track.length_us:
            return track.start_us + on_lesson_us - track.at_us
    return None


def _is_shown(recorded_s: float, replay: Replay) -> bool:
    return replay.begins_ms <= recorded_s * 1000 <= replay.cut_ms[1]


def _in_replay(recorded_s: float, replay: Replay) -> float:
    return round(recorded_s - replay.begins_ms / 1000, 1)
