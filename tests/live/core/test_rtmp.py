"""RTMP's parsing: whole conversations, cut anywhere, and bytes that somebody damaged."""

import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core import amf0, flv, rtmp

VALUES = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.dictionaries(st.text(min_size=1, max_size=8), inner, max_size=4),
    max_leaves=20,
)
MESSAGES = st.builds(
    rtmp.Message,
    kind=st.sampled_from([rtmp.AUDIO, rtmp.VIDEO, rtmp.DATA]),
    stream=st.just(1),
    timestamp=st.integers(0, rtmp._EXTENDED - 1),
    body=st.binary(max_size=1000),
)


@given(st.lists(VALUES, max_size=5))
def test_values_come_back_as_they_were(values: list) -> None:
    assert amf0.read(amf0.written(*values)) == values


@given(st.binary(max_size=200))
def test_no_bytes_make_values_fail_otherwise(data: bytes) -> None:
    with suppress(amf0.BadValue):
        amf0.read(data)


@pytest.mark.parametrize(
    "data",
    [
        b"\x03\x00\x01a" * 50,  # objects in objects
        b"\x0a\xff\xff\xff\xff",  # four thousand million values
        b"\x0a\x00\x00\x02\x00" + b"\x05" * 600,
        b"\x02\xff\xffshort",
        b"\x63",
    ],
)
def test_values_without_bounds_are_refused(data: bytes) -> None:
    with pytest.raises(amf0.BadValue):
        amf0.read(data)


@given(st.lists(MESSAGES, max_size=6), st.lists(st.integers(1, 400), min_size=1, max_size=30))
def test_messages_are_the_same_however_they_are_cut(messages: list, cuts: list[int]) -> None:
    data = b"".join(rtmp.written(one, chunk_stream=4 + one.kind % 2) for one in messages)
    reader, found, at = rtmp.Reader(), [], 0
    for size in [*cuts, len(data)]:
        found += reader.feed(data[at : at + size])
        at += size
    assert found == messages


