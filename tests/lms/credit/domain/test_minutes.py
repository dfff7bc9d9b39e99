"""The same minutes are credited once: across courses, devices, live and replay, in whatever order they are settled."""

import datetime
import time
from decimal import Decimal
from typing import Any

import pytest

from lms.api.credit import BadEvidence, BadTraining, Hours, Need, minima_for, outcome_of, take_part
from lms.credit import queries
from lms.credit.core.explained import explained
from lms.credit.core.lines import Line
from lms.credit.core.minutes import shares
from lms.credit.domain import audit
from lms.credit.domain.confirm import confirm, reject
from lms.credit.domain.reverse import reverse
from lms.credit.enums import AccountKind
from lms.credit.errors import CountedElsewhere
from lms.credit.events import credit_booked, credit_exhausted
from lms.credit.queries.settling import paid_by
from lms.people.enums import DutyKind
from lms.people.models import Person
from lms.testing import credit
from lms.testing.factories import DutyFactory, PersonFactory, RoleSpellFactory

pytestmark = pytest.mark.django_db
AT = credit.AT
TEN = credit.TEN_MINUTES
DAY = datetime.timedelta(days=1)
LESSON = "live.lesson:1"


def joined(person: Person, *needs: Need, **facts: Any) -> str:
    """A training that the person takes part in; its key."""
    key = credit.declared(needs=needs, **facts).training.key
    take_part(person=person, training_key=key, at=AT)
    return key


def watched(person: Person, number: int, *, at: datetime.datetime = AT, **changes: Any) -> None:
    """Ten minutes of a video of their own, each in ten minutes of its own."""
    wall = [(at + number * TEN, at + (number + 1) * TEN)]
    said = {"subject": f"media.asset:{number}", "wall": wall, "at": wall[-1][1]}
    credit.evidence(person, **said | changes)


def video(number: int, **changes: Any) -> Need:
    return credit.watch(f"media.asset:{number}", **changes)


def hours_of(person: Person) -> dict[str, Hours]:
    return {one.title: one.hours for one in queries.entries_of(person)}


def test_shared_video_is_paid_by_the_course_settled_first() -> None:
    person = PersonFactory()
    joined(person, video(1), title="甲")
    joined(person, video(1), video(2), title="乙", hours=Hours(300))
    watched(person, 1)
    watched(person, 2, at=AT + DAY)

    assert hours_of(person) == {"甲": Hours(200), "乙": Hours(150)}
    second, first = queries.entries_of(person)
    left = explained(second.booking.facts)
    assert left is not None
    (only,) = left.left_out
    assert (left.worth, left.exact, only.training, only.booking) == (
        Hours(300), 150, "甲", str(first.id),
    )  # fmt: skip
    assert (only.seconds, only.hours, only.is_time) == (600, "1.50", False)
    # Dated by what counts: the second video's day alone.
    assert second.lines == (Line(datetime.date(2026, 5, 19), Hours(150)),)
    assert "already" not in first.booking.facts
    assert not shares(paid_by(first.booking), paid_by(second.booking))
    assert audit.first_fault() is None


def test_nothing_left_is_kept_once_with_its_reason(django_capture_on_commit_callbacks) -> None:
    person = PersonFactory()
    told = []

    def receiver(event, **_) -> None:
        told.append((event.title, event.booking is None))

    for signal in (credit_booked, credit_exhausted):
        signal.connect(receiver)
    with django_capture_on_commit_callbacks(execute=True):
        first, second = (joined(person, video(1), title=title) for title in "甲乙")
        watched(person, 1)
        watched(person, 1)
        take_part(person=person, training_key=second, at=AT)
    for signal in (credit_booked, credit_exhausted):
        signal.disconnect(receiver)

    assert hours_of(person) == {"甲": Hours(200)}
    (nothing,) = queries.nothing_booked(person)
    assert (nothing.title, nothing.evidence) == (
        "乙",
        queries.entries_of(person)[0].booking.evidence,
    )
    assert [one.training for one in nothing.explained.left_out] == ["甲"]
    assert told == [("甲", False), ("乙", True)]
    assert outcome_of(person, first).hours == Hours(200)
    assert outcome_of(person, second) == queries.Outcome(
        hours=Hours(0), explained=nothing.explained
    )
    assert outcome_of(person, joined(person, video(9))) is None


def test_other_people_have_minutes_of_their_own() -> None:
    one, two = PersonFactory(), PersonFactory()
    for person in (one, two):
        joined(person, video(1))
        watched(person, 1)
        assert queries.balance(person).pending == Hours(200)


