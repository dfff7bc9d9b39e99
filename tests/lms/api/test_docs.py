"""docs/extending.md names everything that plugins can use for hours."""

import pytest

from lms.api import credit, events
from lms.runtime import paths

TEXT = (paths.ROOT / "docs" / "extending.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*credit.__all__, *events.__all__])
def test_name_is_documented(name: str) -> None:
    assert name in TEXT
