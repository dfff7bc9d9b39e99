"""A worker that is long at one file keeps it."""

import time

import pytest
from django.utils import timezone

from live.domain import slides
from live.enums import DeckState
from live.models.slides import Deck
from tests.factories.live import LessonFactory


@pytest.fixture
def deck(own_database, settings, tmp_path) -> Deck:
    settings.MEDIA_ROOT = tmp_path
    lesson = LessonFactory()
    return slides.add(
        lesson=lesson, name="a.pptx", pieces=[b"PK"], by=lesson.trainer, at=timezone.now()
    )


def until(is_so) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_lease_is_renewed_while_libreoffice_is_silent(deck: Deck, monkeypatch) -> None:
    monkeypatch.setattr(slides, "RENEW_EVERY_S", 0.05)

    def silent(*_args, on_page, stop) -> int:
        before = Deck.objects.get(pk=deck.pk).lease_until
        until(lambda: Deck.objects.get(pk=deck.pk).lease_until > before)
        assert not stop.is_set()
        return 3

    monkeypatch.setattr(slides, "render_pages", silent)
    slides.make(deck.pk)
    deck.refresh_from_db()
    assert (deck.state, deck.pages) == (DeckState.READY, 3)


def test_who_has_lost_it_is_told_to_stop(deck: Deck, monkeypatch) -> None:
    monkeypatch.setattr(slides, "RENEW_EVERY_S", 0.05)

    def taken(*_args, on_page, stop) -> int:
        Deck.objects.update(attempt=7)
        until(stop.is_set)
        raise slides.Stopped

    monkeypatch.setattr(slides, "render_pages", taken)
    slides.make(deck.pk)
    deck.refresh_from_db()
    assert (deck.state, deck.attempt) == (DeckState.WORKING, 7)
