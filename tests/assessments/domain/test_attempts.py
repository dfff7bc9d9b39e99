"""Attempts: begun, kept and handed in once, with evidence and hours in the same transaction."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection

from assessments.domain import attempts
from assessments.domain.problems import (
    AlreadySubmitted,
    Closed,
    NoAttemptsLeft,
    Unanswered,
    UnknownAnswer,
)
from assessments.models import Attempt, Mark
from lms.api.credit import Hours, Need, balance, take_part
from lms.credit.models.evidence import Evidence
from lms.people.models import Person
from lms.testing.credit import declared
from lms.testing.factories import PersonFactory
from tests.factories.assessments import AT, PaperFactory, begun, right_answers, wrong_answers

LATER = AT + datetime.timedelta(minutes=7)


def training_on(paper, minimum: str = "0.6"):
    need = Need(
        evidence_kind="assessments.passed",
        subject=paper.subject,
        minimum=Decimal(minimum),
        title=paper.title,
        weight_s=600,
    )
    return declared(needs=[need])


def enrolled(paper, minimum: str = "0.6") -> Person:
    person = PersonFactory()
    version = training_on(paper, minimum)
    take_part(person=person, training_key=version.training.key, at=AT)
    return person


@pytest.mark.django_db
def test_passing_books_the_hours_at_once() -> None:
    paper = PaperFactory()
    person = enrolled(paper)
    attempt = begun(person, paper)
    mark = attempts.submit(attempt=attempt, answers=right_answers(attempt), at=LATER)
    evidence = Evidence.objects.get()
    assert mark.amount == evidence.amount == 1
    assert balance(person).pending == Hours(200)
    assert evidence.source_key == f"assessments.attempt:{attempt.pk}"
    assert evidence.facts == {
        "title": paper.title,
        "version": 1,
        "attempt": 1,
        "score": "100",
        "pass_marks": ["60"],
        "questions": 3,
        "right": 3,
        "marks": [True, True, True],
        "started_at": AT.isoformat(),
        "submitted_at": LATER.isoformat(),
    }


@pytest.mark.django_db
def test_failing_books_nothing_and_a_second_try_does() -> None:
    paper = PaperFactory(attempts_allowed=2)
    person = enrolled(paper)
    first = begun(person, paper)
    answers = wrong_answers(first) | dict([next(iter(right_answers(first).items()))])
    assert attempts.submit(attempt=first, answers=answers, at=LATER).amount == Decimal("0.2")
    assert balance(person).pending == Hours(0)
    second = attempts.start(person=person, paper=paper, at=LATER)
    attempts.submit(attempt=second, answers=right_answers(second), at=LATER)
    assert (second.number, balance(person).pending) == (2, Hours(200))
    with pytest.raises(NoAttemptsLeft):
        attempts.start(person=person, paper=paper, at=LATER)


@pytest.mark.django_db
def test_a_score_just_at_the_pass_mark_is_enough() -> None:
    paper = PaperFactory()
    person = enrolled(paper, "0.6")
    attempt = begun(person, paper)
    right = right_answers(attempt)
    last = attempt.version.questions[2]["key"]
    answers = right | {last: wrong_answers(attempt)[last]}
    assert attempts.submit(attempt=attempt, answers=answers, at=LATER).amount == Decimal("0.6")
    assert balance(person).pending == Hours(200)


@pytest.mark.django_db
def test_start_goes_on_with_the_open_attempt() -> None:
    attempt = begun()
    again = attempts.start(person=attempt.person, paper=attempt.paper, at=LATER)
    assert (again.pk, Attempt.objects.count()) == (attempt.pk, 1)


@pytest.mark.django_db
def test_the_same_answers_again_give_the_same_mark() -> None:
    attempt = begun()
    answers = right_answers(attempt)
    first = attempts.submit(attempt=attempt, answers=answers, at=LATER)
    backwards = {key: chosen[::-1] for key, chosen in answers.items()}
    assert attempts.submit(attempt=attempt, answers=backwards, at=LATER) == first
    assert Evidence.objects.count() == 1


@pytest.mark.django_db
def test_other_answers_after_handing_in_change_nothing() -> None:
    attempt = begun()
    attempts.submit(attempt=attempt, answers=wrong_answers(attempt), at=LATER)
    for act in (attempts.submit, attempts.save_answers):
        with pytest.raises(AlreadySubmitted):
            act(attempt=attempt, answers=right_answers(attempt), at=LATER)
    assert Mark.objects.get().amount == 0


@pytest.mark.django_db
def test_unanswered_questions_are_named_and_nothing_is_marked() -> None:
    attempt = begun()
    answers = right_answers(attempt)
    keys = [question["key"] for question in attempt.version.questions]
    with pytest.raises(Unanswered) as caught:
        attempts.submit(attempt=attempt, answers={keys[0]: answers[keys[0]], keys[1]: []}, at=LATER)
    assert caught.value.keys == keys[1:]
    assert not Mark.objects.exists()
    assert not Evidence.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("act", [attempts.submit, attempts.save_answers])
@pytest.mark.parametrize("spoil", ["question", "option", "two of a single", "twice the same"])
def test_what_the_attempt_does_not_have_is_refused(act, spoil) -> None:
    attempt = begun()
    answers = right_answers(attempt)
    first = next(iter(answers))
    answers |= {
        "question": {"00000000-0000-0000-0000-000000000000": ["a"]},
        "option": {first: ["z"]},
        "two of a single": {first: ["a", "b"]},
        "twice the same": {first: ["a", "a"]},
    }[spoil]
    with pytest.raises(UnknownAnswer):
        act(attempt=attempt, answers=answers, at=LATER)
    attempt.refresh_from_db()
    assert attempt.answers == {}
    assert not Mark.objects.exists()


@pytest.mark.django_db
def test_after_closing_nothing_goes_and_the_draft_stays() -> None:
    attempt = begun(closes_at=LATER)
    answers = right_answers(attempt)
    attempts.save_answers(attempt=attempt, answers=answers, at=AT)
    for act in (attempts.submit, attempts.save_answers):
        with pytest.raises(Closed):
            act(attempt=attempt, answers=wrong_answers(attempt), at=LATER)
    with pytest.raises(Closed):
        attempts.start(person=PersonFactory(), paper=attempt.paper, at=LATER)
    attempt.refresh_from_db()
    assert attempt.answers == answers
    assert not Mark.objects.exists()


@pytest.mark.django_db
def test_a_training_joined_later_settles_with_what_was_scored_before() -> None:
    paper = PaperFactory()
    person = PersonFactory()
    attempt = begun(person, paper)
    attempts.submit(attempt=attempt, answers=right_answers(attempt), at=LATER)
    take_part(person=person, training_key=training_on(paper).training.key, at=LATER)
    assert balance(person).pending == Hours(200)


def _in_threads(count, act):
    def run(number):
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_handed_in_twice_at_once_is_marked_once(own_database: str) -> None:
    paper = PaperFactory()
    person = enrolled(paper)
    attempt = begun(person, paper)
    answers = right_answers(attempt)
    marks = _in_threads(8, lambda _: attempts.submit(attempt=attempt, answers=answers, at=LATER).pk)
    assert len(set(marks)) == 1
    assert (Mark.objects.count(), Evidence.objects.count()) == (1, 1)
    assert balance(person).pending == Hours(200)


def test_handed_in_twice_at_once_with_other_answers_counts_one(own_database: str) -> None:
    attempt = begun()
    choices = [right_answers(attempt), wrong_answers(attempt)]

    def act(number):
        try:
            return attempts.submit(attempt=attempt, answers=choices[number % 2], at=LATER).amount
        except AlreadySubmitted:
            return None

    amounts = {amount for amount in _in_threads(8, act) if amount is not None}
    assert amounts == {Mark.objects.get().amount}


def test_begun_twice_at_once_is_one_attempt(own_database: str) -> None:
    paper, person = PaperFactory(), PersonFactory()
    found = _in_threads(8, lambda _: attempts.start(person=person, paper=paper, at=AT).pk)
    assert len(set(found)) == 1
    assert Attempt.objects.get().version.number == 1
