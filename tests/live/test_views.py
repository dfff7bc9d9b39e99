"""Pages of live lessons, and what a signed address opens."""

import datetime
import json
import shutil
import uuid

import pytest
from asgiref.testing import ApplicationCommunicator
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from live.core import steady
from live.core.tape import US, Piece, TakeName
from live.domain import lessons, store, watching
from live.models.lesson import Lesson
from live.streams import application
from lms.testing.factories import DutyFactory, PersonFactory
from tests.factories.live import LessonFactory

pytestmark = pytest.mark.django_db
TAKE = TakeName(1, 1_795_000_000_000_000)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def begun(lesson: Lesson) -> Lesson:
    lessons.begin_take(
        person=lesson.trainer,
        lesson_id=lesson.pk,
        studio=uuid.uuid4(),
        take_over=False,
        at=timezone.now(),
    )
    return lesson


def test_trainer_plans_a_lesson_and_comes_to_its_page() -> None:
    duty = DutyFactory()
    form = {
        "title": "观察记录怎么写",
        "provider": duty.provider.pk,
        "starts_at": "2026-12-01T19:30",
        "planned_minutes": 45,
        "answer_percent": 60,
        "join_by_minutes": 5,
    }
    answer = signed_in(duty.person).post(reverse("live:schedule"), form)
    lesson = Lesson.objects.get()
    assert answer["Location"] == reverse("live:plan", args=[lesson.pk])
    assert timezone.localtime(lesson.starts_at).hour == 19
    assert (str(lesson.answer_at), lesson.join_by_s) == ("0.600", 300)


def test_other_providers_cannot_be_planned_for() -> None:
    duty, other = DutyFactory(), DutyFactory()
    form = {"title": "x", "provider": other.provider.pk, "starts_at": "2026-12-01T19:30"}
    answer = signed_in(duty.person).post(reverse("live:schedule"), form | {"planned_minutes": 0})
    assert answer.status_code == 400
    assert not Lesson.objects.exists()


def test_who_takes_no_course_with_it_stays_out() -> None:
    client, lesson = signed_in(PersonFactory()), LessonFactory()
    for route in ("live:watch", "live:links", "live:studio"):
        assert client.get(reverse(route, args=[lesson.pk])).status_code == 403


def test_what_has_not_begun_does_not_end() -> None:
    lesson = LessonFactory()
    answer = signed_in(lesson.trainer).post(reverse("live:end", args=[lesson.pk]))
    assert (answer.status_code, answer.json()["error"]) == (409, "not-begun")


def test_ended_lesson_is_ended_once(django_capture_on_commit_callbacks) -> None:
    lesson = begun(LessonFactory())
    client = signed_in(lesson.trainer)
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            assert client.post(reverse("live:end", args=[lesson.pk])).status_code == 200
    assert lesson.events.filter(kind="ended").count() == 1
    assert store.is_ended(lesson.pk)


def test_lesson_without_anything_to_see_says_so() -> None:
    cancelled = LessonFactory()
    lessons.cancel(person=cancelled.trainer, lesson=cancelled, at=timezone.now())
    page = signed_in(cancelled.trainer).get(reverse("live:watch", args=[cancelled.pk]))
    assert "这节课已取消" in page.content.decode()
    silent = begun(LessonFactory())
    lessons.end(person=silent.trainer, lesson=silent, at=timezone.now())
    page = signed_in(silent.trainer).get(reverse("live:watch", args=[silent.pk]))
    assert "这节课没有回放" in page.content.decode()


async def fetched(path: str, method: str = "GET") -> tuple[int, bytes]:
    scope = {"type": "http", "method": method, "path": path, "headers": []}
    caller = ApplicationCommunicator(application, scope)
    head = await caller.receive_output(5)
    return head["status"], (await caller.receive_output(5))["body"]


