"""What the live plugin keeps about a person."""

from typing import Any

from django.db.models import QuerySet

from live.domain import forget
from live.models.attendance import Attendance
from live.models.lesson import Lesson, Take
from live.models.presence import Presence
from live.models.replay import Discussion, ReplayCoverage
from live.models.room import Message, PromptAnswer, Question, Taste
from lms.api.people import Person


def export(person: Person) -> dict[str, Any]:
    """The lessons somebody gave, when they were on air, and what somebody said and answered in rooms."""
    return {
        "lessons": [
            {"title": one.title, "starts_at": one.starts_at.isoformat()}
            for one in Lesson.objects.filter(trainer=person)
        ],
        "takes": [
            {"lesson": one.lesson.title, "number": one.number, "at": one.started_at.isoformat()}
            for one in Take.objects.filter(by=person).select_related("lesson")
        ],
        "messages": _said(Message.objects.filter(person=person)),
        "questions": _said(Question.objects.filter(person=person)),
        "answers": [
            {
                "lesson": one.prompt.lesson.title,
                "asked": one.prompt.title or str(one.prompt.get_kind_display()),
                "choice": one.choice,
                "at": one.at.isoformat(),
            }
            for one in PromptAnswer.objects.filter(person=person).select_related("prompt__lesson")
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


def _said(rows: "QuerySet[Message] | QuerySet[Question]") -> list[dict[str, Any]]:
    return [
        {"lesson": one.lesson.title, "text": one.text, "at": one.at.isoformat()}
        for one in rows.select_related("lesson")
    ]


def erase(person: Person) -> None:
    """How one likes rooms to look. Who taught and said what is the provider's record."""
    Taste.objects.filter(pk=person.pk).delete()


def erase_attendance(person: Person) -> None:
    """When one's pages were open and players reported. What that came to is the record that hours rest on."""
    forget.forget_person(person)
