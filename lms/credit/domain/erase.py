"""Personal detail goes by a rule; the ledger stays provable, because it holds only salted digests of it."""

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import connection, transaction

from lms.credit.enums import Erasable

if TYPE_CHECKING:
    from lms.people.models.person import Person


def erase(
    what: Erasable,
    subjects: Iterable[int],
    *,
    rule: str,
    by: "Person | None",
    at: datetime.datetime,
) -> int:
    """Remove reasons of transfers, or details of evidence, by the keys of these; how many there were.

    Each leaves an Erasure that names the rule, the moment and, where it was no routine, the person. What is not there
    any more is passed over. The database does it (`credit_erase`): the application's role has no right to.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT credit_erase(%s, %s, %s, %s, %s)",
            [what.value, list(subjects), rule, by.pk if by else None, at],
        )
        (removed,) = cursor.fetchone()
    return int(removed)
