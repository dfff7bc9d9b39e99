"""What every page's shell needs: the site's name, the chosen theme and the places this person can go."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from lms.plugins.hooks import NavItem
from lms.plugins.registry import registry

THEMES = ("light", "dark")


@dataclass(frozen=True)
class Place:
    """One entry of the navigation, as templates show it."""

    label: str
    url: str
    icon: str
    current: bool


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `site_name`, `theme` ("" follows the system) and `places`, found only when shown."""
    theme = request.COOKIES.get("theme", "")
    return {
        "site_name": settings.SITE_NAME,
        "theme": theme if theme in THEMES else "",
        "places": SimpleLazyObject(lambda: places_of(request)),
    }


def places_of(request: HttpRequest) -> tuple[Place, ...]:
    """Where the signed-in person can go, in order; the one they are in is marked. Nothing for visitors."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return ()
    items = [
        (item, reverse(item.url_name)) for item in registry.all(NavItem) if item.visible(person)
    ]
    here = _closest(request.path, [url for _, url in items])
    return tuple(Place(str(item.label), url, item.icon, current=url == here) for item, url in items)


def _closest(path: str, urls: list[str]) -> str | None:
    """The longest address that `path` lies under; the home page holds nothing but itself."""
    holding = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(holding, key=len, default=None)
