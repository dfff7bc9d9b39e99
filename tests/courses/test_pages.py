"""The pages of courses, from outside."""

import datetime
import uuid
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.domain.enrol import enrol
from courses.enums import Audience
from courses.models import CoursePage, Enrolment
from lms.api.credit import Form, Theme, record_evidence
from lms.people.models import Person
from lms.testing.factories import PersonFactory
from tests.factories import courses as make

pytestmark = pytest.mark.django_db
CATALOGUE = reverse("courses:catalogue")


def titles(client: Client, query: str = "") -> list[str]:
    answer = client.get(CATALOGUE + query)
    assert answer.status_code == 200
    return [card.version.title for card in answer.context["cards"]]


@pytest.fixture
def person() -> Person:
    return PersonFactory()


@pytest.fixture
def signed_in(client: Client, person: Person) -> Client:
    client.force_login(person)
    return client


def course_url(course: CoursePage, name: str = "course", *rest: str) -> str:
    return reverse(f"courses:{name}", args=[course.key, *rest])


# --- Catalogue -------------------------------------------------------------------------------------------------------


def index(*courses: CoursePage) -> None:
    from modelsearch import index as search_index

    for course in courses:
        search_index.insert_or_update_object(CoursePage.objects.get(pk=course.pk))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("学前", ["京师学前教育：适应新形势"]),
        ("师德", ["师德师风"]),
        ("shide", ["师德师风"]),
        ("人民幼教", ["师德师风"]),
        ("心理", ["京师学前教育：适应新形势"]),
        ("数学", []),
    ],
)
def test_catalogue_finds(client: Client, house: make.House, query: str, found: list[str]) -> None:
    other = make.make_house("人民幼教")
    index(
        make.published(house, title="京师学前教育：适应新形势", themes=[Theme.PSYCHOLOGY]),
        make.published(other, title="师德师风"),
    )

    assert titles(client, f"?q={query}") == found


def test_catalogue_shows_published_courses_only_the_latest_first(
    client: Client, house: make.House
) -> None:
    make.published(house, title="一")
    make.published(house, title="二")
    make.submitted(house, title="在审")
    make.published(house, title="下架").unpublish(user=house.moderator)

    assert titles(client) == ["二", "一"]


def test_catalogue_narrows_by_chips_and_counts_what_they_leave(
    client: Client, house: make.House
) -> None:
    make.published(house, title="甲", form=Form.REMOTE, themes=[Theme.ETHICS, Theme.SAFETY])
    make.published(house, title="乙", form=Form.SCHOOL, themes=[Theme.ETHICS], is_required=True)
    make.published(house, title="丙", form=Form.SCHOOL, audience=[Audience.PRINCIPAL])

    assert titles(client, "?form=school") == ["丙", "乙"]
    assert titles(client, "?themes=safety&themes=ethics") == ["乙", "甲"]
    assert titles(client, "?is_required=True&form=school") == ["乙"]
    assert titles(client, "?audience=principal") == ["丙"]
    assert titles(client, f"?provider={house.provider.slug}") == ["丙", "乙", "甲"]
    rows = client.get(CATALOGUE + "?form=school").context["rows"]
    counts = {chip.url: chip.count for row in rows for chip in row.chips}
    assert counts["?form=school&themes=ethics"] == 1
    assert counts["?form=school&form=remote"] == 1
    assert counts["?"] == 2


@pytest.mark.parametrize(
    "query",
    [
        "?form=x&level=&themes='",
        "?page=x",
        "?page=-1",
        "?page=999",
        "?q=%00",
        "?provider=%00",
        "?q=" + "字" * 5000,
    ],
)
def test_catalogue_takes_any_address(client: Client, house: make.House, query: str) -> None:
    make.published(house)

    assert client.get(CATALOGUE + query).status_code == 200


def test_catalogue_says_when_nothing_fits(client: Client, db: None) -> None:
    assert "empty" in client.get(CATALOGUE + "?q=没有").content.decode()
    assert "empty" in client.get(CATALOGUE).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_catalogue_queries(
    signed_in: Client,
    person: Person,
    house: make.House,
    count: int,
    django_assert_num_queries: object,
) -> None:
    for number in range(count):
        course = make.published(
            house, title=f"课{number}", modules=[make.module(f"{number}{n}") for n in range(count)]
        )
        enrol(person=person, course=course, at=timezone.now())

    with django_assert_num_queries(9):
        signed_in.get(CATALOGUE)


