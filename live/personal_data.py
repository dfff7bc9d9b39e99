"""What the live plugin keeps about a person."""

from typing import Any

from live.models.attendance import Attendance
from live.models.lesson import Lesson, Take
from live.models.presence import Presence
from live.models.replay import Discussion, ReplayCoverage
from lms.api.people import Person


def export(person: Person) -> dict[str, Any]:
    """The lessons somebody gave, and when they were on air."""
    return {
        "lessons": [
            {"title": one.title, "starts_at": one.starts_at.isoformat()}
            for one in Lesson.objects.filter(trainer=person)
        ],
        "takes": [
            {"lesson": one.lesson.title, "number": one.number, "at": one.started_at.isoformat()}
            for one in Take.objects.filter(by=person).select_related("lesson")
        ],
    }


def export_attendance(person: Person) -> dict[str, Any]:
    """When somebody was in lessons and what it came to, what of replays they watched, what they wrote."""
    return {
        "attendance": [
            {
                "lesson": one.lesson.title,
                "state": one.state,
                "there_us": one.stretches,
                "sign_ins": [one.answered, one.asked],
            }
            for one in Attendance.objects.filter(person=person).select_related("lesson")
        ],
        "presence": [
            {
                "lesson": one.lesson.title,
                "alive": [[start.isoformat(), end.isoformat()] for start, end in one.alive],
            }
            for one in Presence.objects.filter(person=person).select_related("lesson")
        ],
        "replays": [
            {"lesson": one.lesson.title, "watched_ms": one.spans, "when_ms": one.wall}
            for one in ReplayCoverage.objects.filter(person=person).select_related("lesson")
        ],
        "discussions": [
            {"lesson": one.lesson.title, "text": one.text, "at": one.at.isoformat()}
            for one in Discussion.objects.filter(person=person).select_related("lesson")
        ],
    }


def erase(person: Person) -> None:
    """Nothing: who taught what is the provider's record, and attendance rests on it."""
