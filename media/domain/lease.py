"""A lease kept alive by a thread while its job runs."""

import logging
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from media.domain import jobs
from media.models.assets import Job

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Lease:
    """Renews a job's lease every 10 s; `lost` is set when somebody else has the job."""

    def __init__(self, job: Job) -> None:
        self.lost = threading.Event()
        self._job = job
        self._over = threading.Event()
        self._thread = threading.Thread(
            target=self._keep, name=f"lease of job {job.pk}", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def _keep(self) -> None:
        try:
            while not self._over.wait(jobs.RENEW_EVERY_S):
                try:
                    kept = jobs.renew(self._job, at=timezone.now())
                except (OperationalError, InterfaceError):
                    # The database is away. Work goes on: the renewal only fails for good if somebody took the job.
                    connection.close()
                    kept = True
                    logger.warning("Job %s: lease not renewed, the database is away", self._job.pk)
                if not kept:
                    self.lost.set()
                    return
        finally:
            connection.close()


def persistently(act: Callable[[], T], *, for_s: float = 120) -> T:
    """Do it, again while the database is away; raises what it raised when that lasts too long."""
    deadline = time.monotonic() + for_s
    while True:
        try:
            return act()
        except (OperationalError, InterfaceError):
            if time.monotonic() > deadline:
                raise
            connection.close()
            time.sleep(0.5)
