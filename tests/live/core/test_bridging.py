"""Declared outages: who was there before and came back counts through."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.bridging import Outage, bridges, settle_bridged
from live.core.presence import Event, EventKind, Lesson, Prompt, Rule, attended

F = Fraction
LESSON = Lesson(F(0), F(1000))
RULE = Rule(F(45), F("0.8"), F("0.5"), F(600))
OUTAGE = Outage(F(300), F(500))


def spans(*pairs):
    return tuple((F(a), F(b)) for a, b in pairs)


@pytest.mark.parametrize(
    ("there", "added"),
    [
        ([(0, 320), (540, 1000)], [(320, 540)]),
        ([(0, 180), (620, 1000)], [(180, 620)]),
        ([(0, 179), (510, 1000)], []),
        ([(0, 320), (621, 1000)], []),
        ([(0, 320)], []),
        ([(510, 1000)], []),
        ([(0, 1000)], []),
        ([(0, 320), (350, 400), (510, 600)], [(320, 510)]),
        ([(0, 320), (450, 600)], [(320, 450)]),
    ],
    ids=[
        "there before, back afterwards",
        "both just near enough",
        "left before it",
        "came back too late",
        "never came back",
        "came only afterwards",
        "lost nothing",
        "came through for a moment",
        "back before it was over",
    ],
)
def test_bridges(there, added) -> None:
    assert bridges(spans(*there), LESSON, [OUTAGE]) == spans(*added)


def test_nothing_to_come_back_to() -> None:
    late = Outage(F(800), F(950))
    assert bridges(spans((0, 820)), LESSON, [late]) == spans((820, 1000))
    assert bridges(spans((0, 820)), LESSON, [Outage(F(800), F(870))]) == ()


def test_verdict_counts_what_is_bridged_and_asks_no_sign_in_of_the_outage() -> None:
    beats = [Event(F(at), "a", EventKind.BEAT) for at in (*range(0, 300, 15), *range(510, 990, 15))]
    history = [Event(F(0), "a", EventKind.JOIN), *beats]
    prompts = [Prompt("open when it began", F(290), F(60)), Prompt("in it", F(400), F(60))]
    verdict, added = settle_bridged(LESSON, RULE, prompts, history, [OUTAGE])
    assert (verdict.attended, verdict.asked, verdict.credited) == (F(1000), (), True)
    assert added == spans((330, 510))


moments = st.integers(0, 1000).map(F)
pairs = st.tuples(moments, moments).filter(lambda one: one[0] < one[1])


@given(st.lists(pairs, max_size=5), st.lists(pairs.map(lambda one: Outage(*one)), max_size=3))
def test_bridging_takes_nothing_away_and_adds_near_outages_only(there, outages) -> None:
    plain = attended(there, LESSON)
    added = bridges(plain, LESSON, outages)
    whole = attended([*plain, *added], LESSON)
    for span in plain:
        assert any(a <= span[0] and span[1] <= b for a, b in whole)
    for start, end in added:
        assert any(one.start - 120 <= start and end <= one.end + 120 for one in outages)
