"""What stands before plugins' sockets: whose page asks, who is signed in, whom the permission table admits."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast

from asgiref.sync import sync_to_async
from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.db import close_old_connections
from django.urls import URLPattern, path, re_path
from django.utils import timezone
from django.utils.module_loading import import_string

from lms.people.permissions_table import admits
from lms.plugins.hooks import PermissionRow, SocketRoute
from lms.plugins.registry import registry

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

SIGNED_OUT, FORBIDDEN, UNKNOWN = 4401, 4403, 4404


def socket_routes() -> list[URLPattern]:
    """The sockets that plugins registered, each behind its line of the permission table."""
    return [_route(one) for one in registry.all(SocketRoute)]


def only_from_our_pages(routes: list[URLPattern]) -> Application:
    """The sockets; a page of another site can use neither their cookies nor their tickets."""
    known = URLRouter([*routes, re_path("", cast("Any", _nowhere))])
    return cast("Application", AllowedHostsOriginValidator(known))


def _route(one: SocketRoute) -> URLPattern:
    # URLRouter takes ASGI applications where Django's own resolver takes views.
    application: Any = import_string(one.application)
    if not one.signed:
        # With the person of the session in the scope.
        application = AuthMiddlewareStack(_admitting(f"socket:{one.key}", application))
    return path(one.route, application, name=one.key)


def _admitting(key: str, application: Application) -> Application:
    """Closes with a code that a page can tell apart; refused before accepting, a browser says only that it failed."""
    row = registry.get(PermissionRow, key)

    async def admit(scope: Scope, receive: Receive, send: Send) -> None:
        person = scope["user"]
        if row is not None and await sync_to_async(_admits, thread_sensitive=False)(row, person):
            return await application(scope, receive, send)
        if person.is_authenticated:
            return await _close(receive, send, FORBIDDEN, "forbidden")
        return await _close(receive, send, SIGNED_OUT, "signed-out")

    return admit


async def _nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    await _close(receive, send, UNKNOWN, "unknown")


async def _close(receive: Receive, send: Send, code: int, reason: str) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": code, "reason": reason})


def _admits(row: PermissionRow, person: Any) -> bool:
    close_old_connections()
    try:
        return admits(row, person, timezone.localdate())
    finally:
        close_old_connections()
