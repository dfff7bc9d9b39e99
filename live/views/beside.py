"""What stands beside a replay, for the page of a lesson that is over."""

import uuid
from typing import Any

from django.urls import reverse
from django.utils import timezone

from live import words
from live.domain import chapters, presence, replays, watching
from live.models.attendance import Attendance
from live.models.lesson import Lesson
from live.models.replay import Discussion
from lms.api.credit import asked_of
from lms.api.people import Person


def replay_context(lesson: Lesson, person: Person) -> dict[str, Any]:
    """What the page of a lesson that is over shows beside the picture; nothing where nothing was recorded."""
    replay = replays.replay_of(lesson)
    if replay is None or not replay.tracks:
        return {}
    now = timezone.now()
    coverage = replays.open_player(person=person, lesson=lesson, at=now)
    attendance = Attendance.objects.filter(lesson=lesson, person=person).first()
    asked = asked_of(lesson.subject, [person.pk])
    needed = asked.get(person.pk, presence.USUAL_SHARE)
    live_share = attendance.share if attendance and attendance.counts else 0
    return {
        "slides_url": watching.addresses_of(lesson.pk, at=now).slides_url,
        "chapters": chapters.chapters_of(lesson, replay),
        "said": chapters.said_in(lesson, replay),
        "share": max(coverage.share, live_share),
        "needed": needed,
        # Whoever gave the lesson earns nothing by it.
        "is_counted_for": bool(asked or attendance),
        "bridged_s": attendance.bridged_s if attendance else 0,
        "is_settling": not replays.is_settled(lesson, attendance),
        "length_s": replay.length_us // 1_000_000,
        "counted": [
            [start / 1_000_000, end / 1_000_000]
            for start, end in replays.counted_of(replay, coverage, attendance)
        ],
        "has_fallback": not replays.may_count(lesson, person),
        "discussion": Discussion.objects.filter(lesson=lesson, person=person).first(),
        "data": {
            "lesson": str(lesson.pk),
            "person": str(person.public_id),
            "report": reverse("live:replayed", args=[lesson.pk]),
            "session": uuid.uuid4().hex,
            "begins": replay.begins_ms / 1000,
            "position": coverage.position_ms / 1000,
            "share": float(max(coverage.share, live_share)),
            "needed": float(needed),
            "words": words.replay(),
        },
    }
