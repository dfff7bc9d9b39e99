"""When somebody's pages were open is forgotten by the rules of retention; what it came to stays."""

import datetime
import uuid
from fractions import Fraction

import pytest

from live.core.tape import Piece, TakeName
from live.domain import outages, presence, replays, settle, store
from live.domain.errors import Refused
from live.domain.presence import BEAT, JOIN, LEAVE, Row
from live.enums import Happening
from live.models.attendance import Attendance
from live.models.lesson import Lesson, LessonEvent
from live.models.presence import Presence
from live.models.replay import ReplayCoverage, ReplayReport
from lms.api.credit import entries_of, take_part
from lms.credit.domain import audit, retention
from lms.credit.domain.confirm import confirm
from lms.credit.domain.register import register
from lms.people.enums import DutyKind
from lms.people.models import Person
from lms.testing import credit
from lms.testing.factories import DutyFactory, PersonFactory, RoleSpellFactory
from media.api import Claim
from tests.factories.live import LessonFactory, attended

pytestmark = pytest.mark.django_db
START = datetime.datetime(2026, 11, 20, 6, 0, tzinfo=datetime.UTC)
END = START + datetime.timedelta(minutes=10)
MONTH = datetime.timedelta(days=31)
PHONE = uuid.UUID(int=1)


def given(person: Person, other: Person) -> Lesson:
    """A lesson that is settled: the person was there all the time, the other came and went."""
    lesson = LessonFactory(starts_at=START, planned_minutes=10)
    for kind, at in ((Happening.STARTED, START), (Happening.ENDED, END)):
        LessonEvent.objects.create(lesson=lesson, kind=kind, by=lesson.trainer, at=at)
    key = credit.declared(needs=[attended(lesson)]).training.key
    take_part(person=person, training_key=key, at=START)
    beats = [START + datetime.timedelta(seconds=second) for second in range(0, 600, 15)]
    rows = [Row(lesson.pk, person.pk, PHONE, BEAT if at > START else JOIN, at) for at in beats]
    presence.write([*rows, Row(lesson.pk, other.pk, PHONE, LEAVE, START)])
    settle.settle(lesson, clock=lambda: END)
    return lesson


@pytest.mark.parametrize("way", ["registered", "old", "left"])
def test_presence_goes_by_the_rules_and_the_record_stays_provable(way: str) -> None:
    spell, other = RoleSpellFactory(), PersonFactory()
    person, school = spell.person, spell.organisation
    lesson = given(person, other)
    (entry,) = entries_of(person)
    before = Attendance.objects.filter(person=person).values().get()
    if way == "registered":
        verifier = DutyFactory(kind=DutyKind.VERIFIER, organisation=school).person
        officer = DutyFactory(kind=DutyKind.BUREAU_ADMIN, organisation=school.get_root()).person
        confirm(verifier=verifier, bookings=[entry.id], at=END)
        register(officer=officer, bookings=[entry.id], at=END)
        retention.run(at=END + 11 * MONTH)
        assert Presence.objects.count() == 2
        retention.run(at=END + 13 * MONTH)
        # The other's led to no evidence; it waits for the longer rule.
        assert Presence.objects.get().person == other
    elif way == "old":
        retention.run(at=END + 35 * MONTH)
        assert Presence.objects.count() == 2
        retention.run(at=END + 40 * MONTH)
        assert not Presence.objects.exists()
    else:
        person.role_spells.update(to_on=START.date())
        retention.erase_person(person=person, by=None, at=END + MONTH)
        assert Presence.objects.get().person == other
    assert audit.first_fault() is None
    assert entries_of(person)[0].hours == entry.hours
    assert Attendance.objects.filter(person=person).values().get() == before
    with pytest.raises(Refused, match="180"):
        outages.declare(
            lesson=lesson,
            from_at=START,
            to_at=END,
            because="县里停电",
            has_fallback=False,
            by=lesson.trainer,
            at=END + 7 * MONTH,
        )


