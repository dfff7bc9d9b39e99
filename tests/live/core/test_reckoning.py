"""Wherever within the lesson a page plays, its time counts once: live, looking back, on two devices, in the replay."""

from collections.abc import Iterator
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from live.core import timeline
from live.core.beats import Air, Beat, counts
from live.core.presence import Event, EventKind, Lesson, Rule, Verdict, settle

STEP, STEPS = 15, 40
LONG = STEP * STEPS
AIR = Air(is_on=True, began_s=0)
RULE = Rule(Fraction(45), Fraction(4, 5), Fraction(0), Fraction(600))
S = 1_000_000

History = list[str]
histories = st.lists(
    st.sampled_from(["live", "back", "paused", "stands", "closed"]),
    min_size=STEPS,
    max_size=STEPS,
)


def events_of(history: History, connection: str) -> Iterator[Event]:
    """What a page's socket and those of its beats that count make of a history, a beat a step."""
    is_open, before_s, back_s = False, None, 0.0
    for step, state in enumerate(history):
        at = Fraction(STEP * step)
        if state == "closed":
            if is_open:
                yield Event(at, connection, EventKind.LEAVE)
            is_open, before_s = False, None
            continue
        if not is_open:
            yield Event(at, connection, EventKind.JOIN)
            is_open = True
        shown_s = before_s if state in ("paused", "stands") else float(at) - 2
        if state == "back":
            shown_s = back_s = min(back_s + STEP, float(at))
        beat = Beat(playing=state != "paused", hidden=False, position_s=shown_s)
        if counts(beat, air=AIR, now_s=float(at), before_s=before_s):
            yield Event(at, connection, EventKind.BEAT)
        before_s = shown_s


def verdict_of(*pages: History) -> Verdict:
    events = [one for number, page in enumerate(pages) for one in events_of(page, f"page {number}")]
    lesson = Lesson(Fraction(0), Fraction(LONG))
    ordered = sorted(events, key=lambda one: one.at)
    return settle(lesson=lesson, rule=RULE, prompts=[], events=ordered)


@given(histories)
def test_who_looks_back_is_there_as_who_does_not(history: History) -> None:
    plain = ["live" if one == "back" else one for one in history]
    assert verdict_of(history) == verdict_of(plain)


@given(histories, histories)
def test_a_minute_on_two_devices_is_one_wherever_each_of_them_plays(
    one: History, other: History
) -> None:
    both, alone = verdict_of(one, other), (verdict_of(one), verdict_of(other))
    assert both.stretches == tuple(
        (Fraction(start), Fraction(end))
        for start, end in timeline.united([span for v in alone for span in v.stretches])
    )
    assert both.attended <= LONG


spans = st.tuples(st.integers(0, LONG), st.integers(0, LONG)).map(sorted).map(tuple)


@given(histories, st.lists(spans, max_size=5))
def test_the_replay_adds_what_was_missed_and_no_second_twice(
    history: History, watched: list[tuple[int, int]]
) -> None:
    there = [(int(start) * S, int(end) * S) for start, end in verdict_of(history).stretches]
    replayed = timeline.on_lesson(
        [(start * S, end * S) for start, end in watched],
        [timeline.Track(0, 0, LONG * S)],
        LONG * S,
    )
    both = timeline.length_of(timeline.united([*there, *replayed], LONG * S))
    seconds = {second for start, end in there for second in range(start // S, end // S)}
    missed = {second for start, end in watched for second in range(start, end)} - seconds
    assert both == (len(seconds) + len(missed)) * S