# --- Course ----------------------------------------------------------------------------------------------------------


def test_course_is_public_and_asks_to_sign_in(client: Client, house: make.House) -> None:
    course = make.published(house, modules=[make.module("a", "蹲下来")])

    page = client.get(course_url(course)).content.decode()

    assert "蹲下来" in page
    assert "2.00" in page
    assert f"?next={course_url(course)}" in page


def test_course_in_the_making_is_seen_by_nobody_here(client: Client, house: make.House) -> None:
    course = make.submitted(house)

    for person in (PersonFactory(), house.trainer, house.moderator):
        client.force_login(person)
        assert client.get(course_url(course)).status_code == 404
        assert client.post(course_url(course, "enrol")).status_code == 404
    assert client.get(reverse("courses:course", args=[uuid.uuid4()])).status_code == 404


def test_enrol_leads_to_the_first_step(
    signed_in: Client, person: Person, house: make.House
) -> None:
    course = make.published(house)
    first = course.versions.get().steps[0]

    answer = signed_in.post(course_url(course, "enrol"))

    assert answer.url == course_url(course, "step", first.key)
    assert Enrolment.objects.get().person == person


def test_course_keeps_open_to_the_enrolled_after_it_left_the_catalogue(
    signed_in: Client, person: Person, house: make.House
) -> None:
    course = make.published(house)
    enrol(person=person, course=course, at=timezone.now())
    course.unpublish(user=house.moderator)

    assert signed_in.get(course_url(course)).status_code == 200
    assert Client().get(course_url(course)).status_code == 404


def test_course_goes_on_with_the_nearest_unfinished_step(
    signed_in: Client, person: Person, house: make.House
) -> None:
    course = make.published(house, modules=[make.module("a", minimum="0.8"), make.module("b")])
    enrol(person=person, course=course, at=timezone.now())
    make.DONE[person.pk, "a"] = Decimal("0.8")
    second = course.versions.get().steps[1]

    answer = signed_in.get(course_url(course))

    assert course_url(course, "step", second.key) in answer.content.decode()
    assert (answer.context["state"].done, answer.context["state"].fraction) == (1, Decimal("0.5"))


@pytest.mark.parametrize("count", [1, 3])
def test_course_queries(
    signed_in: Client,
    person: Person,
    house: make.House,
    count: int,
    django_assert_num_queries: object,
) -> None:
    course = make.published(house, modules=[make.module(str(n)) for n in range(count)])
    for learner in [person, *PersonFactory.create_batch(count)]:
        enrol(person=learner, course=course, at=timezone.now())

    with django_assert_num_queries(7):
        signed_in.get(course_url(course))


def test_completed_course_says_what_it_came_to(
    signed_in: Client, person: Person, house: make.House
) -> None:
    first = make.published(house, title="先学的课", modules=[make.module("a", title="同一篇")])
    again = make.published(house, title="再学的课", modules=[make.module("a", title="同一篇")])
    at = timezone.now()
    for course in (first, again):
        enrol(person=person, course=course, at=at)
    make.DONE[person.pk, "a"] = Decimal(1)
    record_evidence(
        person=person, kind=make.EVIDENCE, subject=make.subject_of("a"), source_key="a",
        amount=Decimal(1), spans=[], wall=[], facts={}, at=at,
    )  # fmt: skip

    assert "全部模块已完成，记 2.00 学时" in signed_in.get(course_url(first)).content.decode()
    page = signed_in.get(course_url(again)).content.decode()
    assert "这些内容先前已计过学时" in page
    assert "《同一篇》：已计入《先学的课》" in page


def test_leave(signed_in: Client, person: Person, house: make.House) -> None:
    course = make.published(house)
    enrol(person=person, course=course, at=timezone.now())

    assert signed_in.post(course_url(course, "leave")).url == reverse("courses:mine")
    assert signed_in.post(course_url(course, "leave")).status_code == 404


# --- Steps -----------------------------------------------------------------------------------------------------------


def test_step_is_for_the_enrolled(signed_in: Client, person: Person, house: make.House) -> None:
    course = make.published(house, modules=[make.module("a"), make.module("b")])
    first, second = course.versions.get().steps
    assert signed_in.get(course_url(course, "step", first.key)).status_code == 403
    enrol(person=person, course=course, at=timezone.now())

    answer = signed_in.get(course_url(course, "step", first.key))

    place = answer.context["place_of"]
    assert (place.number, place.count, place.minimum) == (1, 2, Decimal(1))
    assert place.next_url == course_url(course, "step", second.key)
    assert "阅读 a" in answer.content.decode()
    assert signed_in.get(course_url(course, "step", "x")).status_code == 404


