"""Fields that Django has no class for."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.core.files.storage import Storage, storages
from django.db import models
from psycopg.types.multirange import TimestamptzMultirange
from psycopg.types.range import TimestamptzRange

Span = tuple[datetime.datetime, datetime.datetime]


def united(spans: Iterable[Span]) -> list[Span]:
    """The same moments as sorted spans that neither touch nor overlap; empty ones are dropped."""
    whole: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], end))
        else:
            whole.append((start, end))
    return whole


def in_text(spans: Iterable[Span]) -> str:
    """Spans as PostgreSQL reads a tstzmultirange; it joins what touches."""
    return f"{{{','.join(f'[{start.isoformat()},{end.isoformat()})' for start, end in spans)}}}"


def private_storage() -> Storage:
    """Where proofs lie: no address leads there but the view that asks who may see them."""
    return storages["private"]


class SpansField(models.Field):  # type: ignore[type-arg]
    """Stretches of wall-clock time, [from, to): a tstzmultirange, in Python a list of pairs of aware datetimes."""

    def db_type(self, connection: Any) -> str:
        """The column's type."""
        return "tstzmultirange"

    def get_prep_value(self, value: Any) -> Any:
        """A multirange of [from, to); PostgreSQL joins what touches."""
        if value is None:
            return None
        return TimestamptzMultirange([TimestamptzRange(start, end) for start, end in value])

    def from_db_value(self, value: Any, *_: Any) -> list[Span] | None:
        """Pairs of datetimes in UTC."""
        if value is None:
            return None
        return [
            (one.lower.astimezone(datetime.UTC), one.upper.astimezone(datetime.UTC))
            for one in value
        ]

    def value_to_string(self, obj: Any) -> str:
        """For serializers: ISO moments."""
        spans = self.value_from_object(obj)
        return ",".join(f"{start.isoformat()}/{end.isoformat()}" for start, end in spans)


@SpansField.register_lookup
class Overlap(models.Lookup):  # type: ignore[type-arg]
    """`wall__overlap=spans`: whether they have a moment in common."""

    lookup_name = "overlap"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """`&&` of two multiranges."""
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} && {right}", [*left_params, *right_params]
