"""A lesson and its replay on one timeline: holes in the recording, cuts, what both cover."""

import pytest

from live.core.tape import Piece, Take, TakeName, cut_named, cut_out
from live.core.timeline import Track, cut_to, length_of, on_lesson, tracks_of, united

S = 1_000_000
START = 1_700_000_000 * S
LENGTH = 100 * S


def take(number: int, begins_s: int, *lengths_s: int) -> Take:
    """Sent from `begins_s` of the lesson on, in pieces of these lengths."""
    pieces, at = [], 0
    for index, length in enumerate(lengths_s):
        pieces.append(Piece(index, at * S, (at + length) * S))
        at += length
    return Take(TakeName(number, START + begins_s * S), tuple(pieces))


#: On air from 2 to 42, away until 60, on air until 99.
TAKES = [take(1, 2, 10, 10, 20), take(2, 60, 39)]


def spans(*pairs: tuple[float, float]) -> list[tuple[int, int]]:
    return [(int(a * S), int(b * S)) for a, b in pairs]


def test_tracks_join_pieces_and_skip_the_hole() -> None:
    assert tracks_of(TAKES, START) == [Track(0, 2 * S, 40 * S), Track(40 * S, 60 * S, 39 * S)]


@pytest.mark.parametrize(
    ("watched", "covers"),
    [
        ([(0, 79)], [(0, 100)]),
        ([(0, 40)], [(0, 42)]),
        ([(10, 20)], [(12, 22)]),
        ([(30, 50)], [(32, 70)]),
        ([(40, 79)], [(60, 100)]),
        ([(0, 20), (60, 79)], [(0, 22), (80, 100)]),
        ([], []),
    ],
    ids=[
        "all of it is all of the lesson",
        "up to the hole",
        "within a take",
        "through the hole closes it",
        "after the hole does not",
        "both ends without the hole",
        "nothing",
    ],
)
def test_on_lesson(watched, covers) -> None:
    assert on_lesson(spans(*watched), tracks_of(TAKES, START), LENGTH) == spans(*covers)


def test_a_cut_replay_watched_whole_is_the_whole_lesson() -> None:
    tracks = cut_to(tracks_of(TAKES, START), (10 * S, 70 * S))
    assert on_lesson(spans((10, 70)), tracks, LENGTH) == spans((0, 100))
    assert on_lesson(spans((0, 10)), tracks, LENGTH) == []


def test_without_a_recording_nothing_closes_anything() -> None:
    assert on_lesson(spans((0, 50)), [], LENGTH) == []


def test_live_and_replay_are_united() -> None:
    both = united([*spans((0, 30)), *on_lesson(spans((20, 79)), tracks_of(TAKES, START), LENGTH)])
    assert length_of(both) == LENGTH


def test_cut_out_keeps_touched_pieces_and_says_where_they_begin() -> None:
    shown, first_us = cut_out(TAKES, (12 * S, 45 * S))
    assert [[piece.number for piece in one.pieces] for one in shown] == [[1, 2], [0]]
    assert first_us == 10 * S
    assert cut_out(TAKES, None) == (TAKES, 0)
    assert cut_out(TAKES, (0, 1))[1] == 0


def test_cut_names() -> None:
    found = cut_named("cut-0002-5000000-70000000")
    assert found is not None
    assert (found.number, found.from_us, found.to_us, found.file) == (
        2, 5 * S, 70 * S, "cut-0002-5000000-70000000",
    )  # fmt: skip
    assert cut_named("ended") is None
