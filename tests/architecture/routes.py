"""Every route there is, read from the URL resolver and the socket router."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from lms.people.permissions_table import ADMIN_KEY, ADMIN_PREFIX
from lms.plugins.hooks import PermissionRow
from lms.plugins.registry import registry


@dataclass(frozen=True)
class Route:
    """A route's full name, its pattern from the root, and the names of the arguments in its address."""

    name: str
    pattern: str
    arguments: tuple[str, ...]
    converters: tuple[tuple[str, str], ...] = ()

    @property
    def in_admin(self) -> bool:
        return self.pattern.startswith(ADMIN_PREFIX)

    @property
    def row(self) -> PermissionRow | None:
        own = registry.get(PermissionRow, self.name)
        return own or (registry.get(PermissionRow, ADMIN_KEY) if self.in_admin else None)


def all_routes() -> list[Route]:
    """Each once; of two with one address, the first answers and is the one listed."""
    found: dict[str, Route] = {}
    for route in _walk(get_resolver(), "", ()):
        found.setdefault(route.pattern, route)
    return list(found.values())


def _walk(resolver: URLResolver, prefix: str, names: tuple[str, ...]) -> Iterator[Route]:
    for one in resolver.url_patterns:
        pattern = prefix + str(one.pattern)
        if isinstance(one, URLPattern):
            regex = one.pattern.regex
            arguments = tuple(regex.groupindex) or ("",) * regex.groups
            kinds = {k: type(v).__name__ for k, v in one.pattern.converters.items()}
            above = getattr(resolver, "_lms_converters", {})
            name = ":".join([*names, one.name or one.lookup_str])
            yield Route(name, pattern, (*above, *arguments), tuple((above | kinds).items()))
        else:
            kinds = {k: type(v).__name__ for k, v in one.pattern.converters.items()}
            one._lms_converters = getattr(resolver, "_lms_converters", {}) | kinds
            inner = (*names, one.namespace) if one.namespace else names
            yield from _walk(one, pattern, inner)
