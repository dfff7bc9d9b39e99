"""Acts of the ORM, beside a loop."""

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import sync_to_async
from django.db import close_old_connections


def in_database(act: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    """Run an act in a thread, with a connection that is good."""

    def run(*args: Any, **kwargs: Any) -> Any:
        close_old_connections()
        try:
            return act(*args, **kwargs)
        finally:
            close_old_connections()

    return sync_to_async(run, thread_sensitive=False)
