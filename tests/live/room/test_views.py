"""Files of a room, its assistants, and the lists of words."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from live.models.room import HandedFile, WordList
from live.room import bus
from lms.testing.factories import AccreditationFactory, DutyFactory, PersonFactory
from tests.factories.live import LessonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places(settings, tmp_path):
    settings.MEDIA_ROOT, settings.LIVE_BUS = tmp_path, "local"


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def handed_by(person, lesson, name="课件.pdf", content=b"%PDF-1.7 x"):
    upload = {"file": SimpleUploadedFile(name, content)} if content else {}
    return signed_in(person).post(reverse("live:files", args=[lesson.pk]), upload)


def test_trainer_hands_out_and_whoever_attends_saves(
    monkeypatch, django_capture_on_commit_callbacks
) -> None:
    lesson, told = LessonFactory(), []
    kind = type("Bus", (), {"say": staticmethod(lambda _lesson, line: told.append(line))})
    monkeypatch.setitem(bus._KINDS, "local", kind)
    with django_capture_on_commit_callbacks(execute=True):
        assert handed_by(lesson.trainer, lesson).json()["name"] == "课件.pdf"
    assert len(told) == 1
    one = HandedFile.objects.get()
    address = reverse("live:file", args=[lesson.pk, one.pk])
    colleague = signed_in(DutyFactory(kind="moderator", provider=lesson.provider).person)
    answer = colleague.get(address)
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 x"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert signed_in(PersonFactory()).get(address).status_code == 403
    withdraw = reverse("live:withdraw", args=[lesson.pk, one.pk])
    assert colleague.post(withdraw).status_code == 403
    trainer = signed_in(lesson.trainer)
    assert [trainer.post(withdraw).status_code for _ in range(2)] == [200, 404]
    assert colleague.get(address).status_code == 404


@pytest.mark.parametrize(
    ("content", "code"), [(b"MZ", "unknown-kind"), (b"", "no-file")], ids=["program", "nothing"]
)
def test_what_cannot_be_handed_out_is_refused_with_words(content: bytes, code: str) -> None:
    lesson = LessonFactory()
    answer = handed_by(lesson.trainer, lesson, content=content)
    assert (answer.status_code, answer.json()["error"]) == (400, code)
    assert answer.json()["message"]


def test_named_assistant_looks_after_the_room_from_the_watch_page() -> None:
    lesson = LessonFactory()
    named = DutyFactory(kind="assistant", provider=lesson.provider).person
    other = DutyFactory(kind="assistant").person
    watch = reverse("live:watch", args=[lesson.pk])
    assert signed_in(named).get(watch).status_code == 403
    address, trainer = reverse("live:assistants", args=[lesson.pk]), signed_in(lesson.trainer)
    assert "保存" in trainer.get(address).content.decode()
    assert trainer.post(address, {"assistants": [other.pk]}).status_code == 400
    assert trainer.post(address, {"assistants": [named.pk]}).status_code == 302
    page = signed_in(named).get(watch)
    assert page.context["data"]["panel"]["role"] == "assistant"
    assert "data-room-desk" in page.content.decode()
    assert handed_by(named, lesson).status_code == 200
    assert signed_in(named).get(address).status_code == 403
    learner = signed_in(DutyFactory(kind="moderator", provider=lesson.provider).person).get(watch)
    assert "data-room-desk" not in learner.content.decode()


def test_provider_and_bureau_keep_their_own_lists() -> None:
    accredited = AccreditationFactory()
    moderator = DutyFactory(kind="moderator", provider=accredited.provider).person
    bureau = DutyFactory(kind="bureau_admin", provider=None, organisation=accredited.bureau).person
    address = reverse("live:words")
    for person, key, words in (
        (moderator, f"provider-{accredited.provider.pk}", "代考\n\n加微信\n代考"),
        (bureau, f"bureau-{accredited.bureau.pk}", "刷课"),
    ):
        client = signed_in(person)
        answer = client.post(address, {"owner": key, "words": words})
        assert answer["Location"] == f"{address}?kept={key}"
        assert "已保存" in client.get(answer["Location"]).content.decode()
    kept = {str(one.provider or one.bureau): one.words for one in WordList.objects.all()}
    assert kept == {
        str(accredited.provider): "代考\n加微信",
        str(accredited.bureau): "刷课",
    }
    foreign = {"owner": f"bureau-{accredited.bureau.pk}", "words": ""}
    assert signed_in(moderator).post(address, foreign).status_code == 403


@pytest.mark.parametrize(
    ("kind", "is_there"), [("bureau_admin", True), ("moderator", True), ("trainer", False)]
)
def test_menu_leads_who_keeps_words_to_them(client, kind: str, is_there: bool) -> None:
    client.force_login(DutyFactory(kind=kind).person)
    page = client.get(reverse("home")).content.decode()
    assert (f'href="{reverse("live:words")}"' in page) == is_there
