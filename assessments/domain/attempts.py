"""A try at a paper: begin it, keep its answers, hand it in."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from assessments.core.marking import Item, Result, mark
from assessments.domain.evidence import record
from assessments.domain.papers import freeze
from assessments.domain.problems import (
    AlreadySubmitted,
    Closed,
    NoAttemptsLeft,
    NotReady,
    Unanswered,
    UnknownAnswer,
    kind_missing,
)
from assessments.kinds.base import kinds
from assessments.models import Attempt, Mark, Paper, PaperVersion
from lms.api.people import Person

#: What was chosen, by question; as it comes from a request, so every part of it has to be checked.
Answers = Mapping[str, Sequence[str]]


def start(*, person: Person, paper: Paper, at: datetime) -> Attempt:
    """The person's open attempt, or a new one. Raises Closed, NoAttemptsLeft, NotReady."""
    check_open(paper, at)
    last = _last(person, paper)
    if last and not hasattr(last, "mark"):
        return last
    number = last.number + 1 if last else 1
    if paper.attempts_allowed is not None and number > paper.attempts_allowed:
        raise NoAttemptsLeft(paper.attempts_allowed)
    version = freeze(paper=paper, at=at)
    try:
        with transaction.atomic():
            return Attempt.objects.create(
                person=person, paper=paper, version=version, number=number, started_at=at
            )
    except IntegrityError:
        # Begun twice at once: the number is unique, so the other one is the attempt.
        return Attempt.objects.get(person=person, paper=paper, number=number)


def _last(person: Person, paper: Paper) -> Attempt | None:
    attempts = Attempt.objects.filter(person=person, paper=paper).select_related("mark")
    return attempts.order_by("-number").first()


def check_open(paper: Paper, at: datetime) -> None:
    """Raises Closed from the closing moment on."""
    if paper.closes_at is not None and at >= paper.closes_at:
        raise Closed(paper.closes_at)


@transaction.atomic
def save_answers(*, attempt: Attempt, answers: Answers, at: datetime) -> Attempt:
    """Keep a draft. Raises Closed, AlreadySubmitted, UnknownAnswer; then what was kept before stays."""
    locked = _lock(attempt)
    if hasattr(locked, "mark"):
        raise AlreadySubmitted
    check_open(locked.paper, at)
    locked.answers = check_answers(locked.version, answers)
    locked.saved_at = at
    locked.save(update_fields=["answers", "saved_at"])
    return locked


@transaction.atomic
def submit(*, attempt: Attempt, answers: Answers, at: datetime) -> Mark:
    """Mark the attempt, once, and record the evidence in the same transaction; hours settle with it.

    The same answers sent again give the same mark. Raises Closed, AlreadySubmitted (other answers), UnknownAnswer,
    Unanswered.
    """
    # Lock before reading: a double tap sends the form twice in the same moment.
    locked = _lock(attempt)
    clean = check_answers(locked.version, answers)
    if hasattr(locked, "mark"):
        if clean == {key: chosen for key, chosen in locked.mark.answers.items() if chosen}:
            return locked.mark
        raise AlreadySubmitted
    check_open(locked.paper, at)
    if missing := [one["key"] for one in locked.version.questions if one["key"] not in clean]:
        raise Unanswered(missing)
    result = _mark(locked.version, clean)
    done = Mark.objects.create(
        attempt=locked, submitted_at=at, amount=result.amount, items=_items(result)
    )
    record(attempt=locked, result=result, at=at)
    return done


def _lock(attempt: Attempt) -> Attempt:
    # `of`: papers and versions are shared with everybody else who sits the same paper.
    attempts = Attempt.objects.select_for_update(of=("self",)).select_related("paper", "version")
    return attempts.get(pk=attempt.pk)


def check_answers(version: PaperVersion, answers: Answers) -> dict[str, list[str]]:
    """The answers, each question's sorted, unanswered ones left out. Raises UnknownAnswer."""
    questions = {question["key"]: question for question in version.questions}
    if not set(answers) <= set(questions):
        raise UnknownAnswer
    clean = {}
    for key, chosen in answers.items():
        kind = kinds.get(questions[key]["kind"])
        options = {option["key"] for option in questions[key]["options"]}
        one_too_many = kind is not None and not kind.several and len(chosen) > 1
        if not set(chosen) <= options or len(set(chosen)) < len(chosen) or one_too_many:
            raise UnknownAnswer
        if chosen:
            clean[key] = sorted(chosen)
    return clean


def _mark(version: PaperVersion, answers: Answers) -> Result:
    items = [_item(question) for question in version.questions]
    return mark(items, {key: frozenset(chosen) for key, chosen in answers.items()})


def _item(question: Mapping[str, Any]) -> Item:
    kind = kinds.get(question["kind"])
    if kind is None:
        raise NotReady(kind_missing())
    return Item(
        key=question["key"],
        right=frozenset(option["key"] for option in question["options"] if option["right"]),
        points=question["points"],
        rule=kind.rule,
    )


def _items(result: Result) -> list[dict[str, Any]]:
    return [
        {
            "question": item.key,
            "chosen": sorted(item.chosen),
            "points": str(item.points),
            "of": item.of,
            "right": item.right,
        }
        for item in result.items
    ]
