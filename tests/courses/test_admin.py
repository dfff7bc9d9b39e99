"""The trainer's and the moderator's way through Wagtail's admin."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from courses.domain.catalogue import ensure_provider_page
from courses.models import CoursePage, ProviderPage
from lms.people.models import Person
from lms.testing.factories import AccreditationFactory, PersonFactory
from lms.testing.policies import assigned, published
from tests.factories import courses as make
from tests.factories.assessments import PaperFactory
from tests.factories.media import AssetFactory

pytestmark = pytest.mark.django_db


def as_(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def form(
    title: str = "区域活动的材料投放", modules: tuple[str, ...] = ("a", "b"), **changes: str
) -> dict[str, Any]:
    """What the editor sends."""
    data = {
        "title": title,
        "slug": "corner",
        "summary": "材料分三层。",
        "description": json.dumps({"blocks": [], "entityMap": {}}),
        "hundredths": "1.5",
        "minutes_per_hour": "45",
        "offscreen_minutes": "0",
        "form": "remote",
        "level": "county",
        "purpose": "in_service",
        "themes": ["subject"],
        "audience": ["teacher"],
        "is_required": "False",
        "modules-count": str(len(modules)),
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "",
        "go_live_at": "",
        "expire_at": "",
    }
    for number, ref in enumerate(modules):
        data |= {
            f"modules-{number}-deleted": "",
            f"modules-{number}-order": str(number),
            f"modules-{number}-type": "tests__reading",
            f"modules-{number}-id": "",
            f"modules-{number}-value-title": f"读{ref}",
            f"modules-{number}-value-activity-ref": ref,
            f"modules-{number}-value-activity-minimum": "0.9",
        }
    return data | changes


def add_url(house: make.House) -> str:
    page = ensure_provider_page(house.provider)
    return reverse("wagtailadmin_pages:add", args=["courses", "coursepage", page.pk])


def edit_url(course: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[course.pk])


def submit(house: make.House, **changes: Any) -> CoursePage:
    answer = as_(house.trainer).post(add_url(house), form(**changes) | {"action-submit": "1"})
    assert answer.status_code == 302, answer.context["form"].errors
    return CoursePage.objects.get(slug="corner")


def approve(client: Client, course: CoursePage) -> Any:
    state = course.current_workflow_task_state
    url = reverse("wagtailadmin_pages:workflow_action", args=[course.pk, "approve", state.pk])
    return client.post(url)


def test_trainer_builds_and_submits_and_moderator_publishes(house: make.House) -> None:
    trainer = as_(house.trainer)
    assert trainer.get(add_url(house)).status_code == 200
    course = submit(house)
    assert (course.live, course.owner, course.hundredths) == (False, house.trainer, 150)
    assert course.provider == house.provider
    moderator = as_(house.moderator)
    assert moderator.get(edit_url(course)).status_code == 200

    answer = approve(moderator, course)

    assert answer.status_code == 302
    version = course.versions.get()
    assert [(step.title, step.ref, str(step.minimum)) for step in version.steps] == [
        ("读a", "a", "0.9"),
        ("读b", "b", "0.9"),
    ]
    assert version.published_by == house.moderator
    assert CoursePage.objects.get(pk=course.pk).live


def test_draft_may_be_incomplete(house: make.House) -> None:
    answer = as_(house.trainer).post(add_url(house), form(modules=(), summary=""))

    assert answer.status_code == 302
    assert not CoursePage.objects.get(slug="corner").live


@pytest.mark.parametrize(
    "wrong",
    [
        {"modules": ()},
        {"modules": ("draft",)},
        {"modules": ("a", "a")},
        {"hundredths": "0"},
        {"hundredths": "1.555"},
        {"hundredths": "-1"},
        {"hundredths": "4.01"},
        {"offscreen_minutes": "-1"},
        {"offscreen_minutes": "0.5"},
        {"offscreen_minutes": "60001"},
        {"hundredths": "九"},
        {"minutes_per_hour": "44"},
        {"themes": ["x"]},
        {"audience": []},
        {"modules-0-value-activity-minimum": "2"},
    ],
)
def test_what_is_not_ready_is_not_submitted(house: make.House, wrong: dict[str, Any]) -> None:
    answer = as_(house.trainer).post(add_url(house), form(**wrong) | {"action-submit": "1"})

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not CoursePage.objects.exists()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"hundredths": "4.01"}, "内容共 180 分钟，按 45 分钟一学时最多 4 学时"),
        ({"hundredths": "1000"}, "最多 4 学时"),
        (
            {"hundredths": "4", "minutes_per_hour": "50"},
            "内容共 180 分钟，按 50 分钟一学时最多 3.6 学时",
        ),
        (
            {"hundredths": "4.05", "offscreen_minutes": "2"},
            "内容共 182 分钟，按 45 分钟一学时最多 4.04 学时",
        ),
    ],
)
def test_hours_above_what_the_content_carries_are_refused_with_the_numbers(
    house: make.House, changes: dict[str, str], says: str
) -> None:
    answer = as_(house.trainer).post(add_url(house), form(**changes) | {"action-submit": "1"})

    assert answer.status_code == 200
    assert says in str(answer.context["form"].errors)
    assert not CoursePage.objects.exists()


def test_an_hour_is_as_long_as_the_bureau_reckons_that_accredits_the_provider(
    house: make.House,
) -> None:
    bureau = AccreditationFactory(provider=house.provider).bureau
    published("city", more='[hour]\nminutes = 50\nquote = "每50分钟计1学时。"\n')
    assigned("city", bureau)
    client = as_(house.trainer)
    begun = client.get(add_url(house)).content.decode()
    assert '<option value="50" selected>' in begun
    action = {"action-submit": "action-submit"}
    short = client.post(add_url(house), form(hundredths="0.5") | action)
    assert "按认定机构的教育局的办法，一学时是 50 分钟。" in errors_of(short)
    client.post(add_url(house), form(hundredths="0.5", minutes_per_hour="60") | action)
    assert CoursePage.objects.get().minutes_per_hour == 60


def test_stated_study_off_screen_carries_hours(house: make.House) -> None:
    course = submit(house, hundredths="4.05", offscreen_minutes="3")
    approve(as_(house.moderator), course)

    version = course.versions.get()
    assert (version.hundredths, version.offscreen_minutes) == (405, 3)
    page = Client().get(reverse("courses:course", args=[course.key])).content.decode()
    assert "线下学习与作业" in page
    assert "3 分钟" in page


def test_quiz_carries_two_minutes_a_question(house: make.House) -> None:
    paper = PaperFactory(provider=house.provider)
    value = {"title": "小测", "activity-ref": str(paper.pk), "activity-minimum": "60"}
    data = with_module("assessments__quiz", **value) | {"hundredths": "0.14"}

    answer = as_(house.trainer).post(add_url(house), data | {"action-submit": "1"})

    assert "内容共 6 分钟，按 45 分钟一学时最多 0.13 学时" in errors_of(answer)


def doors(course: CoursePage) -> dict[str, tuple[str, dict[str, Any]]]:
    """Every way in the admin to make a course live: an address and what is sent."""
    state = course.current_workflow_task_state
    edit = form(title=course.title, slug=course.slug)
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    review = {"action-workflow-action": "1", "workflow-action-name": "approve"}
    return {
        "publish": (edit_url(course), edit | {"action-publish": "1"}),
        "approve in the editor": (edit_url(course), edit | review),
        "approve": (
            reverse("wagtailadmin_pages:workflow_action", args=[course.pk, "approve", state.pk]),
            {},
        ),
        "bulk": (f"{bulk}?id={course.pk}", {}),
        "api": (reverse("wagtailadmin_api:pages:action", args=[course.pk, "publish"]), {}),
        "schedule": (
            edit_url(course),
            edit | {"action-publish": "1", "go_live_at": "2030-01-01 08:00"},
        ),
    }


@pytest.mark.parametrize(
    "door", ["publish", "approve in the editor", "approve", "bulk", "api", "schedule"]
)
def test_nobody_publishes_their_own_by_any_door(house: make.House, door: str) -> None:
    both = make.someone(house.provider, "trainer", "moderator")
    mine = make.House(provider=house.provider, trainer=both, moderator=both)
    course = submit(mine)
    url, data = doors(course)[door]

    answer = as_(both).post(url, data)

    assert answer.status_code < 500
    course = CoursePage.objects.get(pk=course.pk)
    assert (course.live, course.versions.count()) == (False, 0)
    assert not course.revisions.exclude(approved_go_live_at=None).exists()


@pytest.mark.parametrize("door", ["publish", "approve", "bulk", "api"])
def test_trainers_and_strangers_publish_by_no_door(house: make.House, door: str) -> None:
    course = submit(house)
    url, data = doors(course)[door]
    colleague = make.someone(house.provider, "trainer")
    for person in (colleague, make.make_house("别家").moderator):
        assert as_(person).post(url, data).status_code < 500

    course = CoursePage.objects.get(pk=course.pk)
    assert (course.live, course.versions.count()) == (False, 0)


def test_nobody_publishes_while_creating(house: make.House) -> None:
    both = make.someone(house.provider, "trainer", "moderator")

    as_(both).post(add_url(house), form() | {"action-publish": "1"})

    assert not CoursePage.objects.get(slug="corner").live


def test_moderator_who_made_it_is_told_why(house: make.House) -> None:
    both = make.someone(house.provider, "trainer", "moderator")
    course = submit(make.House(provider=house.provider, trainer=both, moderator=both))

    assert "另一位审核人" in as_(both).get(edit_url(course)).content.decode()


def test_published_course_is_not_deleted(house: make.House) -> None:
    course = make.published(house)
    url = reverse("wagtailadmin_pages:delete", args=[course.pk])
    root = PersonFactory(is_superuser=True)

    for person in (house.trainer, house.moderator, root):
        assert as_(person).post(url).status_code in {302, 403}

    assert CoursePage.objects.filter(pk=course.pk).exists()


def test_courses_of_other_providers_are_out_of_sight(house: make.House) -> None:
    other = make.make_house("别家机构")
    make.published(other, title="别家的课")
    client = as_(house.trainer)

    listing = client.get(reverse("course_pages:index")).content.decode()
    assert "别家的课" not in listing
    course = CoursePage.objects.get(title="别家的课")
    assert client.get(edit_url(course)).status_code in {302, 403, 404}


def test_moderator_unpublishes(house: make.House) -> None:
    course = make.published(house)

    as_(house.moderator).post(reverse("wagtailadmin_pages:unpublish", args=[course.pk]))

    assert not CoursePage.objects.get(pk=course.pk).live


def test_tree_is_made_by_the_platform_alone() -> None:
    assert ProviderPage.objects.count() == 0
    assert CoursePage.allowed_parent_page_models() == [ProviderPage]


def test_moderator_approves_in_the_editor_without_becoming_its_maker(house: make.House) -> None:
    course = submit(house)
    ids = [module["id"] for module in course.modules.raw_data]
    data = form() | {f"modules-{number}-id": one for number, one in enumerate(ids)}
    review = {"action-workflow-action": "1", "workflow-action-name": "approve"}

    as_(house.moderator).post(edit_url(course), data | review)

    course = CoursePage.objects.get(pk=course.pk)
    assert course.live
    assert set(course.revisions.values_list("user", flat=True)) == {house.trainer.pk}


@pytest.mark.parametrize(
    "said", ["", "<p>先看，再做。</p>", '<p data-block-key="a1b2c">先看，再做。</p>']
)
def test_who_approves_before_the_editor_has_come_has_changed_nothing(
    house: make.House, said: str
) -> None:
    # As a text looks that was never in the editor, and as its field is sent while the editor's script is on its way.
    editor = CoursePage._meta.get_field("description").formfield().widget
    course = submit(house)
    course.description = said
    course.save_revision(user=house.trainer)
    ids = [module["id"] for module in course.modules.raw_data]
    data = form(description=editor.format_value(said))
    data |= {f"modules-{number}-id": one for number, one in enumerate(ids)}
    moderator = as_(house.moderator)

    page = moderator.get(edit_url(course)).content.decode()
    # What the button sends by itself, should it be clicked before the script that knows what it means.
    assert page.count('<input type="hidden" name="action-workflow-action" value="true">') == 1
    (button,) = re.findall(r'<button[^>]*data-workflow-action-name[^>]*type="submit"[^>]*>', page)
    assert {'name="workflow-action-name"', 'value="approve"'} <= set(button.split())
    moderator.post(
        edit_url(course),
        data | {"action-workflow-action": "true", "workflow-action-name": "approve"},
    )

    course = CoursePage.objects.get(pk=course.pk)
    assert course.live
    assert set(course.revisions.values_list("user", flat=True)) == {house.trainer.pk}


def with_module(kind: str, **value: str) -> dict[str, Any]:
    """The editor's form with one module of a kind."""
    sent = {f"modules-0-value-{name}": said for name, said in value.items()}
    if "" in value:
        sent["modules-0-value"] = value[""]
    return form(modules=("a",)) | {"modules-0-type": kind} | sent


