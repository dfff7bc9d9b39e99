"""The demo on a small plan, with the real processes: films, catalogue, learning over HTTP, confirming."""

import dataclasses
import shutil
from collections import Counter

import pytest
from django.utils import timezone

from courses.models.enrolment import CourseVersion
from live.domain import settle, store
from live.models.attendance import Attendance
from live.models.lesson import Lesson
from lms.credit.queries import balance, nothing_booked
from lms.demo import people, story
from lms.demo.plan import Plan, load_plan
from lms.people.models import Person
from lms.plugins.hooks import DemoPart
from lms.plugins.registry import registry
from lms.testing.plugin import run_beside
from media.domain import files
from media.models import Asset


@pytest.fixture
def plan() -> Plan:
    """Two schools, three courses, two short films: the third course shows the second one's film again."""
    whole = load_plan()
    clips = tuple(
        dataclasses.replace(clip, slides=clip.slides[:1])
        for clip in whole.clips
        if clip.key in ("ethics", "corner")
    )
    return dataclasses.replace(
        whole,
        districts=(
            dataclasses.replace(whole.districts[0], schools=whole.districts[0].schools[:2]),
        ),
        clips=clips,
        courses=tuple(
            one for one in whole.courses if one.key in ("jingshi-2", "ailifang-t1", "renmin-t2")
        ),
    )


@pytest.fixture
def leave_no_films(own_database, plan):
    # A run that was killed left its own.
    for planned in plan.lessons:
        shutil.rmtree(store.folder_of(planned.public_id), ignore_errors=True)
    yield
    for asset in Asset.objects.all():
        shutil.rmtree(files.folder_of(asset.pk), ignore_errors=True)
    for lesson in Lesson.objects.all():
        shutil.rmtree(store.folder_of(lesson.pk), ignore_errors=True)


def test_demo_earns_its_hours_through_the_front_door(
    site, leave_no_films, plan, monkeypatch
) -> None:
    taken = [("ailifang-t1", 1.0), ("renmin-t2", 1.0), ("jingshi-2", 0.5)]
    monkeypatch.setattr(story, "SHOWN_COURSES", taken)
    monkeypatch.setattr(story, "LEARNERS_PER_SCHOOL", 1)
    said: list[str] = []
    people.load_people(plan, today=timezone.localdate())
    site.spawn("media_worker", "manage.py", "media_worker", "--interval", "0.1")
    for _ in range(2):  # the second load finds everything there
        for part in registry.all(DemoPart):
            run_beside(part.load, plan)
            # The site is up meanwhile, and its clock has settled what is over as soon as it is.
            for lesson in settle.due(timezone.now()):
                settle.settle(lesson, clock=timezone.now)

    story.play(plan, site_url=site.url, say=said.append)

    assert said == [
        "  The demo's teachers have learnt; half of the schools have confirmed their hours."
    ]
    assert set(CourseVersion.objects.values_list("title", "number")) == {
        ("京师学前教育：新时代的师德师风", 1),
        ("小爱说：区域活动的材料投放", 1),
        ("幼儿园活动案例：材料架的三次变化", 1),
        ("直播：区角材料怎么投放", 1),
        ("直播：新入园家长，第一次怎么谈", 1),
    }
    shown = Person.objects.get(phone=story.SHOWN)
    assert (str(balance(shown).registered), str(balance(shown).pending)) == ("2", "0")
    (counted,) = nothing_booked(shown)
    assert [left.training for left in counted.explained.left_out] == ["小爱说：区域活动的材料投放"]

    story.play(plan, site_url=site.url, say=said.append)
    assert len(said) == 1

    states = Counter(Attendance.objects.values_list("state", flat=True))
    assert states == {"attended": 7, "left-early": 3, "absent": 2}
    lesson = Lesson.objects.get(settlement__finished_at__isnull=False)
    assert 110 < store.recorded_s(lesson.pk) <= 121
