"""A lesson as a part of a course: what its step shows before, during and after, and what its evidence looks like."""

import datetime
import uuid
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.utils import timezone, translation

from live import activity, home
from live.domain import presence, settle
from live.domain.presence import BEAT, JOIN, Row
from live.enums import Happening
from live.models.attendance import Reminder
from live.models.lesson import Lesson, LessonEvent
from lms.api.credit import take_part
from lms.api.hooks import StepPlace
from lms.credit.models.evidence import Evidence
from lms.testing import credit
from lms.testing.factories import PersonFactory
from tests.factories.live import LessonFactory, attended

pytestmark = pytest.mark.django_db

START = datetime.datetime(2026, 11, 20, 6, 0, tzinfo=datetime.UTC)
PLACE = StepPlace(
    course_title="课程", step_key="a", step_title="直播", number=1, count=1,
    minimum=Decimal("0.8"), back_url="/", next_url=None,
)  # fmt: skip


@pytest.fixture(autouse=True)
def _in_english(settings, tmp_path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with translation.override("en"):
        yield


def shown(lesson: Lesson, person, rf) -> str:
    request = rf.get("/")
    request.user = person
    found = activity.present(request, str(lesson.pk), PLACE)
    return render_to_string(found.template, dict(found.context), request=request)


def test_step_before_during_and_after_the_lesson(rf) -> None:
    lesson, person = LessonFactory(starts_at=START, planned_minutes=10), PersonFactory()
    take_part(
        person=person, training_key=credit.declared(needs=[attended(lesson)]).training.key, at=START
    )
    ref = str(lesson.pk)
    assert "To the room" in shown(lesson, person, rf)
    assert activity.progress(person, [ref])[ref].notice.count("{share}") == 1

    LessonEvent.objects.create(lesson=lesson, kind=Happening.STARTED, by=lesson.trainer, at=START)
    assert "Join the lesson" in shown(lesson, person, rf)

    ended = START + datetime.timedelta(minutes=10)
    LessonEvent.objects.create(lesson=lesson, kind=Happening.ENDED, by=lesson.trainer, at=ended)
    moments = [START + datetime.timedelta(seconds=at) for at in range(0, 600, 15)]
    rows = [
        Row(lesson.pk, person.pk, uuid.UUID(int=1), BEAT if at > START else JOIN, at)
        for at in moments
    ]
    presence.write(rows)
    settle.settle(Lesson.objects.get(pk=lesson.pk), clock=timezone.now)
    assert "Attended" in shown(lesson, person, rf)
    found = activity.progress(person, [ref])[ref]
    assert (found.fraction, found.done, found.words) == (1, True, "Attended")
    evidence = Evidence.objects.get(person=person)
    assert "There for 100%" in render_to_string("live/evidence.html", {"evidence": evidence})


def test_what_is_gone_or_no_id_says_so() -> None:
    refs = [str(uuid.uuid4()), "nonsense"]
    assert [one.ready for one in activity.describe(refs).values()] == [False, False]
    assert activity.progress(PersonFactory(), refs) == {}


def test_home_tells_of_the_replay_that_one_was_reminded_of(monkeypatch) -> None:
    lesson, person = LessonFactory(starts_at=START), PersonFactory()
    assert home.missed(person) is None
    monkeypatch.setattr(home.queries, "taken_by", lambda _person: {str(lesson.pk)})
    Reminder.objects.create(lesson=lesson, person=person, by=lesson.trainer, at=START)
    panel = home.missed(person)
    assert panel is not None
    assert lesson.title in render_to_string("live/home_missed.html", panel)
