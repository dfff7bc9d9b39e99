"""One Chromium for the browser stories; none leaves a page open that would go on working beside the next."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from live.domain import store
from live.models.lesson import Lesson
from tests.factories.live import LessonFactory
from tests.journeys.looks import PATIENCE_MS, chromium

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def chromium_of_the_run() -> Iterator[Browser]:
    # Playwright's loop runs in this thread, and Django's ORM refuses to work beside one unless told that it may.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with chromium() as running:
        yield running
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def browser(chromium_of_the_run: Browser) -> Iterator[Browser]:
    """Each story opens visitors' pages of its own in it."""
    yield chromium_of_the_run
    for context in chromium_of_the_run.contexts:
        context.close()


@pytest.fixture
def lessons_kept_clean(own_database: str) -> Iterator[None]:
    """What was recorded goes with the test's database."""
    yield
    for lesson in Lesson.objects.all():
        shutil.rmtree(store.folder_of(lesson.pk), ignore_errors=True)


@pytest.fixture
def lesson(lessons_kept_clean: None) -> Lesson:
    """A live lesson that begins now."""
    made: Lesson = LessonFactory()
    return made
