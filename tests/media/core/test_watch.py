from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from media.core.watch import (
    CAP_S,
    GRANT_S,
    Clock,
    Coverage,
    Flag,
    Outcome,
    Report,
    Video,
    accept,
    claims,
    is_complete,
)

F = Fraction


def video(duration=600, max_rate=2, complete_at="0.9"):
    return Video(F(duration), F(max_rate), F(complete_at))


def report(at, *played, rate=1):
    return Report(F(at), F(rate), [(F(start), F(end)) for start, end in played])


def send(message, *, of=None, clock=None, coverage=None, seen=False):
    return accept(
        message,
        video=of or video(),
        clock=clock or Clock.opened(),
        coverage=coverage or Coverage(),
        seen=seen,
    )


def test_accept_pays_by_the_highest_rate():
    outcome = send(report(15, (0, 15)))
    assert outcome == Outcome(((0, 15),), (), Clock(F(25, 2), F(15)), Coverage(((F(0), F(15)),)))


def test_accept_cuts_where_the_clock_ends():
    outcome = send(report(3, (10, 20), (0, 10), (30, 40)))
    assert outcome.accepted == ((10, 20), (0, 6))
    assert outcome.flags == (Flag.TOO_FAST,)
    assert outcome.clock.balance == 0
    assert outcome.coverage.spans == ((0, 6), (10, 20))


def test_accept_clock_that_ends_exactly_raises_no_flag():
    assert send(report(0, (0, 10))).flags == ()
    assert send(report(0, (0, 10), (5, 10), (20, 20))).flags == ()
    assert send(report(0, (0, 10), (20, "20.001"))).flags == (Flag.TOO_FAST,)


def test_accept_refused_and_repeated_reports_cost_nothing():
    clock = Clock(F(50), F(10))
    assert send(report(20, (0, 15), rate="2.001"), clock=clock) == Outcome(
        (), (Flag.RATE,), Clock(F(60), F(20)), Coverage()
    )
    seen = send(report(20, (0, 15), rate=3), clock=clock, seen=True)
    assert seen == Outcome((), (Flag.DUPLICATE,), Clock(F(60), F(20)), Coverage())


def test_accept_pays_for_what_is_covered_already():
    coverage = Coverage(((F(0), F(60)),))
    outcome = send(report(60, (0, 60)), coverage=coverage)
    assert (outcome.seconds, outcome.coverage) == (60, coverage)
    assert outcome.clock.balance == 35


def test_clock_never_holds_more_than_its_cap_and_never_runs_backwards():
    assert Clock.opened().advanced(F(1000)) == Clock(CAP_S, F(1000))
    clock = Clock(F(3), F(100))
    assert clock.advanced(F(99)) == clock
    assert Clock.opened(F(100)).advanced(F(101)).balance == 6


def test_claims_cuts_to_the_video_and_claims_each_second_once():
    played = [(F(-5), F(4)), (F(50), F(60)), (F(40), F(70)), (F(3), F(8)), (F(95), F(130))]
    assert claims(played, F(100)) == [(0, 4), (50, 60), (40, 50), (60, 70), (4, 8), (95, 100)]
    assert claims([(F(5), F(5)), (F(100), F(130)), (F(-5), F(0))], F(100)) == []


def test_is_complete_counts_exactly():
    tenths = Coverage.of([(F("0.1"), F("0.2")), (F("0.2"), F("0.4"))])
    assert tenths.spans == ((F("0.1"), F("0.4")),)
    assert is_complete(tenths, video(duration=1, complete_at="0.3"))
    assert not is_complete(tenths, video(duration=1, complete_at="0.3000000001"))