def test_more_of_a_video_pays_what_is_more() -> None:
    person = PersonFactory()
    joined(person, video(1, minimum="0.5"), title="一半")
    joined(person, video(1, minimum="1"), title="全部")
    half = AT + TEN / 2
    watched(person, 1, amount=Decimal("0.5"), spans=[[0, 300_000]], wall=[(AT, half)])
    watched(person, 1, wall=[(AT, half), (AT + DAY, AT + DAY + TEN / 2)])
    assert hours_of(person) == {"一半": Hours(200), "全部": Hours(100)}


def test_two_devices_at_once_are_one_sitting() -> None:
    person = PersonFactory()
    joined(person, video(1), title="手机上")
    joined(person, video(2), title="电脑上")
    watched(person, 1, wall=[(AT, AT + TEN)])
    watched(person, 2, wall=[(AT + 0.4 * TEN, AT + 1.4 * TEN)])
    assert hours_of(person) == {"手机上": Hours(200), "电脑上": Hours(80)}
    left = explained(queries.entries_of(person)[0].booking.facts)
    assert [(one.is_time, one.seconds, one.hours) for one in left.left_out] == [(True, 360, "1.20")]


def test_quiz_shared_by_courses_of_quizzes_is_paid_once() -> None:
    person = PersonFactory()
    quiz = Need(
        evidence_kind="assessments.passed",
        subject="assessments.paper:1",
        minimum=Decimal("0.6"),
        title="随堂测验",
        weight_s=0,
    )
    joined(person, quiz, title="甲")
    joined(person, quiz, title="乙")
    joined(person, quiz, video(1), title="有视频的")
    watched(person, 1)
    credit.evidence(person, kind=quiz.evidence_kind, subject=quiz.subject, spans=[], wall=[])
    # Beside a video a quiz is worth nothing and takes nothing.
    assert hours_of(person) == {"甲": Hours(200), "有视频的": Hours(200)}
    (nothing,) = queries.nothing_booked(person)
    assert [one.seconds for one in nothing.explained.left_out] == [None]


def a_school() -> tuple[Person, Person]:
    """A teacher and who verifies their hours."""
    spell = RoleSpellFactory()
    duty = DutyFactory(kind=DutyKind.VERIFIER, organisation=spell.organisation)
    return spell.person, duty.person


def test_rejection_frees_the_minutes_and_books_what_waited_for_them() -> None:
    teacher, verifier = a_school()
    for title in "甲乙丙":
        joined(teacher, video(1), title=title)
    watched(teacher, 1)
    (entry,) = queries.entries_of(teacher)

    reject(verifier=verifier, bookings=[entry.id], because="签到照片不是本人", at=AT + DAY)

    states = {one.title: one.state for one in queries.entries_of(teacher)}
    assert states == {"甲": AccountKind.REJECTED, "乙": AccountKind.PENDING}
    assert [one.title for one in queries.nothing_booked(teacher)] == ["丙"]
    rejection = queries.entry(entry.id).last
    with pytest.raises(CountedElsewhere) as refused:
        reverse(rejection, by=verifier, because="看错了", at=AT + 2 * DAY)
    assert "乙" in str(refused.value)

    again = next(one for one in queries.entries_of(teacher) if one.title == "乙")
    reject(verifier=verifier, bookings=[again.id], because="同一张照片", at=AT + 2 * DAY)
    # Now the minutes are 丙's: who was first has to wait until that is undone too.
    (third,) = [one for one in queries.entries_of(teacher) if one.state == AccountKind.PENDING]
    assert third.title == "丙"
    reverse(third.booking, by=verifier, because="作废", at=AT + 3 * DAY)
    reverse(rejection, by=verifier, because="看错了", at=AT + 3 * DAY)
    assert queries.balance(teacher).pending == Hours(200)
    assert audit.first_fault() is None


def test_confirmed_hours_keep_their_minutes() -> None:
    teacher, verifier = a_school()
    joined(teacher, video(1))
    watched(teacher, 1)
    (entry,) = queries.entries_of(teacher)
    confirm(verifier=verifier, bookings=[entry.id], at=AT + DAY)
    later = joined(teacher, video(1))
    assert outcome_of(teacher, later).hours == Hours(0)


def test_withdrawn_booking_frees_its_minutes_for_what_comes_later() -> None:
    person = PersonFactory()
    joined(person, video(1))
    watched(person, 1)
    (entry,) = queries.entries_of(person)
    reverse(entry.booking, by=person, because="登记错了", at=AT + DAY)
    later = joined(person, video(1))
    assert outcome_of(person, later).hours == Hours(200)


def test_withdrawn_booking_books_what_its_minutes_kept_out() -> None:
    person = PersonFactory()
    for title in "甲乙":
        joined(person, video(1), title=title)
    watched(person, 1)
    (entry,) = queries.entries_of(person)

    undone = reverse(entry.booking, by=None, because="登记错了", at=AT + DAY)

    states = {one.title: one.state for one in queries.entries_of(person)}
    assert (undone.state, states) == (
        AccountKind.ISSUED,
        {"甲": AccountKind.ISSUED, "乙": AccountKind.PENDING},
    )
    assert audit.first_fault() is None


