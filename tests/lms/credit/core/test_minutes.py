"""No microsecond and no stretch of content is paid twice, whatever is shared and in whatever order it is settled."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.credit.core.hours import Hours
from lms.credit.core.minutes import (
    SEAM_US,
    WHOLE,
    Already,
    Axis,
    Claim,
    Paid,
    Reckoning,
    Stretches,
    beginning,
    common,
    joined,
    length_of,
    reckon,
    without,
)

MINUTE = 60_000_000

SMALL = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=6).map(
    lambda them: joined((min(one), max(one)) for one in them)
)
SUBJECTS = "abc"
CLAIMS = st.builds(
    Claim,
    weight=st.integers(0, 5),
    subject=st.sampled_from(SUBJECTS),
    spans=SMALL.filter(bool) | st.just(WHOLE),
    wall=SMALL,
)
TRAINING = st.tuples(
    st.integers(1, 500).map(Hours),
    st.lists(CLAIMS, min_size=1, max_size=4, unique_by=lambda claim: claim.subject),
)
TRAININGS = st.lists(TRAINING, min_size=1, max_size=5)


def moments(stretches: Stretches) -> set[int]:
    return {moment for start, end in stretches for moment in range(start, end)}


@given(SMALL, SMALL)
def test_stretches_are_sets_of_moments(one: Stretches, other: Stretches) -> None:
    assert moments(common(one, other)) == moments(one) & moments(other)
    assert moments(without(one, other)) == moments(one) - moments(other)
    assert moments(joined([*one, *other])) == moments(one) | moments(other)
    for made in (common(one, other), without(one, other), joined([*one, *other])):
        assert made == joined(made)
        assert length_of(made) == len(moments(made))


@given(SMALL, st.integers(-1, 50))
def test_beginning_is_the_first_of_them(stretches: Stretches, length: int) -> None:
    expected = sorted(moments(stretches))[: max(length, 0)]
    assert sorted(moments(beginning(stretches, length))) == expected


def settled(trainings: list[tuple[Hours, list[Claim]]]) -> list[Reckoning]:
    """One training after the other, each beside what the earlier ones were paid for."""
    paid: list[Paid] = []
    done = []
    for number, (hours, claims) in enumerate(trainings):
        done.append(reckon(hours, claims, paid, seam_us=0))
        paid.append(done[-1].paid(number))
    return done


@given(TRAININGS)
def test_nothing_is_paid_twice(trainings: list[tuple[Hours, list[Claim]]]) -> None:
    done = settled(trainings)
    parts = [part for one in done for part in one.parts]
    for subject in SUBJECTS:
        spans = [part.spans for part in parts if part.claim.subject == subject]
        assert sum(map(length_of, spans)) == length_of(joined(s for each in spans for s in each))
    walls = [part.wall for part in parts]
    assert sum(map(length_of, walls)) == length_of(joined(s for each in walls for s in each))
    for part in parts:
        assert moments(part.spans) <= moments(part.claim.spans)
        assert moments(part.wall) <= moments(part.claim.wall)


@given(TRAININGS, st.randoms(use_true_random=False))
def test_order_changes_who_is_paid_never_more_than_the_content(trainings, rng) -> None:
    rng.shuffle(trainings)
    done = settled(trainings)
    parts = [part for one in done for part in one.parts if part.worth]
    for subject in SUBJECTS:
        mine = [part for part in parts if part.claim.subject == subject]
        paid = sum(part.fraction * length_of(part.claim.spans) for part in mine)
        assert paid <= length_of(joined(s for part in mine for s in part.claim.spans))
    in_time = [part for part in parts if part.claim.wall]
    paid = sum(part.fraction * length_of(part.claim.wall) for part in in_time)
    assert paid <= length_of(joined(s for part in in_time for s in part.claim.wall))


@given(TRAINING, st.lists(st.tuples(st.sampled_from("xyz"), SMALL, SMALL), max_size=3))
def test_with_nothing_shared_nothing_changes(training, others) -> None:
    hours, claims = training
    walls: Stretches = ()
    apart = []
    for claim in claims:
        apart.append(
            Claim(
                weight=claim.weight,
                subject=claim.subject,
                spans=claim.spans,
                wall=without(claim.wall, walls),
            )
        )
        walls = joined([*walls, *claim.wall])
    paid = [
        Paid(by=n, spans={subject: spans}, wall=without(wall, walls))
        for n, (subject, spans, wall) in enumerate(others)
    ]
    done = reckon(hours, apart, paid, seam_us=0)
    assert (done.hours, done.exact, done.is_whole) == (hours, hours.hundredths, True)
    assert sum(part.worth.hundredths for part in done.parts) == hours.hundredths


@given(TRAININGS)
def test_what_is_missing_is_explained_to_the_last_bit(trainings) -> None:
    for one in settled(trainings):
        assert Hours(0) <= one.hours
        assert 0 <= one.exact - one.hours.hundredths < 1
        for part in one.parts:
            assert 1 - part.fraction == sum(each.share for each in part.already)


def video(subject: str = "a", *, wall: Stretches, weight: int = 600, minutes: int = 10) -> Claim:
    return Claim(weight=weight, subject=subject, spans=((0, minutes * MINUTE),), wall=wall)


def test_shared_video_is_paid_by_the_first() -> None:
    wall = ((0, 10 * MINUTE),)
    first = reckon(Hours(100), [video(wall=wall)], [])
    both = [video(wall=wall), video("b", wall=((20 * MINUTE, 40 * MINUTE),), minutes=20)]
    second = reckon(Hours(200), both, [first.paid("first")])
    assert (first.hours, second.hours) == (Hours(100), Hours(100))
    assert second.parts[0].already == (
        Already(by="first", axis=Axis.CONTENT, us=10 * MINUTE, share=Fraction(1)),
    )
    assert (second.parts[0].spans, second.parts[0].wall) == ((), ())


def test_the_rest_of_a_video_is_paid_once_it_is_watched() -> None:
    early = Claim(weight=1, subject="a", spans=((0, 6 * MINUTE),), wall=((0, 6 * MINUTE),))
    whole = video(wall=((0, 6 * MINUTE), (90 * MINUTE, 94 * MINUTE)))
    paid = reckon(Hours(100), [early], []).paid("early")
    rest = reckon(Hours(100), [whole], [paid])
    assert rest.hours == Hours(40)
    assert rest.parts[0].spans == ((6 * MINUTE, 10 * MINUTE),)
    assert rest.parts[0].wall == ((90 * MINUTE, 94 * MINUTE),)


def test_two_devices_at_once_are_one_sitting() -> None:
    wall = ((0, 10 * MINUTE),)
    first = reckon(Hours(100), [video("a", wall=wall)], [])
    second = reckon(Hours(100), [video("b", wall=((4 * MINUTE, 14 * MINUTE),))], [first.paid(1)])
    assert second.hours == Hours(40)
    assert second.parts[0].already == (
        Already(by=1, axis=Axis.TIME, us=6 * MINUTE, share=Fraction(3, 5)),
    )
    # Content that its own time did not pay for is not used up.
    assert second.parts[0].spans == ((0, 4 * MINUTE),)


def test_two_videos_of_one_course_at_once_are_one_sitting() -> None:
    wall = ((0, 10 * MINUTE),)
    done = reckon(Hours(100), [video("a", wall=wall), video("b", wall=wall)], [])
    assert (done.hours, done.parts[1].already[0].by) == (Hours(50), None)


@pytest.mark.parametrize(("overlap_us", "hours"), [(SEAM_US, 100), (SEAM_US + 1, 99)])
def test_delays_of_the_line_take_nothing(overlap_us: int, hours: int) -> None:
    first = reckon(Hours(100), [video("a", wall=((0, 10 * MINUTE),))], []).paid(1)
    start = 10 * MINUTE - overlap_us
    second = reckon(Hours(100), [video("b", wall=((start, start + 10 * MINUTE),))], [first])
    assert second.hours == Hours(hours)
    assert common(first.wall, second.paid(2).wall) == ()


def test_same_moment_is_no_delay() -> None:
    claim = Claim(weight=1, subject="a", spans=((0, 100),), wall=((0, 100),))
    other = Claim(weight=1, subject="b", spans=((0, 100),), wall=((0, 100),))
    first = reckon(Hours(100), [claim], [])
    assert reckon(Hours(100), [other], [first.paid(1)]).hours == Hours(0)


def test_quiz_without_a_timeline_is_paid_whole_and_once() -> None:
    quiz = Claim(weight=0, subject="q")
    first = reckon(Hours(50), [quiz], [])
    second = reckon(Hours(50), [quiz], [first.paid(1)])
    assert (first.hours, second.hours) == (Hours(50), Hours(0))
    # Beside a video it is worth nothing and takes nothing.
    beside = reckon(Hours(50), [quiz, video(wall=())], [first.paid(1)])
    assert (beside.hours, beside.is_whole, beside.parts[0].spans) == (Hours(50), True, ())


def test_rounding_is_down_and_states_what_it_cut() -> None:
    third = Claim(weight=1, subject="a", spans=((0, 3),))
    paid = Paid(by=1, spans={"a": ((0, 1),)})
    done = reckon(Hours(100), [third], [paid])
    assert (done.exact, done.hours) == (Fraction(200, 3), Hours(66))
