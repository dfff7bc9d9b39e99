"""Settling: what a lesson came to for everybody, as evidence that hours follow from.

Each person is a transaction of its own, and each is settled once whatever happens: the evidence has a key, the row of
attendance says which outages it has reckoned with. So a settlement that is killed is begun again and goes on.
"""

import datetime
from collections.abc import Callable, Sequence
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, Q

from live import queries
from live.core import presence as rules
from live.core import traces
from live.domain import presence, replays
from live.domain.presence import EVIDENCE_KIND, USUAL_SHARE, Held, Judged
from live.enums import AttendanceState, Happening
from live.models.attendance import Attendance, Outage, Settlement
from live.models.lesson import Lesson
from lms.api import credit
from lms.api.people import Person

GATHERED = datetime.timedelta(seconds=6)
"""What pages said last before the end is in the database by then (`live.room.beats` gathers for 5 s)."""
LEASE = datetime.timedelta(minutes=1)
"""A settlement that has not moved for so long is begun again."""
BATCH = 100
_LOCK_SPACE = 4_2026
_US = 1_000_000
_MILLIONTH = Decimal("0.000001")


def due(at: datetime.datetime) -> list[Lesson]:
    """Lessons that are over and not settled, or not with all the outages that were declared since."""
    # An end that lies ahead was stamped before the wall's clock was set back.
    is_gathered = Q(events__at__lte=at - GATHERED) | Q(events__at__gt=at)
    over = Lesson.objects.filter(is_gathered, events__kind=Happening.ENDED).annotate(
        declared=Count("outages", distinct=True)
    )
    settled = Q(settlement__finished_at__isnull=False, settlement__outages=F("declared"))
    moving = Q(settlement__begun_at__gt=at - LEASE, settlement__finished_at=None)
    return list(over.exclude(settled).exclude(moving).order_by("pk"))


def settle(lesson: Lesson, *, clock: Callable[[], datetime.datetime]) -> None:
    """Settle a lesson that is over; where another process is at it, nothing. `clock` is asked anew for each person."""
    if not _lock(lesson):
        return
    try:
        whole = presence.held(lesson, clock())
        if whole is None or not whole.is_over:
            return
        number = Outage.objects.filter(lesson=lesson).count()
        Settlement.objects.update_or_create(
            lesson=lesson, defaults={"begun_at": clock(), "finished_at": None}
        )
        for person_ids in _batches(_left(lesson, number)):
            _settle_some(whole, person_ids, number, clock)
            Settlement.objects.filter(lesson=lesson).update(begun_at=clock())
        Settlement.objects.filter(lesson=lesson).update(finished_at=clock(), outages=number)
    finally:
        _unlock(lesson)


def _left(lesson: Lesson, number: int) -> list[int]:
    """Who takes a course with the lesson or was in its room, and is not settled yet; not those who gave it."""
    asked = set(queries.asked_of(lesson))
    gave = {lesson.trainer_id, *lesson.co_hosts.values_list("pk", flat=True)}
    gave |= set(lesson.assistants.values_list("pk", flat=True))
    there = set(lesson.presences.values_list("person_id", flat=True).distinct()) - gave
    done = Attendance.objects.filter(lesson=lesson, outages__gte=number)
    return sorted((asked | there) - set(done.values_list("person_id", flat=True)))


def _batches(person_ids: Sequence[int]) -> list[Sequence[int]]:
    return [person_ids[at : at + BATCH] for at in range(0, len(person_ids), BATCH)]


def _settle_some(
    whole: Held,
    person_ids: Sequence[int],
    number: int,
    clock: Callable[[], datetime.datetime],
) -> None:
    lesson = whole.lesson
    shares = credit.asked_of(lesson.subject, person_ids)
    kept = presence.traces_of(lesson, person_ids)
    answers = presence.answers_of(lesson, person_ids)
    people = Person.objects.in_bulk(person_ids)
    for pk in person_ids:
        share, theirs = shares.get(pk), kept.get(pk, [])
        judged = _judged(whole, share, theirs, answers.get(pk, []))
        pages = sorted(one.connection for one in theirs)
        _settle_one(whole, people[pk], share, judged, pages, number, clock())


