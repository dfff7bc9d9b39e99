"""Which renditions a video is made into, from what a probe says of the file.

The ladder is 360p and 720p. A rung is a box (640x360, 1280x720; upright for upright pictures) into
which the picture is fitted, and it is made where the picture fills it: nothing is ever enlarged. A picture
smaller than the lowest box is made once, in its own size. All rungs share one frame rate and one
distance of keyframes, so that a player can change between them at every segment.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil

SEGMENT_S = 4
"""Length of an HLS segment, and at least the distance of keyframes."""

FASTEST_FPS = Fraction(30)
SLOWEST_FPS = Fraction(1)
USUAL_FPS = Fraction(25)
"""Taken where a file names no frame rate."""

LONGEST_MS = 6 * 3600 * 1000
SMALLEST_SIDE, LARGEST_SIDE = 16, 8192

_RATIO = Fraction(16, 9)
_LEAST_KBPS = 120


class Refusal(StrEnum):
    """Why nothing can be made of a file."""

    NO_VIDEO = "no-video"
    EMPTY = "empty"
    TOO_LONG = "too-long"
    TOO_SMALL = "too-small"
    TOO_LARGE = "too-large"


@dataclass(frozen=True, slots=True)
class Probe:
    """What a file holds; its picture as stored, before rotation and stretching of pixels.

    `video_codec` is None where there is no moving picture (a cover image is none), `fps` is 0 where the
    file does not say; `rotation` in degrees; `sample_aspect` is a pixel's width over its height.
    """

    duration_ms: int
    width: int
    height: int
    fps: Fraction
    rotation: int
    has_audio: bool
    video_codec: str | None
    sample_aspect: Fraction = Fraction(1)

    @property
    def shown(self) -> tuple[Fraction, Fraction]:
        """Width and height as a viewer sees them."""
        stretched = self.sample_aspect if self.sample_aspect > 0 else Fraction(1)
        width, height = self.width * stretched, Fraction(self.height)
        return (height, width) if self.rotation % 180 == 90 else (width, height)


@dataclass(frozen=True, slots=True)
class Rendition:
    """One rung as the encoder makes it; kilobits a second, `audio_kbps` is 0 where there is no sound."""

    name: str
    width: int
    height: int
    fps: Fraction
    gop: int
    video_kbps: int
    maxrate_kbps: int
    bufsize_kbps: int
    audio_kbps: int

    @property
    def bandwidth(self) -> int:
        """Bits a second at most, packaging included, as the master playlist states them."""
        return (self.maxrate_kbps + self.audio_kbps) * 1100


@dataclass(frozen=True, slots=True)
class _Rung:
    lines: int
    video_kbps: int
    audio_kbps: int

    @property
    def box(self) -> tuple[int, int]:
        """Long and short side."""
        return int(self.lines * _RATIO), self.lines


# Lectures: faces, slides and screens, little motion; sound is speech.
_RUNGS = (_Rung(360, 600, 64), _Rung(720, 1800, 96))


def check_probe(probe: Probe) -> Refusal | None:
    """Why the file cannot be made into a video, or None where it can."""
    if probe.video_codec is None or probe.width <= 0 or probe.height <= 0:
        return Refusal.NO_VIDEO
    if probe.duration_ms <= 0:
        return Refusal.EMPTY
    if probe.duration_ms > LONGEST_MS:
        return Refusal.TOO_LONG
    sides = [*probe.shown, Fraction(probe.width), Fraction(probe.height)]
    if min(sides) < SMALLEST_SIDE:
        return Refusal.TOO_SMALL
    if max(sides) > LARGEST_SIDE:
        return Refusal.TOO_LARGE
    return None


def ladder(probe: Probe) -> list[Rendition]:
    """The renditions to make, smallest first, at least one; for a probe that `check_probe` lets pass."""
    long, short = max(probe.shown), min(probe.shown)
    filled = [rung for rung in _RUNGS if long >= rung.box[0] or short >= rung.box[1]]
    if not filled:
        return [_rendition(probe, _RUNGS[0], f"{_even(short)}p")]
    return [_rendition(probe, rung, f"{rung.lines}p") for rung in filled]


def frame_rate(fps: Fraction) -> Fraction:
    """The rate to make: as given up to 30, above it every second or n-th frame, or 30 where that jerks."""
    if fps <= 0:
        return USUAL_FPS
    thinned = fps / ceil(fps / FASTEST_FPS)
    return max(thinned, SLOWEST_FPS) if thinned == fps or thinned >= 23 else FASTEST_FPS


def _rendition(probe: Probe, rung: _Rung, name: str) -> Rendition:
    width, height = _fitted(probe.shown, rung.box)
    fps = frame_rate(probe.fps)
    share = Fraction(width * height, rung.box[0] * rung.box[1])
    kbps = max(_LEAST_KBPS, round(rung.video_kbps * share))
    return Rendition(
        name=name,
        width=width,
        height=height,
        fps=fps,
        # Rounded up: a keyframe just before the segment's end would make the segment twice as long.
        gop=ceil(SEGMENT_S * fps),
        video_kbps=kbps,
        maxrate_kbps=kbps * 3 // 2,
        bufsize_kbps=kbps * 3,
        audio_kbps=rung.audio_kbps if probe.has_audio else 0,
    )


def _fitted(shown: tuple[Fraction, Fraction], box: tuple[int, int]) -> tuple[int, int]:
    width, height = shown
    scale = min(Fraction(1), box[0] / max(shown), box[1] / min(shown))
    # The nearest even number, but never above the picture's own: encoders take even sides only.
    return (
        min(2 * max(1, round(width * scale / 2)), _even(width)),
        min(2 * max(1, round(height * scale / 2)), _even(height)),
    )


def _even(side: Fraction) -> int:
    return int(side // 2) * 2
