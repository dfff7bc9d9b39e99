"""`manage.py clock`: does what falls due by the time of day, for as long as the site runs. One a site is enough."""

import argparse
import datetime
import logging
import signal
import threading
import time
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from lms.credit.domain import checkpoints, retention, standing
from lms.credit.domain.tree import TreeError
from lms.plugins.hooks import Chore
from lms.plugins.registry import registry

logger = logging.getLogger(__name__)

EVERY_S = 20
ALARM_EVERY_S = 3600


class Command(BaseCommand):
    """Checkpoints: just after midnight (Asia/Shanghai), and when transfers have waited long enough for one.

    Standings: of everybody on a new day and when a policy comes to hold somewhere, of some when their posts change.
    Once a day, and at its start, it erases what the rules of retention say has to go. Then plugins' chores.
    """

    help = (
        "Make the checkpoints and standings that are due, erase what has to go, until told to stop."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Everybody's standing is looked at once after a start."""
        super().__init__(*args, **kwargs)
        self._turn: object = None
        self._cleared_on: datetime.date | None = None
        self._done_at: dict[str, float] = {}

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--interval", type=float, default=EVERY_S, help=f"Seconds between looks ({EVERY_S})."
        )

    def handle(self, *, interval: float, **_: Any) -> None:
        stopping = _stop_on_signals()
        quiet_until = 0.0
        while not stopping.is_set():
            if time.monotonic() >= quiet_until and not self._tick():
                quiet_until = time.monotonic() + ALARM_EVERY_S
            self.do_chores(interval)
            stopping.wait(interval)

    def _tick(self) -> bool:
        """Whether all is well; where it is not, nobody is helped by hearing of it three times a minute."""
        try:
            if made := checkpoints.make_if_due(at=timezone.now()):
                logger.info("Checkpoint over %s transfers", made.size)
            self._keep_standings()
            self._clear()
        except TreeError as problem:
            logger.critical("No checkpoint was signed: %s. Run manage.py ledger_check.", problem)
            return False
        except (OperationalError, InterfaceError):
            logger.warning("The database is away; looking again")
        finally:
            connection.close()
        return True

    def do_chores(self, interval: float) -> None:
        """Those of plugins that are due."""
        for chore in registry.all(Chore):
            # Half a look early is better than a whole one late.
            due = self._done_at.get(chore.key, -chore.every_s) + chore.every_s - interval / 2
            if time.monotonic() < due:
                continue
            self._done_at[chore.key] = time.monotonic()
            try:
                chore.act(timezone.now())
            except (OperationalError, InterfaceError):
                logger.warning("The database is away; %s is done later", chore.key)
            except Exception:
                logger.exception("The chore %s failed", chore.key)
            finally:
                connection.close()

    def _keep_standings(self) -> None:
        now = timezone.now()
        turn = standing.turn_of(now)
        done = (
            standing.refresh_stale(at=now) if turn == self._turn else standing.refresh_all(at=now)
        )
        self._turn = turn
        if done:
            logger.info("Standings worked out: %s", done)

    def _clear(self) -> None:
        today = timezone.localdate()
        if self._cleared_on != today:
            for rule, count in retention.run(at=timezone.now()).items():
                if count:
                    logger.info("Retention, %s: %s erased", rule, count)
            self._cleared_on = today


def _stop_on_signals() -> threading.Event:
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return stopping