def test_rows_keep_the_state():
    coverage = Coverage(((F("0.5"), F(1)), (F(2), F(10, 3))))
    assert coverage.as_ms() == [[500, 1000], [2000, 3333]]
    assert Coverage.from_ms([[500, 1000], [2000, 3333]]).as_ms() == coverage.as_ms()
    assert Coverage(((F("0.0001"), F("0.0002")),)).as_ms() == []
    assert Clock(F(10, 3), F("7.25")).as_us() == (3_333_333, 7_250_000)
    assert Clock.from_us(3_500_000, 7_250_000) == Clock(F("3.5"), F("7.25"))


moments = st.integers(0, 4000).map(lambda tenths: F(tenths, 10))
spans = st.tuples(st.integers(-50, 1300), st.integers(0, 600)).map(
    lambda pair: (F(pair[0], 10), F(pair[0] + pair[1], 10))
)
span_lists = st.lists(spans, max_size=6)
videos = st.builds(
    Video,
    duration=st.integers(1, 1200).map(lambda tenths: F(tenths, 10)),
    max_rate=st.sampled_from([F(1), F("1.25"), F("1.7"), F(2), F(3)]),
    complete_at=st.sampled_from([F("0.8"), F(1)]),
)
reports = st.builds(
    Report, at=moments, rate=st.sampled_from([F(1), F("1.5"), F(2), F(3)]), played=span_lists
)


def covers(spans, moment):
    return any(start <= moment < end for start, end in spans)


@given(span_lists)
def test_coverage_is_the_union(many):
    coverage = Coverage().including(span for span in many if span[0] < span[1])
    assert coverage == Coverage.of(many)
    assert all(a[1] < b[0] for a, b in zip(coverage.spans, coverage.spans[1:], strict=False))
    for tenth in range(-60, 2000, 7):
        moment = F(tenth, 10)
        assert covers(coverage.spans, moment) == covers(many, moment)


@given(span_lists, st.integers(1, 1200).map(lambda tenths: F(tenths, 10)))
def test_claims_is_the_union_within_the_video_without_repeats(played, duration):
    claimed = claims(played, duration)
    assert all(start < end for start, end in claimed)
    for tenth in range(-60, 2000, 7):
        moment = F(tenth, 10)
        times = sum(start <= moment < end for start, end in claimed)
        assert times == (0 <= moment < duration and covers(played, moment))


@given(
    st.lists(videos, min_size=1, max_size=3),
    st.lists(st.tuples(st.integers(0, 2), reports, st.booleans()), max_size=15),
)
def test_any_reports_are_paid_by_the_clock_and_covered_once(given_videos, sent):
    """Any order, any duplication, any clock of the client."""
    clock = Clock.opened()
    covered = [Coverage() for _ in given_videos]
    cost = F(0)
    latest = F(0)
    for which, message, seen in sent:
        index = which % len(given_videos)
        watched = given_videos[index]
        outcome = accept(message, video=watched, clock=clock, coverage=covered[index], seen=seen)
        latest = max(latest, message.at)
        paid = outcome.seconds / watched.max_rate
        cost += paid
        assert paid <= CAP_S
        assert cost <= GRANT_S + latest
        assert 0 <= outcome.clock.balance <= CAP_S
        assert bool(outcome.accepted) <= (not outcome.flags or outcome.flags == (Flag.TOO_FAST,))
        added = outcome.coverage.seconds - covered[index].seconds
        assert 0 <= added <= outcome.seconds
        assert outcome.coverage == Coverage.of([*covered[index].spans, *outcome.accepted])
        assert outcome.coverage.seconds <= watched.duration
        clock, covered[index] = outcome.clock, outcome.coverage


@given(st.lists(st.integers(1, 85), min_size=1, max_size=20))
def test_an_honest_viewer_loses_nothing_through_breaks_of_up_to_the_cap(lengths):
    clock, coverage = Clock.opened(), Coverage()
    at = 0
    for length in lengths:
        message = report(at + length, (at, at + length))
        at += length
        outcome = accept(message, video=video(10_000, 1), clock=clock, coverage=coverage)
        assert outcome.flags == ()
        clock, coverage = outcome.clock, outcome.coverage
    assert coverage.spans == ((0, at),)
