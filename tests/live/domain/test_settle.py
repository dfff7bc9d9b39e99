"""Settlement: presence and replay become evidence, evidence becomes hours, each once."""

import datetime
import uuid
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import timezone

from live.core.tape import Piece, TakeName
from live.domain import outages, presence, replays, settle, store
from live.domain.errors import Refused
from live.domain.presence import BEAT, JOIN, LEAVE, Row
from live.enums import AttendanceState, Happening, PromptKind
from live.models.attendance import Attendance, Settlement
from live.models.lesson import Lesson, LessonEvent
from live.models.replay import ReplayCoverage
from live.models.room import Prompt, PromptAnswer
from lms.api.credit import balance, take_part
from lms.credit.domain.flags import ODD_HOURS
from lms.credit.models.evidence import Evidence
from lms.credit.models.flag import Flag
from lms.people.models import Person
from lms.testing import credit
from lms.testing.factories import PersonFactory
from media.api import Claim
from tests.factories.live import LessonFactory, attended

pytestmark = pytest.mark.django_db

START = datetime.datetime(2026, 11, 20, 6, 0, tzinfo=datetime.UTC)
LONG = 2700
LATER = START + datetime.timedelta(hours=2)
S = 1_000_000
PHONE = uuid.UUID(int=1)
MILLIONTH = Decimal("0.000001")


def after(seconds: float) -> datetime.datetime:
    return START + datetime.timedelta(seconds=seconds)


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def lesson() -> Lesson:
    """45 minutes, over, recorded whole in one take."""
    one = LessonFactory(starts_at=START, planned_minutes=45)
    for kind, at in ((Happening.STARTED, 0), (Happening.ENDED, LONG)):
        LessonEvent.objects.create(lesson=one, kind=kind, by=one.trainer, at=after(at))
    name = TakeName(1, int(START.timestamp()) * S)
    store.open_take(one.pk, name, b"")
    store.put(one.pk, name, Piece(0, 0, LONG * S), b"")
    return one


def learner(lesson: Lesson, minimum: str = "0.8") -> Person:
    """Takes a training of two hours that asks for the lesson."""
    person = PersonFactory()
    version = credit.declared(
        needs=[attended(lesson, minimum)], key=f"courses.course:{minimum}-{lesson.pk}"
    )
    take_part(person=person, training_key=version.training.key, at=START)
    return person


def there(lesson: Lesson, person: Person, first: int, last: int) -> None:
    """Present from one second to another, then gone."""
    history = [(first, JOIN), *((at, BEAT) for at in range(first + 15, last, 15)), (last, LEAVE)]
    presence.write([Row(lesson.pk, person.pk, PHONE, kind, after(at)) for at, kind in history])


def settled(lesson: Lesson, at: datetime.datetime = LATER) -> None:
    settle.settle(Lesson.objects.get(pk=lesson.pk), clock=lambda: at)


def hours(person: Person) -> str:
    return str(balance(person).pending)


def states(lesson: Lesson) -> dict[int, str]:
    return dict(Attendance.objects.filter(lesson=lesson).values_list("person_id", "state"))


def watch(
    person: Person, lesson: Lesson, first: int, last: int, at: datetime.datetime
) -> datetime.datetime:
    """Watch a part of the recording at speed 1, reporting every 15 s; returns when it was over."""
    replays.open_player(person=person, lesson=lesson, at=at)
    session = uuid.uuid4().hex
    for seq, start in enumerate(range(first, last, 15), 1):
        end = min(start + 15, last)
        at += datetime.timedelta(seconds=end - start)
        claim = Claim(
            session=session,
            seq=seq,
            played=[(Fraction(start), Fraction(end))],
            rate=Fraction(1),
            position=Fraction(end),
        )
        replays.accept(person=person, lesson=lesson, claim=claim, at=at)
    return at


def test_everybody_gets_a_state_and_who_attended_hours(lesson) -> None:
    whole, late, early, absent = [learner(lesson) for _ in range(4)]
    stranger = PersonFactory()
    there(lesson, whole, -30, LONG + 30)
    there(lesson, late, 601, LONG)
    there(lesson, early, 0, 1800)
    there(lesson, stranger, 0, LONG)
    # 2099 of 2700 seconds are 0.777: late, and not enough either.
    settled(lesson)
    assert states(lesson) == {
        whole.pk: AttendanceState.ATTENDED,
        late.pk: AttendanceState.LEFT_EARLY,
        early.pk: AttendanceState.LEFT_EARLY,
        absent.pk: AttendanceState.ABSENT,
        stranger.pk: AttendanceState.ATTENDED,
    }
    assert [hours(one) for one in (whole, late, early, absent)] == ["2", "0", "0", "0"]
    evidence = Evidence.objects.get(person=whole)
    assert evidence.spans == [["0.000000", "2700.000000"]]
    assert evidence.wall == [(START, after(LONG))]
    assert (evidence.facts["attended"], evidence.facts["late"]) == ("2700.000000", False)


