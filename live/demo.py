"""The demo's lessons: one given yesterday, with its replay and who was there, and one to come."""

import asyncio
import datetime
import uuid
from pathlib import Path

from django.utils import timezone

from live.domain import ingest, lessons, presence, settle
from live.domain.presence import BEAT, JOIN, LEAVE, Row
from live.enums import LessonState
from live.models.lesson import Lesson, Take
from lms.api.credit import asked_of
from lms.api.demo import Lesson as Planned
from lms.api.demo import Plan, stable_id
from lms.api.people import DutyKind, Person, Provider
from media.api import Picture
from media.demo import film_of

HOUR = 15
BEAT_S = 15
LEAVE_EARLY, STAY_AWAY = 4, 5
"""Of those who take the course every fourth leaves in the middle, every fifth does not come."""


def load(plan: Plan) -> None:
    """Plan the lessons that are not there yet."""
    there = set(Lesson.objects.values_list("pk", flat=True))
    for planned in plan.lessons:
        if planned.public_id not in there:
            _plan_one(planned)


def _plan_one(planned: Planned) -> None:
    provider = Provider.objects.get(public_id=stable_id("provider", planned.provider))
    trainer = Person.objects.get(duties__provider=provider, duties__kind=DutyKind.TRAINER)
    today = timezone.localtime().replace(hour=HOUR, minute=0, second=0, microsecond=0)
    starts_at = today + datetime.timedelta(days=planned.days)
    lessons.schedule(
        public_id=planned.public_id,
        trainer=trainer,
        provider=provider,
        title=planned.title,
        starts_at=starts_at,
        planned_minutes=planned.minutes,
        at=min(starts_at, timezone.now()),
    )


def _give(plan: Plan, planned: Planned, lesson: Lesson) -> None:
    """Send a film of the clip's slides, as long as the lesson, into the recording, as the studio does.

    Who was there is written before it ends: once it has, the site's own clock may settle it at any moment.
    """
    begins, trainer = lesson.starts_at, lesson.trainer
    take = lessons.begin_take(
        person=trainer, lesson_id=lesson.pk, studio=uuid.uuid4(), take_over=True, at=begins
    )
    for number, person_id in enumerate(sorted(asked_of(lesson.subject)), 1):
        if number % STAY_AWAY:
            length_s = planned.minutes * 60
            last_s = length_s // 2 if number % LEAVE_EARLY == 0 else length_s
            presence.write(_there(lesson, person_id, last_s))
    clip = next(one for one in plan.clips if one.key == planned.clip)
    with film_of(clip, slide_s=planned.minutes * 60 // len(clip.slides)) as film:
        asyncio.run(_send(film, take, presence.us(begins)))
    ends = begins + datetime.timedelta(minutes=planned.minutes)
    lessons.end(person=trainer, lesson=lesson, at=ends)


async def _send(film: Path, take: Take, began_us: int) -> None:
    way = await ingest.begin_ingest(
        lesson_id=take.lesson_id,
        take=take.number,
        picture=Picture.MP4_H264,
        fps=25,
        began_us=began_us,
    )
    await way.write(film.read_bytes())
    await way.finish()


def attend(plan: Plan) -> None:
    """Give the lessons of the past, with those there who take the courses, and settle them."""
    for planned in plan.lessons:
        lesson = Lesson.objects.get(pk=planned.public_id)
        if planned.days < 0 and lesson.state != LessonState.ENDED:
            _give(plan, planned, lesson)
            settle.settle(lesson, clock=timezone.now)


def _there(lesson: Lesson, person_id: int, last_s: int) -> list[Row]:
    moments = [(0, JOIN), *((at, BEAT) for at in range(BEAT_S, last_s, BEAT_S)), (last_s, LEAVE)]
    return [
        Row(
            lesson_id=lesson.pk,
            person_id=person_id,
            connection=stable_id("connection", str(lesson.pk), str(person_id)),
            kind=kind,
            at=lesson.starts_at + datetime.timedelta(seconds=at),
        )
        for at, kind in moments
    ]
