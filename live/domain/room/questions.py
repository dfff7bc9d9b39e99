"""Questions: asked, wanted by others, let through, merged, answered live or in writing."""

import datetime
import uuid

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from live.domain import store
from live.domain.errors import Refused
from live.domain.room.text import check_not_muted, cleaned, is_filtered
from live.enums import QuestionState, RoomRole
from live.models.room import Question, QuestionVote, Room

MOST_CHARS = 300
MOST_ANSWER_CHARS = 1000
#: What everybody in the room sees.
PUBLIC = (QuestionState.OPEN, QuestionState.NOW, QuestionState.ANSWERED)
_STILL_OPEN = (QuestionState.WAITING, QuestionState.OPEN, QuestionState.NOW)


def counted(lesson_id: uuid.UUID) -> "QuerySet[Question]":
    """The lesson's questions with who asked and how many want them answered (`voted`)."""
    found = Question.objects.filter(lesson=lesson_id).select_related("person")
    return found.annotate(voted=Count("votes"))


@transaction.atomic
def ask(
    *,
    lesson_id: uuid.UUID,
    person_id: int,
    role: RoomRole,
    key: uuid.UUID,
    text: str,
    at: datetime.datetime,
) -> Question:
    """Ask, by name; whoever asks wants it answered. The same `key` again gives the same row. Raises Refused.

    It waits for the assistant where the room is set so, and always where the word filter stops at it.
    """
    if kept := counted(lesson_id).filter(person=person_id, key=key).first():
        return kept
    text = cleaned(text, most=MOST_CHARS)
    state = QuestionState.OPEN
    if role == RoomRole.LEARNER:
        check_not_muted(lesson_id, person_id, at)
        room = Room.objects.filter(pk=lesson_id).first() or Room(pk=lesson_id)
        if room.approve_first or is_filtered(lesson_id, text, timezone.localdate(at)):
            state = QuestionState.WAITING
    question, made = Question.objects.get_or_create(
        lesson_id=lesson_id,
        person_id=person_id,
        key=key,
        defaults={
            "text": text,
            "state": state,
            "at": at,
            "changed_at": at,
        },
    )
    if made:
        QuestionVote.objects.create(question=question, person_id=person_id, at=at)
    return counted(lesson_id).get(pk=question.pk)


def vote(
    *, lesson_id: uuid.UUID, question_id: int, person_id: int, at: datetime.datetime
) -> Question:
    """Want a question answered, too; once per person. Raises Refused."""
    question = _question(lesson_id, question_id)
    if question.state not in (QuestionState.OPEN, QuestionState.NOW):
        raise Refused("question-over", _("This question is not open to votes."))
    QuestionVote.objects.get_or_create(question=question, person_id=person_id, defaults={"at": at})
    return counted(lesson_id).get(pk=question_id)


@transaction.atomic
def approve(
    *, lesson_id: uuid.UUID, question_id: int, by_id: int, at: datetime.datetime
) -> Question:
    """Let a waiting question through, or one after all that was not let through. Raises Refused."""
    known = (QuestionState.WAITING, QuestionState.OPEN, QuestionState.DECLINED)
    question = _locked(lesson_id, question_id, *known)
    return _changed(question, QuestionState.OPEN, by_id, at)


@transaction.atomic
def decline(
    *, lesson_id: uuid.UUID, question_id: int, by_id: int, at: datetime.datetime
) -> Question:
    """Take a question that is not answered off the list, until it is approved again. Raises Refused."""
    question = _locked(lesson_id, question_id, *_STILL_OPEN)
    return _changed(question, QuestionState.DECLINED, by_id, at)


@transaction.atomic
def merge(
    *, lesson_id: uuid.UUID, question_id: int, into_id: int, by_id: int, at: datetime.datetime
) -> tuple[Question, Question]:
    """The duplicate and the question it goes into, which gets its votes. Raises Refused."""
    if question_id == into_id:
        raise Refused("same-question", _("A question cannot be merged with itself."))
    # In the order of their keys: two assistants who merge crosswise wait, they do not block each other.
    for one in sorted((question_id, into_id)):
        _locked(lesson_id, one, *_STILL_OPEN)
    question, into = _question(lesson_id, question_id), _question(lesson_id, into_id)
    votes = QuestionVote.objects.filter(question=question).values_list("person", flat=True)
    QuestionVote.objects.bulk_create(
        [QuestionVote(question=into, person_id=person, at=at) for person in votes],
        ignore_conflicts=True,
    )
    question.merged_into = into
    merged = _changed(question, QuestionState.MERGED, by_id, at)
    if into.state == QuestionState.WAITING:
        into.state = QuestionState.OPEN
    return merged, _changed(into, QuestionState(into.state), by_id, at)


@transaction.atomic
def take_up(
    *, lesson_id: uuid.UUID, question_id: int, by_id: int, at: datetime.datetime
) -> list[Question]:
    """Begin to answer live, stamped with the recording's time; what was answered until now is done. Raises Refused.

    All questions that this changes, the one taken up last.
    """
    question = _locked(lesson_id, question_id, *_STILL_OPEN)
    before = Question.objects.select_for_update().filter(lesson=lesson_id, state=QuestionState.NOW)
    done = [
        _changed(one, QuestionState.ANSWERED, by_id, at) for one in before.exclude(pk=question_id)
    ]
    question.media_s = store.recorded_s(lesson_id)
    return [*done, _changed(question, QuestionState.NOW, by_id, at)]


@transaction.atomic
def finish(
    *, lesson_id: uuid.UUID, question_id: int, by_id: int, at: datetime.datetime
) -> Question:
    """The live answer is given. Raises Refused."""
    question = _locked(lesson_id, question_id, QuestionState.NOW, QuestionState.ANSWERED)
    return _changed(question, QuestionState.ANSWERED, by_id, at)


@transaction.atomic
def write(
    *, lesson_id: uuid.UUID, question_id: int, text: str, by_id: int, at: datetime.datetime
) -> Question:
    """Answer in writing, also what was answered live. Raises Refused."""
    question = _locked(lesson_id, question_id, *_STILL_OPEN, QuestionState.ANSWERED)
    question.answer = cleaned(text, most=MOST_ANSWER_CHARS)
    return _changed(question, QuestionState.ANSWERED, by_id, at)


def _question(lesson_id: uuid.UUID, question_id: int) -> Question:
    found = Question.objects.filter(lesson=lesson_id, pk=question_id).first()
    if found is None:
        raise Refused("gone", _("This question is not of this room."))
    return found


def _locked(lesson_id: uuid.UUID, question_id: int, *states: QuestionState) -> Question:
    # Lock before reading: assistant and trainer press in the same second.
    found = Question.objects.select_for_update().filter(lesson=lesson_id, pk=question_id).first()
    if found is None:
        raise Refused("gone", _("This question is not of this room."))
    if found.state not in states:
        raise Refused("question-over", _("Somebody else has just dealt with this question."))
    return found


def _changed(
    question: Question, state: QuestionState, by_id: int, at: datetime.datetime
) -> Question:
    question.state, question.handled_by_id, question.changed_at = state, by_id, at
    question.save()
    return counted(question.lesson_id).get(pk=question.pk)