LIVE = Need(
    evidence_kind="live.attended",
    united_with=("live.replayed",),
    subject=LESSON,
    minimum=Decimal("0.9"),
    title="直播：区域活动",
    weight_s=3600,
    length_ms=3_600_000,
)
HOUR = 6 * TEN


def attended(
    person: Person, spans: list[list[int]], start: datetime.datetime, **changes: Any
) -> None:
    length = sum(end - begin for begin, end in spans)
    wall = [(start, start + datetime.timedelta(milliseconds=length))]
    said = {
        "kind": "live.attended", "subject": LESSON, "amount": Decimal(length) / 3_600_000,
        "spans": spans, "wall": wall, "at": wall[0][1],
    }  # fmt: skip
    credit.evidence(person, **said | changes)


def test_live_and_replay_of_one_lesson_are_united() -> None:
    person = PersonFactory()
    key = joined(person, LIVE)
    attended(person, [[0, 1_800_000]], AT)
    assert outcome_of(person, key) is None
    # Watched again: 20 to 40 minutes; the lesson stands at 40 of 60.
    attended(person, [[1_200_000, 2_400_000]], AT + DAY, kind="live.replayed")
    assert outcome_of(person, key) is None
    # Trimmed: the replay's first 15 s are a title, then follows the lesson from minute 35.
    attended(
        person, [[15_000, 1_215_000]], AT + 2 * DAY, kind="live.replayed",
        offsets=[[15_000, 1_515_000, 2_100_000]],
    )  # fmt: skip

    (entry,) = queries.entries_of(person)
    assert entry.hours == Hours(200)
    assert len(entry.evidence) == 3
    assert entry.evidence[-1].spans == [[2_100_000, 3_300_000]]
    assert entry.evidence[-1].facts["offsets"] == [[15_000, 1_515_000, 2_100_000]]
    assert [line.on.day for line in entry.lines] == [18, 19, 20]
    assert audit.first_fault() is None


def test_lesson_attended_and_its_replay_in_another_course_are_the_same_minutes() -> None:
    person = PersonFactory()
    joined(person, LIVE, title="直播课")
    replay = credit.watch(LESSON, weight_s=3600)
    replay = Need(
        evidence_kind="live.replayed",
        subject=LESSON,
        minimum=Decimal("0.5"),
        title="回放",
        weight_s=3600,
    )
    joined(person, replay, title="回放课")
    attended(person, [[0, 3_600_000]], AT)
    attended(person, [[0, 3_600_000]], AT + DAY, kind="live.replayed")
    assert hours_of(person) == {"直播课": Hours(200)}
    assert [one.title for one in queries.nothing_booked(person)] == ["回放课"]


def test_united_kinds_are_asked_for_step_by_step() -> None:
    person = PersonFactory()
    joined(person, LIVE)
    for kind in ("live.attended", "live.replayed"):
        steps = minima_for(person=person, kind=kind, subject=LESSON)
        assert (steps[0], steps[-1], len(steps)) == (Decimal("0.05"), Decimal("0.9"), 18)
    assert minima_for(person=person, kind="live.spoke", subject=LESSON) == ()


@pytest.mark.parametrize(
    "change",
    [{"length_ms": 0}, {"united_with": ("live.attended",)}],
)
def test_senseless_union_is_refused(change: dict[str, Any]) -> None:
    said = {name: getattr(LIVE, name) for name in LIVE.__dataclass_fields__}
    with pytest.raises(BadTraining):
        credit.declared(needs=[Need(**said | change)])


def test_same_kind_in_two_needs_is_refused() -> None:
    alone = credit.watch(LESSON)
    with pytest.raises(BadTraining):
        credit.declared(needs=[LIVE, Need(**vars_of(alone) | {"evidence_kind": "live.replayed"})])


def vars_of(need: Need) -> dict[str, Any]:
    return {name: getattr(need, name) for name in need.__dataclass_fields__}


@pytest.mark.parametrize(
    "change", [{"spans": [[5, 1]]}, {"spans": [["x", "y"]]}, {"offsets": [[0, 1]]}]
)
def test_stretches_that_are_none_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadEvidence):
        credit.evidence(PersonFactory(), **change)


@pytest.mark.parametrize("bookings", [1, 60])
def test_history_costs_no_query_more(django_assert_num_queries, bookings: int) -> None:
    person = RoleSpellFactory().person
    for number in range(bookings):
        credit.booked(person, at=AT - (number + 1) * DAY)
    joined(person, video(1))
    person = Person.objects.get(pk=person.pk)
    with django_assert_num_queries(4):
        started = time.process_time()
        watched(person, 1)
        assert time.process_time() - started < 1
