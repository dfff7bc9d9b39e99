"""What a player sends, read and checked: a report is taken whole or refused with the place that is wrong."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from lms.api import scenarios
from lms.api.scenarios import Malformed
from media.core.watch import Span
from media.domain.errors import Problem

MOST_BYTES = 64 * 1024
MOST_STRETCHES = 400
_LARGEST_SEQ = 2**31 - 1
_SESSION = re.compile(r"[A-Za-z0-9_-]{1,40}")


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a player says it has played since its last report: seconds of video, in playing order."""

    session: str
    seq: int
    played: Sequence[Span]
    rate: Fraction
    position: Fraction


def parse_report(body: bytes) -> Claim:
    """The claim in a report's JSON. Raises Problem."""
    try:
        return _report(json.loads(body, parse_float=Decimal))
    except Malformed as wrong:
        message = _("This report cannot be read (%(path)s %(problem)s). Nothing was counted.")
        raise Problem(
            "malformed", message % {"path": wrong.path, "problem": wrong.problem}
        ) from None
    except (ValueError, RecursionError):
        raise Problem("malformed", _("This report is no JSON. Nothing was counted.")) from None


def _session(value: Any) -> str:
    if not _SESSION.fullmatch(scenarios.text(value)):
        raise Malformed("must be 1 to 40 letters, digits, - or _")
    return str(value)


def _seq(value: Any) -> int:
    if scenarios.counter(value) > _LARGEST_SEQ:
        raise Malformed("is too large")
    return int(value)


def _stretches(value: Any) -> list[Span]:
    if type(value) is list and len(value) > MOST_STRETCHES:
        raise Malformed(f"must not hold more than {MOST_STRETCHES} stretches")
    return _spans(value)


_spans = scenarios.list_of(scenarios.span_of(scenarios.not_negative))
_report = scenarios.record(
    {"session": _session, "seq": _seq, "played": _stretches, "rate": scenarios.positive},
    {"position": (scenarios.not_negative, Fraction(0))},
    build=lambda fields: Claim(**fields),
)