async def test_signed_address_opens_this_lesson_and_nothing_else() -> None:
    lesson, other = uuid.uuid4(), uuid.uuid4()
    for one in (lesson, other):
        store.open_take(one, TAKE, b"init")
        store.put(one, TAKE, Piece(1, 0, 1_000_000), b"segment")
    address = watching.addresses_of(lesson, at=timezone.now())
    status, body = await fetched(address.live_url)
    assert status == 200
    piece = body.decode().splitlines()[-1]
    base = address.live_url.removesuffix("live.m3u8")
    assert await fetched(base + piece) == (200, b"segment")
    assert (await fetched(base.replace(str(lesson), str(other)) + piece))[0] == 403
    assert (await fetched(f"{base}../{other}/{piece}"))[0] == 403
    assert (await fetched(f"{base}{TAKE}/000009-0-1.m4s"))[0] == 404
    assert (await fetched(address.live_url, "POST"))[0] == 405


async def test_state_says_what_the_files_say() -> None:
    lesson = uuid.uuid4()
    address = watching.addresses_of(lesson, at=timezone.now())
    assert (await fetched(address.live_url))[0] == 404
    assert json.loads((await fetched(address.state_url))[1])["state"] == "waiting"
    lesson = uuid.uuid4()
    address = watching.addresses_of(lesson, at=timezone.now())
    store.open_take(lesson, TAKE, b"init")
    store.put(lesson, TAKE, Piece(1, 0, 1_000_000), b"segment")
    state = json.loads((await fetched(address.state_url))[1])
    assert (state["state"], state["recorded_s"], state["away"]) == ("reconnecting", 1, False)
    assert state["began_ms"] == TAKE.epoch_us // 1000
    shutil.rmtree(store.folder_of(lesson))


def policy_of(client: Client, route: str, lesson: Lesson) -> list[str]:
    page = client.get(reverse(route, args=[lesson.pk]))
    return page.headers["Permissions-Policy"].split(", ")


def test_studio_and_stage_may_use_devices_and_other_pages_may_not() -> None:
    lesson = LessonFactory()
    client = signed_in(lesson.trainer)
    studio, watch = (policy_of(client, route, lesson) for route in ("live:studio", "live:watch"))
    assert studio[:3] == ["camera=(self)", "microphone=(self)", "display-capture=(self)"]
    assert watch[:3] == ["camera=(self)", "microphone=(self)", "display-capture=()"]
    assert policy_of(client, "live:plan", lesson)[0] == "camera=()"
    stranger = signed_in(DutyFactory().person)
    assert policy_of(stranger, "live:studio", lesson)[0] == "camera=()"


def test_pages_name_no_relay_before_somebody_comes_on_stage(settings) -> None:
    settings.LIVE_ICE_URLS, settings.LIVE_TURN_SECRET = ["turn:relay.example"], "shared"
    lesson = LessonFactory()
    client = signed_in(lesson.trainer)
    for route in ("live:studio", "live:watch"):
        assert "relay.example" not in client.get(reverse(route, args=[lesson.pk])).content.decode()


def test_studio_says_how_to_bring_powerpoint_where_libreoffice_is_missing(monkeypatch) -> None:
    lesson = LessonFactory()
    address = reverse("live:studio", args=[lesson.pk])
    said = []
    for program in (None, "/usr/bin/soffice"):
        monkeypatch.setattr("live.views.lessons.office_program", lambda found=program: found)
        said.append("课件请先导出为 PDF" in signed_in(lesson.trainer).get(address).content.decode())
    assert said == [True, False]


def test_studio_knows_that_its_lesson_is_on_air_and_for_how_long_it_has_shown_nothing() -> None:
    lesson = LessonFactory()
    client = signed_in(lesson.trainer)
    address = reverse("live:studio", args=[lesson.pk])
    assert client.get(address).context["data"]["away"] is None
    at = timezone.now() - datetime.timedelta(seconds=90)
    by = {"person": lesson.trainer, "lesson_id": lesson.pk, "studio": uuid.uuid4()}
    lessons.begin_take(**by, take_over=False, at=at)
    assert 89 < client.get(address).context["data"]["away"] < 200
    # A second of recording, which has come now.
    name = TakeName(1, steady.now_us() - US)
    store.open_take(lesson.pk, name, b"init")
    store.put(lesson.pk, name, Piece(1, 0, US), b"picture")
    assert 0 <= client.get(address).context["data"]["away"] < 60
