"""Who has answered a sign-in, and who was in the room meanwhile and has not: asked by hosts, page by page of names."""

import datetime
import uuid
from dataclasses import dataclass

from django.db.models import BigIntegerField, Exists, F, Func, Min, OuterRef, Q, QuerySet

from live.domain import presence
from live.domain.room import prompts
from live.models.lesson import Lesson
from live.models.presence import Presence
from live.models.room import Prompt, PromptAnswer
from lms.api.people import Person

MOST_NAMED = 50
"""Of a room of thousands nobody reads more: they look for a name."""


@dataclass(frozen=True, kw_only=True)
class RollCall:
    """How many answered and how many did not; how many of those asked for were `found`, and the first of them by name.

    `named`: name, and when they answered.
    """

    answered: int
    missing: int
    found: int
    named: tuple[tuple[str, datetime.datetime | None], ...]


def roll_call(
    *,
    lesson_id: uuid.UUID,
    prompt_id: uuid.UUID,
    is_missing: bool,
    name: str,
    at: datetime.datetime,
) -> RollCall:
    """Who has answered by `at`, or (`is_missing`) has not; only names that hold `name`. Raises Refused.

    Four queries, five where a name is looked for, however many people there are.
    """
    prompt = prompts.find(lesson_id, prompt_id)
    answered, missing = _answered(prompt), _missing(prompt, min(at, prompts.ends_at(prompt)))
    wanted = missing if is_missing else answered
    counts = {False: answered.count(), True: missing.count()}
    found = counts[is_missing]
    if name:
        wanted = wanted.filter(name__icontains=name)
        found = wanted.count()
    named = wanted.order_by("name", "pk").values_list("name", *([] if is_missing else ["first"]))
    return RollCall(
        answered=counts[False],
        missing=counts[True],
        found=found,
        named=tuple((one[0], None if is_missing else one[1]) for one in named[:MOST_NAMED]),
    )


def _answered(prompt: Prompt) -> QuerySet[Person]:
    answers = PromptAnswer.objects.filter(prompt=prompt, person=OuterRef("pk")).order_by()
    first = answers.values("person").annotate(first=Min("at")).values("first")
    people = PromptAnswer.objects.filter(prompt=prompt).values("person")
    return Person.objects.filter(pk__in=people).annotate(first=first)


def _missing(prompt: Prompt, until: datetime.datetime) -> QuerySet[Person]:
    """Who was there at any time from when it was asked and has not answered; not those who give the lesson."""
    last = Func(
        F("doors"),
        template="(%(expressions)s)[cardinality(%(expressions)s)]",
        output_field=BigIntegerField(),
    )
    # A grace follows each sign of life, also that of who had gone by the door before it was asked.
    is_in = Q(last__isnull=True) | Q(last__gt=0) | Q(last__lte=-presence.us(prompt.asked_at))
    window = [(prompt.asked_at, max(until, prompt.asked_at))]
    there = Presence.objects.filter(lesson=prompt.lesson_id, alive__overlap=window)
    there = there.annotate(last=last).filter(is_in)
    answers = PromptAnswer.objects.filter(prompt=prompt, person=OuterRef("pk"))
    gives = Q(pk__in=Lesson.objects.filter(pk=prompt.lesson_id).values("trainer"))
    for others in (Lesson.co_hosts.through, Lesson.assistants.through):
        gives |= Q(pk__in=others._default_manager.filter(lesson=prompt.lesson_id).values("person"))
    return Person.objects.filter(~Exists(answers), ~gives, pk__in=there.values("person"))
