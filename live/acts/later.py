"""What changes with every click of thousands is told once a second, with the newest figures."""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Hashable
from functools import partial
from typing import Any

from django.db import close_old_connections, transaction

log = logging.getLogger(__name__)

TELL_EVERY_S = 1.0


class Later:
    """Runs a telling TELL_EVERY_S after it was first asked for; what is asked for meanwhile goes with it."""

    def __init__(self) -> None:
        self._waiting: set[Hashable] = set()
        self._lock = threading.Lock()

    def tell(self, key: Hashable, telling: Callable[..., Any], *arguments: Any) -> None:
        """Have `telling` run soon, once for all who ask with this key until then."""
        with self._lock:
            if key in self._waiting:
                return
            self._waiting.add(key)
        timer = threading.Timer(TELL_EVERY_S, self._run, (key, telling, arguments))
        timer.daemon = True
        timer.start()

    def tell_once_kept(self, key: Hashable, telling: Callable[..., Any], *arguments: Any) -> None:
        """The same of what this transaction writes: on a busy machine the figures would go out without it."""
        transaction.on_commit(partial(self.tell, key, telling, *arguments))

    def _run(self, key: Hashable, telling: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        # First: who asks from here on has figures that this telling may not have.
        with self._lock:
            self._waiting.discard(key)
        close_old_connections()
        try:
            telling(*arguments)
        except Exception:
            log.exception("Figures of a room were not told; the next ones will be.")
        finally:
            close_old_connections()


class Heap:
    """Signs that were made and not yet told, by whom they concern."""

    def __init__(self) -> None:
        self._counts: dict[Hashable, Counter[str]] = {}
        self._lock = threading.Lock()

    def add(self, key: Hashable, sign: str) -> None:
        """One more."""
        with self._lock:
            self._counts.setdefault(key, Counter())[sign] += 1

    def take(self, key: Hashable) -> dict[str, int]:
        """All since the last time."""
        with self._lock:
            return dict(self._counts.pop(key, {}))


LATER = Later()
