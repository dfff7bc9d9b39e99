"""The replay: how it is cut, what somebody watches of it, and what that comes to together with live presence."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from math import floor
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Min
from django.utils.translation import gettext as _

from live.core import tape, timeline
from live.domain import presence, store
from live.domain.errors import Refused
from live.models.attendance import Attendance, Outage, Settlement
from live.models.lesson import Lesson
from live.models.replay import Cut, Discussion, ReplayCoverage, ReplayReport
from lms.api import credit
from lms.api.people import Person
from media.api import OPENING_US, Claim, Counted, count_watching, spans_in_ms, watched_at

EVIDENCE_KIND = "live.replayed"
FEWEST_LETTERS = 50
"""So much has to be written about a lesson that fell out."""

_MS = 1000
_MILLIONTH = Decimal("0.000001")


@dataclass(frozen=True, kw_only=True)
class Replay:
    """A replay as it stands: how long the recording is, what of it is shown, and where that lies on the lesson."""

    recorded_ms: int
    cut_ms: tuple[int, int]
    #: Where in the recording the replay's playlist begins.
    begins_ms: int
    tracks: tuple[timeline.Track, ...]
    start_us: int
    length_us: int

    def on_lesson(self, spans_ms: Sequence[Sequence[int]]) -> list[timeline.Stretch]:
        """Stretches of the recording on the lesson's timeline."""
        watched = [(start * _MS, end * _MS) for start, end in spans_ms]
        return timeline.on_lesson(watched, self.tracks, self.length_us)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of a report, and what replay and live presence reach together; `stretches` lie on the lesson."""

    coverage: ReplayCoverage
    counted: Counted
    stretches: list[timeline.Stretch]


def replay_of(lesson: Lesson) -> Replay | None:
    """A lesson's replay; None while it is not over. Reads its files' names."""
    whole = presence.held(lesson, lesson.starts_at)
    if whole is None or not whole.is_over:
        return None
    takes = store.takes_of(lesson.pk)
    recorded_ms = tape.recorded_us(takes) // _MS
    cut = cut_of(lesson)
    cut_ms = (cut.from_ms, min(cut.to_ms, recorded_ms)) if cut else (0, recorded_ms)
    begins_us = tape.cut_out(takes, (cut_ms[0] * _MS, cut_ms[1] * _MS))[1]
    tracks = timeline.cut_to(
        timeline.tracks_of(takes, whole.start_us), (cut_ms[0] * _MS, cut_ms[1] * _MS)
    )
    return Replay(
        recorded_ms=recorded_ms,
        cut_ms=cut_ms,
        begins_ms=begins_us // _MS,
        tracks=tuple(tracks),
        start_us=whole.start_us,
        length_us=whole.length_us,
    )


def cut_of(lesson: Lesson) -> Cut | None:
    """How the replay is cut; None where it is whole."""
    return Cut.objects.filter(lesson=lesson).order_by("-pk").first()


@transaction.atomic
def cut(*, lesson: Lesson, from_ms: int, to_ms: int, by: Person, at: datetime.datetime) -> Cut:
    """Show the recording from one place to another; it stays whole. Raises Refused."""
    replay = replay_of(lesson)
    if replay is None:
        raise Refused("not-over", _("Only the replay of a lesson that is over can be cut."))
    if not 0 <= from_ms < to_ms <= replay.recorded_ms:
        raise Refused("bad-cut", _("The replay has to begin before it ends, within the recording."))
    made = Cut.objects.create(lesson=lesson, from_ms=from_ms, to_ms=to_ms, by=by, at=at)
    transaction.on_commit(lambda: store.mark_cut(lesson.pk, from_ms * _MS, to_ms * _MS))
    return made


def open_player(*, person: Person, lesson: Lesson, at: datetime.datetime) -> ReplayCoverage:
    """What the person has of the replay, as its page opens: starts their clock, records what was asked for since."""
    replay = replay_of(lesson)
    with transaction.atomic():
        credit.lock_clock(person=person, at=at, opening_us=OPENING_US)
        coverage, _created = ReplayCoverage.objects.get_or_create(lesson=lesson, person=person)
        if replay and coverage.spans:
            _reach(replay, coverage, _attendance(coverage), at)
    return coverage


def accept(*, person: Person, lesson: Lesson, claim: Claim, at: datetime.datetime) -> Taken:
    """Take one report of the replay's player, durably when this returns. Raises Refused."""
    replay = replay_of(lesson)
    if replay is None or not replay.tracks:
        raise Refused("not-over", _("There is no replay yet. Nothing was counted."))
    with transaction.atomic():
        clock, _rows = credit.lock_clock(person=person, at=at, opening_us=OPENING_US)
        coverage, _created = ReplayCoverage.objects.get_or_create(lesson=lesson, person=person)
        seen = ReplayReport.objects.filter(person=person, session=claim.session, seq=claim.seq)
        counted = count_watching(
            claim,
            clock=clock,
            duration_ms=replay.recorded_ms,
            spans=coverage.spans,
            wall=coverage.wall,
            seen=seen.exists(),
            at=at,
        )
        if not counted.is_duplicate:
            _keep(clock, coverage, claim, counted, at)
            _reach(replay, coverage, _attendance(coverage), at)
    stretches = counted_of(replay, coverage, _attendance(coverage))
    return Taken(coverage=coverage, counted=counted, stretches=stretches)


