"""Renditions, all in one run of ffmpeg: the source is read and decoded once, and keyframes fall together."""

import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg

from media.core.ladder import SEGMENT_S, Rendition
from media.core.playlists import CODEC_LEVEL, INIT_NAME, PLAYLIST_NAME, POSTER_NAME, SEGMENT_NAME
from media.encoder.probe import PROTOCOLS, Found
from media.encoder.run import Failed, Limits, TooSlow, ffmpeg_program, run
from media.refusals import Refused

POSTER_WIDTH = 960


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The commands that make a video: renditions, then poster. Plain lists, to be run by a shell as well."""

    folder: Path
    found: Found
    renditions: tuple[Rendition, ...]
    hls_argv: list[str]
    poster_argv: list[str]


def plan_hls(source: Path, folder: Path, found: Found, renditions: list[Rendition]) -> Plan:
    """What would be run to make the renditions of `source` under `folder`; runs nothing."""
    program = ffmpeg_program()
    return Plan(
        folder=folder,
        found=found,
        renditions=tuple(renditions),
        hls_argv=ffmpeg.compile(_hls(source, folder, found, renditions), cmd=program),
        poster_argv=ffmpeg.compile(_poster(source, folder, found), cmd=program),
    )


def encode(
    plan: Plan, limits: Limits, *, on_progress: Callable[[int], None], stop: threading.Event
) -> None:
    """Run the plan; `on_progress` hears thousandths. Raises Refused, Failed (worth another try) or Stopped."""
    for rendition in plan.renditions:
        (plan.folder / rendition.name).mkdir(parents=True)
    length_us = max(plan.found.probe.duration_ms, 1) * 1000

    def hear(line: str) -> None:
        name, _, value = line.partition("=")
        if name == "out_time_us" and value.lstrip("-").isdigit():
            on_progress(min(1000, max(0, int(value)) * 1000 // length_us))

    try:
        with tempfile.NamedTemporaryFile() as errors:
            run(plan.hls_argv, limits, on_line=hear, errors_to=errors.file, stop=stop)
            run(plan.poster_argv, limits, on_line=lambda _: None, errors_to=errors.file, stop=stop)
    except TooSlow:
        raise Refused("too-much-work") from None


def _source(path: Path, found: Found, **options: Any) -> Any:
    return ffmpeg.input(str(path), format=found.demuxer, protocol_whitelist=PROTOCOLS, **options)


def _global(stream: Any) -> Any:
    return stream.global_args(
        "-hide_banner", "-nostdin", "-nostats", "-loglevel", "error", "-progress", "pipe:1", "-y"
    )


def _hls(path: Path, folder: Path, found: Found, renditions: list[Rendition]) -> Any:
    source = _source(path, found)
    picture = source[str(found.video_index)].filter("fps", fps=str(renditions[0].fps))
    copies = picture.filter_multi_output("split", len(renditions))
    outputs = []
    for number, rendition in enumerate(renditions):
        scaled = (
            copies.stream(number)
            .filter("scale", rendition.width, rendition.height)
            .filter("setsar", "1")
            .filter("format", "yuv420p")
        )
        streams = [scaled]
        if found.audio_index is not None:
            streams.append(source[str(found.audio_index)])
        target = folder / rendition.name
        outputs.append(
            ffmpeg.output(*streams, str(target / PLAYLIST_NAME), **_options(rendition, target))
        )
    return _global(ffmpeg.merge_outputs(*outputs) if len(outputs) > 1 else outputs[0])


def _options(rendition: Rendition, target: Path) -> dict[str, Any]:
    options: dict[str, Any] = {
        "c:v": "libx264",
        "preset": "veryfast",
        "profile:v": "main",
        "level:v": CODEC_LEVEL,
        "b:v": f"{rendition.video_kbps}k",
        "maxrate": f"{rendition.maxrate_kbps}k",
        "bufsize": f"{rendition.bufsize_kbps}k",
        # Keyframes at fixed places, none at cuts: the same places in all renditions.
        "g": rendition.gop,
        "keyint_min": rendition.gop,
        "sc_threshold": 0,
        "map_metadata": -1,
        "map_chapters": -1,
        "f": "hls",
        "hls_time": SEGMENT_S,
        "hls_playlist_type": "vod",
        "hls_flags": "independent_segments",
        "hls_segment_type": "fmp4",
        "hls_fmp4_init_filename": INIT_NAME,
        "hls_segment_filename": str(target / SEGMENT_NAME),
    }
    if rendition.audio_kbps:
        options |= {
            "c:a": "aac",
            "b:a": f"{rendition.audio_kbps}k",
            "ac": 2,
            "ar": 48000,
            # Sound that starts late or has holes stays with its picture.
            "af": "aresample=async=1:first_pts=0",
        }
    return options


def _poster(path: Path, folder: Path, found: Found) -> Any:
    """One frame from a tenth into the video: the first is often black."""
    start_s = found.probe.duration_ms / 10_000
    picture = (
        _source(path, found, ss=f"{start_s:.3f}")[str(found.video_index)]
        .filter("scale", f"min({POSTER_WIDTH},iw)", -2)
        .filter("setsar", "1")
    )
    options = {"frames:v": 1, "q:v": 4, "f": "image2", "update": 1, "map_metadata": -1}
    return _global(ffmpeg.output(picture, str(folder / POSTER_NAME), **options))


__all__ = ["Failed", "Plan", "encode", "plan_hls"]
