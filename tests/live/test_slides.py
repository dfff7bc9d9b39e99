"""Slides brought to a lesson: taken in, made by a worker, shown under the lesson's signed address."""

import datetime
import io
import uuid

import pytest
from asgiref.testing import ApplicationCommunicator
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from live.domain import slides, store
from live.models.slides import Deck
from live.streams import application
from lms.testing.plugin import run_apart
from tests.factories.live import LessonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def two_pages() -> bytes:
    page = Image.new("RGB", (640, 360), "white")
    file = io.BytesIO()
    page.save(file, "PDF", save_all=True, append_images=[page])
    return file.getvalue()


def host(lesson) -> Client:
    client = Client()
    client.force_login(lesson.trainer)
    return client


def bring(lesson, content: bytes, name: str = "第一课.pdf"):
    address = reverse("live:slides", args=[lesson.pk])
    return host(lesson).put(
        f"{address}?name={name}", content, content_type="application/octet-stream"
    )


async def status_of(path: str) -> tuple[int, bytes]:
    caller = ApplicationCommunicator(
        application, {"type": "http", "method": "GET", "path": path, "headers": []}
    )
    head = await caller.receive_output(5)
    return head["status"], (await caller.receive_output(5))["body"]


def test_pdf_becomes_pages_under_the_signed_address() -> None:
    lesson = LessonFactory()
    waiting = bring(lesson, two_pages()).json()["decks"]
    assert [(one["name"], one["state"], one["pages"]) for one in waiting] == [
        ("第一课.pdf", "waiting", 0)
    ]
    slides.make(uuid.UUID(waiting[0]["id"]))
    answer = host(lesson).get(reverse("live:slides", args=[lesson.pk])).json()
    [deck] = answer["decks"]
    assert (deck["state"], deck["pages"]) == ("ready", 2)
    for ending in (".webp", ".s.webp"):
        status, body = run_apart(status_of(f"{answer['base']}{deck['id']}-0002{ending}"))
        assert (status, body[8:12]) == (200, b"WEBP")
    assert run_apart(status_of(f"{answer['base']}{deck['id']}.source"))[0] == 403
    assert list(store.folder_of(lesson.pk).glob("slides/*.source")) == []


def test_what_is_no_document_is_refused_in_words_and_removed() -> None:
    lesson = LessonFactory()
    [deck] = bring(lesson, b"<html>").json()["decks"]
    slides.make(uuid.UUID(deck["id"]))
    [deck] = host(lesson).get(reverse("live:slides", args=[lesson.pk])).json()["decks"]
    assert (deck["state"], bool(deck["problem"])) == ("refused", True)
    assert list(store.folder_of(lesson.pk).glob("slides/*")) == []


@pytest.mark.parametrize(("most", "content", "status"), [(100, b"x" * 101, 413), (100, b"", 409)])
def test_too_large_or_empty_leaves_nothing(monkeypatch, most, content, status) -> None:
    monkeypatch.setattr(slides, "MOST_BYTES", most)
    lesson = LessonFactory()
    assert bring(lesson, content).status_code == status
    assert not Deck.objects.exists()
    assert list(store.folder_of(lesson.pk).glob("slides/*")) == []


def test_worker_that_died_is_followed_by_another_and_then_given_up() -> None:
    lesson = LessonFactory()
    [deck] = bring(lesson, two_pages()).json()["decks"]
    at = timezone.now()
    for _ in range(slides.MOST_ATTEMPTS):
        # Claimed, and never heard of again.
        slides._claimed(uuid.UUID(deck["id"]), at)
        slides.sweep(at + slides.LEASE / 2)
        assert Deck.objects.get().state == "working"
        at += slides.LEASE + datetime.timedelta(seconds=1)
        slides.sweep(at)
    assert (Deck.objects.get().state, Deck.objects.get().refusal) == ("refused", "damaged")


def test_pages_shown_are_chapters_and_other_lessons_pages_are_not() -> None:
    lesson, other = LessonFactory(), LessonFactory()
    [deck] = bring(lesson, two_pages()).json()["decks"]
    deck_id = uuid.UUID(deck["id"])
    slides.make(deck_id)
    note = {"deck_id": deck_id, "at": timezone.now()}
    slides.note_shown(lesson_id=lesson.pk, page=2, media_us=90_000_000, **note)
    slides.note_shown(lesson_id=lesson.pk, page=3, media_us=95_000_000, **note)
    slides.note_shown(lesson_id=other.pk, page=1, media_us=90_000_000, **note)
    assert slides.shown_in(lesson.pk) == [slides.Shown(media_s=90.0, deck=deck_id, page=2)]
    assert slides.shown_in(other.pk) == []