def _judged(
    whole: Held,
    share: Decimal | None,
    kept: Sequence[traces.Trace],
    answers: Sequence[traces.Answer],
) -> Judged:
    return whole.judge(USUAL_SHARE if share is None else share, kept, answers)


@transaction.atomic
def _settle_one(
    whole: Held,
    person: Person,
    share: Decimal | None,
    judged: Judged,
    pages: Sequence[str],
    number: int,
    at: datetime.datetime,
) -> None:
    verdict, lesson = judged.verdict, whole.lesson
    state = state_of(verdict, lesson)
    stretches = [[int(start * _US), int(end * _US)] for start, end in verdict.stretches]
    before = Attendance.objects.filter(lesson=lesson, person=person).first()
    row, _created = Attendance.objects.update_or_create(
        lesson=lesson,
        person=person,
        defaults={
            "state": state,
            "stretches": stretches,
            "bridged": [[int(start * _US), int(end * _US)] for start, end in judged.bridged],
            "attended_us": int(verdict.attended * _US),
            "share": _share(verdict.fraction),
            "is_late": bool(stretches) and verdict.late,
            "asked": len(verdict.asked),
            "answered": len(verdict.answered),
            "asked_share": share,
            "outages": number,
            "settled_at": at,
        },
    )
    # What an outage changed nothing of has its evidence already.
    if row.counts and not (before and before.counts and before.stretches == stretches):
        credit.record_evidence(
            person=person,
            kind=EVIDENCE_KIND,
            subject=lesson.subject,
            source_key=f"{EVIDENCE_KIND}:{lesson.pk}:{person.public_id}:{number}",
            amount=row.share,
            spans=[
                [presence.seconds_text(start), presence.seconds_text(end)]
                for start, end in stretches
            ],
            wall=[
                (presence.moment(whole.start_us + start), presence.moment(whole.start_us + end))
                for start, end in stretches
            ],
            facts=_facts(whole, row),
            # Which of their pages it was: goes by the rules of retention, and presence with it.
            detail={"pages": list(pages)},
            at=at,
            is_anew=before is not None and before.counts,
        )
    replays.record_reached(lesson, person, at=at)


def state_of(verdict: rules.Verdict, lesson: Lesson) -> AttendanceState:
    """What a verdict is called."""
    if not verdict.stretches:
        return AttendanceState.ABSENT
    if len(verdict.answered) < Fraction(lesson.answer_at) * len(verdict.asked):
        return AttendanceState.UNSEEN
    if not verdict.credited:
        return AttendanceState.LEFT_EARLY
    return AttendanceState.LATE if verdict.late else AttendanceState.ATTENDED


def _share(fraction: Fraction) -> Decimal:
    share = Decimal(fraction.numerator) / Decimal(fraction.denominator)
    return share.quantize(_MILLIONTH, rounding=ROUND_DOWN)


def _facts(whole: Held, row: Attendance) -> dict[str, Any]:
    lesson = whole.lesson
    facts: dict[str, Any] = {
        "title": lesson.title,
        "from": presence.moment(whole.start_us).isoformat(),
        "to": presence.moment(whole.end_us).isoformat(),
        "length": presence.seconds_text(whole.length_us),
        "attended": presence.seconds_text(row.attended_us),
        "asked": row.asked,
        "answered": row.answered,
        "late": row.is_late,
    }
    if row.bridged:
        facts["bridged"] = [
            [presence.seconds_text(start), presence.seconds_text(end)] for start, end in row.bridged
        ]
        facts["outages"] = [
            {"from": one.from_at.isoformat(), "to": one.to_at.isoformat(), "because": one.because}
            for one in Outage.objects.filter(lesson=lesson)
        ]
    return facts


def _lock(lesson: Lesson) -> bool:
    """Held by the connection, not the transaction: a process that dies gives it back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK_SPACE, _lock_key(lesson)])
        return bool(cursor.fetchone()[0])


def _unlock(lesson: Lesson) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK_SPACE, _lock_key(lesson)])


def _lock_key(lesson: Lesson) -> int:
    return lesson.pk.int % 2**31
