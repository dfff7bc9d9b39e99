"""Polls, answer cards and sign-ins: asked, answered in time by the server's clock, counted, shown."""

import datetime
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from live.domain.errors import Refused
from live.domain.room.text import cleaned
from live.enums import PromptKind
from live.models.room import Prompt, PromptAnswer

MOST_OPTIONS = 8
MOST_OPTION_CHARS = 80
MOST_TITLE_CHARS = 200
SHORTEST_S, LONGEST_S = 10, 3600
SIGN_IN_S = 60
#: The key of all answers to a poll: the first one stands.
ONLY_KEY = uuid.UUID(int=0)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How a prompt was answered: by how many people, and each option by how many; `right` by how many wholly right."""

    answered: int
    counts: list[int]
    right: int


def ask(
    *,
    lesson_id: uuid.UUID,
    kind: PromptKind,
    title: str,
    options: Sequence[str],
    right: Sequence[int],
    window_s: int,
    by_id: int | None,
    at: datetime.datetime,
    public_id: uuid.UUID | None = None,
) -> Prompt:
    """Ask the room; the same `public_id` again asks once. Raises Refused."""
    public_id = public_id or uuid.uuid4()
    if not SHORTEST_S <= window_s <= LONGEST_S:
        raise Refused(
            "bad-window",
            _("Give between %(least)d and %(most)d seconds to answer.")
            % {"least": SHORTEST_S, "most": LONGEST_S},
        )
    if kind == PromptKind.SIGN_IN:
        title, options, right = "", (), ()
    else:
        title = cleaned(title, most=MOST_TITLE_CHARS)
        options = _options(kind, options)
        right = _right(kind, right, len(options))
    prompt, _made = Prompt.objects.get_or_create(
        public_id=public_id,
        defaults={
            "lesson_id": lesson_id,
            "kind": kind,
            "title": title,
            "options": list(options),
            "right": list(right),
            "window_s": window_s,
            "by_id": by_id,
            "asked_at": at,
        },
    )
    return find(lesson_id, prompt.pk)


def ends_at(prompt: Prompt) -> datetime.datetime:
    """The last moment in which an answer is taken."""
    last = prompt.asked_at + datetime.timedelta(seconds=prompt.window_s)
    return last if prompt.closed_at is None else min(last, prompt.closed_at)


def answer(
    *,
    lesson_id: uuid.UUID,
    prompt_id: uuid.UUID,
    person_id: int,
    connection: uuid.UUID,
    key: uuid.UUID,
    choice: Sequence[int],
    at: datetime.datetime,
) -> PromptAnswer:
    """Keep an answer. At a poll the first one stands; at a sign-in the same `key` again writes once. Raises Refused."""
    prompt = find(lesson_id, prompt_id)
    is_signin = prompt.kind == PromptKind.SIGN_IN
    key = key if is_signin else ONLY_KEY
    kept = PromptAnswer.objects.filter(prompt=prompt, person=person_id, key=key).first()
    if kept is not None:
        return kept
    if at > ends_at(prompt):
        raise Refused(
            "too-late",
            _("This sign-in is over: it was open for %(seconds)d s.") % {"seconds": prompt.window_s}
            if is_signin
            else _("This question is closed. Answers are no longer taken."),
        )
    if not is_signin:
        _check_choice(prompt, choice)
    made, _made = PromptAnswer.objects.get_or_create(
        prompt=prompt,
        person_id=person_id,
        key=key,
        defaults={
            "connection": connection,
            "choice": [] if is_signin else sorted(set(choice)),
            "at": at,
        },
    )
    return made


def close(*, lesson_id: uuid.UUID, prompt_id: uuid.UUID, at: datetime.datetime) -> Prompt:
    """Take no more answers to a poll. A sign-in keeps the window that people were promised. Raises Refused."""
    prompt = find(lesson_id, prompt_id)
    if prompt.kind == PromptKind.SIGN_IN:
        raise Refused("sign-in-runs", _("A sign-in stays open for the time it said."))
    if prompt.closed_at is None:
        prompt.closed_at = at
        prompt.save(update_fields=["closed_at"])
    return prompt


def show(*, lesson_id: uuid.UUID, prompt_id: uuid.UUID, at: datetime.datetime) -> Prompt:
    """Close a poll and show its results to the room. Raises Refused."""
    prompt = close(lesson_id=lesson_id, prompt_id=prompt_id, at=at)
    if prompt.shown_at is None:
        prompt.shown_at = at
        prompt.save(update_fields=["shown_at"])
    return prompt


def find(lesson_id: uuid.UUID, prompt_id: uuid.UUID) -> Prompt:
    """A prompt of the lesson. Raises Refused."""
    found = Prompt.objects.filter(lesson=lesson_id, pk=prompt_id).first()
    if found is None:
        raise Refused("gone", _("This was not asked in this room."))
    return found


def tallies(prompts: Sequence[Prompt]) -> dict[uuid.UUID, Tally]:
    """How prompts were answered, all in two queries."""
    people = Counter[uuid.UUID]()
    counts: dict[uuid.UUID, list[int]] = {one.pk: [0] * len(one.options) for one in prompts}
    right = Counter[uuid.UUID]()
    wanted = {one.pk: sorted(one.right) for one in prompts}
    answers = PromptAnswer.objects.filter(prompt__in=[one.pk for one in prompts])
    signins = [one.pk for one in prompts if one.kind == PromptKind.SIGN_IN]
    for prompt_id, count in (
        answers.filter(prompt__in=signins)
        .values_list("prompt")
        .annotate(count=Count("person", distinct=True))
    ):
        people[prompt_id] = count
    # Equal choices come as one row: a room of thousands makes few.
    for prompt_id, choice, count in (
        answers.exclude(prompt__in=signins).values_list("prompt", "choice").annotate(Count("pk"))
    ):
        people[prompt_id] += count
        for option in choice:
            counts[prompt_id][option] += count
        if wanted[prompt_id] and choice == wanted[prompt_id]:
            right[prompt_id] += count
    return {
        one.pk: Tally(answered=people[one.pk], counts=counts[one.pk], right=right[one.pk])
        for one in prompts
    }


def _options(kind: PromptKind, options: Sequence[str]) -> list[str]:
    if kind == PromptKind.TRUE_FALSE:
        return ["", ""]  # The page says right and wrong in its own language.
    texts = [cleaned(one, most=MOST_OPTION_CHARS) for one in options if one.strip()]
    if not 2 <= len(texts) <= MOST_OPTIONS:
        raise Refused(
            "bad-options", _("Give between 2 and %(most)d options.") % {"most": MOST_OPTIONS}
        )
    if len(set(texts)) < len(texts):
        raise Refused("bad-options", _("Two options are the same."))
    return texts


def _right(kind: PromptKind, right: Sequence[int], count: int) -> list[int]:
    chosen = sorted(set(right))
    if any(not 0 <= one < count for one in chosen) or (
        kind != PromptKind.MULTIPLE and len(chosen) > 1
    ):
        raise Refused("bad-right", _("The right answer is not one of the options."))
    return chosen


def _check_choice(prompt: Prompt, choice: Sequence[int]) -> None:
    chosen = set(choice)
    if (
        not chosen
        or any(not 0 <= one < len(prompt.options) for one in chosen)
        or (prompt.kind != PromptKind.MULTIPLE and len(chosen) > 1)
    ):
        raise Refused("bad-choice", _("Choose one of the options first."))
