"""What is kept of presence gives the verdict that the events themselves give."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from live.core.presence import Event, EventKind, Lesson, Prompt, Rule, settle
from live.core.traces import Answer, Trace, events

US = 1_000_000
GRACE = 45
LESSON = Lesson(Fraction(0), Fraction(600))
RULE = Rule(Fraction(GRACE), Fraction("0.8"), Fraction("0.5"), Fraction(60))
PROMPTS = [Prompt("p", Fraction(100), Fraction(60)), Prompt("q", Fraction(400), Fraction(90))]


def kept(history: list[Event]) -> tuple[list[Trace], list[Answer]]:
    """What the database keeps of a history, in Python: doors in order, signs of life united."""
    traces = []
    for name in sorted({one.connection for one in history}):
        mine = [one for one in history if one.connection == name]
        doors = [
            int(one.at * US) * (-1 if one.kind is EventKind.LEAVE else 1)
            for one in mine
            if one.kind in (EventKind.JOIN, EventKind.LEAVE)
        ]
        alive: list[tuple[int, int]] = []
        signs = [one for one in mine if one.kind in (EventKind.JOIN, EventKind.BEAT)]
        for at in sorted(int(one.at * US) for one in signs):
            if alive and at <= alive[-1][1]:
                alive[-1] = alive[-1][0], at + GRACE * US
            else:
                alive.append((at, at + GRACE * US))
        traces.append(Trace(name, doors, alive))
    answers = [
        Answer(one.connection, str(one.prompt), int(one.at * US))
        for one in history
        if one.kind is EventKind.ANSWER
    ]
    return traces, answers


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Joins, beats, answers and leaves of three connections in any order; no two at one moment, as `steady` has it."""
    # Doors count in microseconds from 1970, where 0 has no sign: nothing happens at 0.
    moments = draw(st.lists(st.integers(1, 700_000), unique=True, max_size=60))
    found = []
    for at in sorted(moments):
        kind = draw(st.sampled_from([EventKind.BEAT, *EventKind]))
        prompt = draw(st.sampled_from(["p", "q"])) if kind is EventKind.ANSWER else None
        connection = draw(st.sampled_from("abc"))
        found.append(Event(Fraction(at, 1000), connection, kind, prompt))
    return found


@given(histories())
def test_rows_give_the_verdict_of_the_events(history: list[Event]) -> None:
    again = events(*kept(history), grace_us=GRACE * US, base_us=0)
    by_rows = settle(lesson=LESSON, rule=RULE, prompts=PROMPTS, events=again)
    assert by_rows == settle(lesson=LESSON, rule=RULE, prompts=PROMPTS, events=history)


def test_an_hour_of_beats_is_given_back_as_a_few() -> None:
    trace = Trace("a", [1], [(1, 1 + 3600 * US)])
    assert len(events([trace], [], grace_us=GRACE * US, base_us=0)) == 1 + 80
