"""Reads the whole ledger again and says what is wrong with it first.

Nothing is believed that can be derived: contents from rows, hashes from contents, chains, heads, sums, states, minutes
paid once, the tree and its tiles, what checkpoints say and who signed them, evidence, reasons, claims, certificates,
policies. One pass in the order of the keys, in batches, in plain SQL: memory grows with the people, not with the
transfers.
"""

from collections.abc import Callable

from django.db import DataError, connection, transaction

from lms.credit.core.note import BadNote
from lms.credit.domain.audit import (
    claims,
    evidence,
    heads,
    nothing,
    paid,
    papers,
    policies,
    rules,
    signed,
    trainings,
    transfers,
)
from lms.credit.domain.audit.fault import Fault
from lms.credit.domain.audit.places import Places

Say = Callable[[str], None]


def first_fault(*, say: Say = lambda _: None, against: str | None = None) -> str | None:
    """What is wrong first, in words; None where everything agrees. `say` is told how far it is.

    `against`: the text of a checkpoint (a signed note) that somebody kept: the record must continue it.
    """
    try:
        with transaction.atomic():
            _look_at_one_moment()
            _check(say, against)
    except (Fault, BadNote) as fault:
        return str(fault)
    except (ValueError, DataError) as problem:
        # Text that is no JSON or hex any more, and the like: somebody was here.
        return f"something that is stored cannot be read: {problem}"
    return None


def _check(say: Say, against: str | None) -> None:
    policies.check()
    versions = trainings.check()
    checkpoints = signed.read(against)
    places = Places(checkpoints)
    ends = transfers.check(versions, places, say)
    heads.check(ends)
    places.finish()
    rules.check()
    paid.check()
    say("transfers, chains, heads and the tree agree")
    evidence.check(say)
    nothing.check()
    claims.check()
    signed.check_revoked(checkpoints)
    papers.check()
    say("evidence, checkpoints and certificates agree")


def _look_at_one_moment() -> None:
    """Everything is read as it is now, whatever is booked meanwhile, and by indexes: each batch is a short range."""
    if connection.savepoint_ids:
        # Inside somebody's transaction (a test): their view is the only one there is.
        return
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL random_page_cost = 1.1")
        cursor.execute("SET LOCAL jit = off")
        cursor.execute("SET LOCAL work_mem = '64MB'")