def _keep(
    clock: credit.PersonClock,
    coverage: ReplayCoverage,
    claim: Claim,
    counted: Counted,
    at: datetime.datetime,
) -> None:
    ReplayReport.objects.create(
        lesson_id=coverage.lesson_id,
        person_id=coverage.person_id,
        session=claim.session,
        seq=claim.seq,
        at=at,
        accepted=spans_in_ms(counted.outcome.accepted),
        flags=[str(flag) for flag in counted.outcome.flags],
    )
    credit.save_clock(clock, balance_us=counted.balance_us, last_at=max(at, clock.last_at))
    coverage.spans, coverage.wall = counted.spans, counted.wall
    coverage.position_ms = floor(claim.position * 1000)
    coverage.last_at = at
    coverage.save()


def record_reached(lesson: Lesson, person: Person, *, at: datetime.datetime) -> None:
    """What live presence reaches together with what was watched before. In the caller's transaction."""
    coverage = ReplayCoverage.objects.filter(lesson=lesson, person=person).first()
    replay = replay_of(lesson) if coverage else None
    if coverage and replay:
        _reach(replay, coverage, _attendance(coverage), at)


def _attendance(coverage: ReplayCoverage) -> Attendance | None:
    return Attendance.objects.filter(lesson=coverage.lesson_id, person=coverage.person_id).first()


def _reach(
    replay: Replay,
    coverage: ReplayCoverage,
    attendance: Attendance | None,
    at: datetime.datetime,
) -> None:
    """Note how much of the lesson is reached, and record evidence for each share that the person's trainings ask for.

    The replay's evidence is what was watched of it; lms.credit unites it with the live one's. So the share that
    decides whether it is time to record is the one that both reach.
    """
    lesson, person = coverage.lesson, coverage.person
    watched = replay.on_lesson(coverage.spans)
    both = timeline.length_of(counted_of(replay, coverage, attendance))
    coverage.share = _share(both, replay.length_us)
    alone = _share(timeline.length_of(watched), replay.length_us)
    asked = credit.minima_for(
        person=person, kind=EVIDENCE_KIND, subject=lesson.subject, by_steps=False
    )
    reached = max(
        (one for one in asked if coverage.evidenced < one <= coverage.share), default=None
    )
    # Before the lesson is settled nobody knows what the replay adds.
    if reached and alone and is_settled(lesson, attendance) and may_count(lesson, person):
        _record(replay, coverage, watched, alone, reached, at)
        coverage.evidenced = reached
    coverage.save(update_fields=["share", "evidenced"])


