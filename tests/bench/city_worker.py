"""What is measured inside a process of the product, on the database that a whole city's record lies in."""

import resource
import time

import django

django.setup()

from django.db import connection  # noqa: E402 - Django first
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from lms.credit.domain import audit, standing  # noqa: E402
from lms.credit.domain.checkpoints import make_checkpoint  # noqa: E402
from lms.credit.enums import CheckpointKind  # noqa: E402
from lms.credit.models.ledger import LedgerHead  # noqa: E402
from tests.bench.posting_worker import serve  # noqa: E402


def standings(_number: int) -> float:
    """Seconds for all of them, from nothing."""
    start = time.perf_counter()
    standing.refresh_all(at=timezone.now())
    return time.perf_counter() - start


def peak_mb(_number: int) -> float:
    """The most memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def one_change(_number: int) -> float:
    """Statements for the standing of one teacher after a transfer: the most, of short and long histories."""
    heads = LedgerHead.objects.order_by("sequence").values_list("person_id", flat=True)
    return max(_statements(pk) for pk in (heads.first(), heads.last()))


def _statements(pk: int) -> int:
    with CaptureQueriesContext(connection) as seen:
        standing.touch([pk], timezone.now())
    return len(seen)


def sign(_number: int) -> float:
    """Seconds for a checkpoint."""
    start = time.perf_counter()
    make_checkpoint(kind=CheckpointKind.DEMAND, at=timezone.now())
    return time.perf_counter() - start


def check(_number: int) -> float:
    """Seconds for ledger_check."""
    start = time.perf_counter()
    if fault := audit.first_fault():
        raise RuntimeError(f"the ledger to measure is not whole: {fault}")
    return time.perf_counter() - start


if __name__ == "__main__":
    serve({one.__name__: one for one in (standings, peak_mb, one_change, sign, check)})