def test_presence_of_a_lesson_that_is_not_settled_outlives_who_is_forgotten() -> None:
    person = RoleSpellFactory().person
    lesson = LessonFactory()
    presence.write([Row(lesson.pk, person.pk, PHONE, JOIN, START)])
    person.role_spells.update(to_on=START.date())
    retention.erase_person(person=person, by=None, at=END + MONTH)
    assert Presence.objects.exists()


def watched(person: Person) -> Lesson:
    """A lesson of a minute that is settled, and whose replay the person watched whole, twice."""
    lesson = LessonFactory(starts_at=START, planned_minutes=10)
    over = START + datetime.timedelta(minutes=1)
    for kind, at in ((Happening.STARTED, START), (Happening.ENDED, over)):
        LessonEvent.objects.create(lesson=lesson, kind=kind, by=lesson.trainer, at=at)
    name = TakeName(1, int(START.timestamp()) * 1_000_000)
    store.open_take(lesson.pk, name, b"")
    store.put(lesson.pk, name, Piece(0, 0, 60_000_000), b"")
    key = credit.declared(needs=[attended(lesson)]).training.key
    take_part(person=person, training_key=key, at=START)
    settle.settle(lesson, clock=lambda: over)
    for session, at in (("first", END), ("again", END + MONTH)):
        replays.open_player(person=person, lesson=lesson, at=at)
        for seq in range(1, 5):
            claim = Claim(
                session=session,
                seq=seq,
                played=[(Fraction(15 * seq - 15), Fraction(15 * seq))],
                rate=Fraction(1),
                position=Fraction(15 * seq),
            )
            came = at + datetime.timedelta(seconds=15 * seq)
            replays.accept(person=person, lesson=lesson, claim=claim, at=came)
    return lesson


def reported() -> set[str]:
    return set(ReplayReport.objects.values_list("session", flat=True))


@pytest.mark.parametrize("way", ["registered", "old", "left"])
def test_reports_of_a_replay_go_by_the_rules_and_the_record_stays_provable(
    way: str, settings, tmp_path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    spell = RoleSpellFactory()
    person, school = spell.person, spell.organisation
    lesson = watched(person)
    (entry,) = entries_of(person)
    (piece,) = entry.evidence
    assert piece.detail == {
        "sessions": [
            {
                "session": "first",
                "from": "2026-11-20T06:10:15+00:00",
                "to": "2026-11-20T06:11:00+00:00",
                "reports": 4,
            }
        ]
    }
    before = ReplayCoverage.objects.values().get()
    if way == "registered":
        verifier = DutyFactory(kind=DutyKind.VERIFIER, organisation=school).person
        officer = DutyFactory(kind=DutyKind.BUREAU_ADMIN, organisation=school.get_root()).person
        confirm(verifier=verifier, bookings=[entry.id], at=END + MONTH)
        register(officer=officer, bookings=[entry.id], at=END + MONTH)
        retention.run(at=END + 11 * MONTH)
        assert reported() == {"first", "again"}
        retention.run(at=END + 14 * MONTH)
        # What came after the evidence led to none; it waits for the longer rule.
        assert reported() == {"again"}
    elif way == "old":
        retention.run(at=END + 35 * MONTH)
        assert ReplayReport.objects.count() == 8
        retention.run(at=END + 40 * MONTH)
        assert reported() == set()
    else:
        person.role_spells.update(to_on=START.date())
        retention.erase_person(person=person, by=None, at=END + 2 * MONTH)
        assert reported() == set()
    assert audit.first_fault() is None
    (kept,) = entries_of(person)
    assert (kept.hours, kept.evidence[0].detail) == (entry.hours, {})
    assert ReplayCoverage.objects.values().get() == before
    opened = replays.open_player(person=person, lesson=lesson, at=END + 41 * MONTH)
    assert opened.spans == [[0, 60_000]]