def errors_of(answer: Any) -> str:
    return str(answer.context["form"].errors)


@pytest.mark.parametrize("action", [{}, {"action-submit": "1"}])
def test_handmade_missing_module_is_refused(house: make.House, action: dict[str, str]) -> None:
    for hidden in (
        {"type": "gone__thing", "value": 1, "id": "x"},
        # What is stored as it comes would pass by every check of videos.
        {"type": "tests__reading", "value": {"title": "x", "activity": {"ref": "a"}}, "id": "x"},
    ):
        data = with_module("plugin_missing", **{"": json.dumps(hidden)})

        answer = as_(house.trainer).post(add_url(house), data | action)

        assert answer.status_code == 200
        assert "缺少插件的模块只能移动或删除" in errors_of(answer)
    assert not CoursePage.objects.exists()


def test_stored_module_of_a_missing_plugin_survives_an_edit(house: make.House) -> None:
    as_(house.trainer).post(add_url(house), form())
    course = CoursePage.objects.get(slug="corner")
    stored = {"type": "gone__thing", "value": {"文": "字"}, "id": "6a1d"}
    course.modules = json.dumps([stored])
    course.save_revision(user=house.trainer)
    data = with_module("plugin_missing", **{"": json.dumps(stored)}) | {"title": "改了题目"}

    answer = as_(house.trainer).post(edit_url(course), data)

    assert answer.status_code == 302
    latest = CoursePage.objects.get(pk=course.pk).get_latest_revision_as_object()
    assert (latest.title, latest.modules.raw_data[0]["value"]) == ("改了题目", stored)


