"""A kind of activity of the tests' own, and a provider with its people."""

from collections.abc import Iterator

import pytest

from lms.plugins.hooks import ActivityKind
from lms.plugins.registry import registry
from tests.factories import courses as make


@pytest.fixture(autouse=True)
def readings() -> Iterator[None]:
    """Readings are an activity while a test of courses runs."""
    registry.add(make.READING)
    yield
    registry._by_class[ActivityKind].pop(make.KIND)
    make.DONE.clear()


@pytest.fixture
def house(db: None) -> make.House:
    """A provider with a trainer and a moderator."""
    return make.make_house()
