"""The demo's catalogue, and how its teachers take a course."""

import datetime
import time
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from courses.domain.catalogue import Draft, Module, create_course
from courses.domain.enrol import enrol as enrol_in
from courses.enums import Audience
from courses.models.enrolment import CourseVersion
from courses.models.pages import CoursePage
from lms.api.credit import Hours, Level, Theme
from lms.api.demo import Course, Plan, Visitor, stable_id
from lms.api.hooks import ActivityKind, DemoActivity, registry
from lms.api.people import DutyKind, Organisation, Person, Provider, teachers_of

WATCH_RATE = Decimal("0.9")
PASS_MARK = Decimal("0.6")
LIVE = "live.lesson"
ATTEND_RATE = Decimal("0.8")
LIVE_LEARNERS = 12
WAIT = datetime.timedelta(minutes=30)


def load(plan: Plan) -> None:
    """Publish each course as soon as its films are ready; those that are there stay as they are."""
    there = set(CoursePage.objects.values_list("key", flat=True))
    waiting = [course for course in plan.courses if course.public_id not in there]
    deadline = timezone.now() + WAIT
    while waiting:
        ready = _ready_films(plan)
        for course in [one for one in waiting if ready.issuperset(one.clips)]:
            _publish(plan, course)
            waiting.remove(course)
        if waiting and timezone.now() > deadline:
            raise TimeoutError(f"The films of {waiting[0].title} did not become ready.")
        time.sleep(1 if waiting else 0)
    _load_live(plan)


def _load_live(plan: Plan) -> None:
    """A course for each live lesson, once the lessons' plugin has them; some teachers of the first school take it."""
    there = set(CoursePage.objects.values_list("key", flat=True))
    for lesson in plan.lessons:
        if lesson.course_id in there or registry.get(ActivityKind, LIVE) is None:
            continue
        provider = Provider.objects.get(public_id=stable_id("provider", lesson.provider))
        course = create_course(
            trainer=_who(provider, DutyKind.TRAINER),
            moderator=_who(provider, DutyKind.MODERATOR),
            provider=provider,
            draft=Draft(
                key=lesson.course_id,
                title=lesson.title,
                summary=lesson.summary,
                hours=Hours.parse(lesson.hours),
                offscreen_minutes=lesson.offscreen_minutes,
                modules=[
                    Module(
                        kind=LIVE,
                        ref=str(lesson.public_id),
                        title=lesson.title,
                        minimum=ATTEND_RATE,
                    )
                ],
                level=Level.CITY,
                themes=[Theme(one) for one in lesson.themes],
                audience=[Audience.TEACHER],
                is_required=False,
            ),
        )
        for person in _class_of(plan):
            enrol_in(person=person, course=course, at=timezone.now())


def _class_of(plan: Plan) -> list[Person]:
    """The teachers of the first school with the highest numbers: the story's learners have the lowest."""
    school = Organisation.objects.get(public_id=stable_id("school", plan.districts[0].schools[0]))
    return list(teachers_of([school], timezone.localdate()).order_by("-phone")[:LIVE_LEARNERS])


def _ready_films(plan: Plan) -> set[str]:
    video = registry.get(ActivityKind, "media.video")
    if video is None:
        raise LookupError("The demo's courses need the plugin media.")
    facts = video.describe([str(clip.public_id) for clip in plan.clips])
    return {clip.key for clip in plan.clips if facts[str(clip.public_id)].ready}


def _publish(plan: Plan, course: Course) -> None:
    provider = Provider.objects.get(public_id=stable_id("provider", course.provider))
    create_course(
        trainer=_who(provider, DutyKind.TRAINER),
        moderator=_who(provider, DutyKind.MODERATOR),
        provider=provider,
        draft=_draft(plan, course),
    )


def _who(provider: Provider, duty: DutyKind) -> Person:
    return Person.objects.get(duties__provider=provider, duties__kind=duty)


def _draft(plan: Plan, course: Course) -> Draft:
    clips = {clip.key: clip for clip in plan.clips}
    films = [
        Module(
            kind="media.video",
            ref=str(clips[key].public_id),
            title=clips[key].title,
            minimum=WATCH_RATE,
        )
        for key in course.clips
    ]
    quiz = Module(
        kind="assessments.quiz", ref=str(course.paper_id), title="随堂测验", minimum=PASS_MARK
    )
    return Draft(
        key=course.public_id,
        title=course.title,
        summary=course.summary,
        hours=Hours.parse(course.hours),
        offscreen_minutes=course.offscreen_minutes,
        modules=[*films, quiz],
        level=Level.CITY,
        themes=[Theme(one) for one in course.themes],
        audience=[Audience(one) for one in course.audience],
        is_required=course.required,
    )


def learn(visitor: Visitor, key: str, share: float) -> None:
    """Enrol in the plan's course by its button and do each module over HTTP, up to `share` of each."""
    course = stable_id("course", key)
    if f'action="{reverse("courses:enrol", args=[course])}"' not in visitor.get(
        reverse("courses:course", args=[course])
    ):
        return  # taken before
    visitor.post(reverse("courses:enrol", args=[course]), {})
    version = CourseVersion.objects.filter(course__key=course).latest("number")
    for step in version.steps:
        if activity := registry.get(DemoActivity, step.kind):
            activity.do(visitor, step.ref, reverse("courses:step", args=[course, step.key]), share)
