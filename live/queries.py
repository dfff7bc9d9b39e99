"""Reads of lessons."""

import datetime
import uuid
from collections.abc import Collection, Sequence
from contextlib import suppress
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from live import rules
from live.enums import Happening, Looked, MessageFate
from live.models.lesson import SUBJECT_PREFIX, Lesson, LessonEvent
from live.models.room import Message, Mute
from lms.api import credit
from lms.api.people import (
    Accreditation,
    Duty,
    DutyKind,
    Person,
    Provider,
    providers_moderated_by,
    providers_taught_by,
)
from lms.api.permissions import is_bureau, left, may_oversee, usable


def lessons_seen_by(person: Person, on: datetime.date) -> QuerySet[Lesson]:
    """Lessons of the providers somebody works for, the newest first, with what lists show."""
    providers = {*providers_taught_by(person, on), *providers_moderated_by(person, on)}
    return (
        Lesson.objects.filter(provider__in=providers)
        .select_related("provider", "trainer")
        .prefetch_related("events", "co_hosts")
    )


def taken_by(person: Person) -> set[str]:
    """The ids of the lessons of the courses that somebody takes. One query for each plugin that has courses."""
    return {subject.removeprefix(SUBJECT_PREFIX) for subject in usable(person, SUBJECT_PREFIX)}


def asked_of(lesson: Lesson) -> dict[int, Decimal]:
    """Who takes a course with the lesson, with the largest share that one asks of them. Three queries.

    Not who has left it: what they have earned stays, and nobody waits for them or writes to them any more.
    """
    gone = left(lesson.subject)
    return {pk: share for pk, share in credit.asked_of(lesson.subject).items() if pk not in gone}


COMING_STILL = datetime.timedelta(hours=2)
"""How late a lesson may begin before it counts as one that was not held."""
LONGEST = datetime.timedelta(hours=24)
"""What was to begin longer ago is nothing to enrol for, even if it is still on air."""


def providers_overseen(person: Person, on: datetime.date) -> set[int]:
    """The providers that bureaus somebody administers have accredited. One query, none for who administers none."""
    if not is_bureau(person, on):
        return set()
    held = Accreditation.objects.on(on).select_related("bureau")
    return {one.provider_id for one in held if may_oversee(person, one.bureau, on)}


def lessons_of(
    person: Person, taken: Collection[str], overseen: Collection[int], on: datetime.date
) -> QuerySet[Lesson]:
    """Lessons that somebody takes (`taken`: their ids) or looks after, or of a provider that they work for that day.

    Also of those whose providers (`overseen`: their keys) their bureau has accredited. With what lists show.
    """
    works_for = {*providers_taught_by(person, on), *providers_moderated_by(person, on)}
    providers = {one.pk for one in works_for}.union(overseen)
    looked_after = Lesson.assistants.through.objects.filter(person=person).values("lesson")
    own = Q(provider__in=providers) | Q(pk__in=taken) | Q(pk__in=looked_after)
    return (
        Lesson.objects.filter(own)
        .select_related("provider", "trainer", "settlement")
        .prefetch_related("events", "co_hosts", "assistants")
    )


def on_air(lessons: QuerySet[Lesson]) -> QuerySet[Lesson]:
    """Those of the lessons that have begun and are not over, the earliest first."""
    return lessons.filter(_is_on()).order_by("starts_at", "pk")


def coming(lessons: QuerySet[Lesson], at: datetime.datetime) -> QuerySet[Lesson]:
    """Those that have not begun and whose time is not long past, the nearest first; also cancelled ones."""
    return lessons.filter(_is_coming(at)).order_by("starts_at", "pk")


def past(lessons: QuerySet[Lesson], at: datetime.datetime) -> QuerySet[Lesson]:
    """All others: over, or never held; the latest first."""
    return lessons.exclude(_is_on() | _is_coming(at)).order_by("-starts_at", "pk")


def lessons_ahead(
    but: QuerySet[Lesson], at: datetime.datetime, until: datetime.datetime
) -> QuerySet[Lesson]:
    """Lessons without `but` that are on air or come until then and are not cancelled, the nearest first."""
    # By time first: what lies months back is never looked at.
    near = Lesson.objects.filter(starts_at__gte=at - LONGEST, starts_at__lte=until)
    found = near.filter(_is_on() | _is_coming(at), ~_happened(Happening.CANCELLED))
    return found.exclude(pk__in=but.values("pk")).select_related("trainer").order_by("starts_at")


def _happened(*kinds: Happening) -> Exists:
    return Exists(LessonEvent.objects.filter(lesson=OuterRef("pk"), kind__in=kinds))


def _is_on() -> Q:
    return Q(_happened(Happening.STARTED), ~_happened(Happening.ENDED, Happening.CANCELLED))


def _is_coming(at: datetime.datetime) -> Q:
    return Q(~_happened(Happening.STARTED), starts_at__gt=at - COMING_STILL)


