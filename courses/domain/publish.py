"""Publishing: whatever door a course goes live by, it does so with an immutable version, or not at all.

Wagtail has many doors (the editor's button, review, bulk actions, schedules, its API, code). They all save the page, so
the rules stand there: `keep_versions` runs after each save of a course, in its transaction.
"""

import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from modelsearch import index
from wagtail.log_actions import get_active_log_context
from wagtail.models import PageLogEntry

from courses import rules
from courses.domain.examine import examined, facts_of, needs_of
from courses.errors import NotReady, OwnCourse
from courses.models.enrolment import CourseVersion
from courses.models.pages import CoursePage
from lms.api.credit import declare_training

if TYPE_CHECKING:
    from lms.api.people import Person


def keep_versions(sender: Any, instance: CoursePage, **_signal: Any) -> None:
    """After a course is saved: one that is live has a version of its live revision. Raises NotReady or OwnCourse."""
    if not instance.live or not instance.live_revision_id:
        return
    if instance.versions.filter(revision=instance.live_revision_id).exists():
        return
    by = _publisher(instance)
    if by is None or not rules.may_publish_course(by, instance):
        raise OwnCourse
    declare(course=instance, by=by, at=instance.last_published_at)
    # At once and not by the worker: who publishes looks for the course in the catalogue next.
    transaction.on_commit(lambda: index.insert_or_update_object(instance))


def _publisher(course: CoursePage) -> Any:
    """Who publishes: the person at the door, or for a schedule whoever set it."""
    if user := get_active_log_context().user:
        return user
    scheduled = PageLogEntry.objects.filter(
        page=course.pk, action="wagtail.publish.schedule", revision=course.live_revision_id
    )
    entry = scheduled.select_related("user").order_by("-timestamp").first()
    return entry.user if entry else None


@transaction.atomic
def declare(*, course: CoursePage, by: "Person", at: datetime.datetime) -> CourseVersion:
    """Write the next version of a course and declare its training. Raises NotReady."""
    # Lock before counting: two moderators approve in the same second.
    CoursePage.objects.select_for_update(of=("self",)).get(pk=course.pk)
    steps, problems = examined(course, timezone.localdate(at))
    if problems:
        raise NotReady(problems)
    newest = course.versions.order_by("-number").first()
    number = newest.number + 1 if newest else 1
    training = declare_training(
        key=course.training_key,
        facts=facts_of(course, content=f"courses.version:{number}"),
        complete_when=needs_of(steps),
        by=by,
        at=at,
    )
    return CourseVersion.objects.create(
        course=course,
        number=number,
        revision=course.live_revision_id,
        title=course.title,
        hundredths=course.hundredths,
        minutes_per_hour=course.minutes_per_hour,
        offscreen_minutes=course.offscreen_minutes,
        steps_data=[step.as_data() for step in steps],
        training_number=training.number,
        published_by=by,
        published_at=at,
    )
