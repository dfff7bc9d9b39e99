"""With this folder on PYTHONPATH a process lives CLOCK_BEHIND_S seconds in the past."""

import datetime
import os
import time

from django.utils import timezone

BEHIND = datetime.timedelta(seconds=int(os.environ["CLOCK_BEHIND_S"]))


def _put_back() -> None:
    seconds, moment = time.time, timezone.now
    time.time = lambda: seconds() - BEHIND.total_seconds()
    timezone.now = lambda: moment() - BEHIND


_put_back()
