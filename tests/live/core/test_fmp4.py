"""However the bytes come, the same segments; what is none says so."""

from contextlib import suppress
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from live.core.fmp4 import Init, NotFragmentedMp4, Segment, Splitter


def split(pieces: list[bytes], **options: Fraction) -> list[Init | Segment]:
    splitter = Splitter(**options)
    return [part for piece in pieces for part in splitter.feed(piece)] + splitter.finish()


def test_stream_is_cut_at_keyframes_without_a_byte_lost(fragmented: bytes) -> None:
    init, *segments = split([fragmented])
    assert isinstance(init, Init)
    assert len(segments) == 6
    assert all(one.keyframe and one.frames == 25 for one in segments)
    assert all(before.end == after.start for before, after in pairwise(segments))
    assert 5.9 < segments[-1].end < 6.1
    together = init.data + b"".join(one.data for one in segments)
    assert fragmented.startswith(together)
    assert fragmented[len(together) + 4 :][:4] in (b"", b"mfra")


def test_segments_reach_the_target(fragmented: bytes) -> None:
    _, *segments = split([fragmented], target_s=Fraction(19, 10))
    assert [one.frames for one in segments] == [50, 50, 50]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(cuts=st.lists(st.integers(0, 250_000), max_size=40))
def test_any_pieces_give_the_same_segments(fragmented: bytes, cuts: list[int]) -> None:
    places = [0, *sorted(min(cut, len(fragmented)) for cut in cuts), len(fragmented)]
    pieces = [fragmented[start:end] for start, end in pairwise(places)]
    assert split(pieces) == split([fragmented])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(end=st.integers(0, 250_000))
def test_cut_off_stream_keeps_its_whole_segments(fragmented: bytes, end: int) -> None:
    kept = split([fragmented[:end]])
    assert kept == split([fragmented])[: len(kept)]


@settings(max_examples=300)
@given(data=st.binary(max_size=400))
def test_garbage_is_refused_or_awaits_more(data: bytes) -> None:
    with suppress(NotFragmentedMp4):
        assert split([data]) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(at=st.integers(0, 3000), value=st.integers(0, 255))
def test_damage_is_refused_or_harmless(fragmented: bytes, at: int, value: int) -> None:
    damaged = bytearray(fragmented)
    damaged[at] = value
    with suppress(NotFragmentedMp4):
        split([bytes(damaged)])


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("这不是视频".encode() * 10, "box"),
        (b"\x00\x00\x00\x10moovxxxxxxxx", "not with a file type"),
        (b"\x00\x00\x00\x08ftyp\x00\x00\x00\x08mdat", "where the tracks should be told"),
        (b"\x00\x00\x00\x08ftyp\x00\x00\x00\x08moov", "neither picture nor sound"),
        (b"\x00\x00\x00\x02ftyp", "has the size 2"),
    ],
)
def test_what_is_wrong_is_said(data: bytes, says: str) -> None:
    with pytest.raises(NotFragmentedMp4, match=says):
        split([data])