def lessons_between(
    first: datetime.datetime, last: datetime.datetime, person: Person, taken: set[str]
) -> QuerySet[Lesson]:
    """Lessons planned for that time that somebody gives, or whose public ids are among `taken`."""
    own = Q(trainer=person) | Q(co_hosts=person) | Q(pk__in=taken)
    return (
        Lesson.objects.filter(own, starts_at__gte=first, starts_at__lte=last)
        .select_related("trainer")
        .prefetch_related("events", "co_hosts")
        .order_by("starts_at")
        .distinct()
    )


def trainers_of(provider: Provider, on: datetime.date) -> QuerySet[Person]:
    """Who teaches for a provider that day."""
    duties = Duty.objects.on(on).filter(provider=provider, kind=DutyKind.TRAINER)
    return Person.objects.filter(pk__in=duties.values("person"), is_active=True).order_by("name")


def lessons_by_ref(refs: Sequence[str]) -> dict[str, Lesson]:
    """Lessons by ref, with trainer and events; what does not exist is left out. Two queries."""
    ids = {}
    for ref in refs:
        with suppress(ValueError):
            ids[uuid.UUID(ref)] = ref
    found = Lesson.objects.filter(pk__in=ids).select_related("provider", "trainer")
    return {ids[one.pk]: one for one in found.prefetch_related("events")}


def choosable(person: Person, refs: Sequence[str]) -> set[str]:
    """Those of the refs that somebody may put into a course today: lessons of the providers they work for."""
    seen = lessons_seen_by(person, timezone.localdate())
    mine = {
        str(pk)
        for pk in seen.filter(pk__in=[one.pk for one in lessons_by_ref(refs).values()]).values_list(
            "pk", flat=True
        )
    }
    return mine.intersection(refs)


def lesson_named(public_id: uuid.UUID) -> Lesson | None:
    """A lesson with its provider, trainer and events; None where there is none."""
    found = Lesson.objects.select_related("provider", "trainer").prefetch_related("events")
    return found.filter(pk=public_id).first()


def may_use_own(person: Person, subject: str) -> bool:
    """Trainers and moderators of a provider may play its lessons, with or without a course."""
    if not subject.startswith(SUBJECT_PREFIX):
        return False
    try:
        public_id = uuid.UUID(subject.removeprefix(SUBJECT_PREFIX))
    except ValueError:
        return False
    lesson = lesson_named(public_id)
    return lesson is not None and rules.may_see_own(person, lesson, timezone.localdate())


def may_assist(lesson: Lesson, on: datetime.date) -> QuerySet[Person]:
    """Who may be named to look after a lesson's room: the people of its provider, but not who gives it."""
    duties = Duty.objects.on(on).filter(
        provider=lesson.provider,
        kind__in=(DutyKind.ASSISTANT, DutyKind.TRAINER, DutyKind.MODERATOR),
    )
    return Person.objects.filter(pk__in=duties.values("person")).exclude(pk=lesson.trainer_id)


def may_see_report(person: Person, lesson: Lesson, on: datetime.date) -> bool:
    """Gave the lesson, helped in it, works for its provider, or administers a bureau that counts the provider."""
    return (
        rules.may_see_own(person, lesson, on)
        or lesson.assistants.filter(pk=person.pk).exists()
        or _oversees(person, lesson, on)
    )


def chat_log(lesson: Lesson, *, words: str = "", which: str = "") -> QuerySet[Message]:
    """All that was written in a lesson's chat in its order, with `reported` and with who did what about it.

    `words`: of a name or a line that has them in it; `which`: a `Looked`.
    """
    found = (
        Message.objects.filter(lesson=lesson)
        .select_related("person", "removal__by", "clearance__by")
        .annotate(reported=Count("reports"))
        .order_by("pk")
    )
    if words:
        found = found.filter(Q(text__icontains=words) | Q(person__name__icontains=words))
    only = {
        Looked.REPORTED: Q(reported__gt=0),
        Looked.REMOVED: Q(removal__isnull=False),
        Looked.FILTERED: Q(fate=MessageFate.FILTERED),
    }
    return found.filter(only[Looked(which)]) if which else found


def mutes_of(lesson: Lesson) -> QuerySet[Mute]:
    """Whom somebody muted or let write again, in its order."""
    return Mute.objects.filter(lesson=lesson).select_related("person", "by").order_by("pk")


def may_declare(person: Person, lesson: Lesson, on: datetime.date) -> bool:
    """Declares outages: an assistant of the lesson, or who administers a bureau that counts its provider.

    Not the trainer: nobody declares for their own lesson what earns its learners hours.
    """
    return lesson.assistants.filter(pk=person.pk).exists() or _oversees(person, lesson, on)


def _oversees(person: Person, lesson: Lesson, on: datetime.date) -> bool:
    held = Accreditation.objects.on(on).filter(provider=lesson.provider_id)
    return any(may_oversee(person, one.bureau, on) for one in held.select_related("bureau"))
