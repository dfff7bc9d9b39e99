"""Without ffmpeg and ffprobe on the system: the binary of imageio-ffmpeg encodes, PyAV probes."""

import os
import shutil

import pytest

from media import encoder
from media.core.ladder import ladder
from media.encoder.run import ffmpeg_program, ffprobe_program, run


@pytest.fixture
def no_system_ffmpeg(monkeypatch, tmp_path) -> None:
    """A PATH with nothing on it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("ffmpeg") is None
    assert shutil.which("ffprobe") is None


def test_probe_by_pyav_says_what_ffprobe_says(clip, monkeypatch, tmp_path) -> None:
    by_ffprobe = encoder.probe(clip)

    monkeypatch.setenv("PATH", str(tmp_path))
    by_pyav = encoder.probe(clip)

    assert by_pyav.probe == by_ffprobe.probe
    assert by_pyav.demuxer == by_ffprobe.demuxer


def test_wheels_binary_makes_the_renditions(clip, no_system_ffmpeg, tmp_path) -> None:
    assert os.access(ffmpeg_program(), os.X_OK)
    assert ffprobe_program() is None
    found = encoder.probe(clip)
    plan = encoder.plan_hls(clip, tmp_path / "out", found, ladder(found.probe))
    for rendition in plan.renditions:
        (tmp_path / "out" / rendition.name).mkdir(parents=True)
    limits = encoder.limits_for(found.probe.duration_ms, memory_bytes=2 * 2**30)

    with (tmp_path / "errors").open("w+b") as errors:
        run(plan.hls_argv, limits, on_line=lambda _: None, errors_to=errors)

    assert [one.name for one in plan.renditions] == ["360p", "720p"]
    for rendition in plan.renditions:
        assert list((tmp_path / "out" / rendition.name).glob("*.m3u8"))
