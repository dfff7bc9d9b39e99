"""Fields of live pages' forms."""

import pytest
from django.core.exceptions import ValidationError

from live.forms import PlaceField


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("0:00", 0), ("26:51", 1611), ("1:02:03", 3723), ("1611", 1611), (" 8：20 ", 500)],
)
def test_place_is_written_as_a_player_shows_it(written, seconds) -> None:
    assert PlaceField().clean(written) == seconds


@pytest.mark.parametrize("seconds", [0, 59, 60, 1611, 3600, 3723])
def test_place_is_read_back_as_it_was_shown(seconds) -> None:
    field = PlaceField()
    assert field.clean(field.prepare_value(seconds)) == seconds


@pytest.mark.parametrize("written", ["", "-1", "1:2:3:4", "1.5", "a:10", "1:", "9999999"])
def test_place_that_is_none_is_refused(written) -> None:
    with pytest.raises(ValidationError):
        PlaceField().clean(written)