def test_lesson_is_due_once_the_last_signs_of_life_are_rows(lesson) -> None:
    end = after(LONG)
    assert settle.due(end + settle.GATHERED / 2) == []
    assert settle.due(end + settle.GATHERED) == [lesson]
    # The wall's clock was set back by an hour since.
    assert settle.due(end - datetime.timedelta(hours=1)) == [lesson]


def test_settling_again_changes_nothing(lesson) -> None:
    person = learner(lesson)
    there(lesson, person, 0, LONG)
    assert settle.due(LATER) == [lesson]
    settled(lesson)
    first = Attendance.objects.values().get()
    settled(lesson, LATER + datetime.timedelta(hours=1))
    assert (settle.due(LATER), hours(person)) == ([], "2")
    assert Attendance.objects.values().get() == first


def test_one_who_shows_no_sign_has_only_the_replay(lesson) -> None:
    silent, awake = learner(lesson), learner(lesson)
    for at in (600, 1200):
        prompt = Prompt.objects.create(
            lesson=lesson, kind=PromptKind.SIGN_IN, asked_at=after(at), window_s=60
        )
        if at == 600:
            PromptAnswer.objects.create(
                prompt=prompt, person=awake, key=uuid.uuid4(), connection=PHONE, at=after(at + 20)
            )
    for one in (silent, awake):
        there(lesson, one, 0, LONG)
    settled(lesson)
    assert states(lesson) == {
        silent.pk: AttendanceState.UNSEEN,
        awake.pk: AttendanceState.ATTENDED,
    }
    assert (hours(silent), hours(awake)) == ("0", "2")
    watch(silent, lesson, 0, 2200, LATER)
    assert hours(silent) == "2"


def test_live_minutes_and_the_replay_of_the_rest_are_one(lesson) -> None:
    person = learner(lesson)
    there(lesson, person, 0, 1800)
    settled(lesson)
    # 0.8 of 2700 s are 2160: the first 1800 again add nothing.
    at = watch(person, lesson, 0, 300, LATER)
    assert hours(person) == "0"
    at = watch(person, lesson, 1800, 2145, at)
    assert hours(person) == "0"
    watch(person, lesson, 2145, 2175, at)
    assert hours(person) == "2"
    assert Evidence.objects.filter(person=person).count() == 2