def test_step_is_seen_by_its_provider_without_enrolling(client: Client, house: make.House) -> None:
    course = make.published(house)
    url = course_url(course, "step", course.versions.get().steps[0].key)

    client.force_login(house.trainer)
    assert client.get(url).context["seat"].preview is True
    client.force_login(make.make_house("别家").trainer)
    assert client.get(url).status_code == 403


def test_step_without_its_plugin_says_so(
    signed_in: Client, person: Person, house: make.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lms.plugins.hooks import ActivityKind
    from lms.plugins.registry import registry

    course = make.published(house)
    enrol(person=person, course=course, at=timezone.now())
    with monkeypatch.context() as without:
        without.delitem(registry._by_class[ActivityKind], make.KIND)
        answer = signed_in.get(course_url(course, "step", course.versions.get().steps[0].key))

    assert answer.status_code == 200
    assert "activity" not in answer.context


def test_progress_says_what_is_done_and_leads_on(
    signed_in: Client, person: Person, house: make.House
) -> None:
    course = make.published(house, modules=[make.module("a", "读一", "0.5"), make.module("b")])
    enrol(person=person, course=course, at=timezone.now())
    first, second = course.versions.get().steps

    def said(key: str) -> tuple[bool, str]:
        answer = signed_in.get(course_url(course, "progress", key))
        assert answer.status_code == 200
        return answer.context["leads_on"], answer.content.decode()

    leads_on, page = said(first.key)
    assert not leads_on
    assert "已完成" not in page
    make.DONE[person.pk, "a"] = Decimal("0.5")
    leads_on, page = said(first.key)
    assert leads_on
    assert "“读一”已完成，2 个模块学完了 1 个。" in page
    assert "1 / 2" in page
    make.DONE[person.pk, "b"] = Decimal(1)
    assert "全部模块" in said(second.key)[1]


def test_progress_is_for_the_enrolled(client: Client, house: make.House, person: Person) -> None:
    course = make.published(house)
    address = course_url(course, "progress", course.versions.get().steps[0].key)
    client.force_login(person)
    assert client.get(address).status_code == 403
    enrol(person=person, course=course, at=timezone.now())
    assert client.get(address).status_code == 200
    assert client.get(course_url(course, "progress", "x")).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_progress_queries(
    signed_in: Client,
    person: Person,
    house: make.House,
    count: int,
    django_assert_num_queries,
) -> None:
    modules = [make.module(f"m{number}") for number in range(count)]
    course = make.published(house, modules=modules)
    enrol(person=person, course=course, at=timezone.now())
    address = course_url(course, "progress", course.versions.get().steps[0].key)
    signed_in.get(address)
    with django_assert_num_queries(5):
        signed_in.get(address)


@pytest.mark.parametrize("count", [1, 3])
def test_step_queries(
    signed_in: Client,
    person: Person,
    house: make.House,
    count: int,
    django_assert_num_queries: object,
) -> None:
    course = make.published(house, modules=[make.module(str(n)) for n in range(count)])
    enrol(person=person, course=course, at=timezone.now())

    with django_assert_num_queries(8):
        signed_in.get(course_url(course, "step", course.versions.get().steps[0].key))


# --- Mine ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_mine_queries(
    signed_in: Client,
    person: Person,
    house: make.House,
    count: int,
    django_assert_num_queries: object,
) -> None:
    for number in range(count):
        enrol(person=person, course=make.published(house, title=f"课{number}"), at=timezone.now())

    with django_assert_num_queries(6):
        answer = signed_in.get(reverse("courses:mine"))

    assert len(answer.context["cards"]) == count


def test_mine_has_the_unfinished_first(
    signed_in: Client, person: Person, house: make.House
) -> None:
    now = timezone.now()
    done, begun = (
        enrol(person=person, course=make.published(house, title=title), at=now) for title in "完始"
    )
    Enrolment.objects.filter(pk=done.pk).update(completed_at=now + datetime.timedelta(1))

    cards = signed_in.get(reverse("courses:mine")).context["cards"]

    assert [card.enrolment for card in cards] == [begun, done]
