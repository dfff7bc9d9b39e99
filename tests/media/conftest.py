"""Small real video files, made by ffmpeg once a run, and what belongs around an asset."""

import subprocess
from pathlib import Path

import pytest

from lms.testing.factories import DutyFactory


def make_clip(path: Path, *, seconds: int = 12, size: str = "1280x720", audio: bool = True) -> Path:
    """A test picture that moves, with a tone."""
    picture = ["-f", "lavfi", "-i", f"testsrc2=size={size}:rate=25:duration={seconds}"]
    tone = ["-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}"] if audio else []
    codecs = [
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-pix_fmt",
        "yuv420p",
        "-movflags",
        "+faststart",
    ]
    argv = [
        "ffmpeg",
        "-hide_banner",
        "-loglevel",
        "error",
        "-y",
        *picture,
        *tone,
        *codecs,
        str(path),
    ]
    subprocess.run(argv, check=True)
    return path


@pytest.fixture(scope="session")
def clips(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="session")
def clip(clips) -> Path:
    """12 s at 1280x720 with sound."""
    return make_clip(clips / "clip.mp4")


@pytest.fixture(scope="session")
def small_clip(clips) -> Path:
    """6 s at 320x180 with sound: quick to encode."""
    return make_clip(clips / "small.mp4", seconds=6, size="320x180")


@pytest.fixture
def media_root(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "uploads"
    settings.MEDIA_KEEP_FREE_BYTES = 0
    return settings.MEDIA_ROOT


@pytest.fixture
def trainer():
    """A trainer; `trainer.provider` is whom they make courses for. The test brings the database."""
    duty = DutyFactory()
    duty.person.provider = duty.provider
    return duty.person