@pytest.mark.parametrize("action", [{}, {"action-submit": "1"}])
@pytest.mark.parametrize("kind", ["media__video", "assessments__quiz"])
def test_what_belongs_to_another_provider_is_refused(
    house: make.House, kind: str, action: dict[str, str]
) -> None:
    def thing(provider: Any) -> str:
        made = AssetFactory if kind == "media__video" else PaperFactory
        return str(made(provider=provider).pk)

    minimum = "0.9" if kind == "media__video" else "60"

    def data(ref: str) -> dict[str, Any]:
        value = {"title": "说话", "activity-ref": ref, "activity-minimum": minimum}
        return with_module(kind, **value) | {"offscreen_minutes": "90"} | action

    foreign = thing(make.make_house("别家机构").provider)
    answer = as_(house.trainer).post(add_url(house), data(foreign))

    assert answer.status_code == 200
    assert "没有任职的培训机构" in errors_of(answer)
    assert not CoursePage.objects.exists()
    own = as_(house.trainer).post(add_url(house), data(thing(house.provider)))
    assert own.status_code == 302


def test_what_is_in_a_course_stays_whoever_edits_it(house: make.House) -> None:
    foreign = str(AssetFactory().pk)
    as_(house.trainer).post(add_url(house), form())
    course = CoursePage.objects.get(slug="corner")
    activity = {"ref": foreign, "minimum": "0.9"}
    block = {"type": "media__video", "value": {"title": "说话", "activity": activity}, "id": "m"}
    course.modules = json.dumps([block])
    course.save_revision(user=house.trainer)
    value = {"title": "换个说法", "activity-ref": foreign, "activity-minimum": "0.9"}

    answer = as_(house.trainer).post(edit_url(course), with_module("media__video", **value))

    assert answer.status_code == 302
    latest = CoursePage.objects.get(pk=course.pk).get_latest_revision_as_object()
    assert latest.modules[0].value["title"] == "换个说法"


