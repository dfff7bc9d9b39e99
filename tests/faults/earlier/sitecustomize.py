"""With this folder on PYTHONPATH a process lives so many seconds in the past as the file CLOCK_BEHIND says: now, and
from the moment on when the file says something else."""

import datetime
import os
import time
from pathlib import Path

from django.utils import timezone

SAYS = Path(os.environ["CLOCK_BEHIND"])


def _behind_s() -> int:
    return int(SAYS.read_text())


def _put_back() -> None:
    seconds, nanoseconds, moment = time.time, time.time_ns, timezone.now
    time.time = lambda: seconds() - _behind_s()
    time.time_ns = lambda: nanoseconds() - _behind_s() * 1_000_000_000
    timezone.now = lambda: moment() - datetime.timedelta(seconds=_behind_s())


_put_back()
