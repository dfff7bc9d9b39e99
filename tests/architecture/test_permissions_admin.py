"""/admin, walked as people of one provider among the things of another: nothing is shown, nothing changes."""

import json
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.architecture.admin_things import AdminThings
from tests.architecture.foreign import MARK, World, make_world
from tests.architecture.routes import Route, all_routes

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves the file it makes a rendition in to the garbage collector.
    pytest.mark.filterwarnings("ignore:Exception ignored in. <function SpooledTemporaryFile"),
]

ROUTES = [
    route
    for route in all_routes()
    if route.in_admin and "." not in route.name and "password_reset" not in route.name
]
# Wagtail 8.0's own: an address it is not sent from a browser's form without.
WAGTAIL_FAILS = {("POST", "wagtailadmin_choose_page_external_link")}
MARKS = (MARK, json.dumps(MARK).strip('"'), quote(MARK))


@pytest.fixture(autouse=True)
def files_of_their_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


@pytest.fixture
def ours() -> World:
    return make_world("本校", timezone.localdate())


@pytest.fixture
def things() -> AdminThings:
    return AdminThings(make_world(MARK, timezone.localdate()))


def queries(route: Route, things: AdminThings) -> list[str]:
    """Plain, searching for a word of their titles, and asking for a thing by its number."""
    thing = things.page
    if "image" in route.name:
        thing = things.image
    if "doc" in route.name:
        thing = things.document
    return [
        "",
        "?q=课程&p=1",
        f"?id={thing.pk}",
        "?id=all",
        f"?collection_id={things.world.provider.collection_id}",
    ]


def walk(client: Client, things: AdminThings) -> list[str]:
    """What went wrong, a line each."""
    wrong = []
    for route in ROUTES:
        path = things.address(route)
        asked = [("GET", client.get, path + query) for query in queries(route, things)]
        for method, ask, url in [*asked, ("POST", client.post, path)]:
            if route.name == "wagtailadmin_logout" and method == "POST":
                continue
            answer = ask(url)
            body = b"" if answer.streaming else answer.content
            if answer.status_code >= 500 and (method, route.name) not in WAGTAIL_FAILS:
                wrong.append(f"{method} {route.name} {url}: {answer.status_code}")
            text = body.decode("utf-8", "replace")
            if any(mark in text for mark in MARKS):
                at = next(text.index(mark) for mark in MARKS if mark in text)
                wrong.append(
                    f"{method} {route.name} {url} shows {text[max(0, at - 60) : at + 20]!r}"
                )
    return wrong


@pytest.mark.parametrize("role", ["nobody", "teacher", "verifier"])
def test_admin_is_closed_without_a_duty_there(role: str, ours: World, things: AdminThings) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(ours.people[role])
    open_to_all = {"wagtailadmin_login"}
    answers = {
        route.name: client.get(things.address(route)).status_code
        for route in ROUTES
        if route.name not in open_to_all
    }
    assert set(answers.values()) == {403}


@pytest.mark.parametrize("role", ["trainer", "moderator", "bureau"])
def test_admin_shows_and_changes_nothing_of_another_provider(
    role: str, ours: World, things: AdminThings
) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(ours.people[role])
    before = things.snapshot()
    wrong = walk(client, things)
    assert wrong == [], "\n".join(wrong)
    assert things.snapshot() == before


def test_admin_shows_their_own_to_people_of_a_provider(things: AdminThings) -> None:
    client = Client()
    client.force_login(things.world.people["trainer"])
    own = things.world.provider.page.pk
    choose = client.get(reverse("wagtailadmin_choose_page_child", args=[own])).json()
    assert MARK in choose["html"]
    for name in ("wagtailimages:index", "wagtaildocs:index"):
        assert MARK in client.get(reverse(name)).content.decode(), name
    edit = reverse("wagtailadmin_pages:edit", args=[things.page.pk])
    assert client.get(edit).status_code == 200