@given(
    st.lists(MESSAGES, min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_damaged_bytes_are_refused_or_read_and_nothing_grows(messages: list, harm: list) -> None:
    data = bytearray(b"".join(rtmp.written(one, chunk_stream=4) for one in messages))
    for place, value in harm:
        data[place % len(data)] = value
    reader = rtmp.Reader()
    with suppress(rtmp.BadRtmp):
        for message in reader.feed(bytes(data)):
            with suppress(rtmp.BadRtmp):
                rtmp.parse_command(message)
    assert len(reader._waiting) <= len(data)
    assert len(reader._streams) <= rtmp.MOST_STREAMS
    assert reader._held <= rtmp.MOST_COMMAND_BYTES * 2


def chunk(form: int, number: int, head: bytes, body: bytes = b"") -> bytes:
    return bytes([form << 6 | number]) + head + body


def head(time: int, length: int, kind: int = rtmp.VIDEO) -> bytes:
    return time.to_bytes(3, "big") + length.to_bytes(3, "big") + bytes([kind])


def test_later_chunks_are_short_and_count_time_on() -> None:
    data = chunk(0, 6, head(1000, 3) + struct.pack("<I", 1), b"abc")
    data += chunk(1, 6, head(40, 2), b"de")
    data += chunk(2, 6, (33).to_bytes(3, "big"), b"fg")
    data += chunk(3, 6, b"", b"hi")
    found = [(one.timestamp, one.body) for one in rtmp.Reader().feed(data)]
    assert found == [(1000, b"abc"), (1040, b"de"), (1073, b"fg"), (1106, b"hi")]


def test_long_times_have_a_field_of_their_own_in_every_chunk() -> None:
    time = struct.pack(">I", 20_000_000)
    body = bytes(range(200))
    data = chunk(0, 6, head(0xFFFFFF, 200) + struct.pack("<I", 1) + time, body[:128])
    data += chunk(3, 6, time, body[128:])
    assert list(rtmp.Reader().feed(data)) == [rtmp.Message(rtmp.VIDEO, 1, 20_000_000, body)]


def test_interleaved_messages_and_large_chunk_stream_numbers() -> None:
    video, audio = bytes(200), b"s" * 150
    data = chunk(0, 0, b"\x10" + head(0, 200) + struct.pack("<I", 1), video[:128])
    data += chunk(0, 1, b"\x10\x01" + head(0, 150, rtmp.AUDIO) + struct.pack("<I", 1), audio[:128])
    data += chunk(3, 0, b"\x10", video[128:]) + chunk(3, 1, b"\x10\x01", audio[128:])
    assert [one.body for one in rtmp.Reader().feed(data)] == [video, audio]


def test_chunks_grow_when_told_and_what_is_aborted_is_forgotten() -> None:
    data = rtmp.control(rtmp.SET_CHUNK, 60_000)
    data += chunk(0, 6, head(0, 500) + struct.pack("<I", 1), bytes(500))
    data += rtmp.control(rtmp.SET_CHUNK, 100)
    data += chunk(0, 7, head(0, 500) + struct.pack("<I", 1), bytes(100))
    data += rtmp.control(rtmp.ABORT, 7)
    data += chunk(0, 7, head(0, 3) + struct.pack("<I", 1), b"new")
    media = [one.body for one in rtmp.Reader().feed(data) if one.kind == rtmp.VIDEO]
    assert media == [bytes(500), b"new"]


def test_what_came_is_acknowledged_to_who_asks_for_it_alone() -> None:
    reader = rtmp.Reader()
    list(reader.feed(rtmp.control(rtmp.SET_CHUNK, 4096)))
    assert reader.window_bytes == 0
    list(reader.feed(rtmp.control(rtmp.WINDOW, 70_000)))
    assert reader.window_bytes == 70_000


@pytest.mark.parametrize(
    "data",
    [
        chunk(3, 6, b""),
        chunk(0, 6, head(0, 0xFFFFFF) + bytes(4)),
        rtmp.control(rtmp.SET_CHUNK, 0),
        chunk(0, 2, head(0, 2, rtmp.SET_CHUNK) + bytes(4), b"ab"),
        b"".join(chunk(0, n, head(0, 9) + bytes(4), bytes(9)) for n in range(3, 40)),
        chunk(0, 6, head(0, 300) + bytes(4), bytes(128)) + chunk(0, 6, head(0, 9) + bytes(4)),
        b"".join(chunk(0, n, head(0, 15_000) + bytes(4), bytes(128)) for n in range(3, 30))
        + b"".join(chunk(3, n, b"", bytes(128)) for _ in range(16) for n in range(3, 30)),
    ],
)
def test_what_breaks_the_rules_or_has_no_bounds_is_refused(data: bytes) -> None:
    with pytest.raises(rtmp.BadRtmp):
        list(rtmp.Reader().feed(data))


def test_larger_messages_are_taken_once_somebody_is_let_in() -> None:
    reader = rtmp.Reader()
    data = rtmp.written(rtmp.Message(rtmp.VIDEO, 1, 0, bytes(100_000)), chunk_stream=6)
    with pytest.raises(rtmp.BadRtmp):
        list(reader.feed(data))
    reader = rtmp.Reader()
    reader.most_bytes = rtmp.MOST_MEDIA_BYTES
    assert [len(one.body) for one in reader.feed(data)] == [100_000]


@given(st.lists(st.integers(1, 900), min_size=1, max_size=12))
def test_handshake_in_any_pieces(cuts: list[int]) -> None:
    hello = bytes([3]) + bytes(range(256)) * 6 + bytes(1536) + b"more"
    shaking, answer, rest, at = rtmp.Handshake(), b"", None, 0
    for size in [*cuts, len(hello)]:
        if rest is not None:
            break
        said, rest = shaking.feed(hello[at : at + size])
        answer, at = answer + said, at + size
    assert answer == bytes([3]) + bytes(1536) + bytes(range(256)) * 6
    assert rest is not None
    assert b"more".startswith(rest)


def test_handshake_of_something_else_is_refused() -> None:
    with pytest.raises(rtmp.BadRtmp):
        rtmp.Handshake().feed(b"GET / HTTP/1.1")


def test_commands_are_read_and_others_are_none() -> None:
    [message] = rtmp.Reader().feed(rtmp.command("connect", 1, {"app": "live"}))
    assert rtmp.parse_command(message) == rtmp.Command("connect", 1, [{"app": "live"}])
    newer = rtmp.Message(rtmp.COMMAND_AMF3, 0, 0, b"\0" + message.body)
    assert rtmp.parse_command(newer) == rtmp.Command("connect", 1, [{"app": "live"}])
    assert rtmp.parse_command(rtmp.Message(rtmp.VIDEO, 1, 0, b"x")) is None
    with pytest.raises(rtmp.BadRtmp):
        rtmp.parse_command(rtmp.Message(rtmp.COMMAND, 0, 0, b"\x05"))


def test_tags_carry_size_and_time_and_know_their_codec() -> None:
    made = flv.tag(flv.VIDEO_TAG, 0x01020304, b"\x17\x00")
    assert made == bytes.fromhex("09 000002 020304 01 000000 1700 0000000d")
    assert flv.is_h264(b"\x17\x00")
    assert not flv.is_h264(b"\x90hvc1")
    assert not flv.is_h264(b"")


def data(*values: object) -> rtmp.Message:
    return rtmp.Message(rtmp.DATA, 1, 0, amf0.written(*values))


@pytest.mark.parametrize(
    ("message", "rate"),
    [
        (data("@setDataFrame", "onMetaData", {"width": 640, "framerate": 25}), 25),
        (data("onMetaData", {"framerate": 29.97}), 29.97),
        (data("onMetaData", {"framerate": 0}), None),
        (data("onMetaData", {"framerate": float("nan")}), None),
        (data("onMetaData", {"framerate": 1e9}), None),
        (data("onMetaData", {"framerate": "25"}), None),
        (data("onMetaData"), None),
        (rtmp.Message(rtmp.DATA, 1, 0, b"\xff"), None),
        (rtmp.Message(rtmp.VIDEO, 1, 0, b"\x17"), None),
    ],
)
def test_frame_rate_is_what_the_publisher_says_where_it_says_so(message, rate) -> None:
    assert rtmp.frame_rate(message) == rate
