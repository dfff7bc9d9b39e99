"""`manage.py media_worker`: runs the tasks of queue `media`, and queues again what dead workers left behind."""

import argparse
import logging
import signal
import sys
import threading
import time
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from media.domain import jobs, uploads

logger = logging.getLogger(__name__)

QUEUE = "media"
SWEEP_EVERY_S = 5
TIDY_EVERY_S = 3600


class Command(BaseCommand):
    """Worker and sweeper in one process; start as many as there are encoders to run at once."""

    help = "Transcode uploaded videos, one at a time, until told to stop."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--interval", type=float, default=0.2, help="Seconds between looks for work (0.2)."
        )

    def handle(self, *, interval: float, **_: Any) -> None:
        worker = Worker(
            queue_names=[QUEUE],
            interval=interval,
            batch=False,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        _stop_at_once(worker)
        threading.Thread(target=sweep_for_ever, name="sweeper", daemon=True).start()
        while worker.running:
            try:
                worker.run()
            except (OperationalError, InterfaceError):
                logger.warning("The database is away; looking again")
                connection.close()
                time.sleep(1)


def _stop_at_once(worker: Worker) -> None:
    """Asked to stop, leave the job at hand to the next worker: encoding may take hours."""

    def stop(number: int, frame: FrameType | None) -> None:
        worker.running = False
        sys.exit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def sweep_for_ever() -> None:
    """Every few seconds: jobs without a worker go back into the queue; once an hour: abandoned uploads go."""
    tidy_at = time.monotonic()
    while True:
        try:
            jobs.sweep(timezone.now())
            if time.monotonic() >= tidy_at:
                uploads.forget_abandoned(timezone.now())
                tidy_at = time.monotonic() + TIDY_EVERY_S
        except (OperationalError, InterfaceError):
            logger.debug("Sweeping again when the database is back")
        finally:
            connection.close()
        time.sleep(SWEEP_EVERY_S)
