"""The table of moves: what may follow what, and that a reversal takes back the topmost step and no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.credit.core.moves import (
    BOOK,
    ISSUED,
    MOVES,
    PERSONAL,
    REVERSE,
    ForbiddenMove,
    Step,
    may,
    standing,
    state_of,
)
from lms.credit.enums import AccountKind, Act


def test_choices_are_the_table() -> None:
    assert tuple(AccountKind.values) == (ISSUED, *PERSONAL)
    assert set(Act.values) == {*MOVES, REVERSE}


def played(choices: list[int]) -> list[Step]:
    """A walk through the table: at each step one of all that may follow."""
    steps = [Step(0, BOOK, "pending")]
    for key, choice in enumerate(choices, 1):
        pile = standing(steps)
        able = [act for act in MOVES if act != BOOK and may(act, source=state_of(pile))]
        if pile:
            able.append(REVERSE)
        if not able:
            break
        act = able[choice % len(able)]
        if act == REVERSE:
            steps.append(Step(key, act, state_of(pile[:-1]), reverses=pile[-1].key))
        else:
            steps.append(Step(key, act, MOVES[act][1]))
    return steps


WALKS = st.lists(st.integers(0, 20), max_size=12).map(played)


@given(WALKS)
def test_hours_lie_where_the_last_step_says(steps) -> None:
    assert state_of(standing(steps)) == steps[-1].state


@given(WALKS, st.data())
def test_any_other_step_is_refused(steps, data) -> None:
    place = data.draw(st.integers(0, len(steps) - 1))
    one, pile = steps[place], standing(steps[:place])
    act = data.draw(st.sampled_from([*MOVES, REVERSE]))
    state = data.draw(st.sampled_from([ISSUED, *PERSONAL]))
    reverses = data.draw(st.sampled_from([None, *range(len(steps))]))
    other = Step(one.key, act, state, reverses)
    source = state_of(pile)
    if act == REVERSE:
        right = bool(pile) and (reverses, state) == (pile[-1].key, state_of(pile[:-1]))
    else:
        right = may(act, source=source) and (act == BOOK) == (place == 0)
        right = right and state == MOVES[act][1] and reverses is None
    if right:
        assert standing([*steps[:place], other])
    else:
        with pytest.raises(ForbiddenMove):
            standing([*steps[:place], other])


def test_what_was_reversed_cannot_be_reversed_again_or_booked_again() -> None:
    gone = [Step(1, BOOK, "pending"), Step(2, REVERSE, ISSUED, 1)]
    assert standing(gone) == []
    for step in (Step(3, REVERSE, ISSUED, 1), Step(3, BOOK, "pending")):
        with pytest.raises(ForbiddenMove):
            standing([*gone, step])


def test_a_reversal_under_another_act_waits_for_it() -> None:
    steps = [
        Step(1, BOOK, "pending"),
        Step(2, "confirm", "confirmed"),
        Step(3, "dispute", "disputed"),
        Step(4, "confirm", "confirmed"),
    ]
    with pytest.raises(ForbiddenMove):
        standing([*steps, Step(5, REVERSE, "pending", 2)])
    assert [one.key for one in standing([*steps, Step(5, REVERSE, "disputed", 4)])] == [1, 2, 3]
