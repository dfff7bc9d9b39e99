"""Recordings as a browser would send them, made once a run."""

import subprocess

import pytest

from media.encoder.run import ffmpeg_program


def made(path, *arguments: str) -> bytes:
    source = ["-f", "lavfi", "-i", "testsrc=size=320x180:rate=25", "-f", "lavfi", "-i", "sine"]
    program = [ffmpeg_program(), "-hide_banner", "-loglevel", "error", "-y", *source, "-t", "6"]
    subprocess.run([*program, *arguments, str(path)], check=True)
    return path.read_bytes()


X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25")


@pytest.fixture(scope="session")
def fragmented(tmp_path_factory) -> bytes:
    """6 s of fragmented MP4, a keyframe a second."""
    flags = "+empty_moov+default_base_moof+frag_keyframe"
    path = tmp_path_factory.mktemp("fmp4") / "a.mp4"
    return made(path, *X264, "-c:a", "aac", "-movflags", flags)


@pytest.fixture(scope="session")
def recorded(tmp_path_factory) -> bytes:
    """6 s as Chromium's MediaRecorder sends it: H.264 and Opus in Matroska."""
    path = tmp_path_factory.mktemp("mkv") / "a.mkv"
    return made(path, *X264, "-c:a", "libopus", "-f", "matroska", "-live", "1")


@pytest.fixture(scope="session")
def recorded_vp8(tmp_path_factory) -> bytes:
    """3 s as a browser without H.264 sends it."""
    path = tmp_path_factory.mktemp("vp8") / "a.webm"
    vp8 = ("-t", "3", "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8")
    return made(path, *vp8, "-c:a", "libopus", "-f", "webm", "-live", "1")
