"""Slides: taken in, made into pictures by a worker, shown and remembered with their place in the recording.

Files: `<lesson>/slides/<deck>-0001.webp`, `.s.webp` for the strip; the file as it was brought is removed once its pages
are there. A worker that dies leaves a lease that runs out; `sweep` queues the deck again.
"""

import datetime
import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from live.core.tape import US
from live.domain import store
from live.domain.errors import Refused
from live.enums import DeckState
from live.models.lesson import Lesson
from live.models.slides import Deck, SlideShown
from lms.api.people import Person
from media.api import Stopped, Unrenderable, free_bytes, render_pages

MOST_BYTES = 60 * 2**20
MOST_DECKS = 20
MOST_ATTEMPTS = 3
LEASE = datetime.timedelta(seconds=60)
RENEW_EVERY_S = 10
_NAME_CHARS = 120
REFUSALS: dict[str, str | Promise] = {
    "no-office": gettext_lazy(
        "PowerPoint files cannot be opened on this server. Choose “Export as PDF” in PowerPoint or WPS; bring the PDF."
    ),
    "not-slides": gettext_lazy("This is neither PDF nor PowerPoint nor a picture."),
    "encrypted": gettext_lazy("The file asks for a password. Save it without one."),
    "too-many-pages": gettext_lazy("There are more than 300 pages. Divide the file."),
    "too-large": gettext_lazy("The picture is too large. Make it smaller."),
    "too-much-inside": gettext_lazy(
        "Far more is packed into the file than slides need. Export it as PDF; bring the PDF."
    ),
    "too-much-work": gettext_lazy("Its pages take too long to draw. Export them as pictures."),
    "damaged": gettext_lazy("The file cannot be read: it is damaged or not what its name says."),
}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A page came on at a second of the recording; page 0: slides went off."""

    media_s: float
    deck: uuid.UUID
    page: int


def add(
    *, lesson: Lesson, name: str, pieces: Iterable[bytes], by: Person, at: datetime.datetime
) -> Deck:
    """Take in a file of slides; a worker makes its pages. Raises Refused."""
    if lesson.decks.count() >= MOST_DECKS:
        raise Refused("too-many", _("A lesson holds 20 files of slides. End this one first."))
    if free_bytes() < settings.MEDIA_KEEP_FREE_BYTES:
        raise Refused("disk-full", _("The server's disk is full. Nothing was kept."))
    deck = Deck(
        lesson=lesson, name=name.strip()[:_NAME_CHARS], by=by, added_at=at, lease_until=at + LEASE
    )
    _receive(_source_of(deck), pieces)
    with transaction.atomic():
        deck.save(force_insert=True)
        _send(deck)
    return deck


def make(deck_id: uuid.UUID) -> None:
    """Make a deck's pages, unless somebody else is at it."""
    deck = _claimed(deck_id, timezone.now())
    if deck is None:
        return
    source = _source_of(deck)
    stem = str(source.with_suffix(""))

    def hear(made: int, pages: int) -> None:
        _ours(deck).update(made=made, pages=pages)

    try:
        with _held(deck) as lost:
            pages = render_pages(source, stem, on_page=hear, stop=lost)
    except Stopped:
        return
    except Unrenderable as problem:
        _ours(deck).update(state=DeckState.REFUSED, refusal=problem.code)
    else:
        _ours(deck).update(state=DeckState.READY, pages=pages, made=pages)
    source.unlink(missing_ok=True)


def sweep(at: datetime.datetime) -> None:
    """Queue again what a worker that is gone left behind; after three tries it is refused."""
    with transaction.atomic():
        left = Deck.objects.select_for_update(skip_locked=True).filter(
            state__in=(DeckState.WAITING, DeckState.WORKING), lease_until__lt=at
        )
        for deck in left:
            if deck.attempt >= MOST_ATTEMPTS:
                deck.state, deck.refusal = DeckState.REFUSED, "damaged"
            else:
                deck.state, deck.lease_until = DeckState.WAITING, at + LEASE
                _send(deck)
            deck.save()


def note_shown(
    *, lesson_id: uuid.UUID, deck_id: uuid.UUID, page: int, at: datetime.datetime, media_us: int
) -> None:
    """Remember that a page came on. What is no page of this lesson is left out: chapters hold only what was there."""
    deck = Deck.objects.filter(pk=deck_id, lesson=lesson_id, pages__gte=page).first()
    if deck is not None:
        SlideShown.objects.create(
            lesson_id=lesson_id, deck=deck, page=page, at=at, media_us=media_us
        )


def shown_in(lesson_id: uuid.UUID) -> list[Shown]:
    """What was on when, in the order of the recording."""
    rows = SlideShown.objects.filter(lesson=lesson_id).order_by("media_us", "pk")
    return [
        Shown(media_s=row.media_us / US, deck=row.deck_id, page=row.page) for row in rows.iterator()
    ]


def sentence_for(refusal: str) -> str:
    """Why a deck has no pages."""
    return str(REFUSALS.get(refusal, ""))


def _claimed(deck_id: uuid.UUID, at: datetime.datetime) -> Deck | None:
    with transaction.atomic():
        deck = Deck.objects.select_for_update().filter(pk=deck_id).first()
        if deck is None or deck.state != DeckState.WAITING:
            return None
        deck.state, deck.lease_until = DeckState.WORKING, at + LEASE
        deck.attempt += 1
        deck.save()
    return deck


@contextmanager
def _held(deck: Deck) -> Iterator[threading.Event]:
    """Renew the lease meanwhile: LibreOffice may be silent for longer than one lasts. Set once somebody else has it."""
    lost, over = threading.Event(), threading.Event()

    def keep() -> None:
        try:
            while not over.wait(RENEW_EVERY_S):
                # A database that is away takes nothing from us: somebody else would need it, too.
                with suppress(OperationalError, InterfaceError):
                    if not _ours(deck).update(lease_until=timezone.now() + LEASE):
                        lost.set()
                        return
        finally:
            connection.close()

    thread = threading.Thread(target=keep, name=f"lease of slides {deck.pk}", daemon=True)
    thread.start()
    try:
        yield lost
    finally:
        over.set()
        thread.join()


def _ours(deck: Deck):  # type: ignore[no-untyped-def]
    return Deck.objects.filter(pk=deck.pk, state=DeckState.WORKING, attempt=deck.attempt)


def _source_of(deck: Deck) -> Path:
    return store.folder_of(deck.lesson_id) / "slides" / f"{deck.pk}.source"


def _receive(target: Path, pieces: Iterable[bytes]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("wb") as file:
            for piece in pieces:
                file.write(piece)
                _check_size(file.tell())
            _check_size(file.tell() or -1)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _check_size(size: int) -> None:
    if size > MOST_BYTES:
        raise Refused("too-large", _("The file is larger than 60 MB."), close=4413)
    if size < 0:
        raise Refused("empty", _("The file is empty."))


def _send(deck: Deck) -> None:
    """By name: tasks call the domain, the domain must not import them."""
    import_module("live.tasks").make_slides.enqueue(str(deck.pk))
