"""A course goes live with an immutable version, through whatever door; never by who made it."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from wagtail.log_actions import LogContext

from courses.domain.catalogue import approve_course, submit_course
from courses.errors import NotReady, OwnCourse
from courses.models import CoursePage, CourseVersion
from lms.credit.core.hours import Hours
from lms.credit.models.training import TrainingVersion
from lms.people.models import Person
from lms.testing.factories import AccreditationFactory, PersonFactory
from lms.testing.policies import assigned, published
from tests.factories import courses as make

pytestmark = pytest.mark.django_db


def republish(course: CoursePage, house: make.House, **changes: object) -> CoursePage:
    course = CoursePage.objects.get(pk=course.pk)
    for name, value in changes.items():
        setattr(course, name, value)
    revision = course.save_revision(user=house.trainer)
    revision.publish(user=house.moderator)
    return CoursePage.objects.get(pk=course.pk)


def test_publish_writes_a_version_and_declares_its_training(house: make.House) -> None:
    modules = [make.module("a", "读一", "0.8"), make.module("b", "读二")]

    course = make.published(house, modules=modules)

    version = course.versions.get()
    training = TrainingVersion.objects.get(training__key=course.training_key)
    assert (version.number, version.title, version.hundredths) == (1, course.title, 200)
    assert [(s.ref, s.title, str(s.minimum), s.subject, s.duration_s) for s in version.steps] == [
        ("a", "读一", "0.8", "tests.reading:a", 600),
        ("b", "读二", "1", "tests.reading:b", 600),
    ]
    assert version.published_by == house.moderator
    assert version.training_number == training.number == 1
    assert training.facts["content"] == "courses.version:1"
    assert training.facts["provider"]["name"] == house.provider.name
    need = {"kind": make.EVIDENCE, "weight_s": 600}
    assert training.needs == [
        need | {"subject": "tests.reading:a", "minimum": "0.8", "title": "读一"},
        need | {"subject": "tests.reading:b", "minimum": "1", "title": "读二"},
    ]


def test_publish_again_makes_the_next_version(house: make.House) -> None:
    course = make.published(house)

    course = republish(course, house, title="新的题目")

    assert list(course.versions.order_by("number").values_list("number", "title")) == [
        (1, "师德师风：与幼儿说话的分寸"),
        (2, "新的题目"),
    ]
    assert TrainingVersion.objects.filter(training__key=course.training_key).count() == 2


def test_saving_a_live_course_makes_no_version(house: make.House) -> None:
    course = make.published(house)

    course.save()

    assert course.versions.count() == 1


def test_unpublish_and_publish_the_same_again_makes_no_version(house: make.House) -> None:
    course = make.published(house)
    course.unpublish(user=house.moderator)

    course.get_latest_revision().publish(user=house.moderator)

    assert course.versions.count() == 1


@pytest.mark.parametrize("door", ["approve", "revision", "unchecked", "save", "scheduled"])
def test_nobody_publishes_their_own(house: make.House, door: str) -> None:
    both = make.someone(house.provider, "trainer", "moderator")
    course = submit_course(trainer=both, provider=house.provider, draft=make.draft())
    revision = course.get_latest_revision()
    doors = {
        "approve": lambda: approve_course(moderator=both, course=course),
        "revision": lambda: revision.publish(user=both),
        "unchecked": lambda: revision.publish(user=both, skip_permission_checks=True),
        "save": lambda: _save_live(course),
        "scheduled": lambda: _schedule(course, both),
    }

    with pytest.raises(PermissionDenied), LogContext(user=both), transaction.atomic():
        doors[door]()

    course = CoursePage.objects.get(pk=course.pk)
    assert (course.live, course.versions.count()) == (False, 0)


def _save_live(course: CoursePage) -> None:
    course.live = True
    course.live_revision = course.get_latest_revision()
    course.last_published_at = timezone.now()
    course.save()


def _schedule(course: CoursePage, person: Person) -> None:
    course.go_live_at = timezone.now() + datetime.timedelta(days=1)
    course.save_revision(user=person).publish(user=person)


def test_whoever_changed_it_since_cannot_publish(house: make.House) -> None:
    course = make.submitted(house)
    course.save_revision(user=house.moderator)

    with pytest.raises(PermissionDenied):
        approve_course(moderator=house.moderator, course=course)

    other = make.someone(house.provider, "moderator")
    assert approve_course(moderator=other, course=course).live


def test_moderator_of_another_provider_cannot_publish(house: make.House) -> None:
    stranger = make.make_house("人民幼教").moderator
    course = make.submitted(house)

    with pytest.raises(PermissionDenied):
        approve_course(moderator=stranger, course=course)


def test_moderator_whose_duty_has_ended_cannot_publish(house: make.House) -> None:
    course = make.submitted(house)
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    house.moderator.duties.update(to_on=yesterday)
    moderator = Person.objects.get(pk=house.moderator.pk)

    with pytest.raises(PermissionDenied):
        approve_course(moderator=moderator, course=course)


def test_superuser_is_no_moderator(house: make.House) -> None:
    course = make.submitted(house)
    root = PersonFactory(is_superuser=True)

    with pytest.raises(PermissionDenied), transaction.atomic():
        course.get_latest_revision().publish(user=root)


def test_nobody_named_publishes_nothing(house: make.House) -> None:
    course = make.submitted(house)

    with pytest.raises(OwnCourse), transaction.atomic():
        course.get_latest_revision().publish()

    assert not CoursePage.objects.get(pk=course.pk).live


def test_schedule_goes_live_in_the_name_of_who_set_it(house: make.House) -> None:
    course = make.submitted(house)
    course.go_live_at = timezone.now() + datetime.timedelta(days=1)
    revision = course.save_revision(user=house.trainer)
    revision.publish(user=house.moderator)
    assert not course.versions.exists()
    past = timezone.now() - datetime.timedelta(minutes=1)
    revision.refresh_from_db()
    revision.content["go_live_at"] = past.isoformat()
    revision.approved_go_live_at = past
    revision.save()

    call_command("publish_scheduled")

    assert course.versions.get().published_by == house.moderator


@pytest.mark.parametrize(
    "modules",
    [
        [],
        [make.module("draft")],
        [make.module("gone")],
        [make.module("a"), make.module("a")],
        [make.module("a", minimum="0")],
        [make.module("a", minimum="1.5")],
    ],
)
def test_what_is_not_ready_is_refused(house: make.House, modules: list[make.Module]) -> None:
    with pytest.raises(NotReady) as refused:
        make.published(house, modules=modules)

    assert refused.value.problems
    assert not CourseVersion.objects.exists()


def test_hours_above_the_content_go_live_by_no_door(house: make.House) -> None:
    with pytest.raises(NotReady, match="内容共 180 分钟"):
        make.published(house, hours=Hours(401))
    course = make.submitted(house)
    course.hundredths = 401
    revision = course.save_revision(user=house.trainer)
    with pytest.raises(NotReady), transaction.atomic():
        revision.publish(user=house.moderator)
    assert not CourseVersion.objects.exists()


def test_hours_must_be_above_zero(house: make.House) -> None:
    with pytest.raises(NotReady):
        make.published(house, hours=Hours(0))


def test_what_became_unready_after_it_was_submitted_is_refused(house: make.House) -> None:
    course = make.submitted(house, modules=[make.module("later")])
    raw = course.modules.raw_data[0]
    raw["value"]["activity"]["ref"] = "draft"
    course.modules.raw_data[0] = raw
    course.save_revision(user=house.trainer)

    with pytest.raises(NotReady):
        approve_course(moderator=house.moderator, course=course)

    assert not CoursePage.objects.get(pk=course.pk).live


@pytest.mark.parametrize(
    "sql", ["UPDATE {} SET title = 'x'", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_versions_are_append_only(house: make.House, sql: str) -> None:
    make.published(house)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(CourseVersion._meta.db_table))


def test_published_revision_is_not_overwritten(house: make.House) -> None:
    course = make.published(house)
    first = course.get_latest_revision()
    course.title = "偷偷改"

    second = course.save_revision(user=house.trainer, overwrite_revision=first)

    first.refresh_from_db()
    assert second.pk != first.pk
    assert first.content["title"] == "师德师风：与幼儿说话的分寸"


def test_copy_has_a_key_of_its_own(house: make.House) -> None:
    course = make.published(house)

    twin = course.copy(
        update_attrs={"slug": "twin", "title": "副本"}, keep_live=False, user=house.trainer
    )

    assert twin.specific.key != course.key
    assert twin.specific.get_latest_revision_as_object().key == twin.specific.key
    assert not twin.live


@pytest.mark.parametrize(
    ("hours", "sentence"), [(450, "最多 4 学时"), (375, "以 0.5 学时为一档"), (400, None)]
)
def test_hours_are_in_the_steps_of_the_bureau(house: make.House, hours: int, sentence: str) -> None:
    bureau = AccreditationFactory(provider=house.provider).bureau
    hour = '[hour]\nminutes = 45\nrounding = "half"\nquote = "不足半学时不计。"'
    published("halves", more=hour)
    assigned("halves", bureau)
    if sentence:
        with pytest.raises(NotReady, match=sentence):
            make.published(house, hours=Hours(hours))
    else:
        assert make.published(house, hours=Hours(hours)).live
