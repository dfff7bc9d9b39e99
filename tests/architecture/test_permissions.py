"""The permission table, walked: every route, every role, and other people's things."""

import copy
import datetime
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.plugins.hooks import PermissionRow, Who
from lms.plugins.registry import registry
from tests.architecture.foreign import BUILDERS, MARK, SAMPLES, World, make_world
from tests.architecture.routes import Route, all_routes

pytestmark = pytest.mark.django_db

ROLES = ("anonymous", "nobody", "teacher", "trainer", "verifier", "moderator", "bureau")
OPENS_TO = {
    Who.PUBLIC: set(ROLES),
    Who.SIGNED_IN: set(ROLES) - {"anonymous"},
    Who.TEACHER: {"teacher"},
    Who.TRAINER: {"trainer"},
    Who.VERIFIER: {"verifier"},
    Who.MODERATOR: {"moderator"},
    Who.BUREAU: {"bureau"},
}
ROUTES = [route for route in all_routes() if not route.in_admin]
PLAIN = [route for route in ROUTES if route.row and not route.row.foreign]
OBJECTS = [route for route in ROUTES if route.row and route.row.foreign]


@pytest.fixture(autouse=True)
def clean(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


@pytest.fixture
def today() -> datetime.date:
    return timezone.localdate()


@pytest.fixture(scope="module")
def worlds(django_db_setup, django_db_blocker) -> Iterator[list[World]]:
    """Made once: every test begins with them, and what it does to them is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield [make_world(title, timezone.localdate()) for title in ("本校", MARK)]
        transaction.set_rollback(True)


@pytest.fixture
def ours(worlds: list[World], db: None) -> World:
    return copy.deepcopy(worlds[0])


@pytest.fixture
def theirs(worlds: list[World], db: None) -> World:
    return copy.deepcopy(worlds[1])


def client_of(world: World, role: str) -> Client:
    client = Client(raise_request_exception=False)
    if role != "anonymous":
        client.force_login(world.people[role])
    return client


def refused(answer: HttpResponse, path: str) -> bool:
    """The door's own refusals: 401 or 403, or the way to sign in with a way back."""
    if answer.status_code in {401, 403}:
        return True
    to = urlsplit(answer.get("Location", ""))
    return (
        answer.status_code == 302
        and to.path == reverse("account_request_login_code")
        and to.query.startswith("next=")
    )


def test_every_route_has_a_row() -> None:
    without = {route.name for route in all_routes() if route.row is None}
    assert without == set(), (
        "Give each a PermissionRow (lms/people/rows.py, or the plugin's plugin.py)."
    )


@pytest.mark.filterwarnings("ignore:No directory at")
def test_every_row_has_a_route() -> None:
    names = {route.name for route in all_routes()} | {"admin"}
    assert {row.key for row in registry.all(PermissionRow)} - names - socket_keys() == set()


def socket_keys() -> set[str]:
    from lms.asgi import websocket_routes

    return {f"socket:{route.name or route.pattern}" for route in websocket_routes}


@pytest.mark.filterwarnings("ignore:No directory at")
def test_every_socket_has_a_row() -> None:
    listed = {row.key for row in registry.all(PermissionRow)}
    assert socket_keys() - listed == set()


def test_every_object_route_has_a_builder() -> None:
    assert {route.row.foreign for route in OBJECTS} - set(BUILDERS) == set()
    bare = {route.name for route in PLAIN if route.arguments and route.name not in SAMPLES}
    assert bare == set(), (
        "Routes with arguments need `foreign` in their row, or a sample in foreign.py."
    )


@pytest.mark.parametrize("route", PLAIN, ids=lambda route: route.name)
def test_route_opens_to_whom_its_row_says(route: Route, ours: World) -> None:
    path = reverse(route.name, kwargs=SAMPLES.get(route.name))
    admitted = set().union(*(OPENS_TO[who] for who in route.row.who))
    for role in ROLES:
        answer = client_of(ours, role).get(path)
        assert answer.status_code < 500, role
        assert refused(answer, path) is (role not in admitted), (role, answer.status_code)


@pytest.mark.parametrize("route", OBJECTS, ids=lambda route: route.name)
def test_other_peoples_things_stay_closed(route: Route, ours: World, theirs: World) -> None:
    address = BUILDERS[route.row.foreign](theirs)
    named = isinstance(address, dict)
    path = reverse(route.name, kwargs=address if named else None, args=None if named else address)
    for role in ROLES:
        for content_type in (None, "multipart/form-data", "application/json"):
            client = client_of(ours, role)
            if content_type is None:
                answer = client.get(path)
            else:
                data = {} if content_type == "application/json" else None
                answer = client.post(path, data=data, **_typed(content_type))
            allowed = {403, 404, 405} | ({302, 401} if role == "anonymous" else set())
            assert answer.status_code in allowed, (role, content_type, answer.status_code)
            if answer.status_code == 302:
                assert refused(answer, path)


def _typed(content_type: str) -> dict[str, str]:
    return {"content_type": content_type} if content_type == "application/json" else {}


def test_route_without_a_row_opens_to_nobody(ours: World, monkeypatch) -> None:
    rows = registry._by_class[PermissionRow]
    monkeypatch.delitem(rows, "healthz")
    assert refused(client_of(ours, "anonymous").get("/healthz"), "/healthz")
    assert client_of(ours, "bureau").get("/healthz").status_code == 403


def test_script_gets_401_in_json(client) -> None:
    answer = client.get(reverse("mfa_index"), headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["error"]) == (401, "signed-out")


def test_duty_that_ended_yesterday_closes_the_admin(ours: World, today) -> None:
    trainer = ours.people["trainer"]
    trainer.duties.update(to_on=today - datetime.timedelta(days=1))
    assert client_of(ours, "trainer").get(reverse("wagtailadmin_home")).status_code == 403
    assert not trainer.groups.exists()
