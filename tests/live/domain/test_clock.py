"""What the database knows of time."""

import datetime
import time
import uuid
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.utils import timezone

from live.core.steady import own_us
from live.domain import clock, lessons, presence
from live.domain.presence import BEAT, JOIN, Row
from lms.testing.factories import PersonFactory
from tests.factories.live import LessonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def us(at: datetime.datetime) -> int:
    return int(at.timestamp() * 1_000_000)


def test_database_says_its_time_and_the_latest_moment_of_what_is_on_air(caplog) -> None:
    lesson, person, at = LessonFactory(), PersonFactory(), timezone.now()
    assert clock.reference().least_us is None
    lessons.begin_take(
        person=lesson.trainer, lesson_id=lesson.pk, studio=uuid.uuid4(), take_over=False, at=at
    )
    assert clock.reference().least_us == us(at)
    later = at + datetime.timedelta(minutes=3)
    presence.write(
        [
            Row(lesson.pk, person.pk, uuid.uuid4(), kind, moment)
            for kind, moment in ((JOIN, at), (BEAT, later))
        ]
    )
    found = clock.reference()
    assert found.least_us == us(later)
    assert abs(found.ahead_us + own_us() - time.time_ns() // 1000) < 60_000_000
    assert not caplog.records
    lessons.end(person=lesson.trainer, lesson=lesson, at=later)
    assert clock.reference().least_us is None


def test_a_machine_whose_clock_is_wrong_is_told_of(monkeypatch, caplog) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    clock.reference()
    assert "from the database's" in caplog.text


def test_a_database_that_is_away_or_not_to_be_asked_says_nothing(settings, caplog) -> None:
    assert clock.asked() is None
    settings.LIVE_CLOCK_OF_DATABASE = True
    with patch.object(clock, "reference", side_effect=OperationalError("away")):
        assert clock.asked() is None
    assert "away" in caplog.text
