"""What stands before Django: limits on what a request may carry, and applications that plugins bring of their own."""

import json
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from lms.plugins.hooks import BodyLimit, HttpMount
from lms.plugins.registry import registry

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def with_doors(django: Application, *, most_bytes: int) -> Application:
    """`django`, with what plugins mount beside it and the limits they set on bodies; `most_bytes` where none does."""
    mounts = [(one.prefix, import_string(one.application)) for one in registry.all(HttpMount)]
    limits = [(one.prefix, one.most_bytes) for one in registry.all(BodyLimit)]
    # The longest prefix that fits is the one that was meant.
    limits.sort(key=lambda one: len(one[0]), reverse=True)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        for prefix, mounted in mounts:
            if path.startswith(prefix):
                return await mounted(scope, receive, send)
        limit = next((most for prefix, most in limits if path.startswith(prefix)), most_bytes)
        if _announced(scope["headers"]) > limit:
            return await _refuse(send, limit)
        return await django(scope, *_counted(receive, send, limit, most_bytes))

    return application


def _announced(headers: Sequence[tuple[bytes, bytes]]) -> int:
    value = next((value for name, value in headers if name == b"content-length"), b"0")
    return int(value) if value.isdigit() else 0


def _counted(receive: Receive, send: Send, limit: int, patience: int) -> tuple[Receive, Send]:
    """For a body that does not say how long it is: refuse it once it is longer than allowed.

    What still comes is thrown away, up to `patience` bytes: who is cut off while sending never hears why.
    """
    received = 0
    refused = False

    async def counting() -> Message:
        nonlocal received, refused
        message = await receive()
        received += len(message.get("body", b""))
        if received <= limit:
            return message
        refused = True
        while message.get("more_body") and received <= patience:
            message = await receive()
            received += len(message.get("body", b""))
        await _refuse(send, limit)
        return {"type": "http.disconnect"}

    async def unless_refused(message: Message) -> None:
        if not refused:
            await send(message)

    return counting, unless_refused


async def _refuse(send: Send, limit: int) -> None:
    message = _("This request is larger than %(kilobytes)d kB. Nothing was kept of it.")
    body = json.dumps(
        {"error": "too-large", "message": message % {"kilobytes": limit // 1024}},
        ensure_ascii=False,
    ).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
