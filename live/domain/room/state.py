"""All that a page shows that has just come in: what everybody sees, what hosts see, what is one's own."""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from django.db.models import CharField, Count, F, Value
from django.db.models.functions import Cast, Extract

from live.domain import lines
from live.domain.room import files, hands, prompts, questions, shapes
from live.domain.room.settings import room_of
from live.domain.room.shapes import Shape
from live.enums import MessageFate, PromptKind, QuestionState
from live.models.room import Hand, Message, Mute, Prompt, PromptAnswer, QuestionVote, Taste
from live.room.hub import Written, written

MOST_MESSAGES = 50
MOST_QUESTIONS = 200
MOST_PROMPTS = 20
_LISTED = (*questions.PUBLIC, QuestionState.WAITING, QuestionState.DECLINED)

_Own = dict[str, list[tuple[str | None, str | None]]]


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A room as of a moment; one serves all who came in before it was taken."""

    taken_at: datetime.datetime
    room: Shape
    hosts: Shape
    private: tuple[tuple[int, Shape], ...]
    """Questions that wait to be let through or were not, with who asked."""
    held: tuple[tuple[int, Shape], ...]
    """Lines of chat that the word filter kept from the others, with who wrote them."""

    @cached_property
    def room_text(self) -> str:
        """What everybody gets, written out once: fields within an object."""
        return written(self.room)[1:-1]


def snapshot(lesson_id: uuid.UUID, at: datetime.datetime) -> Snapshot:
    """The room now, in as many queries however much was said."""
    # First: what is said while the rest is read comes again, and pages drop doubles.
    seq = lines.newest(lesson_id)
    room = room_of(lesson_id)
    all_asked = _asked(lesson_id)
    listed = list(
        questions.counted(lesson_id).filter(state__in=_LISTED).order_by("-pk")[:MOST_QUESTIONS]
    )
    seen = [one for one in listed if not shapes.is_private(one)]
    private = tuple((one.person_id, shapes.question(one)) for one in listed if one not in seen)
    held = tuple(_filtered(lesson_id))
    return Snapshot(
        taken_at=at,
        room={
            "seq": seq,
            "chat": _chat(lesson_id),
            "questions": [shapes.question(one) for one in seen],
            "prompts": [
                shapes.prompt(one, number, tally if one.shown_at else None)
                for one, number, tally in all_asked
            ],
            "countdown": shapes.countdown(room),
            "settings": shapes.settings(room),
            "files": [shapes.file(one) for one in files.handed(lesson_id)],
        },
        hosts={
            "private": [shape for _person, shape in private],
            "tallies": [shapes.tally_of(one, tally) for one, _number, tally in all_asked],
            "random_signins": room.random_signins,
            **looked_after(lesson_id, at),
            "filtered": [shape for _person, shape in held],
            "hands": hands_up(lesson_id),
        },
        private=private,
        held=held,
    )


def own(lesson_id: uuid.UUID, person_ids: Collection[int]) -> dict[int, Shape]:
    """What is people's own in a room, by person, in one query however many they are."""
    text: CharField[str, str] = CharField()
    parts = [
        QuestionVote.objects.filter(question__lesson=lesson_id, person__in=person_ids).values_list(
            "person", Value("vote"), Cast("question", text), Value("")
        ),
        PromptAnswer.objects.filter(prompt__lesson=lesson_id, person__in=person_ids).values_list(
            "person", Value("answer"), Cast("prompt", text), Cast("choice", text)
        ),
        Hand.objects.filter(lesson=lesson_id, person__in=person_ids, lowered_at=None).values_list(
            "person", Value("hand"), Cast("called_at", text), Value("")
        ),
        Mute.objects.filter(lesson=lesson_id, person__in=person_ids)
        .order_by("person", "-pk")
        .distinct("person")
        .values_list(
            "person",
            Value("mute"),
            Cast("is_muted", text),
            Cast(Extract("until", "epoch", tzinfo=datetime.UTC), text),
        ),
        Taste.objects.filter(pk__in=person_ids).values_list(
            "pk", Value("taste"), Cast("barrage", text), Cast("reactions", text)
        ),
    ]
    found: dict[int, _Own] = {pk: defaultdict(list) for pk in person_ids}
    for person_id, kind, one, other in parts[0].union(*parts[1:], all=True):
        found[person_id][kind].append((one, other))
    return {pk: _own(kept) for pk, kept in found.items()}


