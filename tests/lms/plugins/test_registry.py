"""The registry keeps contributions in order and mistakes as sentences."""

import pytest

from lms.plugins import checks
from lms.plugins.config import PluginConfig
from lms.plugins.hooks import NavItem, PermissionRow, Who
from lms.plugins.registry import Registry


def item(key: str, order: int = 0) -> NavItem:
    return NavItem(
        key=key, label=key, url_name="home", icon="home", order=order, visible=lambda person: True
    )


def test_all_sorts_by_order_then_key() -> None:
    registry = Registry()
    last, second, first = item("b.z", 2), item("b.b", 1), item("c.a", 1)

    registry.add(last, first, second)

    assert registry.all(NavItem) == (second, first, last)


def test_get_finds_by_class_and_key() -> None:
    registry = Registry()
    row = PermissionRow(key="a.b", who=(Who.PUBLIC,))

    registry.add(item("a.b"), row)

    assert registry.get(PermissionRow, "a.b") == row
    assert registry.get(PermissionRow, "a.c") is None


def test_same_key_twice_keeps_the_first_and_says_so() -> None:
    registry = Registry()
    first = item("a.b", 1)

    registry.add(first, item("a.b", 2))

    assert registry.all(NavItem) == (first,)
    assert registry.problems == ["Two plugins contribute NavItem 'a.b'. Rename or remove one."]


def test_key_of_another_plugin_is_left_out_and_said() -> None:
    registry = Registry()
    own = (item("a.b"), PermissionRow(key="a:b", who=()), PermissionRow(key="socket:a", who=()))

    with registry.adding_for("a"):
        registry.add(*own, item("b.c"), item("ab.c"), PermissionRow(key="b:c", who=()))
    registry.add(item("z.after"))

    assert [one.key for one in registry.all(NavItem)] == ["a.b", "z.after"]
    assert [one.key for one in registry.all(PermissionRow)] == ["a:b", "socket:a"]
    assert registry.problems == [
        f"Plugin a contributes {name} {key!r}. Begin the key with the plugin's name."
        for name, key in [("NavItem", "b.c"), ("NavItem", "ab.c"), ("PermissionRow", "b:c")]
    ]


def test_what_is_no_hook_is_said() -> None:
    registry = Registry()

    registry.add("a.b")  # type: ignore[arg-type]

    assert registry.problems == ["'a.b' is no hook. Use the classes in lms.api.hooks."]


def test_problems_are_check_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = Registry()
    registry.problems.append("Something is wrong.")
    monkeypatch.setattr(checks, "registry", registry)

    assert [(error.id, error.msg) for error in checks.check_plugins()] == [
        ("lms.plugins.E001", "Something is wrong.")
    ]


def test_plugin_for_another_api_registers_nothing_and_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import lms.web
    from lms.plugins import config

    registry = Registry()
    monkeypatch.setattr(config, "registry", registry)

    class Old(PluginConfig):
        name = "lms.web"
        version = "3"
        requires_api = 99

    Old("lms.web", lms.web).ready()

    assert registry.problems == [
        "Plugin lms.web 3 needs API 99, this is API 1. Install a matching version of the plugin."
    ]
