"""What every page's shell needs: the site's name, the chosen theme and the places this person can go."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from lms.people.enums import DutyKind
from lms.people.models import Person
from lms.people.queries import duties_of, school_of
from lms.plugins.hooks import NavItem
from lms.plugins.registry import registry

THEMES = ("light", "dark")
ADMINISTERING = {DutyKind.TRAINER, DutyKind.MODERATOR, DutyKind.BUREAU_ADMIN}


@dataclass(frozen=True)
class Place:
    """One entry of the navigation, as templates show it."""

    label: str
    url: str
    icon: str
    current: bool


def shell(request: HttpRequest) -> dict[str, Any]:
    """`site_name`, `operator`, whom to call, `theme` ("" follows the system), and what is found only when shown.

    That is `places`, `asides`, `workplace`, and `administers`: whether the administration is open to this person;
    `registers` and `verifies`: whether they keep a register, or confirm a school's hours.
    """
    theme = request.COOKIES.get("theme", "")
    return {
        "site_name": settings.SITE_NAME,
        "operator": settings.OPERATOR_NAME,
        "help_phone": settings.HELP_PHONE,
        "help_hours": settings.HELP_HOURS,
        "theme": theme if theme in THEMES else "",
        "places": SimpleLazyObject(lambda: places_of(request)),
        "asides": SimpleLazyObject(lambda: places_of(request, aside=True)),
        "workplace": SimpleLazyObject(lambda: workplace_of(request)),
        "administers": SimpleLazyObject(lambda: administers(request)),
        "registers": SimpleLazyObject(lambda: holds(request, DutyKind.BUREAU_ADMIN)),
        "verifies": SimpleLazyObject(lambda: holds(request, DutyKind.VERIFIER)),
    }


def places_of(request: HttpRequest, *, aside: bool = False) -> tuple[Place, ...]:
    """Where the signed-in person can go, in order; the one they are in is marked. Nothing for visitors.

    `aside`: those of the menu under their name.
    """
    person = _person(request)
    if person is None:
        return ()
    items = [
        (item, reverse(item.url_name))
        for item in registry.all(NavItem)
        if item.aside == aside and item.visible(person)
    ]
    here = _closest(request.path, [url for _, url in items])
    return tuple(Place(str(item.label), url, item.icon, current=url == here) for item, url in items)


def workplace_of(request: HttpRequest) -> str:
    """Where the signed-in person acts today, and as what when that is a duty: under their name in the top bar."""
    person = _person(request)
    if person is None:
        return ""
    today = timezone.localdate()
    for duty in duties_of(person, today):
        return f"{duty.organisation or duty.provider} · {duty.get_kind_display()}"
    school = school_of(person, today)
    return str(school) if school else ""


def administers(request: HttpRequest) -> bool:
    """Whether a duty of today leads to Wagtail's admin; asks for no more than the top bar already did."""
    person = _person(request)
    if person is None:
        return False
    kinds = {duty.kind for duty in duties_of(person, timezone.localdate())}
    return person.is_superuser or bool(kinds & ADMINISTERING)


def holds(request: HttpRequest, kind: DutyKind) -> bool:
    """Whether the signed-in person has a duty of this kind today; asks for no more than the top bar already did."""
    person = _person(request)
    duties = duties_of(person, timezone.localdate()) if person else ()
    return any(duty.kind == kind for duty in duties)


def _person(request: HttpRequest) -> Person | None:
    # Error pages may come before the session was read.
    user = getattr(request, "user", None)
    return user if isinstance(user, Person) else None


def _closest(path: str, urls: list[str]) -> str | None:
    """The longest address that `path` lies under; the home page holds nothing but itself."""
    holding = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(holding, key=len, default=None)