def _own(found: "_Own") -> Shape:
    barrage, reactions = found["taste"][0] if found["taste"] else ("true", "true")
    until = next((other for one, other in found["mute"] if one == "true" and other), None)
    return {
        "votes": sorted(int(one or 0) for one, _ in found["vote"]),
        "answers": {one: _numbers(other) for one, other in found["answer"]},
        "hand": {"up": bool(found["hand"]), "called": any(one for one, _ in found["hand"])},
        "muted": any(one == "true" for one, _ in found["mute"]),
        "muted_until": None if until is None else round(float(until) * 1000),
        "taste": {"barrage": barrage == "true", "reactions": reactions == "true"},
    }


def for_page(
    taken: Snapshot, own: Shape, *, person_id: int, is_staff: bool, at: datetime.datetime
) -> Written:
    """The state of a room for one page, `own` being what is that person's own."""
    own = own | {
        "private": [shape for asker, shape in taken.private if asker == person_id],
        "held": [shape for writer, shape in taken.held if writer == person_id],
    }
    parts = [
        f'{{"type":"state","now":{shapes.ms(at)}',
        taken.room_text,
        f'"own":{written(own)}',
    ]
    if is_staff:
        parts.append(f'"hosts":{written(taken.hosts)}')
    return Written(",".join(parts) + "}")


def hands_up(lesson_id: uuid.UUID) -> list[Shape]:
    """The queue of raised hands, for hosts."""
    return [
        {
            "person": one.person_id,
            "name": one.person.name,
            "since": shapes.ms(one.raised_at),
            "called": one.called_at is not None,
        }
        for one in hands.up(lesson_id)
    ]


def looked_after(lesson_id: uuid.UUID, at: datetime.datetime) -> Shape:
    """Who is muted then, and what was reported and not looked at yet, for hosts."""
    newest = Mute.objects.filter(lesson=lesson_id).order_by("person", "-pk").distinct("person")
    muted = [
        one
        for one in newest.select_related("person")
        if one.is_muted and (one.until is None or at < one.until)
    ]
    reports = (
        Message.objects.filter(
            lesson=lesson_id, removal=None, clearance=None, reports__isnull=False
        )
        .select_related("person")
        .annotate(reported=Count("reports"))
        .order_by("-pk")[:MOST_MESSAGES]
    )
    return {
        "mutes": [
            {
                "person": one.person_id,
                "name": one.person.name,
                "until": shapes.ms_or_none(one.until),
            }
            for one in muted
        ],
        "reports": [shapes.reported(one) for one in reports],
    }


def asked(one: Prompt) -> Shape:
    """What the room is asked, with its number among those of its kind (sign-in or not) and the results once shown."""
    same = Prompt.objects.filter(lesson=one.lesson_id, asked_at__lte=one.asked_at)
    signins = same.filter(kind=PromptKind.SIGN_IN)
    same = signins if one.kind == PromptKind.SIGN_IN else same.exclude(kind=PromptKind.SIGN_IN)
    tally = prompts.tallies([one])[one.pk] if one.shown_at else None
    return shapes.prompt(one, same.count(), tally)


def _asked(lesson_id: uuid.UUID) -> list[tuple[Prompt, int, prompts.Tally]]:
    all_asked = list(Prompt.objects.filter(lesson=lesson_id))
    counted: dict[bool, int] = defaultdict(int)
    numbers = {}
    for one in all_asked:
        counted[one.kind == PromptKind.SIGN_IN] += 1
        numbers[one.pk] = counted[one.kind == PromptKind.SIGN_IN]
    newest = all_asked[-MOST_PROMPTS:]
    tallies = prompts.tallies(newest)
    return [(one, numbers[one.pk], tallies[one.pk]) for one in newest]


def _chat(lesson_id: uuid.UUID) -> list[Shape]:
    shown = Message.objects.filter(lesson=lesson_id, fate=MessageFate.SHOWN, removal=None)
    newest = shown.annotate(name=F("person__name")).order_by("-pk")[:MOST_MESSAGES]
    return [shapes.chat(one, one.name) for one in reversed(newest)]


def _filtered(lesson_id: uuid.UUID) -> list[tuple[int, Shape]]:
    kept = Message.objects.filter(lesson=lesson_id, fate=MessageFate.FILTERED)
    newest = kept.annotate(name=F("person__name")).order_by("-pk")[:MOST_MESSAGES]
    return [(one.person_id, shapes.chat(one, one.name)) for one in reversed(newest)]


def _numbers(array: str | None) -> list[int]:
    return [int(one) for one in (array or "").strip("[]").split(",") if one.strip()]
