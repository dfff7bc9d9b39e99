"""What a file holds, asked of ffprobe, or of PyAV in a process of its own where there is no ffprobe."""

import json
import sys
import tempfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from media.core.ladder import Probe
from media.encoder.run import Failed, Limits, TooSlow, ffprobe_program, run
from media.encoder.sniff import HEAD_BYTES, sniff
from media.refusals import Refused

PROTOCOLS = "file"
_AV_PROBE = Path(__file__).with_name("av_probe.py")
_LIMITS = Limits(wall_s=60, cpu_s=60, memory_bytes=4 * 2**30)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A probe, and which streams of the file it speaks of."""

    probe: Probe
    demuxer: str
    video_index: int
    audio_index: int | None


def probe(path: Path) -> Found:
    """Look into a file. Raises Refused when it is no readable video container."""
    with path.open("rb") as file:
        demuxer = sniff(file.read(HEAD_BYTES))
    program = ffprobe_program()
    argv = (
        [
            program, "-hide_banner", "-loglevel", "error", "-protocol_whitelist", PROTOCOLS, "-f", demuxer,
            "-show_format", "-show_streams", "-of", "json", str(path),
        ]
        if program
        else [sys.executable, str(_AV_PROBE), demuxer, str(path)]
    )  # fmt: skip
    described = json.loads(_output(argv) or "{}")
    return _found(described, demuxer, path)


def _output(argv: list[str]) -> str:
    lines: list[str] = []
    with tempfile.NamedTemporaryFile() as errors:
        try:
            run(argv, _LIMITS, on_line=lines.append, errors_to=errors.file)
        except Failed:
            raise Refused("unreadable") from None
        except TooSlow:
            raise Refused("too-much-work") from None
    return "\n".join(lines)


def _found(described: dict[str, Any], demuxer: str, path: Path) -> Found:
    streams = described.get("streams", [])
    # A cover image is a video stream too, but nothing that moves.
    videos = [
        one
        for one in streams
        if one.get("codec_type") == "video" and not one.get("disposition", {}).get("attached_pic")
    ]
    audios = [one for one in streams if one.get("codec_type") == "audio" and one.get("channels")]
    if not streams:
        raise Refused("unreadable")
    video = videos[0] if videos else {}
    index = int(video.get("index", 0))
    duration_ms = _duration_ms(described, video)
    if videos and duration_ms is None:
        duration_ms = _measured_ms(path, demuxer, index)
    return Found(
        probe=Probe(
            duration_ms=duration_ms or 0,
            width=int(video.get("width", 0)),
            height=int(video.get("height", 0)),
            fps=_fraction(video.get("avg_frame_rate")) or _fraction(video.get("r_frame_rate")),
            rotation=_rotation(video),
            has_audio=bool(audios),
            video_codec=video.get("codec_name") if videos else None,
            sample_aspect=_fraction(video.get("sample_aspect_ratio")) or Fraction(1),
        ),
        demuxer=demuxer,
        video_index=index,
        audio_index=int(audios[0]["index"]) if audios else None,
    )


def _duration_ms(described: dict[str, Any], video: dict[str, Any]) -> int | None:
    """The picture's length, else the file's; None where neither is said (recordings made in a browser)."""
    for holder in (video, described.get("format", {})):
        try:
            return round(float(holder["duration"]) * 1000)
        except (KeyError, ValueError):
            continue
    return None


def _measured_ms(path: Path, demuxer: str, index: int) -> int:
    """The end of the picture's last packet; reads the whole file. 0 where nothing is found, or no ffprobe."""
    program = ffprobe_program()
    if program is None:
        return 0
    argv = [
        program, "-hide_banner", "-loglevel", "error", "-protocol_whitelist", PROTOCOLS, "-f", demuxer,
        "-select_streams", str(index), "-show_entries", "packet=pts_time", "-of", "csv=p=0", str(path),
    ]  # fmt: skip
    last = 0.0
    for line in _output(argv).splitlines():
        try:
            last = max(last, float(line.strip(",")))
        except ValueError:
            continue
    return round(last * 1000)


def _rotation(video: dict[str, Any]) -> int:
    for side in video.get("side_data_list", []):
        if "rotation" in side:
            return round(float(side["rotation"]))
    return round(float(video.get("tags", {}).get("rotate", 0)))


def _fraction(written: str | None) -> Fraction:
    """`30000/1001` or `4:3`; 0 where it says nothing."""
    try:
        return Fraction((written or "0").replace(":", "/"))
    except (ValueError, ZeroDivisionError):
        return Fraction(0)
