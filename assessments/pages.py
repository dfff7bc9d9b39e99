"""What the quiz's pages show, ready for the templates. Right answers are in it only after an attempt was handed in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from assessments.core.marking import missing_to, out_of_hundred
from assessments.kinds.base import kinds

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from assessments.models import Attempt, Mark, Paper


@dataclass(frozen=True, kw_only=True)
class OptionRow:
    """An option. `right` is None where nobody may know yet."""

    key: str
    text: str
    chosen: bool
    right: bool | None = None


@dataclass(frozen=True, kw_only=True)
class QuestionRow:
    """A question to answer, or answered."""

    key: str
    number: int
    text: str
    how: str | Promise
    several: bool
    points: int
    options: list[OptionRow]
    missing: bool = False
    earned: bool | None = None
    explanation: str = ""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What holds for a paper. Scores are out of 100; `left` counts further attempts, None without a limit."""

    pass_score: Decimal | None
    allowed: int | None
    left: int | None
    closes_at: datetime | None
    closed: bool

    @property
    def may_begin(self) -> bool:
        """Whether another attempt can be begun."""
        return not self.closed and self.left != 0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an attempt scored; `passed` is None where no pass mark is known."""

    score: Decimal
    right: int
    count: int
    passed: bool | None
    missing: Decimal
    revealed: bool
    submitted_at: datetime


def terms_of(paper: Paper, begun: int, minimum: Decimal | None, at: datetime) -> Terms:
    """The terms for somebody who began so many attempts."""
    allowed = paper.attempts_allowed
    return Terms(
        pass_score=None if minimum is None else out_of_hundred(minimum),
        allowed=allowed,
        left=None if allowed is None else max(0, allowed - begun),
        closes_at=paper.closes_at,
        closed=paper.closes_at is not None and at >= paper.closes_at,
    )


def questions_to_answer(
    attempt: Attempt, answers: Mapping[str, Sequence[str]], missing: Collection[str] = ()
) -> list[QuestionRow]:
    """The attempt's questions with what is chosen; `missing` are those that were left out when handing in."""
    return [
        _row(number, question, answers.get(question["key"], ()), question["key"] in missing)
        for number, question in enumerate(attempt.version.questions, 1)
    ]


def _row(
    number: int, question: Mapping[str, Any], chosen: Sequence[str], missing: bool
) -> QuestionRow:
    kind = kinds.get(question["kind"])
    return QuestionRow(
        key=question["key"],
        number=number,
        text=question["text"],
        how=kind.how if kind else "",
        several=kind.several if kind else True,
        points=question["points"],
        missing=missing,
        options=[
            OptionRow(key=option["key"], text=option["text"], chosen=option["key"] in chosen)
            for option in question["options"]
        ],
    )


def outcome_of(mark: Mark, minimum: Decimal | None, terms: Terms) -> Outcome:
    """What to say of a mark. Right answers are shown once nothing can be gained by knowing them."""
    passed = None if minimum is None else mark.amount >= minimum
    return Outcome(
        score=out_of_hundred(mark.amount),
        right=sum(item["right"] for item in mark.items),
        count=len(mark.items),
        passed=passed,
        missing=missing_to(mark.amount, minimum or Decimal(0)),
        revealed=bool(passed) or mark.amount == 1 or not terms.may_begin,
        submitted_at=mark.submitted_at,
    )


def questions_answered(attempt: Attempt, mark: Mark, *, revealed: bool) -> list[QuestionRow]:
    """The attempt's questions with what was chosen, whether it was right, and the explanation."""
    items = {item["question"]: item for item in mark.items}
    return [
        _answered(number, question, items[question["key"]], revealed)
        for number, question in enumerate(attempt.version.questions, 1)
    ]


def _answered(
    number: int, question: Mapping[str, Any], item: Mapping[str, Any], revealed: bool
) -> QuestionRow:
    return QuestionRow(
        key=question["key"],
        number=number,
        text=question["text"],
        how="",
        several=True,
        points=question["points"],
        earned=item["right"],
        explanation=question["explanation"],
        options=[
            OptionRow(
                key=option["key"],
                text=option["text"],
                chosen=option["key"] in item["chosen"],
                right=option["right"] if revealed else None,
            )
            for option in question["options"]
        ],
    )