def test_panel_settlement_and_replay_say_the_same_of_somebody_who_came_late_and_looked_back(
    lesson,
) -> None:
    person = learner(lesson)
    # From the tenth minute on the page plays the lesson from its beginning.
    there(lesson, person, 600, LONG)
    own = presence.standing(lesson, person, LATER)
    settled(lesson)
    row = Attendance.objects.get(person=person)
    assert (own.attended_s, own.is_enough) == (row.attended_us // S, False) == (2100, False)
    # What plays on after the end has its minutes already; what was missed is missing still.
    at = watch(person, lesson, 2100, 2700, LATER)
    assert hours(person) == "0"
    at = watch(person, lesson, 0, 75, at)
    assert hours(person) == "2"
    assert (
        ReplayCoverage.objects.get(person=person).share
        == Decimal(2175) / LONG // MILLIONTH * MILLIONTH
    )


def test_a_replay_watched_before_the_settlement_counts_with_it(lesson) -> None:
    person = learner(lesson)
    there(lesson, person, 0, 1800)
    watch(person, lesson, 1800, 2700, after(LONG + 60))
    assert Evidence.objects.filter(person=person).count() == 0
    settled(lesson)
    assert hours(person) == "2"


def test_who_takes_up_the_course_later_completes_it_by_the_replay(lesson) -> None:
    settled(lesson)
    person = learner(lesson)
    watch(person, lesson, 0, 2175, LATER)
    assert hours(person) == "2"


def test_a_cut_replay_completes_the_lesson(lesson) -> None:
    person = learner(lesson)
    settled(lesson)
    replays.cut(lesson=lesson, from_ms=600_000, to_ms=2_400_000, by=lesson.trainer, at=LATER)
    # 1800 s are left of 2700; what was cut away at the ends goes with what stands beside it.
    watch(person, lesson, 600, 2400, LATER)
    assert hours(person) == "2"
    with pytest.raises(Refused):
        replays.cut(lesson=lesson, from_ms=9, to_ms=LONG * 1000 + 1, by=lesson.trainer, at=LATER)


def test_a_declared_outage_bridges_and_stands_on_the_entry(lesson, settings) -> None:
    settings.FLAG_ODD_HOURS = "13:00-15:00"
    person, gone = learner(lesson), learner(lesson)
    for start, end in ((0, 900), (1500, LONG)):
        there(lesson, person, start, end)
    there(lesson, gone, 0, 900)
    settled(lesson)
    assert hours(person) == "0"
    outages.declare(
        lesson=lesson,
        from_at=after(900),
        to_at=after(1450),
        because="县里停电",
        has_fallback=False,
        by=lesson.trainer,
        at=LATER,
    )
    assert settle.due(LATER) == [lesson]
    settled(lesson)
    assert (hours(person), hours(gone)) == ("2", "0")
    row = Attendance.objects.get(person=person)
    assert (row.state, row.bridged) == (AttendanceState.ATTENDED, [[900 * S, 1500 * S]])
    facts = Evidence.objects.filter(person=person).latest("pk").facts
    assert [one["because"] for one in facts["outages"]] == ["县里停电"]
    # In the afternoon, as the settings say, it looked odd: that is asked about once.
    assert [one.kind for one in Flag.objects.filter(person=person)] == [ODD_HOURS]
    # Whom it changes nothing for keeps the one piece of evidence.
    assert Evidence.objects.filter(person=gone).count() == 1


def test_replay_and_something_written_stand_for_a_lesson_that_fell_out(lesson) -> None:
    person = learner(lesson)
    outages.declare(
        lesson=lesson,
        from_at=after(60),
        to_at=after(LONG),
        because="平台故障",
        has_fallback=True,
        by=lesson.trainer,
        at=LATER,
    )
    settled(lesson)
    watch(person, lesson, 0, LONG, LATER)
    assert hours(person) == "0"
    with pytest.raises(Refused):
        replays.discuss(lesson=lesson, person=person, text="很好", at=LATER)
    replays.discuss(lesson=lesson, person=person, text="我的思考" * 20, at=LATER)
    assert hours(person) == "2"
    assert Evidence.objects.get(person=person).facts["discussed"]


def test_an_outage_lies_within_the_lesson_and_has_a_reason(lesson) -> None:
    given = {"lesson": lesson, "has_fallback": False, "by": lesson.trainer, "at": LATER}
    for wrong in (
        {"from_at": after(900), "to_at": after(900), "because": "停电"},
        {"from_at": after(LONG + 1), "to_at": after(LONG + 60), "because": "停电"},
        {"from_at": after(0), "to_at": after(60), "because": "  "},
    ):
        with pytest.raises(Refused):
            outages.declare(**given, **wrong)


def test_the_same_outage_is_declared_once(lesson) -> None:
    given = {"lesson": lesson, "because": "停电", "by": lesson.trainer, "at": LATER}
    outages.declare(**given, from_at=after(60), to_at=after(600), has_fallback=False)
    for first, last in ((60, 600), (120, 300)):
        with pytest.raises(Refused) as caught:
            outages.declare(**given, from_at=after(first), to_at=after(last), has_fallback=False)
        assert caught.value.code == "declared"
    # What reaches further, or lets the replay stand for the lesson, is something else.
    outages.declare(**given, from_at=after(60), to_at=after(660), has_fallback=False)
    outages.declare(**given, from_at=after(60), to_at=after(600), has_fallback=True)
    assert lesson.outages.count() == 3


def test_a_settlement_that_dies_goes_on_where_it_was(lesson, monkeypatch) -> None:
    people = [learner(lesson) for _ in range(4)]
    for one in people:
        there(lesson, one, 0, LONG)
    moments: Iterator[int] = iter(range(5))

    def dying() -> datetime.datetime:
        # Held, begun, two people; then the plug is pulled.
        if next(moments, None) is None:
            raise KeyboardInterrupt
        return LATER

    with pytest.raises(KeyboardInterrupt):
        settle.settle(Lesson.objects.get(pk=lesson.pk), clock=dying)
    assert 0 < Attendance.objects.count() < len(people)
    assert Settlement.objects.get().finished_at is None
    assert settle.due(LATER) == []
    assert settle.due(LATER + settle.LEASE) == [lesson]
    settled(lesson)
    assert [hours(one) for one in people] == ["2"] * 4
    assert Evidence.objects.count() == len(people)


def test_a_lesson_that_goes_on_is_not_settled() -> None:
    one = LessonFactory(starts_at=timezone.now())
    LessonEvent.objects.create(
        lesson=one, kind=Happening.STARTED, by=one.trainer, at=timezone.now()
    )
    settled(one)
    assert (settle.due(LATER), Settlement.objects.count()) == ([], 0)
