"""The sound of a lesson alone: what ffmpeg decodes of it is what it decodes of the whole."""

import subprocess

import pytest

from live.core import fmp4, sound
from media.encoder.run import ffmpeg_program


def decoded(data: bytes) -> bytes:
    argv = [ffmpeg_program(), "-v", "error", "-i", "pipe:0", "-map", "0:a", "-f", "s16le", "pipe:1"]
    return subprocess.run(argv, input=data, capture_output=True, check=True).stdout


def test_sound_alone_is_the_same_sound(fragmented: bytes) -> None:
    splitter = fmp4.Splitter()
    init, *segments = [*splitter.feed(fragmented), *splitter.finish()]
    head, track = sound.init_of(init.data)
    alone = head + b"".join(sound.segment_of(one.data, track) for one in segments)
    assert decoded(alone) == decoded(fragmented)
    assert len(alone) < len(fragmented) / 2
    assert b"avcC" not in alone


def test_what_is_damaged_is_said_to_be(fragmented: bytes) -> None:
    splitter = fmp4.Splitter()
    init, segment, *_ = splitter.feed(fragmented)
    _, track = sound.init_of(init.data)
    for data in (init.data[:40], init.data.replace(b"soun", b"none")):
        with pytest.raises(fmp4.NotFragmentedMp4):
            sound.init_of(data)
    for data in (segment.data[:100], segment.data.replace(b"trun", b"nurt")):
        with pytest.raises(fmp4.NotFragmentedMp4):
            sound.segment_of(data, track)


def test_fragments_are_heard_as_they_come_and_codecs_are_told(fragmented: bytes) -> None:
    heard: list[fmp4.Segment] = []
    splitter = fmp4.Splitter(on_fragment=heard.append)
    init, *segments = [*splitter.feed(fragmented), *splitter.finish()]
    assert b"".join(one.data for one in heard) == b"".join(one.data for one in segments)
    assert fmp4.mime_of(init.data).startswith('video/mp4; codecs="avc1.42')
    assert fmp4.mime_of(init.data).endswith(',mp4a.40.2"')
