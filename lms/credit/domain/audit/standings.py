"""Standings, which are no part of the ledger: that each row kept is the one that ledger, posts and policy give."""

import datetime
from collections.abc import Iterator
from itertools import islice

from django.db import transaction

from lms.credit.core.lines import day_of
from lms.credit.domain import standing
from lms.credit.domain.record import BATCH
from lms.credit.models.standing import Standing

Rows = dict[int, dict[str, object]]


def first_wrong(*, at: datetime.datetime) -> str | None:
    """The first person whose row says something else than what is worked out now; None where all agree.

    Rows that are known to be behind (another day, a changed post) are left out: they are worked out anew before
    anybody is shown them. Nothing is changed.
    """
    behind = set(standing.behind(day_of(at)))
    people = Standing.objects.order_by("person").values_list("person", flat=True)
    wanted = (pk for pk in people.iterator(chunk_size=BATCH) if pk not in behind)
    return next(_wrong(wanted, at), None)


def _wrong(wanted: Iterator[int], at: datetime.datetime) -> Iterator[str]:
    while batch := list(islice(wanted, BATCH)):
        with transaction.atomic():
            kept = _rows(batch)
            standing.touch(batch, at)
            anew = _rows(batch)
            transaction.set_rollback(True)
        for pk, row in kept.items():
            found = anew.get(pk)
            if found is None:
                yield f"person {row['person__public_id']}: there is a standing, but no policy holds for them"
            elif row["sequence"] == found["sequence"] and row != found:
                name = next(name for name, value in row.items() if found[name] != value)
                yield (
                    f"person {row['person__public_id']}: their standing says {row[name]} ({name}), but the ledger gives"
                    f" {found[name]}"
                )


def _rows(people: list[int]) -> Rows:
    fields = [field.attname for field in Standing._meta.concrete_fields]
    found = Standing.objects.filter(person__in=people).order_by("person")
    return {row["person_id"]: row for row in found.values("person__public_id", *fields)}
