"""What is contributed, by class of hook and key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar, cast

from lms.plugins.hooks import HOOKS, Contribution, PermissionRow

T = TypeVar("T")


class Registry:
    """Holds contributions. Mistakes are kept as sentences for `manage.py check`: no plugin vanishes silently."""

    def __init__(self) -> None:
        """Start empty."""
        self._by_class: dict[type, dict[str, Contribution]] = {hook: {} for hook in HOOKS}
        self.problems: list[str] = []
        self._plugin = ""

    @contextmanager
    def adding_for(self, plugin: str) -> Iterator[None]:
        """While a plugin registers: its keys have to begin with its name, so that nobody takes another's by chance."""
        self._plugin = plugin
        try:
            yield
        finally:
            self._plugin = ""

    def add(self, *contributions: Contribution) -> None:
        """Add contributions; one whose key is taken or not the plugin's own is left out and reported by `check`."""
        for one in contributions:
            kept = self._by_class.get(type(one))
            if kept is None:
                self.problems.append(f"{one!r} is no hook. Use the classes in lms.api.hooks.")
            elif one.key in kept:
                self.problems.append(
                    f"Two plugins contribute {type(one).__name__} {one.key!r}. Rename or remove one."
                )
            elif not self._is_own(one):
                self.problems.append(
                    f"Plugin {self._plugin} contributes {type(one).__name__} {one.key!r}. "
                    f"Begin the key with the plugin's name."
                )
            else:
                kept[one.key] = one

    def _is_own(self, one: Contribution) -> bool:
        if not self._plugin:
            return True
        if isinstance(one, PermissionRow):
            # Namespaces: its own, those of its part of the admin ("media_admin"), the common one of sockets.
            return one.key.startswith((f"{self._plugin}:", f"{self._plugin}_", "socket:"))
        return one.key.startswith(f"{self._plugin}.")

    def all(self, hook: type[T]) -> tuple[T, ...]:
        """Every contribution of a class, ordered by its `order` (if it has one), then key."""
        found = sorted(
            self._by_class[hook].values(), key=lambda one: (getattr(one, "order", 0), one.key)
        )
        return cast("tuple[T, ...]", tuple(found))

    def get(self, hook: type[T], key: str) -> T | None:
        """The contribution with this key, or None when its plugin is not installed."""
        return cast("T | None", self._by_class[hook].get(key))


registry = Registry()