def loaded(course: Page) -> dict[str, str]:
    """What the editor of a course as it is now says of what it shows."""
    newest = Page.objects.get(pk=course.pk).latest_revision
    moment = newest.created_at.isoformat()
    return {"loaded_revision_id": str(newest.pk), "loaded_revision_created_at": moment}


def saves_itself(client: Client, url: str) -> bool:
    return client.get(url).context["autosave_enabled"]


def test_only_drafts_of_ones_own_save_themselves(house: make.House) -> None:
    trainer, moderator = as_(house.trainer), as_(house.moderator)
    assert not saves_itself(trainer, add_url(house))
    trainer.post(add_url(house), form())
    course = CoursePage.objects.get(slug="corner")
    assert saves_itself(trainer, edit_url(course))
    assert not saves_itself(moderator, edit_url(course))
    trainer.post(edit_url(course), form() | loaded(course) | {"action-submit": "1"})
    assert not saves_itself(trainer, edit_url(course))
    approve(moderator, course)
    assert not saves_itself(trainer, edit_url(course))


def test_what_saves_itself_neither_makes_a_second_course_nor_changes_one_handed_in(
    house: make.House,
) -> None:
    trainer = as_(house.trainer)
    trainer.post(add_url(house), form())
    course = CoursePage.objects.get(slug="corner")
    before = loaded(course)
    said = {"headers": {"accept": "application/json"}}
    kept = trainer.post(edit_url(course), form(title="写到一半") | before, **said).json()
    assert kept["success"]
    assert CoursePage.objects.get().get_latest_revision_as_object().title == "写到一半"
    once_more = {"overwrite_revision_id": str(kept["revision_id"])}
    assert trainer.post(edit_url(course), form(title="写完") | once_more, **said).json()["success"]
    handed_in = form(title="交上去") | before | {"action-submit": "1"}
    assert trainer.post(edit_url(course), handed_in).status_code == 302
    # What the page had sent off just before comes in last.
    late = trainer.post(edit_url(course), form(title="迟到的") | once_more, **said)
    assert (late.status_code, late.json()["success"]) == (400, False)
    newest = CoursePage.objects.get(pk=course.pk)
    assert newest.get_latest_revision_as_object().title == "交上去"
    assert newest.current_workflow_task_state.revision == newest.latest_revision
    assert CoursePage.objects.count() == 1
