"""What the project's pytest plugin promises."""

import pytest


def test_no_tests_name_depends_on_when_it_was_collected(request: pytest.FixtureRequest) -> None:
    def name_of(value: object) -> object:
        ask = request.config.hook.pytest_make_parametrize_id
        return ask(config=request.config, val=value, argname="content")

    assert name_of(b"PK made at nine") == name_of(b"PK made at ten") == "content"
    assert name_of("words") is None
