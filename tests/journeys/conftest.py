"""Fixtures of the browser stories."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.looks import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium a run; each story opens a visitor's page of its own in it."""
    # Playwright's loop runs in this thread, and Django's ORM refuses to work beside one unless told that it may.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with chromium() as running:
        yield running
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