def counted_of(
    replay: Replay, coverage: ReplayCoverage, attendance: Attendance | None
) -> list[timeline.Stretch]:
    """What counts of the lesson, on its timeline: where somebody was there, and what they watched of the replay."""
    watched = replay.on_lesson(coverage.spans)
    there = attendance.stretches if attendance and attendance.counts else []
    return timeline.united([*watched, *((start, end) for start, end in there)], replay.length_us)


def is_settled(lesson: Lesson, attendance: Attendance | None) -> bool:
    """Of somebody who took up the course after the lesson was settled there is no attendance."""
    if attendance is not None:
        return True
    return Settlement.objects.filter(lesson=lesson, finished_at__isnull=False).exists()


def may_count(lesson: Lesson, person: Person) -> bool:
    """Whether a replay counts by itself, or something has to be written beside it and is not yet (录播+研讨)."""
    if not Outage.objects.filter(lesson=lesson, has_fallback=True).exists():
        return True
    return Discussion.objects.filter(lesson=lesson, person=person).exists()


@transaction.atomic
def discuss(*, lesson: Lesson, person: Person, text: str, at: datetime.datetime) -> Discussion:
    """Write about a lesson that fell out, once; what was watched of its replay counts from then on. Raises Refused."""
    words = text.strip()
    if len(words) < FEWEST_LETTERS:
        raise Refused(
            "too-short", _("Write at least %(count)d characters.") % {"count": FEWEST_LETTERS}
        )
    written, _created = Discussion.objects.get_or_create(
        lesson=lesson, person=person, defaults={"text": words[:2000], "at": at}
    )
    record_reached(lesson, person, at=at)
    return written


def _record(
    replay: Replay,
    coverage: ReplayCoverage,
    watched: Sequence[timeline.Stretch],
    alone: Decimal,
    reached: Decimal,
    at: datetime.datetime,
) -> None:
    lesson, person = coverage.lesson, coverage.person
    facts = {
        "title": lesson.title,
        "length": presence.seconds_text(replay.length_us),
        "watched_ms": sum(end - start for start, end in coverage.spans),
        "recorded_ms": replay.recorded_ms,
        "cut_ms": list(replay.cut_ms),
        # Where the recording's pieces lie on the lesson's timeline, in microseconds: [from, at, length].
        "offsets_us": [[one.start_us, one.at_us, one.length_us] for one in replay.tracks],
    }
    if Discussion.objects.filter(lesson=lesson, person=person).exists():
        facts["discussed"] = True
    credit.record_evidence(
        person=person,
        kind=EVIDENCE_KIND,
        subject=lesson.subject,
        source_key=f"{EVIDENCE_KIND}:{lesson.pk}:{person.public_id}:{reached.normalize():f}",
        amount=alone,
        spans=[
            [presence.seconds_text(start), presence.seconds_text(end)] for start, end in watched
        ],
        wall=[(watched_at(start), watched_at(end)) for start, end in coverage.wall],
        facts=facts,
        detail={"sessions": _sessions(coverage)},
        at=at,
    )


def _sessions(coverage: ReplayCoverage) -> list[dict[str, Any]]:
    """In which sessions of the player it was watched, with the server's times; goes with the reports themselves."""
    found = ReplayReport.objects.filter(lesson=coverage.lesson_id, person=coverage.person_id)
    sessions = found.values_list("session").annotate(Min("at"), Max("at"), Count("pk"))
    return [
        {"session": session, "from": first.isoformat(), "to": last.isoformat(), "reports": count}
        for session, first, last, count in sessions.order_by("at__min", "session")
    ]


def _share(part_us: int, whole_us: int) -> Decimal:
    share = Decimal(part_us) / whole_us
    return min(Decimal(1), share).quantize(_MILLIONTH, rounding=ROUND_DOWN)
